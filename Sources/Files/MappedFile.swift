import Foundation

/// A file's bytes, mapped read-only into memory for as long as this object lives.
///
/// The pages are shared with every other process that maps the file and are read from disk when they are touched.
package final class MappedFile: Sendable {
  /// The path that was opened.
  package let path: String
  /// The number of bytes.
  package let count: Int
  private nonisolated(unsafe) let base: UnsafeRawPointer?
  /// Whether the pages are a file's, which can be read again, and no copy of bytes.
  private let isFile: Bool

  /// Maps the file at `path`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - expected: the expected kind of file, for the error when it is missing ("a vocabulary", "an image").
  /// - Throws: ``FileError`` when the file is missing, a folder, or cannot be mapped.
  package init(path: String, expected: String = "a file") throws(FileError) {
    let (descriptor, size) = try Self.open(path, expected: expected)
    defer { close(descriptor) }
    self.path = path
    count = size
    isFile = true
    guard count > 0 else {
      base = nil
      return
    }
    guard let mapped = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), mapped != MAP_FAILED else {
      throw .unreadable(path: path, reason: Self.reason())
    }
    base = UnsafeRawPointer(mapped)
  }

  /// Copies bytes into memory, for tests and for the tool that damages files.
  ///
  /// - Parameters:
  ///   - bytes: the contents.
  ///   - path: the name for errors.
  package init(copying bytes: [UInt8], named path: String) {
    self.path = path
    count = bytes.count
    isFile = false
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    guard count > 0, let mapped = mmap(nil, count, PROT_READ | PROT_WRITE, flags, -1, 0), mapped != MAP_FAILED else {
      base = nil
      return
    }
    mapped.copyMemory(from: bytes, byteCount: count)
    base = UnsafeRawPointer(mapped)
  }

  deinit {
    if let base { munmap(UnsafeMutableRawPointer(mutating: base), count) }
  }

  /// The bytes. Valid while the object lives: keep a reference to it as long as the pointer.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Lets the system have back the memory of the pages that were touched; they are read again when they are touched
  /// again.
  package func releasePages() { releasePages(0..<count) }

  /// Lets the system have back the memory of the pages that hold some of the bytes.
  package func releasePages(_ range: Range<Int>) {
    guard isFile, let base, !range.isEmpty else { return }
    // The mapping begins with a page; a neighbor whose page goes too will find it again.
    let first = range.lowerBound / Self.pageSize * Self.pageSize
    madvise(UnsafeMutableRawPointer(mutating: base + first), range.upperBound - first, MADV_DONTNEED)
  }

  private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// Reads a whole file into memory: faults of the disk are errors, where a mapped page would end the process.
  ///
  /// - Throws: ``FileError``, also when the file has more than `limit` bytes.
  package static func contents(of path: String, limit: Int, expected: String = "a file") throws(FileError) -> [UInt8] {
    let (descriptor, size) = try open(path, expected: expected)
    defer { close(descriptor) }
    guard size <= limit else { throw .tooLarge(path: path, limit: limit, found: size) }
    var problem: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let count = read(descriptor, buffer.baseAddress.map { $0 + filled }, size - filled)
        if count < 0, errno == EINTR { continue }
        if count < 0 { problem = .unreadable(path: path, reason: reason()) }
        // Somebody may have cut it short meanwhile.
        guard count > 0 else { return }
        filled += count
      }
    }
    if let problem { throw problem }
    return bytes
  }

  /// Opens a regular file, and says how many bytes it has.
  private static func open(_ path: String, expected: String) throws(FileError) -> (descriptor: Int32, size: Int) {
    // Without O_NONBLOCK a pipe that nobody writes would be waited for; to regular files it means nothing.
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR
        ? .missing(path: path, expected: expected) : .unreadable(path: path, reason: reason())
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      defer { close(descriptor) }
      throw .unreadable(path: path, reason: reason())
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let found = status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it isn't a regular file"
      throw .unreadable(path: path, reason: "\(found); expected \(expected)")
    }
    return (descriptor, Int(status.st_size))
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}
