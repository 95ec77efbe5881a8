import PromptLensFeatures
import PromptLensDatasets
import PromptLensJSONDocuments
import PromptLensReporting

extension FewShotDraw {
  /// Returns the drawn images, as a table and as indices into the split's lists.
  ///
  /// - Parameter dataset: the data set of the draw.
  /// - Returns: a row for each image.
  package func results(of dataset: Dataset) -> Results {
    var table = Table(
      columns: [.text("split"), .number("index"), .number("label"), .text("class"), .text("path")])
    for split in [Split.train, .val] {
      for index in self[split] {
        let item = dataset[split][index]
        table.append(split.rawValue, "\(index)", "\(item.label)", dataset.classNames[item.label], item.path)
      }
    }
    let json: JSON = [
      "train": .array(train.map { JSON($0) }), "val": .array(val.map { JSON($0) }),
      "notes": .array(dataset.notes.map { .string($0.description) }),
    ]
    return Results(json: json, tables: [table])
  }
}
