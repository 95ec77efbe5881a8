import PromptLensInterpretation

extension TowerAttention {
  /// The most prompts that attention is the mean of.
  private static let promptLimit = 100

  /// Traces the prompts of evenly spaced classes.
  init(of prompt: InterpretedPrompt) throws {
    try self.init(
      encoder: prompt.encoder, assembly: prompt.assembly, context: prompt.matrix.vectors,
      classes: EvenlySpaced.indices(prompt.classNames.count, limit: Self.promptLimit))
  }
}

/// The accuracy of the end token's states after each layer.
package struct LensAnalysis {
  /// The accuracies.
  package let lens: LogitLens
  /// The number of words whose prompts translators were fitted on.
  package let translatorWords: Int

  /// The most words whose prompts translators are fitted on.
  private static let wordLimit = 1200

  /// Creates an analysis.
  package init(lens: LogitLens, translatorWords: Int) {
    self.lens = lens
    self.translatorWords = translatorWords
  }

  /// Reads every layer, raw and through translators.
  init(of prompt: InterpretedPrompt) throws {
    let words = prompt.commonWords(limit: Self.wordLimit, leavingOutClassNames: true)
    let context = prompt.matrix.vectors
    lens = try LogitLens(
      encoder: prompt.encoder, prompts: prompt.assembly.prompts, context: context,
      images: ImageScorer(features: prompt.evaluator.store.images.view(), labels: prompt.labels),
      translatorPrompts: prompt.assembly.prompts(
        ofWords: words, tokenizer: prompt.learned.tokenizer, contextLimit: prompt.contextLimit),
      translatorContext: context)
    translatorWords = words.count
  }
}

/// The words nearest to the context's states after each layer.
package struct HiddenWordsAnalysis {
  /// The prompt of a class.
  package struct ClassPrompt {
    /// The class.
    package let label: Int
    /// The words.
    package let words: HiddenWords
  }

  /// The prompts: one if all classes share the context.
  package let prompts: [ClassPrompt]
  /// The share of vectors that still have their own nearest word, in the input and after each layer.
  package let kept: [Double]
  /// The same of real words in the vectors' place, the mean over random lists of words.
  package let keptOfWords: [Double]

  /// The classes whose contexts' words are listed if each has its own.
  private static let classLimit = 5
  /// The words listed for each state.
  private static let wordCount = 3
  /// The lists of real words that are read as a control.
  private static let controls = 10

  /// Reads the prompts of the first classes, with the context and with real words in its place.
  init(of prompt: InterpretedPrompt) throws {
    let words = try NearestWords(
      embedding: prompt.embedding, metric: .cosine, isCentered: true, where: prompt.isWord)
    let classes = prompt.classNames.indices.prefix(prompt.subject.isClassSpecific ? Self.classLimit : 1)
    func read(_ context: [Float], of classes: some Collection<Int>) throws -> [ClassPrompt] {
      try classes.map { label in
        ClassPrompt(
          label: label,
          words: try HiddenWords(
            encoder: prompt.encoder, prompt: prompt.assembly.prompts[label], roles: prompt.assembly.roles[label],
            context: context, words: words, count: Self.wordCount))
      }
    }
    /// Returns the mean share of vectors that keep their words, by depth.
    func kept(_ prompts: [ClassPrompt]) -> [Double] {
      let counts = prompts.map(\.words.keptWords)
      return (counts.first ?? []).indices.map { depth in
        Double(counts.reduce(0) { $0 + $1[depth] }) / Double(max(counts.count * prompt.matrix.length, 1))
      }
    }
    prompts = try read(prompt.matrix.vectors, of: classes)
    self.kept = kept(prompts)
    keptOfWords = kept(
      try prompt.arbitraryWords(lists: Self.controls, seed: prompt.seed &+ 3).flatMap { list in
        try read(prompt.matrix.words(list, of: prompt.embedding).vectors, of: classes.prefix(1))
      })
  }
}
