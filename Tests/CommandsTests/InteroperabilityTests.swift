import TestSupport
import Testing

@Suite("Other software loads exports")
struct InteroperabilityTests {
  @Test(
    "every form loads with the same numbers, and the snippets of docs/python.md run",
    .enabled(
      if: PythonScript.has("open_clip, transformers, clip, safetensors, h5py, sklearn"),
      "python3 doesn't have open_clip, transformers, clip, safetensors, h5py and scikit-learn"))
  func measured() throws {
    let found = try PythonScript.run([
      "\(Repository.root)/Tools/checks/interoperability.py", "--promptlens", Executable.path,
    ])
    #expect(found.status == 0, "\(found.output)")
  }
}
