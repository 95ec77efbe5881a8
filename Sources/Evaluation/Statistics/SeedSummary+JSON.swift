import PromptLensJSONDocuments

extension SeedSummary {
  /// The members that documents give a summary: `n`, `mean`, `sd`, `low`, `high` and `level`.
  package var json: JSON {
    [
      "n": JSON(count), "mean": .number(mean), "sd": standardDeviation.map { .number($0) } ?? .null,
      "low": interval.map { .number($0.lowerBound) } ?? .null,
      "high": interval.map { .number($0.upperBound) } ?? .null, "level": .number(level),
    ]
  }

  /// Reads a summary as ``json`` writes it; the interval follows from the other members.
  ///
  /// - Throws: `JSONError` naming the member that is missing or of another kind.
  package init(_ node: JSONNode) throws(JSONError) {
    self.init(
      count: try node.integer("n"), mean: try node.number("mean"),
      standardDeviation: try node.optionalNumber("sd"), level: try node.optionalNumber("level") ?? 0.95)
  }
}
