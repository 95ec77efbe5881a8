import PromptLensExperiments
import PromptLensReporting
import PromptLensTensors

extension EmbeddedInputs {
  /// The number of elements of a feature in the table.
  private static let shownNumbers = 4

  /// The features as a table of their first elements, as data and as CSV.
  package var results: Results {
    let all =
      zip(texts, textFeatures?.rowArrays ?? []).map { ("text", $0, $1) }
      + zip(images, imageFeatures?.rowArrays ?? []).map { ("image", $0, $1) }
    let width = all.first?.2.count ?? 0
    let isCut = width > Self.shownNumbers
    var table = Table(
      title: "\(width) numbers each; --format json or --output FILE gives all of them",
      columns: [.text("kind"), .text("input"), .number("length")]
        + (0..<min(width, Self.shownNumbers)).map { .number("[\($0)]") } + (isCut ? [.text("")] : []))
    var csv = Table(columns: [.text("kind"), .text("input")] + (0..<width).map { .number("f\($0)") })
    for (kind, name, values) in all {
      let length = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      table.append(
        [kind, name, length.formatted(decimals: 4)]
          + values.prefix(Self.shownNumbers).map { $0.formatted(decimals: 5) } + (isCut ? ["…"] : []))
      csv.append([kind, name] + values.map { "\($0)" })
    }
    return Results(json: json, tables: [table], csv: csv)
  }
}
