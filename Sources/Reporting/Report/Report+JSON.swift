import PromptLensJSONDocuments

// Sections as data: commands write them beside their results, and `report` reads them.

extension Report.Section: JSONDocument {
  package static let format = "promptlens-section"
  package static let version = 1

  /// Encodes the members.
  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["title"] = .string(title)
    if !verdicts.isEmpty { object["verdicts"] = .array(verdicts.map(\.json)) }
    if isFolded { object["folded"] = true }
    if let root { object["root"] = .string(root) }
    object["findings"] = .array(findings.map(\.json))
    object["blocks"] = .array(blocks.map(\.json))
    object["doubts"] = .array(doubts.map { .string($0) })
    object["sections"] = .array(subsections.map { .object($0.encode()) })
    return object
  }

  /// Decodes the members.
  package init(decoding document: JSONNode) throws {
    self.init(
      try document.string("title"),
      verdicts: try document["verdicts"]?.array().map { try Report.Verdict(decoding: $0) } ?? [],
      findings: try document.array("findings").map { try Report.Finding(decoding: $0) },
      blocks: try document.array("blocks").map { try Report.Block(decoding: $0) },
      doubts: try document.array("doubts").map { try $0.string() },
      subsections: try document.array("sections").map { try Report.Section(decoding: $0) },
      isFolded: try document["folded"]?.bool() ?? false)
    root = try document.optionalString("root")
  }
}

extension Report.Finding {
  /// The finding as JSON.
  package var json: JSON { ["finding": .string(sentence), "evidence": .array(evidence.map { .string($0) })] }

  /// Decodes a finding.
  package init(decoding node: JSONNode) throws {
    self.init(try node.string("finding"), evidence: try node.array("evidence").map { try $0.string() })
  }
}

extension Report.Block {
  /// The block as JSON.
  var json: JSON {
    switch self {
    case .text(let text): ["kind": "text", "text": .string(text)]
    case .facts(let facts):
      [
        "kind": "facts",
        "facts": .array(facts.map { ["name": .string($0.name), "value": .string($0.value)] }),
      ]
    case .table(let table, let name):
      ["kind": "table", "name": name.map { .string($0) } ?? .null, "table": table.json]
    case .charts(let figures):
      [
        "kind": "charts",
        "charts": .array(
          figures.map { ["name": $0.name.map { .string($0) } ?? .null, "chart": $0.chart.json] }),
      ]
    case .pictures(let title, let pictures):
      [
        "kind": "pictures", "title": .string(title),
        "pictures": .array(pictures.map(\.json)),
      ]
    case .list(let sentences): ["kind": "list", "sentences": .array(sentences.map { .string($0) })]
    }
  }

  /// Decodes a block.
  init(decoding node: JSONNode) throws {
    switch try node.string("kind") {
    case "text": self = .text(try node.string("text"))
    case "facts":
      self = .facts(try node.array("facts").map { (try $0.string("name"), try $0.string("value")) })
    case "table":
      self = .table(try Table(decoding: node.node("table")), name: try node.optionalString("name"))
    case "charts":
      self = .charts(
        try node.array("charts").map { figure in
          Report.Figure(try figure.node("chart").chart(), name: try figure.optionalString("name"))
        })
    case "pictures":
      self = .pictures(
        title: try node.string("title"),
        try node.array("pictures").map {
          Report.Picture(
            path: try $0.string("path"), caption: try $0.string("caption"),
            frame: try $0["frame"].map { try Report.Frame(decoding: $0) })
        })
    case "list": self = .list(try node.array("sentences").map { try $0.string() })
    case let kind:
      throw try node.node("kind").unexpected(
        expected: "text, facts, table, charts, pictures or list", found: "\"\(kind)\"")
    }
  }
}

extension Report.Picture {
  /// The picture as JSON.
  fileprivate var json: JSON {
    var json = JSON.Object()
    json["path"] = .string(path)
    json["caption"] = .string(caption)
    if let frame {
      json["frame"] = [
        "row": JSON(frame.row), "column": JSON(frame.column), "rows": JSON(frame.rows), "columns": JSON(frame.columns),
      ]
    }
    return .object(json)
  }
}

extension Report.Frame {
  /// Decodes a frame.
  fileprivate init(decoding node: JSONNode) throws {
    self.init(
      row: try node.integer("row"), column: try node.integer("column"), rows: try node.integer("rows"),
      columns: try node.integer("columns"))
  }
}
