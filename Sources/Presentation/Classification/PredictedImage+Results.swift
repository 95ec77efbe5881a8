import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension Results {
  /// Creates the results of a prediction: a row for each image and class. Images of a classifier with a threshold for
  /// unknown classes also say whether they are unknown.
  package init(_ images: [PredictedImage]) {
    let hasThreshold = images.contains { $0.isUnknown != nil }
    func table(
      unreadable: String, _ probability: (Double) -> String, _ decision: (Bool) -> String
    ) -> Table {
      var table = Table(
        columns: [.text("image"), .number("rank"), .text("class"), .number("probability")]
          + (hasThreshold ? [.text("unknown")] : []))
      for image in images {
        let answer = hasThreshold ? [image.isUnknown.map(decision) ?? ""] : []
        if image.problem != nil { table.append([image.path, "", unreadable, ""] + answer) }
        for (rank, found) in image.classes.enumerated() {
          table.append([image.path, "\(rank + 1)", found.name, probability(found.probability)] + answer)
        }
      }
      return table
    }
    let documents = images.map { image -> JSON in
      var object = JSON.Object()
      object["image"] = .string(image.path)
      object["unknown"] = image.isUnknown.map { .bool($0) }
      object["classes"] = .array(
        image.classes.map {
          ["name": .string($0.name), "label": JSON($0.label), "probability": .number($0.probability)]
        })
      object["temperature"] = image.temperature.map { .number($0) }
      object["skipped"] = image.problem.map { .string($0) }
      return .object(object)
    }
    self.init(
      json: .array(documents), tables: [table(unreadable: "cannot be read", \.percentage) { $0 ? "yes" : "no" }],
      csv: table(unreadable: "", { "\($0)" }, { "\($0)" }))
  }
}
