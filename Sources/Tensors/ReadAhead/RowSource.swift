/// Where rows of floats come from that are worth making ready in advance: files that are read, decoded and written out.
///
/// The three steps are apart because reading waits for a disk and the others take a processor's time; see ``ReadAhead``.
package protocol RowSource: Sendable {
  /// What is read of an item, a file's bytes.
  associatedtype Contents
  /// What all rows of an item are made of, a decoded picture.
  associatedtype Decoded
  /// The rows that each item gives, one after the other.
  var rowsPerItem: Int { get }
  /// Reads an item; many at once, since most of that is waiting.
  func read(_ item: Int) throws -> Contents
  /// Decodes what was read.
  func decode(_ contents: Contents, of item: Int) throws -> Decoded
  /// Writes one of the item's rows, counted from 0.
  func write(_ decoded: Decoded, of item: Int, row: Int, to floats: UnsafeMutableBufferPointer<Float>) throws
}

/// Rows that a closure computes, one for each item.
package struct ComputedRows: RowSource {
  private let body: @Sendable (_ item: Int, _ floats: UnsafeMutableBufferPointer<Float>) throws -> Void

  /// Rows that `body` writes; it is called once for each item, on any thread.
  package init(_ body: @escaping @Sendable (_ item: Int, _ floats: UnsafeMutableBufferPointer<Float>) throws -> Void) {
    self.body = body
  }

  /// One.
  package var rowsPerItem: Int { 1 }
  /// Does nothing: there is no file.
  package func read(_ item: Int) {}
  /// Does nothing.
  package func decode(_ contents: Void, of item: Int) {}
  /// Computes the row.
  ///
  /// - Throws: what the closure throws.
  package func write(_ decoded: Void, of item: Int, row: Int, to floats: UnsafeMutableBufferPointer<Float>) throws {
    try body(item, floats)
  }
}
