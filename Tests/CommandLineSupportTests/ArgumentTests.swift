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

  @Test("numbers beyond their bounds are refused by the option's name, and options that aren't given pass")
  func bounds() throws {
    try NumberBounds.check("--top", 1, in: 1...5)
    try NumberBounds.check("--top", nil, atLeast: 1)
    try NumberBounds.checkPositive("--scale", 0.5)
    func message(_ body: () throws -> Void) -> String? {
      #expect(throws: ValidationError.self, performing: body).map { "\($0)" }
    }
    #expect(message { try NumberBounds.check("--top", 6, in: 1...5) } == "--top is 6, expected 1 to 5.")
    #expect(message { try NumberBounds.check("--share", 1.5, in: 0.5...1) } == "--share is 1.5, expected 0.5 to 1.")
    #expect(message { try NumberBounds.check("--seed", -1, atLeast: 0) } == "--seed is -1, expected 0 or more.")
    #expect(message { try NumberBounds.check("--folds", 1, atLeast: 2) } == "--folds is 1, expected at least 2.")
    #expect(message { try NumberBounds.checkPositive("--scale", 0) } == "--scale is 0.0, expected more than 0.")
    #expect(throws: ValidationError.self) { try NumberBounds.checkPositive("--scale", .infinity) }
    #expect(throws: ValidationError.self) { try NumberBounds.check("--share", Double.nan, in: 0...1) }
  }
}
