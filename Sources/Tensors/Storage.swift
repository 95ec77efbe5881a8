import Files

/// Read-only bytes that tensors share: allocated memory, or a part of a mapped file.
public final class Storage: Sendable {
  /// The alignment of allocated storage in bytes: a cache line, and an AVX-512 register.
  public static let alignment = 64

  private nonisolated(unsafe) let base: UnsafeRawPointer
  /// Keeps mapped or borrowed bytes alive; `nil` when the bytes are this object's own.
  private let owner: (any Sendable)?
  /// The number of bytes.
  public let count: Int

  /// Allocates `count` bytes and lets `fill` write them; nobody writes them afterwards.
  public init(count: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: Self.alignment)
    do {
      try fill(UnsafeMutableRawBufferPointer(start: memory, count: count))
    } catch {
      memory.deallocate()
      throw error
    }
    base = UnsafeRawPointer(memory)
    owner = nil
    isMapped = false
    self.count = count
  }

  /// A mapped file's bytes.
  public convenience init(_ file: MappedFile) {
    guard let bytes = file.bytes.baseAddress else {
      self.init(count: 0) { _ in }
      return
    }
    self.init(base: bytes, count: file.count, owner: file, isMapped: true)
  }

  /// A buffer's bytes, which nobody writes any more.
  convenience init(_ buffer: FloatBuffer) {
    self.init(
      base: UnsafeRawPointer(buffer.pointer), count: buffer.count * MemoryLayout<Float>.stride, owner: buffer,
      isMapped: false)
  }

  private init(base: UnsafeRawPointer, count: Int, owner: any Sendable, isMapped: Bool) {
    self.base = base
    self.count = count
    self.owner = owner
    self.isMapped = isMapped
  }

  deinit {
    if owner == nil { base.deallocate() }
  }

  /// Whether the bytes are a file's, not a copy.
  public let isMapped: Bool

  /// Calls `body` with the bytes, which live as long as the call.
  public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeRawBufferPointer(start: base, count: count))
  }
}
