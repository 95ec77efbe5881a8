import PromptLensTensorFiles
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensTensors

/// The finished pieces of an extraction, in the folder `FILE.h5.partial` next to the future store.
///
/// Each piece is a small file that appears only when it is complete and contains a hash of its features. Whenever the
/// process is killed, the existing pieces are intact, and the next run computes the others. Pieces
/// whose images were changed since are computed again.
package final class FeatureJournal {
  /// Rows with their computed results.
  package struct Piece {
    package let rows: Range<Int>
    /// `[rows.count, V, D]`.
    package let features: Tensor
    package let images: [ExtractedImage]

    /// Creates a piece.
    package init(rows: Range<Int>, features: Tensor, images: [ExtractedImage]) {
      self.rows = rows
      self.features = features
      self.images = images
    }
  }

  private let folder: String
  private let files: [String]
  private let listedHashes: [String?]
  private let views: Int
  private let width: Int
  private let claim: Claim
  /// The pieces, in order of their rows.
  package private(set) var pieces: [Piece] = []

  /// Opens the folder, or makes it, and reads the pieces in it.
  ///
  /// - Parameters:
  ///   - output: the future store.
  ///   - key: the key of the features; a folder with another key is an error.
  ///   - files: the image of each row.
  ///   - listedHashes: the SHA-256 that each should have, nil where it isn't known.
  ///   - width: the width of a feature.
  ///   - acceptsProblems: whether pieces with unreadable images count as done.
  /// - Throws: ``FeatureError/otherStore(path:differences:)``; `FileError` when the folder cannot be written, or
  ///   another process is at work in it.
  package init(
    output: String, key: FeatureKey, files: [String], listedHashes: [String?], width: Int, acceptsProblems: Bool
  ) throws {
    folder = "\(output).partial"
    views = key.views
    self.files = files
    self.listedHashes = listedHashes
    self.width = width
    claim = try Claim.folder(folder)
    try checkKey(key)
    try readPieces(acceptsProblems: acceptsProblems)
  }

  /// The number of finished rows.
  package var finished: Int { pieces.reduce(0) { $0 + $1.rows.count } }

  /// Returns the missing rows, in slices of at most `size`.
  package func missing(inSlicesOf size: Int) -> [Range<Int>] {
    var slices: [Range<Int>] = []
    var next = 0
    for end in pieces.map(\.rows.lowerBound) + [files.count] {
      while next < end {
        slices.append(next..<min(next + size, end))
        next = min(next + size, end)
      }
      next = pieces.first { $0.rows.lowerBound == end }?.rows.upperBound ?? end
    }
    return slices
  }

  /// Writes a piece.
  package func record(_ piece: Piece) throws {
    try HDF5Writer.write(to: "\(folder)/\(Self.name(of: piece.rows))") { file in
      try file.write(piece.features, to: "features")
      try file.write(piece.images.map(\.contentHash), to: "sha256")
      try file.write(piece.images.map(\.bytes), to: "file_bytes")
      try file.write(piece.images.map { $0.problem ?? "" }, to: "problems")
      try file.set("features_sha256", .string(Fingerprint.of(piece.features)))
    }
    pieces.append(try read(piece.rows))
    pieces.sort { $0.rows.lowerBound < $1.rows.lowerBound }
  }

  /// Writes the store, renames it and removes the folder.
  package func finish(_ contents: FeatureStoreContents, output: String) throws {
    let assembled = "\(folder)/assembled.h5"
    try contents.write(to: assembled)
    guard rename(assembled, output) == 0 else {
      throw FileError.writing(output, code: errno)
    }
    PartialOutput.discard(folder)
  }

  /// Removes the folder of a finished store, which a process that was killed behind the renaming has left.
  ///
  /// - Parameter output: the store.
  package static func removeLeftover(of output: String) {
    PartialOutput.removeLeftovers(in: URL(fileURLWithPath: output).deletingLastPathComponent().path)
    let folder = "\(output).partial"
    guard FileManager.default.fileExists(atPath: folder), let claim = try? Claim.folder(folder) else { return }
    withExtendedLifetime(claim) { PartialOutput.discard(folder) }
  }

  // MARK: The folder

  private func checkKey(_ key: FeatureKey) throws {
    let path = "\(folder)/key.json"
    guard FileManager.default.fileExists(atPath: path) else {
      // Pieces without a key may be of anything.
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".h5") {
        unlink("\(folder)/\(name)")
      }
      var document = JSON.Object()
      for field in key.fields { document[field.name] = .string(field.value) }
      let text = JSON.object(document).serialized(pretty: true) + "\n"
      try AtomicOutput.text(text, to: path)
      return
    }
    let root = try JSONNode(contentsOf: path)
    guard let found = FeatureKey(fields: { (try? root.optionalString($0)) ?? nil }) else {
      throw FeatureError.badStore(path: path, reason: "its members are incomplete; remove \(folder)")
    }
    let differences = found.differences(from: key)
    guard differences.isEmpty else { throw FeatureError.otherStore(path: folder, differences: differences) }
  }

  private func readPieces(acceptsProblems: Bool) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      guard name != "key.json" else { continue }
      let path = "\(folder)/\(name)"
      guard let rows = Self.rows(of: name), rows.upperBound <= files.count,
        rows.lowerBound >= pieces.last?.rows.upperBound ?? 0, let piece = try? read(rows),
        acceptsProblems || piece.images.allSatisfy({ $0.problem == nil }), try isCurrent(piece, at: path)
      else {
        // Files that a killed process left half-written: a temporary file, or a piece that a power failure has damaged;
        // or a piece that left images out when that was allowed, or whose images are others now.
        if name.hasSuffix(".partial") || name.hasSuffix(".h5") { unlink(path) }
        continue
      }
      pieces.append(piece)
    }
  }

  /// Returns a Boolean value that indicates whether a piece matches the current images and their expected hashes.
  private func isCurrent(_ piece: Piece, at path: String) throws -> Bool {
    let isListed = zip(piece.images, listedHashes[piece.rows]).allSatisfy { $1 == nil || $0.contentHash == $1 }
    return try isListed && ExtractedImage.firstChanged(piece.images, in: Array(files[piece.rows]), since: path) == nil
  }

  private func read(_ rows: Range<Int>) throws -> Piece {
    let path = "\(folder)/\(Self.name(of: rows))"
    let file = try HDF5File(path: path)
    let features = try file.tensor("features")
    let (hashes, bytes) = (try file.strings("sha256"), try file.integers("file_bytes"))
    let problems = try file.strings("problems")
    let shape = [rows.count, views, width]
    guard features.shape.dimensions == shape, features.dtype == .float32, hashes.count == rows.count,
      bytes.count == rows.count, problems.count == rows.count,
      try file.attribute("features_sha256") == .string(Fingerprint.of(features))
    else { throw FeatureError.badStore(path: path, reason: "it is damaged") }
    let images = rows.indices.map { $0 - rows.lowerBound }.map { index in
      ExtractedImage(
        contentHash: hashes[index], bytes: bytes[index], problem: problems[index].isEmpty ? nil : problems[index])
    }
    return Piece(rows: rows, features: features, images: images)
  }

  private static func name(of rows: Range<Int>) -> String {
    func padded(_ number: Int) -> String { String(repeating: "0", count: max(9 - "\(number)".count, 0)) + "\(number)" }
    return "\(padded(rows.lowerBound))-\(padded(rows.upperBound)).h5"
  }

  private static func rows(of name: String) -> Range<Int>? {
    let parts = name.split { $0 == "-" || $0 == "." }
    guard parts.count == 3, parts[2] == "h5", let start = Int(parts[0]), let end = Int(parts[1]), start < end,
      Self.name(of: start..<end) == name
    else { return nil }
    return start..<end
  }
}
