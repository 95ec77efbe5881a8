import PromptLensFiles

/// Names of data sets that stand side by side: the file's or folder's last part or the data set's key, with the selection.
/// Where these are alike, as many parts of the path as distinguish them: `a/pictures.csv` and `b/pictures.csv`.
package struct DataNames: Sendable {
  private let names: [String: String]

  /// Names data sets.
  ///
  /// - Parameter texts: the data sets as results record them; a text that isn't one of a source, such as the name of a
  ///   feature file's data, is a name itself.
  package init(_ texts: [String]) {
    let sources = Set(texts).sorted().compactMap { text in (try? DataSource(text)).map { (text: text, source: $0) } }
    var names: [String: String] = [:]
    for alike in Dictionary(grouping: sources, by: { $0.source.portableName }).values {
      let ends = PathEnds.names(of: alike.map(\.source.path))
      let found = zip(alike, ends).map { alike.count > 1 ? $0.source.portableName(at: $1) : $0.source.portableName }
      // Sources of one path differ in what only their texts say.
      let counts = Dictionary(found.map { ($0, 1) }, uniquingKeysWith: +)
      for ((text, _), name) in zip(alike, found) { names[text] = counts[name] == 1 ? name : text }
    }
    self.names = names
  }

  /// Names one data set.
  package init(_ text: String) { self.init([text]) }

  /// Returns the name of a data set.
  package func callAsFunction(_ text: String) -> String { names[text] ?? DataNames.plain(text) }

  private static func plain(_ text: String) -> String { (try? DataSource(text))?.portableName ?? text }
}
