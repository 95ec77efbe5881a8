import Foundation

/// A file's bytes, mapped read-only into memory for the lifetime of this object.
///
/// The pages are shared with every other process that maps the file and are read from disk on access.
package final class MappedFile: Sendable {
  /// The path of the file.
  package let path: String
  /// The number of bytes.
  package let count: Int
  private nonisolated(unsafe) let base: UnsafeRawPointer?
  /// Whether the pages belong to a file, so that they can be read again, instead of being a copy.
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

  /// The bytes, which are valid for the lifetime of the object.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Releases the memory of the pages, which are read again on access.
  package func releasePages() { releasePages(0..<count) }

  /// Releases the memory of the pages of some bytes.
  package func releasePages(_ range: Range<Int>) {
    guard isFile, let base, !range.isEmpty else { return }
    // The mapping begins at a page; neighbors on a released page read it again.
    let first = range.lowerBound / Self.pageSize * Self.pageSize
    madvise(UnsafeMutableRawPointer(mutating: base + first), range.upperBound - first, MADV_DONTNEED)
  }

  private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// Reads a whole file into memory, so that disk faults are errors, which would end the process in a mapped page.
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
        // The file may have been truncated meanwhile.
        guard count > 0 else { return }
        filled += count
      }
    }
    if let problem { throw problem }
    return bytes
  }

  /// Opens a regular file, and returns its size.
  private static func open(_ path: String, expected: String) throws(FileError) -> (descriptor: Int32, size: Int) {
    // Without O_NONBLOCK, opening a pipe without a writer would block; it has no effect on regular files.
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
    guard status.st_size >= 1024 || !beginsAsPointer(descriptor) else {
      close(descriptor)
      throw .gitLFSPointer(path: path, expected: expected)
    }
    return (descriptor, Int(status.st_size))
  }

  /// Returns whether a file begins as Git LFS's pointers do.
  private static func beginsAsPointer(_ descriptor: Int32) -> Bool {
    let mark = Array("version https://git-lfs.github.com/spec/".utf8)
    var bytes = [UInt8](repeating: 0, count: mark.count)
    return pread(descriptor, &bytes, bytes.count, 0) == mark.count && bytes == mark
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}
