import PromptLensDatasets
import PromptLensJSONDocuments
import PromptLensReporting

/// What a feature store holds, for people and programs.
struct FeatureStoreSummary {
  let store: FeatureStore

  init(_ store: FeatureStore) { self.store = store }

  var results: Results {
    var table = Table(columns: [.text("features"), .text("")])
    table.append("file", store.path)
    table.append("data", "\(store.data), \(store.split)")
    table.append("shape", "\(store.features.shape): images, views, width")
    table.append("classes", "\(store.classNames.count)")
    table.append("few-shot draw", store.key.draw)
    table.append("shard", "\(store.key.shard)")
    table.append("left out", "\(store.skipped.count)")
    table.append("transform", store.key.transform)
    table.append("model", "\(store.modelFingerprint.prefix(12))…, \(store.key.compute)")
    let json: JSON = [
      "file": .string(store.path), "data": .string(store.data), "split": .string(store.split.rawValue),
      "images": JSON(store.count), "views": JSON(store.views), "width": JSON(store.width),
      "classes": JSON(store.classNames.count), "draw": .string(store.key.draw),
      "shard": .string("\(store.key.shard)"), "skipped": .array(store.skipped.map { .string($0) }),
      "transform": .string(store.key.transform), "model_fingerprint": .string(store.modelFingerprint),
      "compute": .string(store.key.compute),
    ]
    return Results(json: json, tables: [table])
  }
}
