import Foundation

/// Where the tests find their files.
package enum Repository {
  /// The checkout's folder.
  package static let root: String = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}

/// The small files under Tests/Fixtures, each made by a script in Tools/.
package enum Fixtures {
  package static func path(_ name: String) -> String { "\(Repository.root)/Tests/Fixtures/\(name)" }
}

/// The large fixtures beside the checkout, which a clone elsewhere does not have: tests that use them say
/// `.enabled(if: Shared.available)`.
package enum Shared {
  package static let available = FileManager.default.fileExists(atPath: path("fixtures/README.md"))
  package static func path(_ name: String) -> String { "\(Repository.root)/../shared/\(name)" }
}

/// Runs a body with a new folder that is removed afterwards.
@discardableResult
package func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = "\(NSTemporaryDirectory())/promptlens-tests-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}
