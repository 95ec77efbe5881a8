import PromptLensCLIP

/// The names that transformers gives the tensors of a SigLIP, in PyTorch's files.
///
/// Their towers keep queries, keys and values apart where timm's joins them; the pooling head joins all three, where timm's
/// keeps the query apart.
struct SigLIPNames {
  /// The text before every name.
  let prefix: String

  /// Returns whether an architecture is one that these names can hold.
  static func fit(_ configuration: CLIPConfiguration) -> Bool {
    let text = configuration.text
    guard case .timmTransformer(let vision) = configuration.image, case .attention(let heads, _) = vision.pooling,
      case .patches(_, true) = vision.stem, case .last = text.pooling
    else { return false }
    var block = BlockDescription()
    block.names = .timm
    return configuration.hasLogitBias && text.projection == .linear && !vision.hasClassToken && !vision.hasInputNorm
      && vision.rotary == nil && vision.positionTable == .all && vision.projection == .none
      && vision.transformer.block == block && heads == vision.transformer.heads && vision.inputSize.isSquare
  }

  /// Returns the recipes of all tensors.
  func recipes(_ configuration: CLIPConfiguration) -> [String: TensorRecipe] {
    guard case .timmTransformer(let vision) = configuration.image, case .patches(let patch, _) = vision.stem,
      case .attention(_, let poolWidth) = vision.pooling
    else { return [:] }
    let text = configuration.text
    let (width, imageWidth) = (text.transformer.width, vision.transformer.width)
    let (embeddings, words) = ("vision_model.embeddings", "text_model.embeddings")
    var recipes: [String: TensorRecipe] = [
      "logit_scale": TensorRecipe("\(prefix)logit_scale", shape: [1]),
      "logit_bias": TensorRecipe("\(prefix)logit_bias", shape: [1]),
      "token_embedding.weight": TensorRecipe(
        "\(prefix)\(words).token_embedding.weight", shape: [text.vocabularySize, width]),
      "positional_embedding": TensorRecipe(
        "\(prefix)\(words).position_embedding.weight", shape: [text.contextLength, width]),
      "visual.trunk.pos_embed": TensorRecipe(
        "\(prefix)\(embeddings).position_embedding.weight", shape: [vision.grid.count, imageWidth],
        steps: .reshape([1, vision.grid.count, imageWidth])),
      "visual.trunk.patch_embed.proj.weight": TensorRecipe(
        "\(prefix)\(embeddings).patch_embedding.weight", shape: [imageWidth, 3, patch, patch]),
      "visual.trunk.patch_embed.proj.bias": TensorRecipe(
        "\(prefix)\(embeddings).patch_embedding.bias", shape: [imageWidth]),
      "visual.trunk.attn_pool.latent": TensorRecipe(
        "\(prefix)vision_model.head.probe", shape: [1, 1, imageWidth]),
    ]
    func norm(_ target: String, _ layer: String, _ width: Int) {
      for part in ["weight", "bias"] {
        recipes["\(target).\(part)"] = TensorRecipe("\(prefix)\(layer).\(part)", shape: [width])
      }
    }
    func linear(_ target: String, _ layer: String, _ inputs: Int, _ outputs: Int) {
      recipes["\(target).weight"] = TensorRecipe("\(prefix)\(layer).weight", shape: [outputs, inputs])
      recipes["\(target).bias"] = TensorRecipe("\(prefix)\(layer).bias", shape: [outputs])
    }
    norm("ln_final", "text_model.final_layer_norm", width)
    linear("text_projection", "text_model.head", width, configuration.embedDimension)
    norm("visual.trunk.norm", "vision_model.post_layernorm", imageWidth)
    let (pool, head) = ("visual.trunk.attn_pool", "vision_model.head")
    for (target, rows) in [("q", 0..<imageWidth), ("kv", imageWidth..<3 * imageWidth)] {
      recipes["\(pool).\(target).weight"] = TensorRecipe(
        "\(prefix)\(head).attention.in_proj_weight", shape: [3 * imageWidth, imageWidth], steps: .rows(rows))
      recipes["\(pool).\(target).bias"] = TensorRecipe(
        "\(prefix)\(head).attention.in_proj_bias", shape: [3 * imageWidth], steps: .rows(rows))
    }
    linear("\(pool).proj", "\(head).attention.out_proj", imageWidth, imageWidth)
    norm("\(pool).norm", "\(head).layernorm", imageWidth)
    linear("\(pool).mlp.fc1", "\(head).mlp.fc1", imageWidth, poolWidth)
    linear("\(pool).mlp.fc2", "\(head).mlp.fc2", poolWidth, imageWidth)
    for (tower, model, transformer) in [
      ("transformer.resblocks", "text_model", text.transformer),
      ("visual.trunk.blocks", "vision_model", vision.transformer),
    ] {
      let (width, hidden) = (transformer.width, transformer.mlpWidth)
      for index in 0..<transformer.layers {
        let names = BlockTargets("\(tower).\(index)", isTimms: tower.hasPrefix("visual"))
        let layer = "\(model).encoder.layers.\(index)"
        for (target, part) in [(names.fusedWeight, "weight"), (names.fusedBias, "bias")] {
          recipes[target] = TensorRecipe(
            ingredients: ["q", "k", "v"].map {
              TensorRecipe.Ingredient(
                stored: "\(prefix)\(layer).self_attn.\($0)_proj.\(part)",
                shape: part == "bias" ? [width] : [width, width])
            })
        }
        linear(names.output, "\(layer).self_attn.out_proj", width, width)
        linear(names.expansion, "\(layer).mlp.fc1", width, hidden)
        linear(names.contraction, "\(layer).mlp.fc2", hidden, width)
        norm(names.firstNorm, "\(layer).layer_norm1", width)
        norm(names.secondNorm, "\(layer).layer_norm2", width)
      }
    }
    return recipes
  }

  /// The names of a block's tensors in a model folder.
  private struct BlockTargets {
    let fusedWeight, fusedBias, output, expansion, contraction, firstNorm, secondNorm: String

    init(_ block: String, isTimms: Bool) {
      fusedWeight = "\(block).attn.\(isTimms ? "qkv.weight" : "in_proj_weight")"
      fusedBias = "\(block).attn.\(isTimms ? "qkv.bias" : "in_proj_bias")"
      output = "\(block).attn.\(isTimms ? "proj" : "out_proj")"
      expansion = "\(block).mlp.\(isTimms ? "fc1" : "c_fc")"
      contraction = "\(block).mlp.\(isTimms ? "fc2" : "c_proj")"
      firstNorm = "\(block).\(isTimms ? "norm1" : "ln_1")"
      secondNorm = "\(block).\(isTimms ? "norm2" : "ln_2")"
    }
  }
}
