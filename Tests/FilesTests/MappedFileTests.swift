import PromptLensFiles
import Foundation
import TestSupport
import Testing

@Suite("Mapped files")
struct MappedFileTests {
  @Test("a missing file is an error that says what was expected")
  func missing() {
    let error = FileError.missing(path: "/nowhere/model.h5", expected: "a model")
    #expect(throws: error) { try MappedFile(path: "/nowhere/model.h5", expected: "a model") }
    #expect(error.description == "/nowhere/model.h5: not found; expected a model")
  }

  @Test("a folder is rejected as a file")
  func folder() throws {
    try withTemporaryFolder { folder in
      #expect(throws: FileError.self) { try MappedFile(path: folder) }
    }
  }

  @Test("a pipe is rejected at once, without waiting for its other end", .timeLimit(.minutes(1)))
  func pipe() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/pipe"
      try #require(mkfifo(path, 0o600) == 0)
      #expect(throws: FileError.unreadable(path: path, reason: "it isn't a regular file; expected texts")) {
        try MappedFile(path: path, expected: "texts")
      }
    }
  }

  @Test("released pages are read again, and bytes in memory are never lost")
  func release() throws {
    try withTemporaryFolder { folder in
      let bytes = (0..<20_000).map { UInt8(truncatingIfNeeded: $0) }
      let path = "\(folder)/bytes"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      for file in [try MappedFile(path: path), MappedFile(copying: bytes, named: "copy")] {
        for range in [0..<0, 5000..<5001, 4096..<20_000] { file.releasePages(range) }
        file.releasePages()
        #expect(withExtendedLifetime(file) { file.bytes.elementsEqual(bytes) })
      }
    }
  }

  @Test("the bytes are the file's, and a limit is kept")
  func contents() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/bytes"
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
      #expect(try MappedFile.contents(of: path, limit: 3) == [1, 2, 3])
      #expect(throws: FileError.tooLarge(path: path, limit: 2, found: 3)) {
        try MappedFile.contents(of: path, limit: 2)
      }
    }
  }
}
