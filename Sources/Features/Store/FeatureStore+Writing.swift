import PromptLensFiles
import PromptLensTensorFiles
import PromptLensTensors

/// The contents of a feature store to write.
package struct FeatureStoreContents {
  package var key: FeatureKey
  package var data: String
  package var template: String?
  package var toolVersion: String
  package var classNames: [String]
  /// The features of the kept images, in order: `[n, V, D]` each.
  package var features: [Tensor] = []
  package var labels: [Int] = []
  package var indices: [Int] = []
  package var paths: [String] = []
  package var contentHashes: [String] = []
  package var fileBytes: [Int] = []
  package var skipped: [String] = []
  package var notes: [String] = []
  /// The width of a feature, needed when no images are kept.
  package var width: Int

  /// Creates contents without images.
  package init(
    key: FeatureKey, data: String, template: String?, toolVersion: String, classNames: [String], width: Int
  ) {
    self.key = key
    self.data = data
    self.template = template
    self.toolVersion = toolVersion
    self.classNames = classNames
    self.width = width
  }

  /// Writes the store; the file appears only when it is complete.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - checked: whether it is opened first, under its temporary name, so that parts that don't fit each other never get
  ///     the final one.
  /// - Throws: `FileError` when it cannot be written, ``FeatureError/badStore(path:reason:)`` when it isn't sound.
  package func write(to path: String, checked: Bool = false) throws {
    try AtomicOutput.file(at: path) { temporary in
      try create(temporary, named: path)
      guard checked else { return }
      do {
        _ = try FeatureStore.open(temporary)
      } catch FeatureError.badStore(_, let reason) { throw FeatureError.badStore(path: path, reason: reason) }
    }
  }

  private func create(_ temporary: String, named path: String) throws {
    try HDF5Writer.create(temporary, named: path) { file in
      try file.write(rowsOf: features, rowShape: [key.views, width], to: "features")
      try file.write(labels, to: "labels")
      try file.write(indices, to: "indices")
      try file.write(fileBytes, to: "file_bytes")
      try file.write(paths, to: "paths")
      try file.write(contentHashes, to: "sha256")
      try file.write(classNames, to: "class_names")
      try file.write(skipped, to: "skipped")
      try file.write(notes, to: "notes")
      try file.set("format", .string(FeatureStore.format))
      try file.set("format_version", .integer(FeatureStore.formatVersion))
      try file.set("tool_version", .string(toolVersion))
      try file.set("data", .string(data))
      if let template { try file.set("template", .string(template)) }
      try file.set("normalized", .bool(false))
      for field in key.fields {
        if FeatureKey.numbers.contains(field.name), let number = Int(field.value) {
          try file.set(field.name, .integer(number))
        } else {
          try file.set(field.name, .string(field.value))
        }
      }
    }
  }
}
