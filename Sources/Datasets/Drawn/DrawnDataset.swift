import PromptLensFeatures
import PromptLensDrawing
import PromptLensFiles
import PromptLensImages
import PromptLensTensors

/// A data set of drawn pictures: a folder with `STYLE/SPLIT/THING/NUMBER.png` and a table, `pictures.csv`, of all of
/// them.
///
/// Read the table as `csv:DIR/pictures.csv?domain=photo`, or the folder of one style as `folder:DIR/photo`.
package struct DrawnDataset: Sendable {
  /// The things to draw, which are the classes.
  package let things: [Thing]
  /// The styles, which are the domains.
  package let styles: [PictureStyle]
  /// The number of pictures of each thing in each style.
  package let counts: [Split: Int]
  /// The seed. Different splits and seeds share no pictures.
  package let seed: Int
  /// The side of each picture in pixels.
  package let size: Int
  /// The wording of captions.
  package let wording: Wording
  /// The pair of backgrounds that go with things; nil for random backgrounds.
  package var spurious: SpuriousPair?

  /// The filename of the table.
  package static let tableName = "pictures.csv"

  /// Creates a description of a data set, without drawing.
  package init(
    things: [Thing], styles: [PictureStyle], counts: [Split: Int], seed: Int, size: Int, wording: Wording = .plain
  ) {
    self.things = things
    self.styles = styles
    self.counts = counts
    self.seed = seed
    self.size = size
    self.wording = wording
  }

  /// The number of pictures.
  package var count: Int { styles.count * things.count * counts.values.reduce(0, +) }

  /// Draws all pictures into a folder.
  ///
  /// - Parameters:
  ///   - folder: a missing or empty folder.
  ///   - finished: called after each picture, from any thread.
  /// - Throws: `FileError` when the folder cannot be written.
  package func write(to folder: String, finished: @escaping @Sendable () -> Void = {}) throws {
    try AtomicOutput.folder(at: folder, replacing: false) { partial in
      let batches = styles.flatMap { style in
        Split.allCases.flatMap { split in
          things.map { Batch(style: style, split: split, thing: $0, count: counts[split] ?? 0) }
        }
      }.filter { $0.count > 0 }
      for batch in batches { try AtomicOutput.makeFolder(at: "\(partial)/\(batch.folder)") }
      let rows = try Parallel.map(batches.count) { try draw(batches[$0], into: partial, finished) }
      let table = CommaSeparated.line(Self.columns) + rows.joined().joined()
      let path = "\(partial)/\(Self.tableName)"
      try OutputFile.create(path, named: "\(folder)/\(Self.tableName)") { try $0.write(Array(table.utf8)) }
    }
  }

  private static let columns = [
    "path", "label", "split", "domain", "caption", "color", "texture", "background",
  ]

  /// One thing's pictures of a split in a style.
  private struct Batch: Sendable {
    let style: PictureStyle
    let split: Split
    let thing: Thing
    let count: Int
    var folder: String { "\(style.rawValue)/\(split)/\(thing.name.replacing(" ", with: "_"))" }
  }

  private func thingIndex(_ thing: Thing) -> Int { things.firstIndex { $0.name == thing.name } ?? 0 }

  /// Draws and writes pictures, and returns their rows of the table.
  private func draw(_ batch: Batch, into folder: String, _ finished: () -> Void) throws -> [String] {
    try (0..<batch.count).map { number in
      let picture = Picture(
        of: batch.thing, style: batch.style, seed: seed, part: batch.split.part, number: number, size: size,
        wording: wording,
        background: spurious?.background(
          of: thingIndex(batch.thing), split: batch.split, number: number, of: batch.count)
      )
      let file = try PNGEncoder.file(rgb: picture.pixels, width: size, height: size)
      let digits = String(number)
      let path = "\(batch.folder)/\(String(repeating: "0", count: max(5 - digits.count, 0)))\(digits).png"
      try OutputFile.create("\(folder)/\(path)", named: path) { try $0.write(file) }
      finished()
      return CommaSeparated.line([
        path, picture.thing, batch.split.rawValue, picture.style.rawValue, picture.caption, picture.color,
        picture.texture, picture.background,
      ])
    }
  }
}

extension Split {
  fileprivate var part: Int {
    switch self {
    case .train: 0
    case .val: 1
    case .test: 2
    }
  }
}
