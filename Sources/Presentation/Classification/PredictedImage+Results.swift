import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension Results {
  /// Creates the results of a prediction: a row for each image and class.
  package init(_ images: [PredictedImage]) {
    var table = Table(columns: [.text("image"), .number("rank"), .text("class"), .number("probability")])
    for image in images {
      if image.problem != nil { table.append(image.path, "", "cannot be read", "") }
      for (rank, found) in image.classes.enumerated() {
        table.append(image.path, "\(rank + 1)", found.name, found.probability.percentage)
      }
    }
    let documents = images.map { image -> JSON in
      var object = JSON.Object()
      object["image"] = .string(image.path)
      object["classes"] = .array(
        image.classes.map {
          ["name": .string($0.name), "label": JSON($0.label), "probability": .number($0.probability)]
        })
      object["skipped"] = image.problem.map { .string($0) }
      return .object(object)
    }
    self.init(json: .array(documents), tables: [table])
  }
}
