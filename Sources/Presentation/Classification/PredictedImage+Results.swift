import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension Results {
  /// Creates the results of a prediction: a row for each image and class.
  package init(_ images: [PredictedImage]) {
    var table = Table(columns: [.text("image"), .number("rank"), .text("class"), .number("probability")])
    for image in images {
      for (rank, found) in image.classes.enumerated() {
        table.append(image.path, "\(rank + 1)", found.name, found.probability.percentage)
      }
    }
    var csv = Table(columns: table.columns)
    for image in images {
      for (rank, found) in image.classes.enumerated() {
        csv.append(image.path, "\(rank + 1)", found.name, "\(found.probability)")
      }
    }
    let documents = images.map { image -> JSON in
      [
        "image": .string(image.path),
        "classes": .array(
          image.classes.map {
            ["name": .string($0.name), "label": JSON($0.label), "probability": .number($0.probability)]
          }),
      ]
    }
    self.init(json: .array(documents), tables: [table], csv: csv)
  }
}
