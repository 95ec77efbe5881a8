import Foundation
import PromptLensCArchive
import PromptLensFiles

/// A tar archive of a WebDataset, opened for reading: entries in the order of the archive.
///
/// Entries of a plain archive are read where they lie. A gzip stream can only be read from its beginning, so it is
/// unpacked once into a file without a name.
package final class ShardArchive: Sendable {
  /// A regular file in the archive.
  package struct Entry: Sendable {
    let name: String
    /// The bytes of the archive that hold the entry's headers and contents.
    let range: Range<Int>
    let size: Int
    /// The contents of an entry that is called `.cls` or `.txt`.
    let text: String?
  }

  /// The largest size in bytes of a text entry, enough for a caption.
  private static let textLimit = 64 << 10
  /// The largest factor by which a gzip stream may expand: pictures hardly shrink, and a stream of zeros shrinks to a
  /// thousandth.
  private static let expansion = 64
  private static let roomForHeaders = 1 << 20

  /// The archive's file.
  let path: String
  /// The files in the archive, in order.
  package let entries: [Entry]
  private let descriptor: Int32
  private let size: Int

  /// Opens an archive and reads its headers.
  ///
  /// - Throws: `FileError` when it is missing; ``DatasetError/badShard(path:reason:)``.
  package init(_ path: String) throws {
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      if errno == ENOENT { throw FileError.missing(path: path, expected: "a tar archive") }
      throw FileError.unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(opened)
      let found = status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it isn't a regular file"
      throw FileError.unreadable(path: path, reason: "\(found); expected a tar archive")
    }
    var magic: [UInt8] = [0, 0]
    let isCompressed = pread(opened, &magic, 2, 0) == 2 && magic == [0x1F, 0x8B]
    var plain = opened
    if isCompressed {
      defer { close(opened) }
      plain = try Self.unpacked(opened, of: path, limit: Int(status.st_size) * Self.expansion + Self.roomForHeaders)
      guard fstat(plain, &status) == 0 else {
        close(plain)
        throw FileError.unreadable(path: path, reason: "it cannot be unpacked")
      }
    }
    self.path = path
    descriptor = plain
    size = Int(status.st_size)
    do {
      entries = try Self.entries(of: plain, size: size, path: path)
    } catch {
      close(plain)
      throw error
    }
  }

  deinit { close(descriptor) }

  // MARK: - Reading an entry

  /// Returns an entry's contents; callable from any thread.
  ///
  /// - Throws: ``DatasetError/badShard(path:reason:)``.
  package func contents(of entry: Entry) throws(DatasetError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: entry.range.count)
    let filled = bytes.withUnsafeMutableBytes { PositionedAccess.read(descriptor, at: entry.range.lowerBound, to: $0) }
    let reader = try Self.reader(pl_archive_tar(), path)
    defer { archive_read_free(reader) }
    var header: OpaquePointer?
    var contents = [UInt8](repeating: 0, count: entry.size)
    let read = bytes.withUnsafeBytes { buffer -> Int in
      guard archive_read_open_memory(reader, buffer.baseAddress, filled) == ARCHIVE_OK,
        archive_read_next_header(reader, &header) >= ARCHIVE_WARN
      else { return -1 }
      return contents.withUnsafeMutableBytes { archive_read_data(reader, $0.baseAddress, $0.count) }
    }
    guard read == entry.size else {
      throw .badShard(path: "\(path)/\(entry.name)", reason: "the shard ends within it; fetch the shard again")
    }
    return contents
  }

  // MARK: - Opening

  private static func entries(of descriptor: Int32, size: Int, path: String) throws(DatasetError) -> [Entry] {
    let reader = try Self.reader(pl_archive_tar(), path)
    defer { archive_read_free(reader) }
    guard lseek(descriptor, 0, SEEK_SET) == 0, archive_read_open_fd(reader, descriptor, 1 << 16) == ARCHIVE_OK else {
      throw .badShard(path: path, reason: "it isn't a tar archive (\(Self.message(reader)))")
    }
    var found: [(name: String, offset: Int, size: Int, text: String?)] = []
    while true {
      var header: OpaquePointer?
      let status = archive_read_next_header(reader, &header)
      if status == ARCHIVE_EOF { break }
      if status == ARCHIVE_RETRY { continue }
      guard status >= ARCHIVE_WARN, let header else {
        throw .badShard(
          path: path,
          reason: found.isEmpty
            ? "it isn't a tar archive (\(Self.message(reader)))"
            : "it is damaged after \(found.last?.name ?? "") (\(Self.message(reader))); fetch it again")
      }
      guard pl_archive_is_file(header) != 0 else { continue }
      guard let raw = archive_entry_pathname(header), let name = String(validatingCString: raw) else {
        throw .badShard(
          path: path, reason: "the name of an entry after \(found.last?.name ?? "its beginning") isn't UTF-8")
      }
      let (length, offset) = (Int(archive_entry_size(header)), Int(archive_read_header_position(reader)))
      guard length >= 0, offset >= 0, offset <= size, length <= size - offset else {
        throw .badShard(path: path, reason: "it ends within \(name); fetch it again")
      }
      var text: String?
      if name.hasSuffix(".cls") || name.hasSuffix(".txt"), length <= textLimit {
        var bytes = [UInt8](repeating: 0, count: length)
        let count = bytes.withUnsafeMutableBytes { archive_read_data(reader, $0.baseAddress, $0.count) }
        guard count == length, let read = String(validating: bytes, as: UTF8.self) else {
          throw .badShard(path: "\(path)/\(name)", reason: "it isn't UTF-8 text")
        }
        text = read
      }
      found.append((name, offset, length, text))
    }
    return found.enumerated().map { index, entry in
      let next = index + 1 < found.count ? found[index + 1].offset : size
      let limit = min(entry.offset + entry.size + roomForHeaders, size)
      return Entry(
        name: entry.name, range: entry.offset..<max(min(max(next, entry.offset), limit), entry.offset),
        size: entry.size,
        text: entry.text)
    }
  }

  /// Unpacks a gzip stream into a file that has no name.
  private static func unpacked(_ descriptor: Int32, of path: String, limit: Int) throws -> Int32 {
    let reader = try Self.reader(pl_archive_gzip(), path)
    defer { archive_read_free(reader) }
    let template = "\(NSTemporaryDirectory())/promptlens-shard-XXXXXX"
    var name = Array(template.utf8CString)
    let target = name.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
    guard target >= 0 else {
      throw FileError.unwritable(path: template, reason: String(cString: strerror(errno)))
    }
    _ = name.withUnsafeBufferPointer { $0.baseAddress.map { unlink($0) } }
    do {
      var header: OpaquePointer?
      guard archive_read_open_fd(reader, descriptor, 1 << 16) == ARCHIVE_OK,
        archive_read_next_header(reader, &header) >= ARCHIVE_WARN
      else { throw DatasetError.badShard(path: path, reason: "it cannot be unpacked (\(message(reader)))") }
      var buffer = [UInt8](repeating: 0, count: 1 << 18)
      var total = 0
      while true {
        let count = buffer.withUnsafeMutableBytes { archive_read_data(reader, $0.baseAddress, $0.count) }
        if count == 0 { return target }
        guard count > 0 else {
          throw DatasetError.badShard(
            path: path, reason: "it cannot be unpacked to its end (\(message(reader))); fetch it again")
        }
        total += count
        guard total <= limit else {
          throw DatasetError.badShard(
            path: path, reason: "it expands to more than \(expansion) times its size, as no shard of pictures does")
        }
        var written = 0
        while written < count {
          let step = buffer.withUnsafeBytes { write(target, $0.baseAddress.map { $0 + written }, count - written) }
          guard step >= 0 || errno == EINTR else {
            throw FileError.unwritable(path: "the unpacked \(path)", reason: String(cString: strerror(errno)))
          }
          written += max(step, 0)
        }
      }
    } catch {
      close(target)
      throw error
    }
  }

  private static func reader(_ reader: OpaquePointer?, _ path: String) throws(DatasetError) -> OpaquePointer {
    guard let reader else { throw .badShard(path: path, reason: "no memory is left to read it") }
    return reader
  }

  private static func message(_ reader: OpaquePointer) -> String {
    archive_error_string(reader).map { String(cString: $0) } ?? "it says nothing more"
  }
}
