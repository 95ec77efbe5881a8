import PromptLensEvaluation
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension VectorWorthAnalysis {
  /// The most pairs in the table of interactions; the JSON holds all.
  private static let pairRows = 5

  /// The effect of each vector in accuracy and in margin, and the pairs that interact most.
  package var tables: [Table] { EffectUnit.allCases.map(positions) + [interactions] }

  private func positions(_ unit: EffectUnit) -> Table {
    let (whole, nothing) =
      unit == .accuracy
      ? (ablation.whole.accuracy.percentage, ablation.meanWords.accuracy.percentage)
      : (ablation.whole.margin.formatted(decimals: 3), ablation.meanWords.margin.formatted(decimals: 3))
    var table = Table(
      title: "\(unit == .accuracy ? "Accuracy, in points," : "Margin") lost with each vector: \(subject.sentence); "
        + "\(whole) with all, \(nothing) with mean words alone; 95 % intervals over the images",
      columns: [.number("#")] + Replacement.allCases.map { .number($0.rawValue) } + [.number("Shapley value")])
    for position in shapley.shares[unit].indices {
      table.append(
        ["\(position + 1)"] + Replacement.allCases.map { ablation.losses($0, unit)[position].cell(unit) }
          + [shapley.shares[unit][position].cell(unit)])
    }
    return table
  }

  /// The pairs of different positions, those with the largest interactions in margin first.
  var pairs: [(first: Int, second: Int, interaction: ImageBootstrap.Estimate)] {
    let count = shapley.shares.margin.count
    let pairs = (0..<count).flatMap { second in
      (0..<second).compactMap { first in
        ablation.interaction(first, second, .margin).map { (first: first, second: second, interaction: $0) }
      }
    }
    return pairs.sorted { abs($0.interaction.value) > abs($1.interaction.value) }
  }

  private var interactions: Table {
    var table = Table(
      title: "Pairs that interact most, replaced by mean words: above 0 either suffices, below 0 they need each other",
      columns: [.number("#"), .number("#"), .number("margin"), .number("points")])
    for pair in pairs.prefix(Self.pairRows) where abs(pair.interaction.value) > EffectUnit.margin.rounding {
      table.append(
        "\(pair.first + 1)", "\(pair.second + 1)", pair.interaction.cell(.margin),
        ablation.interaction(pair.first, pair.second, .accuracy)?.cell(.accuracy) ?? "")
    }
    return table
  }

  /// The effects and shares as JSON.
  package var json: JSON {
    var json = JSON.Object()
    json["images"] = JSON(subject.images)
    json["classes"] = JSON(subject.classes)
    json["class_position"] = .string(subject.classPosition.rawValue)
    json["accuracy"] = .number(ablation.whole.accuracy)
    json["margin"] = .number(ablation.whole.margin)
    json["accuracy_mean_words"] = .number(ablation.meanWords.accuracy)
    json["margin_mean_words"] = .number(ablation.meanWords.margin)
    json["added"] = ["accuracy": ablation.added.accuracy.json, "margin": ablation.added.margin.json]
    var accuracies = JSON.Object()
    var losses = JSON.Object()
    for replacement in Replacement.allCases {
      accuracies[replacement.key] = .numbers(
        ablation.losses(replacement, .accuracy).map { ablation.whole.accuracy - $0.value })
      var units = JSON.Object()
      for unit in EffectUnit.allCases {
        units[unit.rawValue] = .object(JSON.estimates(ablation.losses(replacement, unit)))
      }
      losses[replacement.key] = .object(units)
    }
    json["accuracies"] = .object(accuracies)
    json["losses"] = .object(losses)
    json["leave_to_mean_margin"] = .numbers(ablation.losses(.mean, .margin).map(\.value))
    json["random_standard_errors"] = [
      "accuracy": .numbers(ablation.randomErrors.accuracy), "margin": .numbers(ablation.randomErrors.margin),
    ]
    json["interactions"] = [
      "accuracy": .matrix(ablation.interactions(.accuracy)), "margin": .matrix(ablation.interactions(.margin)),
    ]
    var shapleyJSON = shapleyMembers(.accuracy)
    shapleyJSON["margin"] = .object(shapleyMembers(.margin))
    shapleyJSON["coalitions"] = JSON(shapley.coalitions)
    shapleyJSON["permutations"] = shapley.permutations.map { JSON($0) } ?? .null
    json["shapley"] = .object(shapleyJSON)
    return .object(json)
  }

  private func shapleyMembers(_ unit: EffectUnit) -> JSON.Object {
    var members = JSON.estimates(shapley.shares[unit])
    members["standard_errors"] = .numbers(shapley.orderErrors[unit])
    members["nothing"] = .number(shapley.nothing[unit])
    members["everything"] = .number(shapley.everything[unit])
    return members
  }
}
