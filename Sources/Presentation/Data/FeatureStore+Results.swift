import PromptLensFeatures
import PromptLensDatasets
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension FeatureStore {
  /// The store's contents as a table and data.
  package var results: Results {
    var table = Table(columns: [.text("features"), .text("")])
    table.append("file", path)
    table.append("data", "\(data), \(split)")
    table.append("shape", "\(features.shape): images, views, width")
    table.append("classes", "\(classNames.count)")
    table.append("few-shot draw", key.draw)
    table.append("shard", "\(key.shard)")
    table.append("skipped images", "\(skipped.count)")
    table.append("transform", key.transform)
    table.append("model", "\(modelFingerprint.prefix(12))…, \(key.compute)")
    let json = ImageRemarks([self]).added(to: [
      "file": .string(path), "data": .string(data), "split": .string(split.rawValue),
      "images": JSON(count), "views": JSON(views), "width": JSON(width),
      "classes": JSON(classNames.count), "draw": .string(key.draw),
      "shard": .string("\(key.shard)"),
      "transform": .string(key.transform), "model_fingerprint": .string(modelFingerprint),
      "compute": .string(key.compute),
    ])
    return Results(json: json, tables: [table])
  }
}
