import PromptLensDatasets
import Testing

/// The numbers are CPython 3.11's: `random.seed(s)`, then the calls of each test.
@Suite("CPython's random numbers")
struct MersenneTwisterTests {
  @Test("the first 32 bits of a seed agree with getrandbits(32)")
  func firstNumbers() {
    for (seed, expected) in [
      (0, [3626764237, 1654615998, 3255389356]),
      (1, [577090037, 2444712010, 3639700191]),
      (7, [1390851128, 4071050724, 647892279]),
      (-7, [1390851128, 4071050724, 647892279]),
      (4294967296, [485306839, 1508871100, 1794561286]),
      (123456789012345, [2896848117, 946991832, 1255537387]),
    ] as [(Int, [UInt32])] {
      var random = MersenneTwister(seed: seed)
      #expect((0..<3).map { _ in random.next() } == expected, "seed \(seed)")
    }
  }

  @Test("small and large populations are sampled as random.sample does")
  func samples() {
    for (size, count, expected) in [
      (5, 21, [7, 18, 17, 4, 11]),
      (5, 22, [7, 18, 17, 4, 11]),
      (6, 85, [30, 75, 69, 16, 47, 77]),
      (6, 86, [30, 75, 69, 16, 47, 77]),
      (16, 277, [121, 66, 189, 242, 33, 6, 240, 132, 119, 98, 276, 243, 203, 77, 118, 267]),
      (16, 278, [121, 66, 189, 242, 33, 6, 240, 132, 119, 98, 276, 243, 203, 77, 118, 267]),
      (3, 3, [0, 2, 1]),
      (1, 1, [0]),
      (16, 16, [7, 9, 8, 2, 5, 14, 15, 1, 0, 6, 3, 12, 13, 10, 11, 4]),
      (0, 4, []),
    ] as [(Int, Int, [Int])] {
      var random = MersenneTwister(seed: 3)
      #expect(random.sample(size, of: count) == expected, "\(size) of \(count)")
    }
  }

  @Test("shuffle and randrange continue one stream")
  func shuffles() {
    var random = MersenneTwister(seed: 5)
    var list = Array(0..<12)
    random.shuffle(&list)
    #expect(list == [10, 2, 11, 7, 1, 3, 6, 0, 8, 5, 4, 9])
    #expect((0..<6).map { _ in random.integer(below: 1000) } == [380, 480, 889, 252, 389, 556])
    #expect(random.integer(below: 1 << 40) == 26840671065)
  }
}
