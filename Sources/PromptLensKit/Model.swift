import PromptLensExperiments
import PromptLensTensors
import Synchronization

/// The arithmetic of a model's towers.
public enum Precision: String, Sendable, CaseIterable {
  /// Single precision.
  case float32
  /// bfloat16 products with single-precision sums, which require a processor with AVX-512.
  case bfloat16
}

/// A CLIP model: image tower, text tower, tokenizer, and image transform, opened from one folder.
///
/// ```swift
/// let model = try Model(contentsOf: "vit-b16")
/// let texts = try model.embed(texts: ["a photo of a dog", "a photo of a cat"])
/// let images = try model.embed(images: ["pet.jpg"])
/// print(try images.cosines(with: texts))
/// ```
///
/// Opening a model maps its weights without reading them; they are packed at their first use. You can use a model from
/// several threads.
public struct Model: Sendable {
  let opened: OpenedModel
  let precision: Precision

  /// Opens a model folder that ``converted(from:to:precision:)`` or `promptlens convert` wrote.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - precision: the arithmetic of the towers.
  /// - Throws: ``PromptLensError`` when the folder is missing or damaged, or isn't a model folder.
  public init(contentsOf path: String, precision: Precision = .float32) throws(PromptLensError) {
    opened = try wrappingErrors { try OpenedModel(path, precision: precision.computePrecision) }
    self.precision = precision
  }

  /// The path of the model folder.
  public var path: String { opened.folder.path }

  /// The name of the architecture, such as "ViT-B/16".
  public var architecture: String { opened.configuration.architectureName }

  /// The number of elements in the embedding of an image or a text.
  public var embeddingWidth: Int { opened.configuration.embedDimension }

  /// The maximum number of tokens in a text, including start and end.
  public var contextLimit: Int { opened.configuration.text.contextLength }

  /// A hash of all weights; two folders with the same fingerprint contain the same model.
  public var fingerprint: String { opened.folder.manifest.fingerprint }

  /// Tokenizes a text after cleaning it as the model was trained, in OpenAI's models as in its code.
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

  /// Embeds image files, with the resizing and normalization of the model's training.
  ///
  /// - Parameters:
  ///   - paths: JPEG, PNG, or WebP files.
  ///   - progress: a closure that is called with the numbers of finished and of all images, on any thread.
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

/// A thread-safe counter of finished units.
final class ProgressCounter: Sendable {
  private let total: Int
  private let report: (@Sendable (_ done: Int, _ total: Int) -> Void)?
  private let done = Mutex(0)

  init(total: Int, report: (@Sendable (_ done: Int, _ total: Int) -> Void)?) {
    self.total = total
    self.report = report
  }

  func advance(by count: Int) {
    guard let report else { return }
    done.withLock { done in
      done += count
      report(done, total)
    }
  }
}
