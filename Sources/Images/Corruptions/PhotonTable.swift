import Foundation

/// A table by which a random word becomes the number of photons of a byte, which is Poisson-distributed.
///
/// The number is drawn by inversion: the smallest one whose cumulative probability is above the word. Source: Devroye,
/// "Non-Uniform Random Variate Generation" (1986), sections III.2.1 and III.2.4.
struct PhotonTable: Sendable {
  /// The tables of the five severities.
  static let all = [60.0, 25, 12, 5, 3].map { PhotonTable(photons: $0) }

  /// More photons than this have a probability below that of a word.
  private static let limit = 128
  /// For each byte the cumulative probability of each number, in parts of 2^32.
  private let thresholds: [UInt32]
  /// For each byte and the upper eight bits of a word the smallest number to try.
  private let starts: [UInt8]
  /// The brightness of each number, 1 at most.
  private let levels: [Float]

  /// Creates the table.
  ///
  /// - Parameter photons: the mean number for white.
  private init(photons: Double) {
    var (thresholds, starts) = ([UInt32](), [UInt8]())
    for byte in 0..<256 {
      let mean = Double(byte) / 255 * photons
      var (probability, sum) = (exp(-mean), 0.0)
      var own: [UInt32] = []
      for number in 0..<Self.limit {
        sum += probability
        probability *= mean / Double(number + 1)
        own.append(number == Self.limit - 1 ? .max : UInt32(min(sum * 4_294_967_296, 4_294_967_295)))
      }
      var start = 0
      for upper in 0..<256 {
        while start < Self.limit - 1, own[start] <= UInt32(upper) << 24 { start += 1 }
        starts.append(UInt8(start))
      }
      thresholds += own
    }
    self.thresholds = thresholds
    self.starts = starts
    levels = (0..<Self.limit).map { Float(min(Double($0) / photons, 1)) }
  }

  /// Returns the brightness that a byte has in the photons of a word, of which all 32 bits are random.
  @inline(__always)
  func level(of byte: UInt8, _ word: UInt32) -> Float {
    var number = Int(starts[Int(byte) << 8 | Int(word >> 24)])
    while number < Self.limit - 1, thresholds[Int(byte) * Self.limit + number] <= word { number += 1 }
    return levels[number]
  }
}
