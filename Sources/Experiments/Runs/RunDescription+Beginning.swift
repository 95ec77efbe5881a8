import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors
import PromptLensTokenization

extension RunDescription {
  /// Returns the initialization and the seed that the run began with.
  ///
  /// - Parameter length: The number of vectors in the context.
  /// - Returns: Both; `nil` if the run doesn't record them.
  package func beginning(length: Int) -> (initialization: ContextInitialization, seed: Int)? {
    guard let began = initialization, let seed else { return nil }
    return (ContextInitialization(description: began, length: length), seed)
  }

  /// Returns the context that the run began with, in the shape of the learned one; `nil` if the run doesn't say, or says
  /// words of another number.
  ///
  /// - Parameters:
  ///   - learned: The learned context.
  ///   - tokenizer: The model's tokenizer.
  ///   - embedding: The token embedding, `[vocabulary, width]`.
  /// - Returns: The initial context.
  /// - Throws: `TensorError`, which would be a bug in this program.
  package func initialContext(of learned: LearnedContext, tokenizer: any Tokenizer, embedding: Tensor) throws -> Tensor?
  {
    guard let (initialization, seed) = beginning(length: learned.length),
      let length = try? initialization.length(tokenizer), length == learned.length
    else { return nil }
    let vectors = try initialization.vectors(
      contexts: learned.classCount ?? 1, width: learned.width, seed: seed, tokenizer: tokenizer, embedding: embedding)
    return try Tensor(vectors, shape: learned.vectors.shape.dimensions, name: "initial context")
  }
}

extension RunFolder {
  /// Returns the run that a context's file belongs to: the folder itself, or the folder that holds its `context.h5`.
  ///
  /// - Parameter path: A run folder, or a context file.
  /// - Returns: The run; `nil` if the file belongs to none.
  /// - Throws: Errors of reading `run.json`.
  package static func owning(_ path: String) throws -> RunFolder? {
    if exists(at: path) { return try RunFolder(path) }
    let components = path.split(separator: "/", omittingEmptySubsequences: false)
    guard components.last == "context.h5" else { return nil }
    let folder = components.count > 1 ? components.dropLast().joined(separator: "/") : "."
    return exists(at: folder) ? try RunFolder(folder) : nil
  }
}
