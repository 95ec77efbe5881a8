/// A source of rows of floats that are prepared in advance from files: read, decoded and converted.
///
/// The three steps are separate because reading waits for a disk and the others use a processor; see ``ReadAhead``.
package protocol RowSource: Sendable {
  /// The raw contents of an item, such as a file's bytes.
  associatedtype Contents
  /// The decoded contents of an item, such as a picture, from which its rows are made.
  associatedtype Decoded
  /// The number of consecutive rows of each item.
  var rowsPerItem: Int { get }
  /// Reads an item; many items are read at once, since reading is mostly waiting.
  func read(_ item: Int) throws -> Contents
  /// Decodes the contents of an item.
  func decode(_ contents: Contents, of item: Int) throws -> Decoded
  /// Writes one of the item's rows, counted from 0.
  func write(_ decoded: Decoded, of item: Int, row: Int, to floats: UnsafeMutableBufferPointer<Float>) throws
}

/// A source whose rows are computed by a closure, one for each item.
package struct ComputedRows: RowSource {
  private let body: @Sendable (_ item: Int, _ floats: UnsafeMutableBufferPointer<Float>) throws -> Void

  /// Creates a source whose rows `body` writes, called once for each item, on any thread.
  package init(_ body: @escaping @Sendable (_ item: Int, _ floats: UnsafeMutableBufferPointer<Float>) throws -> Void) {
    self.body = body
  }

  /// One row for each item.
  package var rowsPerItem: Int { 1 }
  /// Reads nothing, because items don't have files.
  package func read(_ item: Int) {}
  /// Decodes nothing.
  package func decode(_ contents: Void, of item: Int) {}
  /// Computes the row.
  ///
  /// - Throws: the closure's error.
  package func write(_ decoded: Void, of item: Int, row: Int, to floats: UnsafeMutableBufferPointer<Float>) throws {
    try body(item, floats)
  }
}
