import PromptLensExperiments
import PromptLensTensors

/// The arithmetic of a model's towers.
public enum Precision: String, Sendable, CaseIterable {
  /// Single precision.
  case float32
  /// bfloat16 products with single-precision sums; needs a processor that has them.
  case bfloat16
}

/// A CLIP model: image tower, text tower, tokenizer, and image transform, opened from one folder.
///
/// ```swift
/// let model = try Model(contentsOf: "vit-b16")
/// let texts = try model.embed(texts: ["a photo of a dog", "a photo of a cat"])
/// let images = try model.embed(images: ["pet.jpg"])
/// print(images.cosines(with: texts))
/// ```
///
/// Opening maps the weights without reading them; they are packed when they are first used. A model may be used from
/// several threads.
public struct Model: Sendable {
  let opened: OpenedModel
  let precision: Precision

  /// Opens a model folder, as ``converted(from:to:precision:)`` or `promptlens convert` writes it.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - precision: the arithmetic of the towers.
  /// - Throws: ``PromptLensError`` when the folder is missing, damaged, or something else than a model.
  public init(contentsOf path: String, precision: Precision = .float32) throws(PromptLensError) {
    opened = try wrappingErrors { try OpenedModel(path, precision: precision.computePrecision) }
    self.precision = precision
  }

  /// The folder.
  public var path: String { opened.folder.path }

  /// The architecture's name, "ViT-B/16".
  public var architecture: String { opened.configuration.architectureName }

  /// The width of an embedding, which images and texts share.
  public var embeddingWidth: Int { opened.configuration.embedDimension }

  /// The number of tokens that a text may have, start and end included.
  public var contextLimit: Int { opened.configuration.text.contextLength }

  /// A hash of all weights; two folders with the same fingerprint hold the same model.
  public var fingerprint: String { opened.folder.manifest.fingerprint }

  /// Tokenizes a text, after cleaning it as OpenAI's code does.
  ///
  /// - Parameter text: the text.
  /// - Returns: the token ids, without start, end, and padding.
  /// - Throws: ``PromptLensError`` when the model folder has no vocabulary.
  public func tokenize(_ text: String) throws(PromptLensError) -> [Int] {
    try wrappingErrors { try opened.tokenizer().encode(text).map { Int($0) } }
  }

  /// Embeds texts.
  ///
  /// - Parameter texts: the texts; each is cleaned and tokenized.
  /// - Returns: a row for each text.
  /// - Throws: ``PromptLensError`` when a text has more tokens than the model has positions.
  public func embed(texts: [String]) throws(PromptLensError) -> Embeddings {
    try wrappingErrors { Embeddings(try opened.features(ofTexts: texts)) }
  }

  /// Embeds image files, resized and normalized as the model was trained for.
  ///
  /// - Parameters:
  ///   - paths: JPEG, PNG, or WebP files.
  ///   - progress: a closure that is called with the number of images done and of all, on any thread.
  /// - Returns: a row for each image.
  /// - Throws: ``PromptLensError`` naming the first file that cannot be read.
  public func embed(
    images paths: [String], progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) throws(PromptLensError) -> Embeddings {
    try wrappingErrors {
      let counter = ProgressCounter(total: paths.count, report: progress)
      return Embeddings(
        try opened.features(ofImages: paths, reading: ImageReading()) { counter.advance(by: $0) })
    }
  }
}

extension Precision {
  var computePrecision: ComputePrecision {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }
}
