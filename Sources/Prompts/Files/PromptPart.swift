import PromptLensCheckpoints
import PromptLensTensorFiles
import PromptLensTensors
import PromptLensTokenization

/// A part of a prompt that has written words between its learned vectors, as ATPrompt's: vectors, or one word.
///
/// Source: Li et al., "Advancing Textual Prompt Learning with Anchored Attributes" (2024): the start, `ctx_att1`, the first
/// attribute's word, `ctx_att2`, the second's, …, `ctx`, and the class name. The anchors of AnchorOPT, from the same
/// repository, stand before the word "of".
package struct PromptPart: Sendable, Equatable {
  /// The name of the part's tensor in the official state dict.
  package let name: String
  /// The number of positions.
  package let count: Int

  /// Whether the part is a written word.
  package var isWord: Bool { name.hasPrefix("token_") }

  /// Returns the names of the parts of a state dict's prompts in their order before the class name; nil where it isn't of a
  /// form whose order is known.
  static func names(in keys: [String]) -> [String]? {
    let known = Set(keys)
    if known.contains("anchor_ctx_1") {
      let isAlone = known.count(where: PromptMethod.isAnchor) == 1 && !known.contains("ctx")
      return isAlone && known.contains("token_of") ? ["anchor_ctx_1", "token_of"] : nil
    }
    let words = known.count { $0.hasPrefix("token_middle") }
    // Vectors of further attributes are in the file, too, and no prompt uses them.
    let parts = (0..<words).flatMap { ["ctx_att\($0 + 1)", "token_middle\($0 + 1)"] } + ["ctx"]
    return words > 0 && parts.allSatisfy(known.contains) ? parts : nil
  }

  /// Parses `ctx_att1 2, token_middle1 1, ctx 2`; nil for other text.
  static func list(_ text: String) -> [PromptPart]? {
    let parts = text.split(separator: ",").map { part -> PromptPart? in
      let words = part.split(separator: " ")
      guard words.count == 2, let count = Int(words[1]), (1...1024).contains(count) else { return nil }
      return PromptPart(name: String(words[0]), count: count)
    }
    let known = parts.compactMap(\.self)
    return known.count == parts.count && names(in: known.map(\.name)) == known.map(\.name) ? known : nil
  }

  /// Returns the notation that ``list(_:)`` parses.
  static func text(_ parts: [PromptPart]) -> String { parts.map { "\($0.name) \($0.count)" }.joined(separator: ", ") }

  /// Reads the vectors and words of a prompt in their order, `[positions, width]`, from a state dict.
  ///
  /// - Parameters:
  ///   - names: the parts.
  ///   - path: the file, for errors.
  ///   - read: returns the tensor of a name.
  /// - Returns: the parts and their rows.
  /// - Throws: `TensorFileError` when a part has another shape, or a word isn't the same for all classes.
  static func read(
    _ names: [String], path: String, _ read: (String) throws -> Tensor?
  ) throws -> (parts: [PromptPart], vectors: Tensor) {
    var (parts, tensors): ([PromptPart], [Tensor]) = ([], [])
    func unexpected(_ name: String, _ expected: String, _ found: String) -> TensorFileError {
      .unexpected(path: path, object: "state_dict.\(name)", expected: expected, found: found)
    }
    for name in names {
      guard let tensor = try read(name) else {
        throw TensorFileError.missing(
          path: path, object: "state_dict.\(name)", expected: "a part of ATPrompt's prompts")
      }
      let shape = tensor.shape.dimensions
      let part = PromptPart(name: name, count: positions(of: shape))
      guard part.isWord ? shape.count == 3 && shape[1] == 1 && shape[0] > 0 : shape.count == 2 && shape[0] > 0 else {
        let expected = part.isWord ? "[classes, 1, width]" : "[vectors, width]"
        throw unexpected(name, expected, "of shape \(tensor.shape)")
      }
      if let width = tensors.first?.shape.dimensions.last, shape.last != width {
        throw unexpected(name, "of width \(width)", "of shape \(tensor.shape)")
      }
      parts.append(part)
      guard part.isWord else {
        tensors.append(tensor)
        continue
      }
      tensors.append(try word(tensor) { unexpected(name, "the same word for all classes", $0) })
    }
    let isUniform = tensors.allSatisfy { $0.dtype == tensors.first?.dtype }
    return (
      parts,
      try Tensor.concatenated(isUniform ? tensors : tensors.map { $0.converted(to: .float32) }, name: "prompt")
    )
  }

  private static func positions(of shape: [Int]) -> Int { shape.count == 2 ? shape[0] : 1 }

  /// Returns the embedding of a word that is the same for all classes, `[1, width]`.
  private static func word(_ tensor: Tensor, differing: (String) -> TensorFileError) throws -> Tensor {
    let (count, width) = (tensor.shape.dimensions[0], tensor.shape.dimensions[2])
    let rows = try tensor.reshaped([count, width])
    let floats = rows.floats()
    for row in 1..<max(count, 1) where floats[row * width..<(row + 1) * width] != floats[..<width] {
      throw differing("another for class \(row + 1)")
    }
    return try rows.rows(0..<1)
  }

  /// Returns the rows of a prompt's parts, by their official names.
  static func tensors(_ parts: [PromptPart], of vectors: Tensor) throws -> [(String, Tensor)] {
    var start = 0
    return try parts.map { part in
      defer { start += part.count }
      return (part.name, try vectors.rows(start..<start + part.count))
    }
  }

  /// Returns the tensors of a prompt's parts for some classes in the official form, by their official names.
  static func tensors(_ parts: [PromptPart], of vectors: Tensor, classCount: Int) throws -> [(String, Tensor)] {
    try zip(parts, tensors(parts, of: vectors)).map { part, found in
      guard part.isWord else { return found }
      let repeated = try Tensor.concatenated([Tensor](repeating: found.1, count: classCount), name: part.name)
      return (part.name, try repeated.reshaped([classCount, 1, vectors.shape.dimensions[1]]))
    }
  }
}

