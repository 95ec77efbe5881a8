import PromptLensPrompts
import PromptLensCheckpoints
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting
import PromptLensTokenization

/// A context's nearest words, for people and programs.
struct DecodedContext {
  let context: LearnedContext
  /// The names of the classes, from the file or by the model that it belongs to.
  let classNames: [String]?
  /// For each vector its words, class after class.
  let words: [[WordNeighbor]]
  let tokenizer: Tokenizer
  let metric: WordMetric
  let isCentered: Bool
  let top: Int

  /// How many shared words a person is shown; the JSON holds all.
  private static let sharedRows = 20

  /// The words, and what else was found about them.
  func results(with sections: [DecodeSection]) -> Results {
    var json = JSON.Object()
    json["metric"] = .string(metric.rawValue)
    json["centred"] = .bool(isCentered)
    json["vectors"] = .array(words.indices.map(vectorJSON))
    var tables = [vectorTable]
    if context.classCount != nil {
      let shared = SharedWord.all(in: words, length: context.length)
      tables += [classTable, sharedTable(shared)]
      json["shared_words"] = .array(
        shared.map {
          [
            "piece": .string(piece($0.id)), "id": JSON($0.id), "classes": .array($0.classes.map { .string(name($0)) }),
            "nearest": JSON($0.nearestCount),
          ]
        })
    }
    for section in sections {
      json[section.key] = section.json
      tables += section.tables
    }
    return Results(json: .object(json), tables: tables, csv: csv)
  }

  // MARK: - Names

  /// The word that a person reads.
  func piece(_ id: Int) -> String { tokenizer.vocabulary.pieces[id] }

  /// Words as they stand in a sentence, without the marks of where they end.
  func plain(_ ids: [Int]) -> String {
    ids.map { id in
      let text = tokenizer.decode([Int32(id)]).filter { !$0.isWhitespace }
      // A piece of a character is no text by itself.
      return text.isEmpty || text.contains("\u{FFFD}") ? piece(id) : text
    }.joined(separator: " ")
  }

  /// A class's name, or its number from 1.
  func name(_ place: Int) -> String { classNames?[place] ?? "\(place + 1)" }

  /// The class that a vector's context is for; `nil` when all classes share the context.
  func className(ofVector index: Int) -> String? {
    context.classCount == nil ? nil : name(index / context.length)
  }

  /// A vector's place in its context, from 1.
  func place(ofVector index: Int) -> Int { index % context.length + 1 }

  /// The columns and cells that say which vector a row is about.
  var vectorColumns: [Table.Column] { (context.classCount == nil ? [] : [.text("class")]) + [.number("#")] }
  func vectorCells(_ index: Int) -> [String] {
    (className(ofVector: index).map { [$0] } ?? []) + ["\(place(ofVector: index))"]
  }

  // MARK: - Words

  private var vectorTable: Table {
    var table = Table(
      columns: vectorColumns
        + (1...top).flatMap { [.text($0 == 1 ? "nearest" : "\($0)."), .number(metric.rawValue)] })
    for (index, list) in words.enumerated() {
      table.append(
        vectorCells(index) + list.flatMap { [piece($0.id), $0.distance.formatted(decimals: 4)] }
          + [String](repeating: "", count: 2 * (top - list.count)))
    }
    return table
  }

  /// A row for each word of each vector.
  var csv: Table {
    var csv = Table(
      columns: [
        .text("class"), .number("index"), .number("rank"), .text("piece"), .number("id"), .number("distance"),
      ])
    for (index, list) in words.enumerated() {
      for (rank, word) in list.enumerated() {
        csv.append(
          className(ofVector: index) ?? "", "\(place(ofVector: index))", "\(rank + 1)", piece(word.id), "\(word.id)",
          "\(word.distance)")
      }
    }
    return csv
  }

  func vectorJSON(_ index: Int) -> JSON {
    [
      "index": JSON(place(ofVector: index)), "class": className(ofVector: index).map { .string($0) } ?? .null,
      "words": .array(
        words[index].map {
          [
            "piece": .string(piece($0.id)), "text": .string(tokenizer.decode([Int32($0.id)])), "id": JSON($0.id),
            "distance": .number($0.distance),
          ]
        }),
    ]
  }

  // MARK: - By class

  private var classTable: Table {
    var table = Table(title: "Words by class", columns: [.text("class"), .text("nearest words")])
    for place in 0..<(context.classCount ?? 0) {
      let own = words[place * context.length..<(place + 1) * context.length]
      table.append(name(place), own.compactMap(\.first).map { piece($0.id) }.joined(separator: " "))
    }
    return table
  }

  private func sharedTable(_ shared: [SharedWord]) -> Table {
    var table = Table(
      title: "Words shared by most classes: they say nothing about any of them",
      columns: [.text("word"), .number("classes"), .number("nearest to"), .text("for example")])
    for word in shared.prefix(Self.sharedRows) {
      table.append(
        piece(word.id), "\(word.classes.count)", "\(word.nearestCount)",
        word.classes.prefix(3).map(name).joined(separator: ", "))
    }
    return table
  }
}
