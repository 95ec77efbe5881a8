import Foundation
import PromptLensFeatures
import PromptLensFiles
import PromptLensImages
import PromptLensTensors

/// Corrupted forms of a data set's images, as files: `KIND/SEVERITY/` and the data's own paths, which end in `.png`.
///
/// `images.csv` beside them lists all of them, with the columns path, label, split, corruption and severity. A file
/// depends on its image, its path, its corruption and the seed alone.
package struct CorruptedImages: Sendable {
  /// The images.
  package let dataset: Dataset
  /// The splits to corrupt.
  package let splits: [Split]
  /// The corruptions.
  package let corruptions: [Corruption]
  /// The seed.
  package let seed: Int
  /// Whether pictures are turned as their EXIF block says.
  package let appliesOrientation: Bool
  /// Whether images that cannot be read are left out.
  package let skipsUnreadable: Bool

  /// The filename of the table.
  package static let tableName = "images.csv"

  /// Creates a description, without reading images.
  package init(
    _ dataset: Dataset, splits: [Split], corruptions: [Corruption], seed: Int, appliesOrientation: Bool = false,
    skipsUnreadable: Bool = false
  ) {
    self.dataset = dataset
    self.splits = splits
    self.corruptions = corruptions
    self.seed = seed
    self.appliesOrientation = appliesOrientation
    self.skipsUnreadable = skipsUnreadable
  }

  /// The number of images before they are corrupted.
  package var imageCount: Int { splits.reduce(0) { $0 + dataset[$1].count } }

  /// Writes all files into a folder.
  ///
  /// - Parameters:
  ///   - folder: a missing or empty folder.
  ///   - finished: called after each image, from any thread.
  /// - Returns: the sentences on images that were left out.
  /// - Throws: `FileError` when the folder cannot be written; `FileError` or `ImageError` for an image that cannot be read.
  package func write(to folder: String, finished: @escaping @Sendable () -> Void = {}) throws -> [String] {
    let items = splits.flatMap { split in dataset[split].map { (split: split, item: $0) } }
    let names = Self.names(items.map(\.item.path))
    return try AtomicOutput.folder(at: folder, replacing: false) { partial in
      for corruption in corruptions {
        for parent in Set(names.map { Self.parent($0) }).sorted() {
          let place = Self.place(corruption)
          try AtomicOutput.makeFolder(at: "\(partial)/\(parent.isEmpty ? place : "\(place)/\(parent)")")
        }
      }
      let problems = try Parallel.map(items.count) { index -> String? in
        defer { finished() }
        do {
          try write(items[index].item, as: names[index], into: partial)
          return nil
        } catch {
          guard skipsUnreadable, !Self.isWriting(error) else { throw error }
          return "\(error)"
        }
      }
      var table = CommaSeparated.line(["path", "label", "split", "corruption", "severity"])
      for corruption in corruptions {
        for (index, entry) in items.enumerated() where problems[index] == nil {
          table += CommaSeparated.line([
            "\(Self.place(corruption))/\(names[index])", dataset.classNames[entry.item.label], entry.split.rawValue,
            corruption.kind.rawValue, "\(corruption.severity)",
          ])
        }
      }
      let path = "\(partial)/\(Self.tableName)"
      try OutputFile.create(path, named: "\(folder)/\(Self.tableName)") { try $0.write(Array(table.utf8)) }
      return problems.compactMap(\.self)
    }
  }

  private static func isWriting(_ error: any Error) -> Bool {
    switch error as? FileError {
    case .unwritable, .noSpace, .exists, .isInput, .busy, .closedPipe: true
    default: false
    }
  }

  /// The folder of a corruption.
  private static func place(_ corruption: Corruption) -> String { "\(corruption.kind.rawValue)/\(corruption.severity)" }

  private static func parent(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  private func write(_ item: Dataset.Item, as name: String, into folder: String) throws {
    let file = dataset.file(of: item)
    let bytes = try ImageFile.contents(of: file, limit: ViewLoader.fileLimit)
    let decoded = try bytes.withUnsafeBytes { bytes throws(ImageError) in
      try ImageDecoder.decode(bytes: bytes, name: file, applyOrientation: appliesOrientation)
    }
    let picture = Corruption.prepared(decoded)
    for corruption in corruptions {
      let result = try corruption.applied(to: picture, path: item.path, seed: seed)
      let png = try PNGEncoder.file(rgb: result.bytes, width: result.width, height: result.height)
      let path = "\(Self.place(corruption))/\(name)"
      try OutputFile.create("\(folder)/\(path)", named: path) { try $0.write(png) }
    }
  }

  /// Returns the paths of files: relative, and ending in `.png`; paths that differ in their ending alone keep it.
  static func names(_ paths: [String]) -> [String] {
    let relative = paths.map { path in
      path.split(separator: "/").filter { $0 != "." && $0 != ".." }.joined(separator: "/")
    }
    func withoutEnding(_ path: String) -> String {
      guard let dot = path.lastIndex(of: "."), dot > (path.lastIndex(of: "/") ?? path.startIndex) else { return path }
      return String(path[..<dot])
    }
    let counts = Dictionary(relative.map { (withoutEnding($0), 1) }, uniquingKeysWith: +)
    return relative.map { path in
      let stem = withoutEnding(path)
      return "\(counts[stem] == 1 ? stem : path).png"
    }
  }
}
