import PromptLensDatasets
import PromptLensEvaluation
import PromptLensPrompts

/// A data set whose images test a prompt.
package struct TransferDomain: Sendable {
  /// The data set as the command line names it.
  package let source: DataSource
  /// The data set's lists of images.
  package let dataset: Dataset
  /// The data set's own template, or "a photo of a {}.".
  package let template: Template
  /// A short name for columns.
  package let name: String

  /// Reads a data set's lists.
  ///
  /// - Parameters:
  ///   - source: the data set.
  ///   - name: its name for columns; nil for the portable name.
  ///   - observer: the receiver of notes.
  /// - Throws: the errors of reading, and `DatasetError` when there aren't any test images.
  package init(_ source: DataSource, name: String? = nil, observer: ExperimentObserver = .silent) throws {
    self.source = source
    self.name = name ?? source.portableName
    dataset = try source.dataset()
    dataset.reportNotes(to: observer)
    _ = try dataset.items(of: .test)
    template = try dataset.template.map { try Template($0) } ?? .photo
  }

  /// Reads data sets and gives them short names for columns: only the domain, such as photo, if that is unique, else
  /// names that distinguish them.
  ///
  /// - Throws: the errors of reading one of them.
  package static func read(
    _ sources: [DataSource], observer: ExperimentObserver = .silent
  ) throws -> [TransferDomain] {
    let isOneCorrupted = Set(sources.filter { $0.corruption != nil }.map(\.cleanDescription)).count == 1
    let short = sources.map { source in
      if let corruption = source.corruption, isOneCorrupted {
        return "\(corruption.kind.rawValue) \(corruption.severity)"
      }
      let parts = source.portableName.split(separator: "?", maxSplits: 1)
      let values = parts.count > 1 ? parts[1].split(separator: "&").map { $0.drop { $0 != "=" }.dropFirst() } : []
      return values.isEmpty ? source.portableName : values.joined(separator: " ")
    }
    let areDistinct = Set(short).count == short.count
    let names = DataNames(sources.map(\.description))
    return try zip(sources, short).map {
      try TransferDomain($0, name: areDistinct ? $1 : names($0.description), observer: observer)
    }
  }

  /// The classes, for matching with others.
  package var classes: ClassMatching.Classes { dataset.classes(owner: source.description) }
}

extension Dataset {
  /// Returns the classes, for matching with others.
  ///
  /// - Parameter owner: the name of their owner in errors.
  /// - Returns: the names, with WordNet ids if known.
  package func classes(owner: String) -> ClassMatching.Classes {
    ClassMatching.Classes(owner: owner, names: classNames, identifiers: classIdentifiers)
  }
}
