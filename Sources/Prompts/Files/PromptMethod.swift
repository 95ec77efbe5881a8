/// A method that contexts are learned by.
package enum PromptMethod: String, Sendable, CaseIterable {
  /// One context for all classes, or one for each.
  case coOp = "CoOp"
  /// A context that each image shifts, by a small network.
  case coCoOp = "CoCoOp"
  /// Khattak et al. (2023): prompts in several layers of both towers, coupled by projections.
  case maPLe = "MaPLe"
  /// Khattak et al. (2023): prompts in several layers of both towers, each on its own; the same form as IVLP's.
  case promptSRC = "PromptSRC"
  /// Jia et al. (2022): prompts in one or more layers of the image tower.
  case vpt = "VPT"
  /// Yao, Zhang and Xu (2024): a context, and vectors for each class in a deeper layer, which a network makes.
  case tcp = "TCP"
  /// Chen et al. (2023): several contexts for every class, compared with an image's regions by optimal transport.
  case plot = "PLOT"
  /// Li et al. (2024): learned vectors that stand beside words for attributes.
  case atPrompt = "ATPrompt"
  /// The same with CoCoOp's network.
  case conditionalATPrompt = "CoCoOp with ATPrompt"
  /// The same with prompts in deeper layers.
  case deepATPrompt = "MaPLe or PromptSRC with ATPrompt"
  /// Li et al. (2025): vectors whose order is learned, beside an anchor from a file of its own.
  case anchorOPT = "AnchorOPT"

  /// Whether the vectors alone make a class's prompt. Those of other methods can be decoded and inspected, but classifying
  /// by them would be another method; see ``PromptProvenance/servesPrompts``.
  package var servesPrompts: Bool { self == .coOp || self == .coCoOp }

  /// Whether the method's prompts are read from whole checkpoints, see ``DeepPromptCheckpoint``.
  package var standsInDeepLayers: Bool {
    self == .maPLe || self == .promptSRC || self == .vpt || self == .deepATPrompt
  }

  /// The parts of the method's prompts besides the vectors; empty if there are none.
  package var missingPart: String {
    switch self {
    case .coOp, .coCoOp: ""
    case .maPLe: "prompts in deeper layers of both towers"
    case .promptSRC: "prompts in deeper layers of both towers"
    case .vpt: "prompts in the image tower"
    case .tcp: "vectors for each class in a deeper layer of the text tower"
    case .plot: "a transport between several contexts and an image's regions"
    case .atPrompt: "words for attributes between its vectors"
    case .conditionalATPrompt: "words for attributes, and a network that shifts only the vectors behind them"
    case .deepATPrompt: "words for attributes, behind whose vectors those of deeper layers stand"
    case .anchorOPT: "an anchor from another file, and an order of the vectors that is drawn anew in every pass"
    }
  }

  /// Recognizes a method by the names in its state dict; nil for CoOp, CoCoOp, PLOT, whose names are the same, and all
  /// others.
  init?(recognizedBy keys: [String]) {
    func has(_ part: String) -> Bool { keys.contains { $0.contains(part) } }
    let whole = "prompt_learner."
    // Prompts of the first block alone have no deeper ones.
    if keys.contains(where: { $0 == "ctx_pos_params" || $0.hasSuffix(".ctx_pos_params") }) {
      self = .anchorOPT
    } else if keys.contains(where: { $0.hasPrefix(whole) && Self.isAnchor(String($0.dropFirst(whole.count))) }) {
      self = .deepATPrompt
    } else if has("compound_prompts_text") || has("compound_prompt_projections")
      || keys.contains("prompt_learner.proj.weight")
    {
      self = .maPLe
    } else if keys.contains("image_encoder.VPT"), !has("prompt_learner.") {
      self = .vpt
    } else if has("VPT_shallow") || keys.contains(where: { $0.hasSuffix(".VPT") })
      || keys.contains("prompt_learner.ctx") && keys.contains("text_encoder.positional_embedding")
    {
      self = .promptSRC
    } else if keys.contains(where: Self.isAnchor) {
      self = keys.contains { $0.hasPrefix("meta_net.") } ? .conditionalATPrompt : .atPrompt
    } else {
      return nil
    }
  }

  /// Returns whether a name is that of ATPrompt's vectors for an attribute.
  static func isAnchor(_ name: String) -> Bool { name.hasPrefix("anchor_ctx") || name.hasPrefix("ctx_att") }
}

extension LearnedContext {
  /// Refuses a context whose vectors alone don't make a prompt.
  ///
  /// - Throws: ``PromptError/foreignMethod(source:method:missing:)`` or ``PromptError/deepPrompts(source:method:)``.
  package func requirePrompts(source: String) throws(PromptError) {
    guard let provenance, !provenance.servesPrompts else { return }
    let method = provenance.method
    guard !method.standsInDeepLayers else { throw .deepPrompts(source: source, method: method.rawValue) }
    throw .foreignMethod(source: source, method: method.rawValue, missing: method.missingPart)
  }
}
