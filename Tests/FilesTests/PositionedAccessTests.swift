import Foundation
import PromptLensFiles
import Testing
import TestSupport

@Suite("Positioned access")
struct PositionedAccessTests {
  @Test("reads and writes whole ranges, and says how much there was before the end of the file")
  func ranges() throws {
    try withTemporaryFolder { folder in
      let descriptor = open("\(folder)/file", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      try #require(descriptor >= 0)
      defer { close(descriptor) }
      let bytes = [UInt8](0..<100)
      let written = bytes.withUnsafeBytes { PositionedAccess.write($0, to: descriptor, at: 10) }
      #expect(written == 100)
      var read = [UInt8](repeating: 255, count: 60)
      let inside = read.withUnsafeMutableBytes { PositionedAccess.read(descriptor, at: 5, to: $0) }
      #expect(inside == 60 && read == [0, 0, 0, 0, 0] + bytes[..<55])
      let beyond = read.withUnsafeMutableBytes { PositionedAccess.read(descriptor, at: 80, to: $0) }
      #expect(beyond == 30 && Array(read[..<30]) == Array(bytes[70...]))
    }
  }

  @Test("a closed file transfers nothing, and errno says why")
  func closed() {
    var byte: [UInt8] = [1]
    #expect(byte.withUnsafeMutableBytes { PositionedAccess.read(-1, at: 0, to: $0) } == 0 && errno == EBADF)
    #expect(byte.withUnsafeBytes { PositionedAccess.write($0, to: -1, at: 0) } == 0 && errno == EBADF)
  }
}
