import PromptLensCLIP
import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensTensors

/// The movement of the classes' features from the zero-shot classifier to the learned prompt.
package struct DriftAnalysis {
  /// The movement of each class.
  package let drift: ClassDrift
  /// The mean cosine of classes with their zero-shot features, with its interval over classes.
  package let meanCosine: ImageBootstrap.Estimate
  /// The cosines between the classes' zero-shot features.
  package let before: ClassCosines
  /// The cosines between the classes' learned features.
  package let after: ClassCosines
  /// The change of the mean cosine between classes, with its interval over classes.
  package let change: ClassPairChange

  /// Compares the two classifiers.
  init(of prompt: InterpretedPrompt) throws {
    drift = try ClassDrift(before: prompt.zeroShot, after: prompt.weights)
    meanCosine = try ImageBootstrap(images: drift.cosines.count, seed: prompt.seed).estimates([
      drift.cosines.map { Float($0) }
    ])[0]
    before = try ClassCosines(prompt.zeroShot)
    after = try ClassCosines(prompt.weights)
    change = try ClassPairChange(before: before, after: after, seed: prompt.seed)
  }
}

/// The classes' features as sums of few words, each classifier's by the words in its own prompt.
package struct DecompositionAnalysis {
  /// The dictionary's words.
  package let words: [String]
  /// The index in ``words`` of each class's name; `nil` for names that aren't among them.
  package let names: [Int?]
  /// The decomposition of each class's zero-shot feature.
  package let before: [SparseDecomposition]
  /// The decomposition of each class's learned feature.
  package let after: [SparseDecomposition]

  /// The most words that features are decomposed into.
  private static let wordLimit = 3000

  /// Decomposes the features of both classifiers; `nil` if the vocabulary has fewer than two common words.
  init?(of prompt: InterpretedPrompt) throws {
    let words = prompt.commonWords(limit: Self.wordLimit)
    guard words.count > 1 else { return nil }
    let template = prompt.subject.template
    before = try SparseDecomposition.all(
      prompt.zeroShot,
      dictionary: WordDictionary(
        words: words, features: prompt.learned.model.features(ofTexts: words.map { template.prompt(for: $0) })))
    after = try SparseDecomposition.all(
      prompt.weights, dictionary: WordDictionary(words: words, features: prompt.features(ofWords: words)))
    let indices = Dictionary(words.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    names = prompt.classNames.map { indices[$0.replacing("_", with: " ").lowercased()] }
    self.words = words
  }

  /// Returns the number of classes whose heaviest word is their name, among those whose name is in the dictionary.
  package func ownNames(_ found: [SparseDecomposition]) -> Int {
    names.indices.count { label in names[label].map { found[label].terms.first?.word == $0 } ?? false }
  }

  /// The number of classes whose name is in the dictionary.
  package var knownNames: Int { names.count { $0 != nil } }
}

extension InterpretedPrompt {
  /// Returns the features of words in the class names' place of the learned prompt, `[words, embedDimension]`.
  func features(ofWords words: [String]) throws -> Tensor {
    let prompts = try assembly.prompts(
      ofWords: words, tokenizer: learned.tokenizer, contextLimit: contextLimit)
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts), tapeLimit: 0)
    let features = try matrix.vectors.withUnsafeBufferPointer { try pass.forward(context: $0) }
    return try Tensor(features, shape: [words.count, encoder.embedDimension], name: "word features")
  }

  /// Returns the classes' features with another context, unit rows.
  func classFeatures(of context: ContextMatrix) throws -> Tensor {
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(assembly.prompts), tapeLimit: 0)
    let features = try context.vectors.withUnsafeBufferPointer { try pass.forward(context: $0) }
    return try Tensor(features, shape: [classNames.count, encoder.embedDimension], name: "class features").unitRows()
  }
}
