import PromptLensDatasets
import PromptLensFeatures
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensReporting

extension ImageCheck {
  /// The lines of a finding that a person is shown; the JSON document has them all.
  private static let shownLines = 20

  /// The findings as a table, and the modes as another.
  var tables: [Table] {
    var table = Table(title: "Images", columns: [.text("finding"), .number("count"), .text("which")])
    table.append("decoded", decoded.grouped, "")
    func append(_ finding: String, _ lines: [String]) {
      guard !lines.isEmpty else { return }
      for (index, line) in lines.prefix(Self.shownLines).enumerated() {
        table.append(index == 0 ? finding : "", index == 0 ? lines.count.grouped : "", line)
      }
      if lines.count > Self.shownLines { table.append("", "", "… and \((lines.count - Self.shownLines).grouped) more") }
    }
    append("truncated", unreadable.filter(\.isTruncated).map { "\($0.image.path): \($0.reason)" })
    append("unreadable", unreadable.filter { !$0.isTruncated }.map { "\($0.image.path): \($0.reason)" })
    append("misnamed", misnamed.map { "\($0.image.path): its content is \($0.format.rawValue)" })
    for (name, groups) in [("duplicates", duplicates), ("near duplicates", nearDuplicates)] {
      append("\(name) across splits (leakage)", groups.filter(\.spansSplits).map(Self.line))
      append("\(name) across classes", groups.filter { $0.spansClasses && !$0.spansSplits }.map(Self.line))
      append("\(name) within a class", groups.filter { !$0.spansClasses && !$0.spansSplits }.map(Self.line))
    }
    append(
      "shorter side below \(Self.smallestSide) pixels", small.map { "\($0.image.path): \($0.width) x \($0.height)" })
    var counts = Table(title: "Modes", columns: [.text("mode"), .text("meaning"), .number("images")])
    for (mode, count) in modes.sorted(by: { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }) {
      counts.append(mode.rawValue, mode.meaning, count.grouped)
    }
    return modes.isEmpty ? [table] : [table, counts]
  }

  private static func line(_ group: Group) -> String {
    let shown = group.images.prefix(4).map { image in
      group.spansSplits ? "\(image.path) (\(image.split.rawValue))" : image.path
    }
    return shown.joined(separator: " = ") + (group.images.count > 4 ? " and \(group.images.count - 4) more" : "")
  }

  /// The findings under their keys, with every image.
  var json: JSON {
    [
      "decoded": JSON(decoded),
      "unreadable": .array(
        unreadable.map {
          Self.json($0.image, [("reason", .string($0.reason)), ("truncated", .bool($0.isTruncated))])
        }),
      "misnamed": .array(misnamed.map { Self.json($0.image, [("format", .string($0.format.rawValue))]) }),
      "duplicates": .array(duplicates.map(Self.json)), "near_duplicates": .array(nearDuplicates.map(Self.json)),
      "near_distance": JSON(NearDuplicateSearch.largestDistance),
      "small": .array(small.map { Self.json($0.image, [("width", JSON($0.width)), ("height", JSON($0.height))]) }),
      "smallest_side": JSON(Self.smallestSide),
      "modes": .object(
        modes.sorted { $0.key.rawValue < $1.key.rawValue }.reduce(into: JSON.Object()) {
          $0[$1.key.rawValue] = JSON($1.value)
        }),
    ]
  }

  private static func json(_ image: Place, _ more: [(String, JSON)] = []) -> JSON {
    var object = JSON.Object()
    object["path"] = .string(image.path)
    object["split"] = .string(image.split.rawValue)
    object["class"] = .string(image.className)
    for (key, value) in more { object[key] = value }
    return .object(object)
  }

  private static func json(_ group: Group) -> JSON {
    [
      "images": .array(group.images.map { json($0) }), "across_classes": .bool(group.spansClasses),
      "across_splits": .bool(group.spansSplits),
    ]
  }
}

extension PixelMode {
  /// The mode in words.
  fileprivate var meaning: String {
    switch self {
    case .bilevel: "black and white"
    case .gray: "gray"
    case .grayAlpha: "gray with alpha, which is dropped"
    case .palette: "palette"
    case .rgb: "color"
    case .rgba: "color with alpha, which is dropped"
    case .cmyk: "inks"
    case .gray16: "gray in 16 bits, clipped at 255 as Pillow does"
    }
  }
}
