import Foundation
import PromptLensCHDF5
import PromptLensFiles

// The checksum of what lies around a file's numbers: names, shapes, types and attributes, which libhdf5's oldest and most
// readable format leaves unguarded.

extension HDF5File {
  /// The attribute of the root that holds the checksum of all bytes that belong to no dataset, with its own digits left
  /// blank.
  static let headerChecksumName = "headers_xxh3"
  /// The digits until the file is complete; as many as a checksum has.
  static let blankHeaderChecksum = "headers-checksum-to-be-filled-in"

  /// Checks the bytes around the datasets, if the file carries their checksum: files of other software and of earlier
  /// versions do not.
  ///
  /// - Throws: ``TensorFileError/changed(path:object:)`` when they have changed since they were written.
  package func checkHeaders() throws {
    guard ChecksumCheck.isOn, case .string(let expected)? = try attribute(Self.headerChecksumName) else { return }
    guard let found = headerChecksum(leavingOut: expected), found.digits == expected else {
      throw TensorFileError.changed(path: path, object: "its headers")
    }
  }

  /// Completes a file that ``HDF5Writer`` closed: replaces the blank digits.
  ///
  /// - Parameters:
  ///   - temporary: the file.
  ///   - path: the path to name in errors.
  /// - Throws: `FileError` when it cannot be written, ``TensorFileError`` when it cannot be read back.
  static func fillHeaderChecksum(_ temporary: String, named path: String) throws {
    guard let (digits, offset) = try HDF5File(path: temporary).headerChecksum(leavingOut: blankHeaderChecksum) else {
      throw TensorFileError.unwritable(path: path, object: "/", reason: "its attributes cannot be read back")
    }
    let bytes = Array(digits.utf8)
    let descriptor = open(temporary, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError.writing(path, code: errno) }
    let isWritten = pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count
    let problem = isWritten ? 0 : errno
    guard close(descriptor) == 0, isWritten else { throw FileError.writing(path, code: isWritten ? errno : problem) }
  }

  /// Returns the checksum of the bytes that belong to no dataset, with zeros in place of a text, and the text's place; nil
  /// when the text isn't there.
  private func headerChecksum(leavingOut text: String) -> (digits: String, offset: Int)? {
    let text = Array(text.utf8)
    guard !text.isEmpty else { return nil }
    return storage.withBytes { file in
      let checksum = Checksum()
      var place: Int?
      for gap in gaps(in: file.count) {
        let bytes = UnsafeRawBufferPointer(rebasing: file[gap])
        guard place == nil, let start = bytes.firstRange(of: text)?.lowerBound else {
          checksum.add(bytes)
          continue
        }
        place = gap.lowerBound + start
        checksum.add(UnsafeRawBufferPointer(rebasing: bytes[..<start]))
        [UInt8](repeating: 0, count: text.count).withUnsafeBytes { checksum.add($0) }
        checksum.add(UnsafeRawBufferPointer(rebasing: bytes[(start + text.count)...]))
      }
      return place.map { (checksum.digits, $0) }
    }
  }

  /// Returns the ranges of a file's bytes that no dataset's numbers lie in, in order.
  private func gaps(in count: Int) -> [Range<Int>] {
    var gaps: [Range<Int>] = []
    var end = 0
    let ranges = datasets.compactMap { dataset -> Range<Int>? in
      guard case .contiguous(let offset?) = dataset.layout, offset <= count else { return nil }
      return offset..<min(offset + dataset.storedBytes, count)
    }
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > end { gaps.append(end..<range.lowerBound) }
      end = max(end, range.upperBound)
    }
    if end < count { gaps.append(end..<count) }
    return gaps
  }
}
