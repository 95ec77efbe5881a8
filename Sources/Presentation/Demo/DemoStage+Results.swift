import PromptLensPromptLearning
import PromptLensDrawing
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension DemoStage {
  /// The table of the stage.
  package var table: Table {
    Table(columns: columns, rows: rows.map { $0.map(Self.cell) })
  }

  /// The keys of the columns in documents.
  private var keys: [String] {
    switch kind {
    case .wordings: ["wording", "accuracy"]
    case .fewShots: ["shots", "zero_shot", "nearest_mean", "uc_end", "uc_middle", "csc_end", "csc_middle"]
    case .words: ["index", "nearest", "l2", "second", "third", "verdict"]
    case .styles: ["domain", "zero_shot", "uc", "csc"]
    case .newClasses: ["subset", "classes", "zero_shot", "uc"]
    case .noise: ["wrong_labels", "zero_shot", "uc", "csc", "nearest_mean"]
    }
  }

  private var columns: [Table.Column] {
    switch kind {
    case .wordings: [.text("wording"), .number("accuracy")]
    case .fewShots:
      [
        .number("shots"), .number("zero-shot"), .number("nearest mean"), .number("UC end"), .number("UC middle"),
        .number("CSC end"), .number("CSC middle"),
      ]
    case .words:
      [.number("#"), .text("nearest"), .number("l2"), .text("2."), .text("3."), .text("verdict")]
    case .styles: [.text("domain"), .number("zero-shot"), .number("UC, 16 photos"), .number("CSC, 16 photos")]
    case .newClasses:
      [.text("subset"), .number("classes"), .number("zero-shot"), .number("UC, 16 shots of base")]
    case .noise:
      [.number("wrong labels"), .number("zero-shot"), .number("UC"), .number("CSC"), .number("nearest mean")]
    }
  }

  private static func json(_ value: Value) -> JSON {
    switch value {
    case .text(let text): .string(text)
    case .count(let count): JSON(count)
    case .share(let number), .distance(let number): .number(number)
    case .control(let control): .string(control.sentence)
    }
  }

  private static func cell(_ value: Value) -> String {
    switch value {
    case .text(let text): text
    case .count(let count): "\(count)"
    case .share(let share): share.percentage
    case .distance(let distance): distance.formatted(decimals: 4)
    case .control(let control): control.sentence
    }
  }

  /// A sentence on the rows.
  private var note: String? { controls?.sentence }

  /// Returns the title of the stage in a demo.
  private func title(in demo: Demo) -> String {
    switch kind {
    case .wordings:
      "Zero-shot: \(demo.settings.testPictures * demo.settings.classes.count) photos of "
        + "\(demo.settings.classes.count) classes, by a template alone."
    case .fewShots: "CoOp: contexts learned from a few photos of each class, for all classes (UC) or each (CSC)."
    case .words: "Decoding: the vocabulary words nearest to each learned vector."
    case .styles: "Domain shift: the contexts learned from photos, tested on other styles."
    case .newClasses: "Base to new: a context learned from the first half of the classes, tested on both halves."
    case .noise: "Label noise: contexts learned from photos, some of them with wrong labels."
    }
  }

  /// Returns the command that repeats the stage.
  private func command(in demo: Demo) -> String {
    let folder = demo.folder
    switch kind {
    case .wordings:
      return "promptlens zero-shot --model \(folder)/model --data \"\(demo.data())\" --template \"a photo of a {}.\""
    case .fewShots: return "promptlens train \(demo.learningOptions) --seed \(demo.settings.seed) --output run"
    case .words: return "promptlens decode \(folder)/runs/uc-end-16/context.h5 --model \(folder)/model --controls"
    case .styles:
      let targets = PictureStyle.allCases.filter { $0 != .photo }.map { "\"\(demo.data($0))\"" }
      return "promptlens transfer --run \(folder)/runs/uc-end-16 \(folder)/runs/csc-end-16 --source \"\(demo.data())\""
        + " --target \(targets.joined(separator: " "))"
    case .newClasses: return "promptlens base-to-new \(demo.learningOptions) --output base-to-new"
    case .noise:
      return "promptlens noise \(demo.learningOptions) --rates 0,0.25,0.5 --kinds symmetric --losses ce --output noise"
    }
  }

  /// Returns the stage as text.
  ///
  /// - Parameter demo: the demo.
  /// - Returns: a heading, the command and the table.
  package func text(in demo: Demo) -> String {
    let number = (Kind.allCases.firstIndex(of: kind) ?? 0) + 1
    return "\n# \(number) of \(Kind.allCases.count). \(title(in: demo))\n$ \(command(in: demo))\n\n\(table.text())"
      + (note.map { "\($0)\n" } ?? "")
  }

  /// The values of the rows, in full precision, each with its column's key and the row's first value.
  fileprivate var cells: [[String]] {
    rows.flatMap { row in
      zip(keys, row).dropFirst().map { key, value in
        [kind.rawValue, Self.plain(row[0]), key, Self.plain(value)]
      }
    }
  }

  private static func plain(_ value: Value) -> String {
    switch json(value) {
    case .string(let text): text
    case let number: number.serialized()
    }
  }

  /// Returns the stage as data: the values by their columns' keys.
  fileprivate func json(in demo: Demo) -> JSON {
    let rows = rows.map { row in
      var object = JSON.Object()
      for (key, value) in zip(keys, row) { object[key] = Self.json(value) }
      return JSON.object(object)
    }
    return [
      "stage": .string(kind.rawValue), "title": .string(title(in: demo)), "command": .string(command(in: demo)),
      "rows": .array(rows), "note": note.map { .string($0) } ?? .null,
    ]
  }
}

extension Demo {
  /// The learning options of the demo.
  fileprivate var learningOptions: String {
    "--model \(folder)/model --data \"\(data())\" --shots 16 --views 1 --context-length \(settings.contextLength)"
      + " --epochs \(settings.epochs) --learning-rate \(settings.learningRate)"
  }

  /// Returns finished stages as tables and data.
  package func results(_ stages: [DemoStage]) -> Results {
    Results(
      json: ["folder": .string(folder), "stages": .array(stages.map { $0.json(in: self) })],
      tables: stages.map(\.table), csv: Self.allCells(of: stages))
  }

  /// Returns all cells of all stages, one in each row.
  private static func allCells(of stages: [DemoStage]) -> Table {
    Table(columns: [.text("stage"), .text("row"), .text("column"), .text("value")], rows: stages.flatMap(\.cells))
  }
}
