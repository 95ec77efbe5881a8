import PromptLensTensorFiles
import PromptLensTensors

/// What a feature store is written from.
struct FeatureStoreContents {
  var key: FeatureKey
  var data: String
  var template: String?
  var toolVersion: String
  var classNames: [String]
  /// The features of the images that are kept, in order: `[n, V, D]` each.
  var features: [Tensor] = []
  var labels: [Int] = []
  var indices: [Int] = []
  var paths: [String] = []
  var contentHashes: [String] = []
  var fileBytes: [Int] = []
  var skipped: [String] = []
  /// The width of a feature, which matters when no image is kept.
  var width: Int

  /// Writes the store; the file appears under its name when it is complete.
  func write(to path: String) throws {
    try HDF5Writer.write(to: path) { file in
      try file.write(rowsOf: features, rowShape: [key.views, width], to: "features")
      try file.write(labels, to: "labels")
      try file.write(indices, to: "indices")
      try file.write(fileBytes, to: "file_bytes")
      try file.write(paths, to: "paths")
      try file.write(contentHashes, to: "sha256")
      try file.write(classNames, to: "class_names")
      try file.write(skipped, to: "skipped")
      try file.set("format", .string(FeatureStore.format))
      try file.set("format_version", .integer(FeatureStore.formatVersion))
      try file.set("tool_version", .string(toolVersion))
      try file.set("data", .string(data))
      if let template { try file.set("template", .string(template)) }
      for field in key.fields { try file.set(field.name, .string(field.value)) }
    }
  }
}
