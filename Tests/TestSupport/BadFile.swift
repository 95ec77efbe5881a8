import PromptLensJSONDocuments

/// A damaged, hostile or odd-but-valid file among the shared fixtures, and the expected outcome of reading it.
package struct BadFile: Sendable, CustomStringConvertible {
  package let path: String
  package let what: String
  /// `accept`, `refuse` or `either`.
  package let expect: String

  package var description: String { "\(path): \(what)" }
  package var location: String { Shared.path("fixtures/bad/\(path)") }

  /// The entries of one folder that are files; empty without the shared fixtures.
  package static func all(in folder: String) -> [BadFile] {
    guard Shared.available,
      let manifest = try? JSONNode(contentsOf: Shared.path("fixtures/bad/manifest.json")),
      let files = try? manifest.object("files")
    else { return [] }
    return files.compactMap { path, value in
      let entry = JSONNode(source: path, value: value)
      guard path.hasPrefix(folder + "/"), let what = try? entry.string("what"),
        let expect = try? entry.string("expect"), expect != "part"
      else { return nil }
      return BadFile(path: path, what: what, expect: changed[path] ?? expect)
    }
  }

  /// The expectations that have changed since the fixtures were written: NumPy's arrays in a pickle are inert.
  private static let changed = ["torch/global-numpy.pt": "accept"]
}
