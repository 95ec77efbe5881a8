import Foundation
import PromptLensImages
import PromptLensKernels
import PromptLensTensors

/// A rotation of queries and keys by the place of their patch, as tables of cosines and sines.
package struct RotaryRotation: Sendable {
  /// The rows before the patches, which are not turned.
  private let skipped: Int
  private let headWidth: Int
  /// `[patches, headWidth]`, each angle's twice; of a pair of sines the first is negative.
  private let cosines: FloatBuffer
  private let sines: FloatBuffer

  /// Computes the tables of a grid of patches.
  ///
  /// - Parameters:
  ///   - embedding: the numbers of the angles.
  ///   - grid: the patches along both sides.
  ///   - headWidth: the width of a head, a multiple of 4.
  ///   - skipped: the number of rows before the patches.
  package init(
    _ embedding: TimmTransformerConfiguration.RotaryEmbedding, grid: PixelSize, headWidth: Int, skipped: Int
  ) {
    self.skipped = skipped
    self.headWidth = headWidth
    cosines = FloatBuffer(count: grid.count * headWidth)
    sines = FloatBuffer(count: grid.count * headWidth)
    let quarter = headWidth / 4
    let frequencies = (0..<quarter).map { pow(10000, -Double($0) / Double(quarter)) }
    func place(_ index: Int, of count: Int) -> Double {
      Double(index + embedding.offset) / Double(count) * Double(embedding.reference)
    }
    for row in 0..<grid.height {
      for column in 0..<grid.width {
        let places = [place(row, of: grid.height), place(column, of: grid.width)]
        let axes = embedding.hasColumnsFirst ? places.reversed() : places
        let first = (row * grid.width + column) * headWidth
        for (axis, place) in axes.enumerated() {
          for (index, frequency) in frequencies.enumerated() {
            let angle = place * frequency
            let pair = first + 2 * (axis * quarter + index)
            for part in 0..<2 { cosines.pointer[pair + part] = Float(cos(angle)) }
            sines.pointer[pair] = Float(-sin(angle))
            sines.pointer[pair + 1] = Float(sin(angle))
          }
        }
      }
    }
  }

  /// The cosines and the sines of the patches, `[patches, headWidth]`: a row is turned by its product with the cosines
  /// plus the product of its swapped pairs with the sines.
  var tables: (cosines: [Float], sines: [Float]) {
    (
      Array(UnsafeBufferPointer(start: cosines.pointer, count: cosines.count)),
      Array(UnsafeBufferPointer(start: sines.pointer, count: sines.count))
    )
  }

  /// Turns all heads of a sequence's rows in place.
  ///
  /// - Parameters:
  ///   - rows: the sequence's first row.
  ///   - stride: floats between rows.
  ///   - count: the number of rows, those before the patches too.
  ///   - heads: the number of heads.
  func apply(_ rows: UnsafeMutablePointer<Float>, stride: Int, rows count: Int, heads: Int) {
    kernels().pointee.rotate_pairs(
      rows + skipped * stride, stride, count - skipped, heads, headWidth, cosines.pointer, sines.pointer)
  }
}