extension LearnedContext {
  /// Whether each vector of the context is a written word that stands among the learned ones.
  package var isWord: [Bool] {
    let parts = provenance?.parts ?? []
    guard !parts.isEmpty else { return [Bool](repeating: false, count: length) }
    return parts.flatMap { [Bool](repeating: $0.isWord, count: $0.count) }
  }

  /// The context without the written words that stand among its vectors.
  package var withoutWords: LearnedContext {
    get throws {
      let words = isWord
      guard words.contains(true), vectors.shape.rank == 2 else { return self }
      var provenance = provenance
      provenance?.parts = []
      return try LearnedContext(
        vectors: vectors.selecting(words.indices.filter { !words[$0] }), classNames: classNames,
        classPosition: classPosition, embeddingFingerprint: embeddingFingerprint, metaNetwork: metaNetwork,
        provenance: provenance, source: "the context without words")
    }
  }

  /// Returns the prompt with its words: "[2 vectors] habitat [2 vectors] CLASS".
  ///
  /// - Parameter model: the model whose token embedding tells the words; nil if unknown.
  /// - Returns: the text; nil where no written words stand among the vectors.
  /// - Throws: the errors of reading the embedding and the vocabulary.
  package func form(accordingTo model: ModelFolder?) throws -> String? {
    let parts = provenance?.parts ?? []
    guard parts.contains(where: \.isWord) else { return nil }
    var words: [Int32?] = []
    var tokenizer: (any Tokenizer)?
    if let model, let path = model.tokenizerPath {
      words = EmbeddingRows(try model.source.tensor("token_embedding.weight"), for: vectors.dtype).find(vectors)
      tokenizer = try TokenizerFile.read(path)
    }
    var position = 0
    let texts = parts.map { part in
      defer { position += part.count }
      guard part.isWord else { return part.count == 1 ? "[1 vector]" : "[\(part.count) vectors]" }
      guard let tokenizer, let id = words[position] else { return "[a word]" }
      return tokenizer.decode([id])
    }
    return (texts + ["CLASS"]).joined(separator: " ")
  }
}
