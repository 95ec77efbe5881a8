import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension DecodedContext {
  /// The most shared words in a table; the JSON holds all.
  private static let sharedRows = 20

  /// The metric and the words, under the keys of `decode --format json`.
  package var members: JSON.Object {
    var json = JSON.Object()
    json["metric"] = .string(metric.rawValue)
    json["centered"] = .bool(isCentered)
    json["vectors"] = .array(words.indices.map(vectorJSON))
    if context.classCount != nil {
      json["shared_words"] = .array(
        sharedWords.map {
          [
            "piece": .string(piece($0.id)), "id": JSON($0.id),
            "classes": .array($0.classes.map { .string(name(ofClass: $0)) }), "nearest": JSON($0.nearestCount),
          ]
        })
    }
    return json
  }

  /// The tables of the words: by vector and, if each class has a context of its own, by class and shared ones.
  package var tables: [Table] {
    context.classCount == nil ? [vectorTable] : [vectorTable, classTable, sharedTable]
  }

  /// The words that stand near vectors of several classes.
  package var sharedWords: [SharedWord] { SharedWord.all(in: words, length: context.length) }

  /// The columns that say which vector a row is about.
  var vectorColumns: [Table.Column] { (context.classCount == nil ? [] : [.text("class")]) + [.number("#")] }

  /// Returns the cells of ``vectorColumns``.
  func vectorCells(_ index: Int) -> [String] {
    (className(ofVector: index).map { [$0] } ?? []) + ["\(number(ofVector: index))"]
  }

  // MARK: - Words

  private var vectorTable: Table {
    var table = Table(
      columns: vectorColumns
        + (1...top).flatMap { [.text($0 == 1 ? "nearest" : "\($0)."), .number(metric.rawValue)] })
    for (index, list) in words.enumerated() {
      table.append(
        vectorCells(index) + list.flatMap { [label($0.id), $0.distance.formatted(decimals: 4)] }
          + [String](repeating: "", count: 2 * (top - list.count)))
    }
    return table
  }

  /// The table with a row for each word of each vector, in full precision.
  package var csv: Table {
    var csv = Table(
      columns: [
        .text("class"), .number("index"), .number("rank"), .text("piece"), .number("id"), .number("distance"),
      ])
    for (index, list) in words.enumerated() {
      for (rank, word) in list.enumerated() {
        csv.append(
          className(ofVector: index) ?? "", "\(number(ofVector: index))", "\(rank + 1)", piece(word.id), "\(word.id)",
          "\(word.distance)")
      }
    }
    return csv
  }

  /// Returns the words of a vector as JSON.
  func vectorJSON(_ index: Int) -> JSON {
    [
      "index": JSON(number(ofVector: index)), "class": className(ofVector: index).map { .string($0) } ?? .null,
      "words": .array(
        words[index].map {
          [
            "piece": .string(piece($0.id)), "text": .string(text($0.id)), "id": JSON($0.id),
            "distance": .number($0.distance),
          ]
        }),
    ]
  }

  // MARK: - Words by class

  private var classTable: Table {
    var table = Table(title: "Words by class", columns: [.text("class"), .text("nearest words")])
    for label in 0..<(context.classCount ?? 0) {
      let own = words[label * context.length..<(label + 1) * context.length]
      table.append(name(ofClass: label), own.compactMap(\.first).map { self.label($0.id) }.joined(separator: " "))
    }
    return table
  }

  private var sharedTable: Table {
    var table = Table(
      title: "Words shared by most classes, specific to none",
      columns: [.text("word"), .number("classes"), .number("nearest to"), .text("for example")])
    for word in sharedWords.prefix(Self.sharedRows) {
      table.append(
        label(word.id), "\(word.classes.count)", "\(word.nearestCount)",
        word.classes.prefix(3).map { name(ofClass: $0) }.joined(separator: ", "))
    }
    return table
  }
}
