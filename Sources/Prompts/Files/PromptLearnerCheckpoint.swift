import PromptLensTensorFiles
import PromptLensTensors

/// A checkpoint of learned prompts, as Dassl saves it: `prompt_learner/model.pth.tar-50`.
///
/// Those of CoOp and CoCoOp are read whole, and so are those of ATPrompt that have the words between their vectors, see
/// ``PromptPart``. Of those by MaPLe, PromptSRC, TCP and PLOT, the vectors that stand among a text's tokens are read, so that
/// they can be decoded; see ``PromptMethod/servesPrompts``.
///
/// It contains the context and the embeddings around it: `token_prefix` (the start) and
/// `token_suffix` (class name, full stop, end, padding). CoOp's own lack class names and class position; those that this
/// program writes have them under a key of their own. Its optimizer and
/// scheduler are objects, which are never instantiated; see `TorchArchive`.
///
/// Source: KaiyangZhou/CoOp, `trainers/coop.py` and `trainers/cocoop.py`; Dassl's `save_checkpoint`; the trainers of the
/// other methods, see ``PromptMethod``.
package struct PromptLearnerCheckpoint: Sendable {
  /// The file.
  package let path: String
  /// The context's vectors as stored, `[M, D]` or `[K, M, D]`.
  package let vectors: Tensor
  /// The network's tensors, named without `meta_net.`; empty for CoOp.
  package let metaNetwork: [String: Tensor]
  /// The provenance of the context.
  package let provenance: PromptProvenance
  /// The properties that Dassl's form has no place for; without values in files of other programs.
  let properties: ContextProperties
  /// The classes' names, where the file has them.
  package var classNames: [String]? { properties.classNames }
  /// The class position, where the file has it.
  package var classPosition: ClassPosition? { properties.classPosition }

  /// Returns a Boolean value that indicates whether a PyTorch file is such a checkpoint, intact or not.
  package static func matches(_ archive: TorchArchive) -> Bool {
    guard let state = archive.root["state_dict"] else {
      // Dassl's frame without its contents.
      return ["epoch", "optimizer", "scheduler", "val_result"].allSatisfy { archive.root[$0] != nil }
    }
    return ["ctx", "token_prefix", "token_suffix"].contains { state[$0]?.tensor != nil }
      || PromptMethod(recognizedBy: Self.keys(of: state)) != nil
  }

  /// Reads a checkpoint.
  ///
  /// - Throws: `TensorFileError` when a part is missing or does not fit the others, ``PromptError/deepPrompts(source:method:)``
  ///   for VPT's, which has no context.
  package init(_ archive: TorchArchive) throws {
    func missing(_ object: String, _ expected: String) -> TensorFileError {
      .missing(path: archive.path, object: object, expected: expected)
    }
    guard let state = archive.root["state_dict"], state.entries != nil else {
      throw missing("state_dict", "the dictionary in which CoOp saves ctx, token_prefix and token_suffix")
    }
    let named = PromptMethod(recognizedBy: Self.keys(of: state))
    // Its prompts are words, and the vectors stand in the image tower.
    guard named != .vpt else { throw PromptError.deepPrompts(source: archive.path, method: PromptMethod.vpt.rawValue) }
    func tensor(_ name: String) throws -> Tensor? {
      // MaPLe and PromptSRC save the whole model, in which the prompts are a part.
      guard let value = state[name] ?? state["prompt_learner.\(name)"] else { return nil }
      guard let tensor = value.tensor else {
        throw TensorFileError.unexpected(
          path: archive.path, object: "state_dict.\(name)", expected: "a tensor", found: value.kind)
      }
      return try tensor.read(name: name)
    }
    let vectors: Tensor
    var parts: [PromptPart] = []
    if named == .atPrompt, let names = PromptPart.names(in: Self.keys(of: state)) {
      (parts, vectors) = try PromptPart.read(names, path: archive.path, tensor)
    } else if named == .atPrompt {
      vectors = try Self.anchors(state, path: archive.path)
    } else if let context = try tensor("ctx") {
      vectors = context
    } else {
      throw missing("state_dict.ctx", "the learned context of a \(named?.rawValue ?? "CoOp") checkpoint")
    }
    // The checks that apply to every context, from whichever file.
    _ = try LearnedContext(vectors: vectors, source: archive.path)
    path = archive.path
    self.vectors = vectors
    var network: [String: Tensor] = [:]
    for (key, value) in state.entries ?? [] {
      guard let name = key.string, name.hasPrefix("meta_net."), let tensor = value.tensor else { continue }
      network[String(name.dropFirst("meta_net.".count))] = try tensor.read(name: name)
    }
    // KgCoOp saves a layer that it doesn't use.
    let isKgCoOp = state["bias_vectors"] != nil
    if isKgCoOp { network = [:] }
    let surroundings: PromptSurroundings?
    var method = named ?? (network.isEmpty ? .coOp : .coCoOp)
    if named == nil, let last = network["linear2.weight"], vectors.shape.rank == 2,
      last.shape.dimensions.first == vectors.shape.count,
      vectors.shape.dimensions[0] > 1 || Self.hasHiddenQuarter(network)
    {
      method = .tcp
      network = [:]
    }
    switch (try tensor("token_prefix"), try tensor("token_suffix")) {
    case (let prefix?, _?) where Self.isPLOT(vectors, prefix: prefix):
      method = .plot
      surroundings = nil
    case (nil, nil): surroundings = nil
    case (let prefix?, let suffix?):
      surroundings = try PromptSurroundings(prefix: prefix, suffix: suffix, around: vectors, path: archive.path)
    case (nil, _):
      throw missing("state_dict.token_prefix", "the embedding of the start, which stands with token_suffix")
    case (_, nil): throw missing("state_dict.token_suffix", "the embeddings after the context, with token_prefix")
    }
    let texts = (archive.root[DasslCheckpoint.properties]?.entries ?? []).compactMap { key, value in
      key.string.flatMap { key in value.string.map { (key: key, value: $0) } }
    }
    var properties = try ContextProperties(metadata: texts, source: "\(archive.path), \(DasslCheckpoint.properties)")
    // The official code puts the class name behind all of them.
    if !parts.isEmpty { properties.classPosition = properties.classPosition ?? .end }
    self.properties = properties
    if let names = properties.classNames, let surroundings, names.count != surroundings.classCount {
      throw TensorFileError.unexpected(
        path: archive.path, object: "\(DasslCheckpoint.properties).class_names",
        expected: "\(surroundings.classCount) names, one for each row of token_prefix", found: "\(names.count)")
    }
    var provenance = PromptProvenance(
      method: method, methodName: properties.method ?? (isKgCoOp ? "KgCoOp" : nil),
      epoch: archive.root["epoch"]?.integer, surroundings: surroundings)
    provenance.parts = parts
    self.provenance = provenance
    metaNetwork = network
  }

  private static func keys(of state: TorchValue) -> [String] { (state.entries ?? []).compactMap(\.key.string) }

  /// Returns ATPrompt's vectors in the order of their names: the anchors of attributes, and the context's if there is one.
  private static func anchors(_ state: TorchValue, path: String) throws -> Tensor {
    var parts: [Tensor] = []
    for name in keys(of: state).filter(PromptMethod.isAnchor).sorted() + ["ctx"] {
      guard let part = try state[name]?.tensor?.read(name: name) else { continue }
      guard part.shape.rank == 2,
        part.shape.dimensions[1] == parts.first?.shape.dimensions[1] ?? part.shape.dimensions[1]
      else {
        throw TensorFileError.unexpected(
          path: path, object: "state_dict.\(name)", expected: "[vectors, width], all of one width",
          found: "of shape \(part.shape)")
      }
      parts.append(part)
    }
    return try Tensor.concatenated(parts, name: "anchors")
  }

  /// Whether a network's hidden layer is a quarter as wide as the features: TCP's, where CoCoOp's is a sixteenth.
  private static func hasHiddenQuarter(_ network: [String: Tensor]) -> Bool {
    guard let first = network["linear1.weight"]?.shape.dimensions, first.count == 2 else { return false }
    return first[0].multipliedReportingOverflow(by: 4) == (first[1], false)
  }

  /// Returns whether a context of rank 3 is PLOT's: several contexts for every class, whose start embeddings are there once
  /// for each pair of context and class.
  private static func isPLOT(_ vectors: Tensor, prefix: Tensor) -> Bool {
    let (contexts, rows) = (vectors.shape.dimensions[0], prefix.shape.dimensions.first ?? 0)
    return vectors.shape.rank == 3 && contexts > 1 && rows > contexts && rows % contexts == 0
  }

  /// The context, independent of its file format.
  package var context: LearnedContext {
    get throws {
      try LearnedContext(
        vectors: vectors, classNames: properties.classNames, classPosition: properties.classPosition,
        embeddingFingerprint: properties.embeddingFingerprint, metaNetwork: metaNetwork, provenance: provenance,
        source: path)
    }
  }
}

