import PromptLensJSONDocuments

extension GroupAccuracy {
  /// The members of a result document.
  package var members: [(String, JSON)] {
    [
      (
        "groups",
        .array(
          groups.map {
            [
              "name": .string($0.name), "n": JSON($0.count), "accuracy": .number($0.accuracy),
              "low": .number($0.interval.lowerBound), "high": .number($0.interval.upperBound),
            ]
          })
      ), ("worst_group", .string(worst.name)), ("worst_group_accuracy", .number(worst.accuracy)),
      ("worst_group_corrected", .number(worst.corrected)),
      ("worst_group_interval", [.number(worst.interval.lowerBound), .number(worst.interval.upperBound)]),
      ("worst_group_draws", JSON(worst.resamples)), ("mean_of_groups", .number(meanOfGroups)),
      ("grouped_accuracy", .number(mean)), ("group_gap", .number(gap)),
    ]
  }

  /// The mean of the groups' accuracies, each group counted alike.
  package var meanOfGroups: Double { groups.reduce(0) { $0 + $1.accuracy } / Double(groups.count) }

  /// Reads the members of a result document; nil if images weren't grouped.
  ///
  /// - Throws: `JSONError` naming the member that is missing or of another kind.
  package init?(decoding document: JSONNode) throws {
    guard let nodes = try document["groups"]?.array(), !nodes.isEmpty else { return nil }
    let groups = try nodes.map {
      Group(name: try $0.string("name"), count: try $0.integer("n"), accuracy: try $0.share("accuracy"))
    }
    let interval = try document.array("worst_group_interval").map { try $0.number() }
    guard interval.count == 2, interval[0] <= interval[1] else {
      throw try document.node("worst_group_interval").unexpected(expected: "two numbers, the lower first")
    }
    let accuracy = try document.share("worst_group_accuracy")
    self.init(
      groups: groups,
      worst: Worst(
        name: try document.string("worst_group"), accuracy: accuracy,
        corrected: try document.share("worst_group_corrected"), interval: interval[0]...interval[1],
        resamples: try document.integer("worst_group_draws")),
      mean: try document.share("grouped_accuracy"))
  }
}
