import PromptLensFiles
import Foundation
import TestSupport
import Testing

@Suite("Files that are written in pieces")
struct OutputFileTests {
  @Test("appending keeps the earlier contents, and a missing file is an error that names it")
  func append() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/log"
      try OutputFile.create(path, named: path) { try $0.write(Array("one\n".utf8)) }
      try OutputFile.append(to: path) { try $0.write(Array("two\n".utf8)) }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "one\ntwo\n")
      let missing = "\(folder)/none"
      let error = #expect(throws: FileError.self) { try OutputFile.append(to: missing) { try $0.write([1]) } }
      #expect(error.map { "\($0)" }?.contains(missing) == true)
      #expect(!FileManager.default.fileExists(atPath: missing))
    }
  }
}
