/// The names of a block's tensors; those of norms and layers are without `.weight` and `.bias`.
struct BlockNames: Sendable {
  private let block: String
  private let description: BlockDescription

  /// Creates the names of the block `block` of a state dict.
  init(_ block: String, _ description: BlockDescription) {
    self.block = block
    self.description = description
  }

  private func name(_ openAI: String, _ timm: String) -> String {
    "\(block).\(description.names == .openAI ? openAI : timm)"
  }

  var firstNorm: String { name("ln_1", "norm1") }
  var secondNorm: String { name("ln_2", "norm2") }
  var firstScale: String { name("ls_1.gamma", "ls1.gamma") }
  var secondScale: String { name("ls_2.gamma", "ls2.gamma") }

  /// The matrix of queries, keys and values together.
  var fusedWeight: String { name("attn.in_proj_weight", "attn.qkv.weight") }
  /// Its bias, or those of the queries and the values.
  var fusedBiases: [String] {
    switch description.projectionBias {
    case .all: [name("attn.in_proj_bias", "attn.qkv.bias")]
    case .queriesAndValues: ["\(block).attn.q_bias", "\(block).attn.v_bias"]
    case .none: []
    }
  }
  /// The matrices of queries, keys and values.
  var separateWeights: [String] { ["q", "k", "v"].map { "\(block).attn.\($0)_proj.weight" } }
  /// Their biases; nil for those without one.
  var separateBiases: [String?] {
    ["q", "k", "v"].map { part in
      switch description.projectionBias {
      case .all: "\(block).attn.\(part)_proj.bias"
      case .queriesAndValues: part == "k" ? nil : "\(block).attn.\(part)_proj.bias"
      case .none: nil
      }
    }
  }
  var attentionNorm: String { "\(block).attn.norm" }
  var attentionOutput: String { name("attn.out_proj", "attn.proj") }

  /// The layer whose activation multiplies the expansion; nil for a plain MLP.
  var gate: String? {
    switch description.feedForward {
    case .plain: nil
    case .gatedSiLU: "\(block).mlp.fc1_g"
    case .gatedGELU: "\(block).mlp.w0"
    }
  }
  var expansion: String {
    switch description.feedForward {
    case .plain: name("mlp.c_fc", "mlp.fc1")
    case .gatedSiLU: "\(block).mlp.fc1_x"
    case .gatedGELU: "\(block).mlp.w1"
    }
  }
  var contraction: String {
    switch description.feedForward {
    case .plain: name("mlp.c_proj", "mlp.fc2")
    case .gatedSiLU: "\(block).mlp.fc2"
    case .gatedGELU: "\(block).mlp.w2"
    }
  }
  var innerNorm: String { "\(block).mlp.norm" }
}
