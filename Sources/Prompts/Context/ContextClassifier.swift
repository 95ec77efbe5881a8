import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensTensors
import PromptLensTokenization

/// A classifier made from a learned context for a list of classes.
package struct ContextClassifier: Sendable {
  /// One unit row for each class, `[classes, embedDimension]`.
  package let weights: Tensor
  /// The classes.
  package let classNames: [String]
  /// The position of the class name.
  package let classPosition: ClassPosition

  /// Encodes the prompts of classes.
  ///
  /// A unified context works with any classes. A class-specific one works with the classes that it names, in any order
  /// and number, or, without names, with the same number of classes.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - source: the file that it comes from, for errors.
  ///   - classNames: the classes; underscores are read as spaces.
  ///   - classPosition: the position of the class name; by default the context's.
  ///   - encoder: the text tower.
  ///   - tokenizer: CLIP's.
  ///   - contextLimit: the positions that the text tower has.
  /// - Throws: ``PromptError`` when the context doesn't work with these classes, and the tower's errors.
  package init(
    _ context: LearnedContext, source: String, classNames: [String], classPosition: ClassPosition? = nil,
    encoder: TextEncoder, tokenizer: any Tokenizer, contextLimit: Int
  ) throws {
    try context.requirePrompts(source: source)
    guard context.width == encoder.width else {
      throw PromptError.foreignContext(
        source: source, reason: "its vectors have \(context.width) numbers, the text tower's \(encoder.width)")
    }
    self.classNames = classNames
    self.classPosition = try context.classPosition(orGiven: classPosition, source: source)
    let assembly = try PromptAssembly(
      classNames: classNames, tokenizer: tokenizer, contextLength: context.length, classPosition: self.classPosition,
      isClassSpecific: context.classCount != nil, wordsBehind: context.provenance?.wordsBehind ?? [],
      contextLimit: contextLimit)
    let vectors = try context.vectors(for: classNames, source: source, tokenizer: tokenizer)
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(assembly.prompts), tapeLimit: 0)
    let features = try vectors.withUnsafeBufferPointer { try pass.forward(context: $0) }
    features.normalizeRows(width: encoder.embedDimension)
    weights = try Tensor(features, shape: [classNames.count, encoder.embedDimension], name: "classifier")
  }
}

extension LearnedContext {
  /// Returns the context matrix for some classes: all of it when it is unified, else those classes' vectors. Classes
  /// are the same when their names have the same tokens.
  ///
  /// - Throws: ``PromptError/unknownClasses(source:unknown:known:)`` or
  ///   ``PromptError/unnamedClasses(source:contexts:classCount:)``.
  package func vectors(for names: [String], source: String, tokenizer: any Tokenizer) throws(PromptError) -> [Float] {
    let floats = vectors.floats()
    guard let classCount else { return floats }
    guard let known = classNames else {
      guard classCount == names.count else {
        throw .unnamedClasses(source: source, contexts: classCount, classCount: names.count)
      }
      return floats
    }
    let size = length * width
    func key(_ name: String) -> [Int32] { tokenizer.encode(name.replacing("_", with: " ")) }
    // The first of several classes with one name is used, unless the lists are the same.
    if known.map(key) == names.map(key) { return floats }
    let indices = Dictionary(
      known.enumerated().map { (key($0.element), $0.offset) }, uniquingKeysWith: { first, _ in first })
    let unknown = names.filter { indices[key($0)] == nil }
    guard unknown.isEmpty else { throw .unknownClasses(source: source, unknown: unknown, known: classCount) }
    return names.flatMap { name in
      indices[key(name)].map { Array(floats[$0 * size..<($0 + 1) * size]) } ?? []
    }
  }
}
