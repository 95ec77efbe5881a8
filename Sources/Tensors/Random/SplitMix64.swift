import Foundation

/// A small generator for sequential draws, which aren't accessed by index.
///
/// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Creates the generator of a seed.
  package init(seed: UInt64) { state = seed }

  /// Returns the next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Returns a vector of a given Euclidean length whose direction is uniform over the sphere.
  ///
  /// Sources: Muller, "A note on a method for generating points uniformly on N-dimensional spheres" (1959), with normal
  /// numbers by Box and Muller (1958).
  package mutating func vector(width: Int, length: Double) -> [Float] {
    var normals: [Double] = []
    while normals.count < width {
      let radius = (-2 * log(Double.random(in: Double.leastNonzeroMagnitude..<1, using: &self))).squareRoot()
      let angle = Double.random(in: 0..<2 * .pi, using: &self)
      normals += [radius * cos(angle), radius * sin(angle)]
    }
    normals.removeLast(normals.count - width)
    let norm = normals.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return normals.map { Float($0 * length / norm) }
  }
}
