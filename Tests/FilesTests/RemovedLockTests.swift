import Foundation
import PromptLensFiles
import TestSupport
import Testing

@Suite("Locks removed by their owner")
struct RemovedLockTests {
  @Test("whoever waited for a lock whose file is gone has the lock of the new file")
  func removed() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/lock"
      let first = try #require(try Claim(at: path))
      #expect(try Claim(at: path) == nil)
      withExtendedLifetime(first) { _ = unlink(path) }
      let second = try #require(try Claim(at: path))
      #expect(try Claim(at: path) == nil)
      withExtendedLifetime(second) {}
    }
  }
}
