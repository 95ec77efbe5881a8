import Foundation
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors
import PromptLensTokenization

/// The features of texts and images by one model, with their inputs.
package struct EmbeddedInputs: Sendable {
  /// The format of a file of features, by its extension.
  package enum Format: String, Sendable {
    /// A NumPy array.
    case npy
    /// Both arrays and the names of their rows.
    case json
    /// The same, with the model's fingerprint.
    case h5

    /// Creates the format of a file's extension; returns nil for other extensions.
    package init?(path: String) { self.init(rawValue: URL(fileURLWithPath: path).pathExtension.lowercased()) }
  }

  /// The texts.
  package let texts: [String]
  /// The texts' features, `[texts, embedDimension]`; nil without texts.
  package let textFeatures: Tensor?
  /// The image files that were read.
  package let images: [String]
  /// The problems of the omitted images: sentences that begin with their paths.
  package let skipped: [String]
  /// The omitted images.
  private let leftOut: [String]
  /// The images' features, `[images, embedDimension]`; nil without images.
  package let imageFeatures: Tensor?
  /// Whether features are scaled to length one.
  package let areNormalized: Bool
  /// The fingerprint of the model.
  package let modelFingerprint: String

  /// Computes features.
  ///
  /// - Parameters:
  ///   - texts: the texts.
  ///   - images: the image files.
  ///   - model: the model.
  ///   - normalizes: whether to scale features to length one.
  ///   - cleaning: how texts are cleaned.
  ///   - truncates: whether texts that are too long are truncated instead of being an error.
  ///   - reading: how image files are read.
  /// - Throws: errors of tokenization, of reading images and of the towers.
  package init(
    texts: [String], images: [String], by model: OpenedModel, normalizes: Bool = false, cleaning: Cleaning? = nil,
    truncates: Bool = false, reading: ImageReading = ImageReading()
  ) throws {
    func finished(_ features: Tensor) throws -> Tensor { normalizes ? try features.unitRows() : features }
    self.texts = texts
    textFeatures =
      texts.isEmpty
      ? nil : try finished(model.features(ofTexts: texts, cleaning: cleaning, truncate: truncates))
    let found = images.isEmpty ? nil : try model.readableFeatures(ofImages: images, reading: reading)
    self.images = found?.rows.map { images[$0] } ?? []
    skipped = found?.problems ?? []
    let kept = Set(found?.rows ?? [])
    leftOut = images.indices.filter { !kept.contains($0) }.map { images[$0] }
    imageFeatures = try found.map { try finished($0.features) }
    areNormalized = normalizes
    modelFingerprint = model.folder.manifest.fingerprint
  }

  /// The features with the names of their rows.
  package var json: JSON {
    func rows(_ features: Tensor?) -> JSON {
      .array(features.map { $0.rowArrays.map { .array($0.map { JSON($0) }) } } ?? [])
    }
    return ImageRemarks(skipped: leftOut).added(
      to: [
        "texts": .array(texts.map { .string($0) }), "text_features": rows(textFeatures),
        "images": .array(images.map { .string($0) }), "image_features": rows(imageFeatures),
      ])
  }

  /// Writes the features to a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - format: its format; a `.npy` file holds the texts' features, or else the images'.
  /// - Throws: `FileError` when the file cannot be written.
  package func write(to path: String, as format: Format) throws {
    switch format {
    case .npy: if let only = textFeatures ?? imageFeatures { try NumPyFile.write(only, to: path) }
    case .json: try AtomicOutput.text(json.serialized() + "\n", to: path)
    case .h5:
      try HDF5Writer.write(to: path) { file in
        if let textFeatures {
          try file.write(textFeatures, to: "text_features")
          try file.write(texts, to: "texts")
        }
        if let imageFeatures {
          try file.write(imageFeatures, to: "image_features")
          try file.write(images, to: "images")
        }
        try file.set("model_fingerprint", .string(modelFingerprint))
        try file.set("normalized", .bool(areNormalized))
      }
    }
  }
}

extension Tensor {
  /// The rows of a matrix.
  package var rowArrays: [[Float]] {
    let width = shape.dimensions[1]
    return withFloats { values in
      (0..<shape.dimensions[0]).map { Array(values[$0 * width..<($0 + 1) * width]) }
    }
  }
}
