import PromptLensCLIP
import Foundation
import PromptLensJSONDocuments
import PromptLensTensors

/// Features that were computed from a checkpoint's own tensors when it was converted: `golden.json` of a model folder.
///
/// Computing them again from the folder shows that the model is unchanged.
package struct GoldenFeatures: Sendable {
  /// The model that they belong to.
  package var modelFingerprint: String
  /// The narrowest element type that a tensor was rounded to when it was converted; nil when none was.
  package var narrowedTo: DType?
  /// The texts' ids, start and end included.
  package let tokens: [[Int32]]
  /// `[texts, embedDimension]`, f32, not normalized.
  package let textFeatures: Tensor
  /// `[images, embedDimension]`, f32, not normalized.
  package let imageFeatures: Tensor

  /// The largest difference that is accepted after scaling to length one: that of rounding in f32, or of rounding the
  /// weights to a narrower type.
  package var tolerance: Double { Self.tolerance(narrowedTo: narrowedTo) }

  /// Returns the stated tolerances. Narrowing's are above ten times the differences measured on full-size models with
  /// random weights, since trained ones amplify rounding more.
  static func tolerance(narrowedTo dtype: DType?) -> Double {
    switch dtype {
    case nil, .float32: 1e-4
    case .float16: 2e-3
    case .bfloat16: 2e-2
    }
  }

  /// Computes the features of ``GoldenInputs`` in f32, with one part of a tower in memory at a time; `releasePages`
  /// releases the pages that were read of the source.
  ///
  /// - Throws: the errors of reading the tensors; `CLIPError` when a feature is not finite.
  static func compute(
    _ configuration: CLIPConfiguration, _ source: any TensorSource, fingerprint: String, narrowedTo: DType?,
    releasePages: @escaping @Sendable () -> Void
  ) throws -> GoldenFeatures {
    let tokens = GoldenInputs.tokens(configuration.text)
    let memory = WeightMemory.streamed(release: releasePages)
    let texts = try TextEncoder(configuration: configuration, source: source, memory: memory).encode(tokens)
    let size = configuration.image.inputSize
    let images = try ImageEncoder(configuration: configuration, source: source, memory: memory)
      .encode(
        count: GoldenInputs.imageCount, of: ComputedRows { GoldenInputs.draw($0, size: size, into: $1) })
    releasePages()
    for (name, features) in [("the text features", texts), ("the image features", images)] where !features.isFinite {
      throw CLIPError.notFinite(source: source.origin, name: name)
    }
    return GoldenFeatures(
      modelFingerprint: fingerprint, narrowedTo: narrowedTo, tokens: tokens, textFeatures: texts,
      imageFeatures: images)
  }

  /// Computes the same features from a model folder and compares them with these.
  ///
  /// - Throws: ``CheckpointError`` when these are another model's.
  package func compare(with model: ModelFolder) throws -> (texts: FeatureDifference, images: FeatureDifference) {
    guard modelFingerprint == model.manifest.fingerprint else {
      throw CheckpointError.unexpected(
        path: Self.path(in: model.path), object: "model_fingerprint",
        expected: "that of the model beside it, \(model.manifest.fingerprint.prefix(12))…; convert the source again",
        found: "\(modelFingerprint.prefix(12))…")
    }
    let again = try Self.compute(
      model.configuration, model.source, fingerprint: modelFingerprint, narrowedTo: narrowedTo,
      releasePages: { model.releasePages() })
    return (
      try FeatureDifference(again.textFeatures, expected: textFeatures, name: "text features"),
      try FeatureDifference(again.imageFeatures, expected: imageFeatures, name: "image features")
    )
  }
}

// MARK: - golden.json

extension GoldenFeatures {
  private static let format = "promptlens-golden"

  /// The name of the golden features in a model folder.
  static let fileName = "golden.json"

  /// Returns the path of the golden features in a model folder.
  static func path(in folder: String) -> String { "\(folder)/\(fileName)" }

  /// Reads the golden features of a model folder; nil if it doesn't have any.
  ///
  /// - Throws: `JSONError` or ``CheckpointError`` when they are damaged.
  package static func read(from model: ModelFolder) throws -> GoldenFeatures? {
    let path = path(in: model.path)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let root = try JSONNode(contentsOf: path, limit: 16 << 20)
    let format = try root.string("format")
    guard format == Self.format else {
      throw try root.node("format").unexpected(expected: Self.format, found: format)
    }
    let formula = try root.string("image_formula")
    let tokens = try root.array("token_ids").map { try $0.array().map { Int32(truncatingIfNeeded: try $0.integer()) } }
    guard formula == GoldenInputs.imageFormula, tokens == GoldenInputs.tokens(model.configuration.text) else {
      throw root.unexpected(
        expected: "the inputs of this version of promptlens; convert the source again", found: "other inputs")
    }
    let narrowed = try root.optionalString("narrowed_to")
    if let narrowed, DType(rawValue: narrowed) == nil {
      throw try root.node("narrowed_to").unexpected(expected: "f16 or bf16", found: narrowed)
    }
    return GoldenFeatures(
      modelFingerprint: try root.string("model_fingerprint"), narrowedTo: narrowed.flatMap(DType.init),
      tokens: tokens, textFeatures: try FeatureExpectation.rows(root, "text_features"),
      imageFeatures: try FeatureExpectation.rows(root, "image_features"))
  }

  /// The document.
  var json: JSON {
    func rows(_ features: Tensor) -> JSON {
      let width = features.shape.dimensions[1]
      let floats = features.floats()
      return .array(
        stride(from: 0, to: floats.count, by: width).map { .array(floats[$0..<$0 + width].map { JSON($0) }) })
    }
    return [
      "format": .string(Self.format), "model_fingerprint": .string(modelFingerprint),
      "computed_from": "the source's own tensors, in f32",
      "narrowed_to": narrowedTo.map { .string($0.rawValue) } ?? .null,
      "tolerance": .number(tolerance), "token_ids": .array(tokens.map { .array($0.map { JSON(Int($0)) }) }),
      "image_formula": .string(GoldenInputs.imageFormula), "text_features": rows(textFeatures),
      "image_features": rows(imageFeatures),
    ]
  }
}
