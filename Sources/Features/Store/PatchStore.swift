import Foundation
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors
import Synchronization

/// Embedded patches of images' views on disk: the part of a prompted image tower's input that doesn't depend on the prompts.
///
/// A folder with `key.json`; `patches.npy`, f4 [images · views, positions, width], in which views that no step has needed yet
/// are holes that take no space; and `rows`, the SHA-256 of each view that is there, 64 digits and the end of a line. A view is
/// written before its hash, so a process that was killed leaves nothing that counts. Several processes may work in one folder,
/// since all of them write the same bits.
package final class PatchStore: Sendable {
  /// The folder.
  package let path: String
  /// The number of views of each image.
  package let views: Int
  /// The bytes of one view.
  package let viewBytes: Int
  /// The number of views of all images.
  package let total: Int
  /// The largest number of views that are kept.
  package let limit: Int
  private let patches: Int32
  private let hashes: Int32
  private let start: Int
  private let note: @Sendable (String) -> Void
  private let state: Mutex<State>

  private struct State {
    /// The number of views in the folder.
    var kept: Int
    /// Whether nothing more is written.
    var isFull: Bool
  }

  /// The space that the patches in a folder take by default, in bytes.
  package static let defaultSpace = 4_000_000_000
  /// The space on the device that is left free, in bytes.
  private static let reserve = 256 << 20
  private static let format = "promptlens-patches"
  private static let formatVersion = 1
  /// 64 hexadecimal digits and the end of a line.
  private static let hashBytes = 65

  /// Opens a folder, or makes it.
  ///
  /// - Parameters:
  ///   - folder: the folder of features, in which a name identifies everything that the patches depend on.
  ///   - key: the key of the images' features.
  ///   - contentHashes: the SHA-256 of each image's file.
  ///   - positions: the rows of a view.
  ///   - width: the width of a row.
  ///   - space: the bytes that all patches in the folder may take; beyond it, views are computed whenever they're needed.
  ///   - note: receives a sentence when the device has no room for more.
  /// - Throws: ``FeatureError/otherStore(path:differences:)``, ``FeatureError/badPatches(path:reason:)``; `FileError` when the
  ///   folder can't be made.
  package init(
    in folder: String, key: FeatureKey, contentHashes: [String], positions: Int, width: Int, space: Int,
    note: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    let document = Self.document(key, contentHashes: contentHashes, positions: positions, width: width)
    let identifier = Self.hash(of: document.serialized())
    path = "\(folder)/\(key.split)-\(identifier.prefix(16)).patches"
    views = key.views
    total = contentHashes.count * key.views
    viewBytes = positions * width * MemoryLayout<Float>.stride
    limit = min(max(space - Self.bytes(in: folder, beside: path), 0) / max(viewBytes, 1), total)
    self.note = note
    try Self.check(document, in: path)
    let header = NumPyFile.header(shape: [total, positions, width])
    start = header.count
    let size = header.count + total * viewBytes
    let descriptors = try Self.descriptors(in: path, size: size, beginning: header, rows: total)
    (patches, hashes) = (descriptors.patches, descriptors.hashes)
    state = Mutex(State(kept: descriptors.kept, isFull: false))
  }

  deinit {
    close(patches)
    close(hashes)
  }

  /// The number of views that are there.
  package var kept: Int { state.withLock { $0.kept } }

  /// Returns the embedded patches of some views; the missing ones are computed and, within the space, kept.
  ///
  /// - Parameters:
  ///   - images: the images.
  ///   - chosen: a view of each.
  ///   - embed: computes the patches of the images with these indices among `images`, `[count, positions, width]`.
  /// - Returns: `[images.count, positions, width]`.
  /// - Throws: ``FeatureError/badPatches(path:reason:)`` when a view doesn't have its hash; the errors of `embed`.
  package func rows(
    _ images: [Int], _ chosen: [Int], embed: (_ missing: [Int]) throws -> FloatBuffer
  ) throws -> FloatBuffer {
    let rows = zip(images, chosen).map { $0 * views + $1 }
    let result = FloatBuffer(uninitialized: rows.count * viewBytes / MemoryLayout<Float>.stride)
    let found = try Parallel.map(rows.count) { index in
      try self.read(rows[index], to: self.bytes(of: index, in: result))
    }
    let missing = rows.indices.filter { !found[$0] }
    guard !missing.isEmpty else { return result }
    let made = try embed(missing)
    for (index, position) in missing.enumerated() {
      let bytes = UnsafeRawBufferPointer(bytes(of: index, in: made))
      self.bytes(of: position, in: result).copyMemory(from: bytes)
      keep(rows[position], bytes)
    }
    return result
  }

  private func bytes(of index: Int, in buffer: FloatBuffer) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      start: UnsafeMutableRawPointer(buffer.pointer) + index * viewBytes, count: viewBytes)
  }

  // MARK: - Views

  /// Reads a view; false when it isn't there.
  private func read(_ row: Int, to bytes: UnsafeMutableRawBufferPointer) throws -> Bool {
    var line = [UInt8](repeating: 0, count: Self.hashBytes)
    let isComplete = line.withUnsafeMutableBytes { Self.readAll(hashes, row * Self.hashBytes, to: $0) }
    guard isComplete else { throw bad("\"rows\" can't be read: \(String(cString: strerror(errno)))") }
    guard line[0] != 0 else { return false }
    guard Self.readAll(patches, start + row * viewBytes, to: bytes) else {
      throw bad("\"patches.npy\" can't be read: \(String(cString: strerror(errno)))")
    }
    let expected = String(decoding: line.dropLast(), as: UTF8.self)
    let found = Fingerprint.of(UnsafeRawBufferPointer(bytes))
    guard found == expected else {
      throw bad("view \(row % views) of image \(row / views) doesn't have the hash in \"rows\"")
    }
    return true
  }

  /// Writes a view, then its hash, where there's room.
  private func keep(_ row: Int, _ bytes: UnsafeRawBufferPointer) {
    let hasRoom = state.withLock { !$0.isFull && $0.kept < limit }
    guard hasRoom else { return }
    if let free = Self.free(patches), free < viewBytes + Self.reserve {
      return stop("its device has \(free / 1_000_000) MB left")
    }
    let line = Array("\(Fingerprint.of(bytes))\n".utf8)
    guard Self.writeAll(patches, start + row * viewBytes, bytes),
      line.withUnsafeBytes({ Self.writeAll(hashes, row * Self.hashBytes, $0) })
    else { return stop(String(cString: strerror(errno))) }
    state.withLock { $0.kept += 1 }
  }

  /// Writes nothing more, and says why.
  private func stop(_ reason: String) {
    let isFirst = state.withLock { state in
      defer { state.isFull = true }
      return !state.isFull
    }
    if isFirst { note("\(path): no more patches are kept, the others are computed in every step: \(reason)") }
  }

  private func bad(_ reason: String) -> FeatureError { .badPatches(path: path, reason: reason) }

  // MARK: - The folder

  private static func hash(of text: String) -> String { Array(text.utf8).withUnsafeBytes { Fingerprint.of($0) } }

  private static func document(
    _ key: FeatureKey, contentHashes: [String], positions: Int, width: Int
  ) -> JSON {
    var members = JSON.Object()
    members["format"] = .string(format)
    members["format_version"] = JSON(formatVersion)
    for field in key.fields { members[field.name] = .string(field.value) }
    members["images_sha256"] = .string(hash(of: contentHashes.joined(separator: "\n")))
    members["positions"] = JSON(positions)
    members["width"] = JSON(width)
    return .object(members)
  }

  /// Checks that a folder's key is the requested one, or writes it.
  private static func check(_ document: JSON, in folder: String) throws {
    try AtomicOutput.makeFolder(at: folder)
    let path = "\(folder)/key.json"
    guard FileManager.default.fileExists(atPath: path) else {
      // Patches without a key may be of anything.
      for name in ["rows", "patches.npy"] { unlink("\(folder)/\(name)") }
      return try AtomicOutput.text(document.serialized(pretty: true) + "\n", to: path)
    }
    let found = try JSONNode(contentsOf: path)
    guard case .object(let members) = found.value, case .object(let asked) = document else {
      throw FeatureError.badPatches(path: folder, reason: "key.json isn't an object")
    }
    let differences = asked.compactMap { name, value -> String? in
      let other = (members[name] ?? .null).serialized()
      return other == value.serialized() ? nil : "\(name) \(other) where \(value.serialized()) is asked for"
    }
    guard differences.isEmpty else { throw FeatureError.otherStore(path: folder, differences: differences) }
  }

  /// Opens the files of patches and hashes, and counts the hashes.
  private static func descriptors(
    in folder: String, size: Int, beginning header: [UInt8], rows: Int
  ) throws -> (patches: Int32, hashes: Int32, kept: Int) {
    let patches = try opened("\(folder)/patches.npy", size: size, beginning: header)
    var hashes: Int32 = -1
    do {
      hashes = try opened("\(folder)/rows", size: rows * hashBytes, beginning: [])
      return (patches, hashes, try count(in: hashes, rows, path: folder))
    } catch {
      close(patches)
      if hashes >= 0 { close(hashes) }
      throw error
    }
  }

  /// Opens a file of a size, most of which may be holes, or makes it; one that can't be written is read.
  private static func opened(_ path: String, size: Int, beginning: [UInt8]) throws -> Int32 {
    var descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if descriptor < 0, [EACCES, EROFS].contains(errno) { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw FileError.writing(path, code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      close(descriptor)
      throw FileError.writing(path, code: errno)
    }
    if status.st_size == 0, size > 0 {
      guard beginning.withUnsafeBytes({ writeAll(descriptor, 0, $0) }), ftruncate(descriptor, off_t(size)) == 0 else {
        let code = errno
        close(descriptor)
        throw FileError.writing(path, code: code)
      }
      return descriptor
    }
    var found = [UInt8](repeating: 0, count: beginning.count)
    let isRead = found.withUnsafeMutableBytes { readAll(descriptor, 0, to: $0) }
    guard Int(status.st_size) == size, isRead, found == beginning else {
      close(descriptor)
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      throw FeatureError.badPatches(
        path: folder,
        reason: "\"\(path.split(separator: "/").last ?? "")\" has \(status.st_size) bytes, expected \(size)")
    }
    return descriptor
  }

  /// Counts the views with a hash.
  private static func count(in hashes: Int32, _ total: Int, path: String) throws -> Int {
    let piece = 1 << 14
    var lines = [UInt8](repeating: 0, count: min(piece, total) * hashBytes)
    var found = 0
    for start in stride(from: 0, to: total, by: piece) {
      let count = min(piece, total - start)
      let isRead = lines.withUnsafeMutableBytes {
        readAll(hashes, start * hashBytes, to: UnsafeMutableRawBufferPointer(rebasing: $0[..<(count * hashBytes)]))
      }
      guard isRead else { throw FeatureError.badPatches(path: path, reason: "\"rows\" can't be read") }
      found += (0..<count).count { lines[$0 * hashBytes] != 0 }
    }
    return found
  }

  /// Returns the bytes that other patches in a folder take, without their holes.
  private static func bytes(in folder: String, beside own: String) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.reduce(0) { sum, name in
      var status = stat()
      guard name.hasSuffix(".patches"), "\(folder)/\(name)" != own,
        stat("\(folder)/\(name)/patches.npy", &status) == 0
      else { return sum }
      return sum + Int(status.st_blocks) * 512
    }
  }

  /// Returns the bytes that the device of a file has left; nil if unknown.
  private static func free(_ descriptor: Int32) -> Int? {
    var status = statvfs()
    guard fstatvfs(descriptor, &status) == 0 else { return nil }
    return Int(clamping: status.f_bavail).multipliedReportingOverflow(by: Int(clamping: status.f_frsize)).partialValue
  }

  private static func readAll(_ descriptor: Int32, _ offset: Int, to bytes: UnsafeMutableRawBufferPointer) -> Bool {
    PositionedAccess.read(descriptor, at: offset, to: bytes) == bytes.count
  }

  private static func writeAll(_ descriptor: Int32, _ offset: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
    PositionedAccess.write(bytes, to: descriptor, at: offset) == bytes.count
  }
}
