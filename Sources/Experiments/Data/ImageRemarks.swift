import PromptLensDatasets
import PromptLensFeatures
import PromptLensJSONDocuments

/// Remarks on the images of a result that may change its numbers: notes on their lists, and files that cannot be read.
///
/// Every result of images has one, and documents hold it under the same two keys, which are lists of texts.
package struct ImageRemarks: Sendable, Equatable {
  /// Notes on the lists of images, sentences without a period.
  package private(set) var notes: [String]
  /// The paths of images that were left out because they cannot be read.
  package private(set) var skipped: [String]

  /// Creates remarks; each that is given several times is kept once.
  package init(notes: [String] = [], skipped: [String] = []) {
    self.notes = Self.unique(notes)
    self.skipped = Self.unique(skipped)
  }

  /// Creates the remarks of a data set and of the features of its splits.
  ///
  /// - Parameters:
  ///   - dataset: the data set.
  ///   - stores: the features; their own notes are those of the same data set.
  package init(_ dataset: Dataset, _ stores: [FeatureStore?] = []) {
    self.init(notes: dataset.notes.map(\.description), skipped: stores.flatMap { $0?.skipped ?? [] })
  }

  /// Creates the remarks of stored features, as they were noticed when the features were computed.
  package init(_ stores: [FeatureStore?]) {
    self.init(notes: stores.flatMap { $0?.notes ?? [] }, skipped: stores.flatMap { $0?.skipped ?? [] })
  }

  /// Returns the remarks of several results, each once.
  package static func joined(_ remarks: [ImageRemarks]) -> ImageRemarks {
    ImageRemarks(notes: remarks.flatMap(\.notes), skipped: remarks.flatMap(\.skipped))
  }

  private static func unique(_ lines: [String]) -> [String] {
    var known: Set<String> = []
    return lines.filter { known.insert($0).inserted }
  }
}

// MARK: - In documents

extension ImageRemarks {
  /// Adds the remarks to a document, under `notes` and `skipped`.
  package func write(to document: inout JSON.Object) {
    document["notes"] = .array(notes.map { .string($0) })
    document["skipped"] = .array(skipped.map { .string($0) })
  }

  /// Returns a document with the remarks.
  package func added(to document: JSON) -> JSON {
    guard case .object(var object) = document else { return document }
    write(to: &object)
    return .object(object)
  }

  /// Reads the remarks of a document; earlier ones have none.
  ///
  /// - Throws: `JSONError` naming the member that isn't an array of strings.
  package init(decoding document: JSONNode) throws {
    func texts(_ key: String) throws -> [String] { try document[key]?.array().map { try $0.string() } ?? [] }
    self.init(notes: try texts("notes"), skipped: try texts("skipped"))
  }
}
