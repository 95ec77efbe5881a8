import TestSupport
import Testing

@Suite("Nothing is lost or mixed up")
struct TortureTests {
  @Test(
    "a minute and a half of Tools/torture: killed, starved, raced and damaged commands lose and mix up nothing",
    .enabled(if: PythonScript.isInstalled, "python3 is not installed"))
  func selection() throws {
    let found = try PythonScript.run([
      "\(Repository.root)/Tools/torture/torture", "--executable", Executable.path, "--seed", "1", "--trials", "1000",
      "--seconds", "90", "--quick",
    ])
    #expect(found.status == 0, "\(found.output)")
  }
}
