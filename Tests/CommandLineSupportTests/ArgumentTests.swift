import ArgumentParser
import PromptLensCommandLineSupport
import Testing

@Suite("Arguments with units, and lists")
struct ArgumentTests {
  @Test(
    "sizes have decimal or binary units, or none",
    arguments: [("1GiB", 1 << 30), ("512MiB", 512 << 20), ("2GB", 2_000_000_000), ("1.5 kb", 1500), ("10", 10)])
  func sizes(text: String, bytes: Int) { #expect(MemorySize(argument: text)?.bytes == bytes) }

  @Test("what isn't a size is refused", arguments: ["", "GB", "-1GB", "1 XB", "infMB", "99999999TiB"])
  func noSizes(text: String) { #expect(MemorySize(argument: text) == nil) }

  @Test(
    "times have units, or are seconds", arguments: [("90s", 90.0), ("2m", 120), ("2min", 120), ("1H", 3600), ("7", 7)])
  func times(text: String, seconds: Double) { #expect(TimeSpan(argument: text)?.seconds == seconds) }

  @Test("what isn't a time is refused", arguments: ["", "0", "-2m", "m", "nan"])
  func noTimes(text: String) { #expect(TimeSpan(argument: text) == nil) }

  @Test("lists keep their order and refuse empty and repeated entries")
  func lists() throws {
    #expect(try CommaList.parts("b,a") == ["b", "a"])
    #expect(try CommaList.seeds("3,1") == [3, 1])
    #expect(try CommaList.joined([[1, 2], [3]], of: "--seeds") == [1, 2, 3])
    #expect(try CommaList.joined([[Int]](), of: "--seeds") == nil)
    for text in ["", "a,", "a,,b", "a,a"] {
      #expect(throws: ValidationError.self, "\(text)") { try CommaList.parts(text) }
    }
    for text in ["one", "1,01"] {
      #expect(throws: ValidationError.self, "\(text)") { try CommaList.seeds(text) }
    }
    #expect(throws: ValidationError.self) { try CommaList.joined([[1], [1]], of: "--seeds") }
  }
}
