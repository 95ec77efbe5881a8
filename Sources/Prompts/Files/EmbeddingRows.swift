import PromptLensTensors

/// An index that finds vectors among the rows of a token embedding, bit by bit.
///
/// Numbers are compared in the narrower of the two element types, since CoOp in half precision rounds the embedding.
struct EmbeddingRows {
  /// The type that vectors are converted to before they are looked up.
  let dtype: DType
  private let table: Tensor
  private let rowBytes: Int
  /// The rows by their hashes, those of the vocabulary's first ids first.
  private var rows: [UInt64: [Int32]] = [:]

  /// Indexes an embedding for vectors of an element type.
  init(_ embedding: Tensor, for vectors: DType) {
    dtype = vectors.byteWidth < embedding.dtype.byteWidth ? vectors : embedding.dtype
    table = embedding.converted(to: dtype)
    rowBytes = (table.shape.dimensions.last ?? 0) * dtype.byteWidth
    var rows: [UInt64: [Int32]] = [:]
    let rowBytes = rowBytes
    table.withBytes { bytes in
      for row in 0..<(table.shape.dimensions.first ?? 0) {
        let hash = Self.hash(UnsafeRawBufferPointer(rebasing: bytes[row * rowBytes..<(row + 1) * rowBytes]))
        rows[hash, default: []].append(Int32(row))
      }
    }
    self.rows = rows
  }

  /// Returns the first row that equals each of some vectors, nil where none does.
  ///
  /// - Parameter vectors: `[…, width]`, of the table's width.
  /// - Returns: a row's number for each vector.
  func find(_ vectors: Tensor) -> [Int32?] {
    vectors.converted(to: dtype).withBytes { vectors in
      table.withBytes { table in
        stride(from: 0, to: vectors.count, by: max(rowBytes, 1)).map { start in
          let vector = UnsafeRawBufferPointer(rebasing: vectors[start..<start + rowBytes])
          return rows[Self.hash(vector)]?.first { row in
            let first = Int(row) * rowBytes
            return table[first..<first + rowBytes].elementsEqual(vector)
          }
        }
      }
    }
  }

  /// Returns FNV-1a over 16-bit units, which all element types are made of.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for offset in stride(from: 0, to: bytes.count, by: 2) {
      hash = (hash ^ UInt64(bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))) &* 0x0000_0100_0000_01B3
    }
    return hash
  }
}