/// The provenance of a context, as recorded in a checkpoint of CoOp or CoCoOp or in a file.
package struct PromptProvenance: Sendable {
  /// The method with which the context was learned.
  package var method: PromptMethod
  /// The method's name in the file, such as `kgcoop`; nil if the file has none.
  package var methodName: String?
  /// The epoch after which it was saved, from 1; nil if unknown.
  package var epoch: Int?
  /// The embeddings around the context; nil if they weren't saved.
  package var surroundings: PromptSurroundings?
  /// The tokens of written words that stood between the context and every class name in the learning; empty for none.
  package var wordsBehind: [Int32] = []
  /// The vectors and written words that the context consists of, in their order; empty where all are learned vectors.
  package var parts: [PromptPart] = []

  /// Whether the context makes a class's prompt.
  package var servesPrompts: Bool { method.servesPrompts || !parts.isEmpty }

  /// Creates the provenance of a context.
  package init(
    method: PromptMethod = .coOp, methodName: String? = nil, epoch: Int? = nil,
    surroundings: PromptSurroundings? = nil
  ) {
    self.method = method
    self.methodName = methodName
    self.epoch = epoch
    self.surroundings = surroundings
  }
}

/// The token embeddings around a context during learning.
package struct PromptSurroundings: Sendable {
  /// The embeddings of the start token, `[K, 1, D]`.
  package let prefix: Tensor
  /// The embeddings of class name, full stop, end and padding, `[K, positions, D]`.
  package let suffix: Tensor

  /// The number of classes.
  package var classCount: Int { prefix.shape.dimensions[0] }

  /// Checks that the tensors belong together and to a context.
  init(prefix: Tensor, suffix: Tensor, around vectors: Tensor, path: String) throws {
    let context = vectors.shape.dimensions
    let (before, after) = (prefix.shape.dimensions, suffix.shape.dimensions)
    func unexpected(_ object: String, _ expected: String, _ found: [Int]) -> TensorFileError {
      .unexpected(path: path, object: object, expected: expected, found: "of shape \(found)")
    }
    let width = context.last ?? 0
    guard before.count == 3, before[0] > 0, before[1] == 1 else {
      throw unexpected("token_prefix", "[classes, 1, width], the start's embedding for each class", before)
    }
    guard before[2] == width else {
      throw unexpected("ctx", "of width \(before[2]), that of token_prefix", context)
    }
    guard after.count == 3, after[0] == before[0], after[1] > 0, after[2] == width else {
      throw unexpected("token_suffix", "[\(before[0]), positions, \(width)]", after)
    }
    guard context.count == 2 || context[0] == before[0] else {
      throw unexpected("ctx", "a context for each of the \(before[0]) classes of token_prefix", context)
    }
    guard prefix.isFinite, suffix.isFinite else {
      throw TensorFileError.unexpected(
        path: path, object: "token_prefix or token_suffix", expected: "finite numbers",
        found: "one with NaN or infinity")
    }
    self.prefix = prefix
    self.suffix = suffix
  }
}
