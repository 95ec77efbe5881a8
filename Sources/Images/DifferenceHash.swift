/// A picture's coarse appearance, by which copies are found that were resized, recompressed or slightly retouched.
///
/// The picture is reduced to 9 by 8 cells of average brightness; each bit says whether a cell is brighter than its
/// left neighbor. Source: Neal Krawetz's "dHash" (2013), https://www.hackerfactor.com/blog/index.php?/archives/529.
package struct DifferenceHash: Sendable, Equatable {
  /// 64 comparisons, row by row from the highest bit.
  package let bits: UInt64
  /// The average brightness of the cells, `[8, 9]`, 0 to 255.
  package let cells: [UInt8]

  private static let columns = 9
  private static let rows = 8

  /// Computes the hash of a picture.
  package init(_ image: DecodedImage) {
    let rgb = image.convertedToRGB()
    let columnEdges = Self.edges(rgb.width, parts: Self.columns)
    let rowEdges = Self.edges(rgb.height, parts: Self.rows)
    var cells: [UInt8] = []
    rgb.bytes.withUnsafeBufferPointer { pixels in
      for row in rowEdges {
        for column in columnEdges {
          var sum = 0
          for y in row {
            for x in column {
              let place = 3 * (y * rgb.width + x)
              // Brightness by ITU-R BT.601, in thousandths.
              sum += 299 * Int(pixels[place]) + 587 * Int(pixels[place + 1]) + 114 * Int(pixels[place + 2])
            }
          }
          cells.append(UInt8(sum / (1000 * row.count * column.count)))
        }
      }
    }
    var bits: UInt64 = 0
    for place in cells.indices where place % Self.columns > 0 {
      bits = bits << 1 | (cells[place] > cells[place - 1] ? 1 : 0)
    }
    self.bits = bits
    self.cells = cells
  }

  /// Creates a hash of known contents.
  package init(bits: UInt64, cells: [UInt8]) {
    self.bits = bits
    self.cells = cells
  }

  /// Returns the number of bits that differ.
  package func distance(to other: DifferenceHash) -> Int { (bits ^ other.bits).nonzeroBitCount }

  /// Returns the mean difference of the cells' brightness.
  ///
  /// Comparisons alone take pictures without structure for copies of each other.
  package func brightnessDifference(to other: DifferenceHash) -> Double {
    let sum = zip(cells, other.cells).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(sum) / Double(max(cells.count, 1))
  }

  /// Divides a side into parts that differ by one pixel at most; parts of sides that are too short overlap.
  private static func edges(_ side: Int, parts: Int) -> [Range<Int>] {
    (0..<parts).map { part in
      let start = min(part * side / parts, side - 1)
      return start..<max((part + 1) * side / parts, start + 1)
    }
  }
}
