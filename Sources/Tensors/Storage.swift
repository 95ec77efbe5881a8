import PromptLensFiles

/// Read-only bytes shared by tensors: allocated memory, or a part of a mapped file.
package final class Storage: Sendable {
  /// The alignment of allocated storage in bytes: a cache line, and an AVX-512 register.
  package static let alignment = 64

  private nonisolated(unsafe) let base: UnsafeRawPointer
  /// The allocation to free at the end; nil if the bytes are borrowed.
  private nonisolated(unsafe) let allocation: UnsafeMutableRawPointer?
  /// The file of the bytes, which stays mapped.
  private let file: MappedFile?
  /// The owner of borrowed bytes, which keeps them alive.
  private let owner: FloatBuffer?
  /// The storage that these bytes are a part of, which keeps them alive.
  private let whole: Storage?
  /// The number of bytes.
  package let count: Int

  /// Allocates `count` bytes and lets `fill` write them; they aren't written afterward.
  package init(count: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
    // Aligned by hand: glibc before 2.38 cannot use a block again that it aligned itself, and memory would grow without
    // bound.
    let allocation = LargeBlock.allocate(byteCount: count + Self.alignment)
    let memory = allocation.alignedUp(toMultipleOf: Self.alignment)
    do {
      try fill(UnsafeMutableRawBufferPointer(start: memory, count: count))
    } catch {
      allocation.deallocate()
      throw error
    }
    base = UnsafeRawPointer(memory)
    self.allocation = allocation
    file = nil
    owner = nil
    whole = nil
    self.count = count
  }

  /// Creates storage over a tensor's bytes, without a copy.
  convenience init(_ tensor: Tensor) {
    let whole = tensor.storage
    self.init(base: whole.base + tensor.byteOffset, count: tensor.byteCount, whole: whole)
  }

  /// Creates storage over a mapped file's bytes.
  package convenience init(_ file: MappedFile) {
    guard let bytes = file.bytes.baseAddress else {
      self.init(count: 0) { _ in }
      return
    }
    self.init(base: bytes, count: file.count, file: file)
  }

  /// Creates storage over a buffer's bytes, which must not change afterward.
  convenience init(_ buffer: FloatBuffer) {
    self.init(
      base: UnsafeRawPointer(buffer.pointer), count: buffer.count * MemoryLayout<Float>.stride, owner: buffer)
  }

  private init(
    base: UnsafeRawPointer, count: Int, file: MappedFile? = nil, owner: FloatBuffer? = nil, whole: Storage? = nil
  ) {
    self.base = base
    allocation = nil
    self.count = count
    self.file = file
    self.owner = owner
    self.whole = whole
  }

  deinit {
    allocation?.deallocate()
  }

  /// A Boolean value that indicates whether the bytes belong to a mapped file.
  package var isMapped: Bool { file != nil }

  /// Releases the memory of a mapped file's bytes; has no effect on a copy.
  package func releasePages(_ range: Range<Int>) { file?.releasePages(range) }

  /// Calls `body` with the bytes, which are valid during the call.
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeRawBufferPointer(start: base, count: count))
  }
}
