import PromptLensImages

extension DataSource {
  /// The name before the data that is corrupted: `corrupt:fog:3:csv:pictures.csv`.
  static let corruptPrefix = "corrupt:"

  /// Parses data whose images are corrupted; nil for other data.
  ///
  /// - Throws: ``DatasetError/badSource(text:reason:)`` for an unknown kind or severity.
  static func corrupted(_ text: String) throws(DatasetError) -> (corruption: Corruption, data: String)? {
    guard text.hasPrefix(corruptPrefix), let parts = parts(text) else {
      guard text.hasPrefix(corruptPrefix) else { return nil }
      throw .badSource(text: text, reason: "corrupted data is written corrupt:KIND:SEVERITY:DATA")
    }
    guard let kind = CorruptionKind(name: parts.kind) else {
      throw .badSource(
        text: text,
        reason: "\"\(parts.kind)\" isn't a kind of corruption; known are "
          + NameList.line(CorruptionKind.allCases.map(\.rawValue)))
    }
    guard let severity = Int(parts.severity), let corruption = Corruption(kind, severity: severity) else {
      throw .badSource(text: text, reason: "\"\(parts.severity)\" isn't a severity from 1 to 5")
    }
    return (corruption, parts.data)
  }

  private static func parts(_ text: String) -> (kind: String, severity: String, data: String)? {
    let parts = text.dropFirst(corruptPrefix.count).split(
      separator: ":", maxSplits: 2, omittingEmptySubsequences: false
    ).map(String.init)
    guard parts.count == 3, !parts[2].isEmpty else { return nil }
    return (parts[0], parts[1], parts[2])
  }

  /// Returns the sources of a text: one, or for `corrupt:all:DATA` those of the fifteen common kinds at five severities, and
  /// for `corrupt:KIND:all:DATA` those of one kind.
  ///
  /// - Throws: ``DatasetError/badSource(text:reason:)``.
  package static func all(_ text: String) throws(DatasetError) -> [DataSource] {
    let everything = "\(corruptPrefix)all:"
    if text.hasPrefix(everything) {
      let data = text.dropFirst(everything.count)
      return try sources(
        CorruptionKind.common.flatMap { kind in
          Corruption.severities.map { "\(corruptPrefix)\(kind.rawValue):\($0):\(data)" }
        })
    }
    if text.hasPrefix(corruptPrefix), let parts = parts(text), parts.severity == "all" {
      return try sources(Corruption.severities.map { "\(corruptPrefix)\(parts.kind):\($0):\(parts.data)" })
    }
    return [try DataSource(text)]
  }

  private static func sources(_ texts: [String]) throws(DatasetError) -> [DataSource] {
    var sources: [DataSource] = []
    for text in texts { sources.append(try DataSource(text)) }
    return sources
  }

  /// The text without the corruption.
  package var cleanDescription: String {
    corruption == nil ? description : Self.parts(description)?.data ?? description
  }
}
