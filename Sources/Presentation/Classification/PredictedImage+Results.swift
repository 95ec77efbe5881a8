import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

/// A writer of predictions, which writes those of any number of images as they come.
package struct PredictionWriter {
  /// The images of a table: more of them are divided into several, so that none takes much memory.
  private static let tableLimit = 1000

  private let format: PredictionFormat
  private let tellsUnknown: Bool
  private let tellsUnsure: Bool
  private let tellsPlaces: Bool
  private var waiting: [PredictedImage] = []
  private var isFirst = true

  /// Creates a writer.
  ///
  /// - Parameters:
  ///   - format: the format.
  ///   - tellsUnknown: whether images say that they belong to none of the classes.
  ///   - tellsUnsure: whether images say that their class is unsure.
  ///   - tellsPlaces: whether images say where they were put.
  package init(_ format: PredictionFormat, tellsUnknown: Bool, tellsUnsure: Bool, tellsPlaces: Bool) {
    self.format = format
    self.tellsUnknown = tellsUnknown
    self.tellsUnsure = tellsUnsure
    self.tellsPlaces = tellsPlaces
  }

  /// Returns the text of some images, as far as it can be written.
  package mutating func text(of images: [PredictedImage]) -> String {
    defer { isFirst = false }
    switch format {
    case .jsonl: return images.map { $0.json.serialized() + "\n" }.joined()
    case .json: return images.enumerated().map { (isFirst && $0 == 0 ? "[" : ",") + $1.json.serialized() }.joined()
    case .csv:
      let lines = table(of: images, isForReading: false).csv()
      return isFirst ? lines : String(lines.drop { $0 != "\n" }.dropFirst())
    case .table, .markdown, .latex:
      waiting += images
      return waiting.count < Self.tableLimit ? "" : tables()
    }
  }

  /// Returns the text that is left at the end.
  package mutating func end() -> String {
    switch format {
    case .json: isFirst ? "[]\n" : "]\n"
    case .csv: isFirst ? table(of: [], isForReading: false).csv() : ""
    case .jsonl: ""
    case .table, .markdown, .latex: waiting.isEmpty ? "" : tables()
    }
  }

  private mutating func tables() -> String {
    defer { waiting = [] }
    let table = table(of: waiting, isForReading: true)
    return Results(json: .null, tables: [table]).text(as: format.tables ?? .table)
  }

  /// Returns a row for each image and class, for reading or in full precision.
  private func table(of images: [PredictedImage], isForReading: Bool) -> Table {
    func answer(_ isTrue: Bool?) -> String { isTrue.map { isForReading ? ($0 ? "yes" : "no") : "\($0)" } ?? "" }
    var table = Table(
      columns: [.text("image"), .number("rank"), .text("class"), .number("probability")]
        + (tellsUnknown ? [.text("unknown")] : []) + (tellsUnsure ? [.text("unsure")] : [])
        + (tellsPlaces ? [.text("placed")] : []))
    for image in images {
      let more =
        (tellsUnknown ? [answer(image.isUnknown)] : []) + (tellsUnsure ? [answer(image.isUnsure)] : [])
        + (tellsPlaces ? [image.placed ?? ""] : [])
      if image.problem != nil { table.append([image.path, "", isForReading ? "cannot be read" : "", ""] + more) }
      for (rank, found) in image.classes.enumerated() {
        let probability = isForReading ? found.probability.percentage : "\(found.probability)"
        table.append([image.path, "\(rank + 1)", found.name, probability] + more)
      }
    }
    return table
  }
}

extension PredictedImage {
  /// The document of the image.
  fileprivate var json: JSON {
    var object = JSON.Object()
    object["image"] = .string(path)
    object["unknown"] = isUnknown.map { .bool($0) }
    object["unsure"] = isUnsure.map { .bool($0) }
    object["classes"] = .array(
      classes.map {
        ["name": .string($0.name), "label": JSON($0.label), "probability": .number($0.probability)]
      })
    object["temperature"] = temperature.map { .number($0) }
    object["placed"] = placed.map { .string($0) }
    object["skipped"] = problem.map { .string($0) }
    return .object(object)
  }
}
