import PromptLensCLIP
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensors

/// The reader of an image tower of the timm library, `visual.trunk`, with open_clip's head.
///
/// Widths, depths, patches and MLPs follow from the tensors' shapes. Heads, ε and rotary embeddings are in no file: they
/// follow from the network's name, by ``TimmNetwork``.
struct TimmTower {
  private let vision: JSONNode
  private let inputSize: PixelSize
  private let shapes: TensorShapes
  private static let trunk = "visual.trunk"

  init(_ vision: JSONNode, inputSize: PixelSize, source: some TensorSource) {
    self.vision = vision
    self.inputSize = inputSize
    shapes = TensorShapes(of: source)
  }

  /// Reads the tower.
  ///
  /// - Throws: `JSONError` when a setting is of the wrong kind, `CLIPError` when the network or a setting is not supported
  ///   or a tensor is missing.
  func read() throws -> ImageTowerConfiguration {
    let name = try vision.string("timm_model_name")
    guard let network = TimmNetwork(name) else {
      throw OpenCLIPSettings.refusal(try vision.node("timm_model_name"), TimmNetwork.expectation(of: name))
    }
    let projection = try projection()
    let pool = try vision.optionalString("timm_pool") ?? "avg"
    // Without a projection of open_clip's, an empty name is no pooling at all; else it is the network's own.
    let isOwn = pool.isEmpty && (projection == .linear || projection == .mlp)
    guard pool == network.pool || isOwn && network.isPooledByDefault else {
      throw OpenCLIPSettings.refusal(
        vision["timm_pool"] ?? JSONNode(source: vision.source, path: "\(vision.path).timm_pool", value: .string(pool)),
        "\(network.pool), as \(name) is published")
    }
    switch network.kind {
    case .convNeXt: return try .convNeXt(convNeXt(name, network, projection))
    case .transformer: return try .timmTransformer(transformer(name, network, projection))
    }
  }

  /// Reads `timm_proj`, which is `linear` where it is left out and the network's own classifier where it is null.
  private func projection() throws -> TimmProjection {
    let members = try vision.object()
    guard let stated = members["timm_proj"] else { return try withoutBias(.linear) }
    switch stated {
    case .null, .string(""): return .classifier
    case .string("linear"): return try withoutBias(.linear)
    case .string("mlp"): return try withoutBias(.mlp)
    case .string("none"): return .none
    default: throw OpenCLIPSettings.refusal(try vision.node("timm_proj"), "null, linear, mlp or none")
    }
  }

  private func withoutBias(_ projection: TimmProjection) throws -> TimmProjection {
    if try vision.optionalBool("timm_proj_bias") == true {
      throw OpenCLIPSettings.refusal(try vision.node("timm_proj_bias"), "false")
    }
    return projection
  }

  private func convNeXt(
    _ name: String, _ network: TimmNetwork, _ projection: TimmProjection
  ) throws -> ConvNeXtConfiguration {
    let stem = try shapes.shape("\(Self.trunk).stem.0.weight", rank: 4)
    let stages = shapes.count("\(Self.trunk).stages.")
    let widths =
      try [stem[0]]
      + (1..<max(stages, 1)).map { stage in
        try shapes.shape("\(Self.trunk).stages.\(stage).downsample.1.weight", rank: 4)[0]
      }
    let block = "\(Self.trunk).stages.0.blocks.0"
    return ConvNeXtConfiguration(
      name: name, inputSize: inputSize, patchSize: stem[3],
      kernelSize: try shapes.shape("\(block).conv_dw.weight", rank: 4)[3], widths: widths,
      depths: (0..<max(stages, 1)).map { shapes.count("\(Self.trunk).stages.\($0).blocks.") },
      mlpRatio: try shapes.shape("\(block).mlp.fc1.weight", rank: 2)[0] / max(stem[0], 1),
      normEpsilon: network.normEpsilon,
      projection: projection)
  }

  private func transformer(
    _ name: String, _ network: TimmNetwork, _ projection: TimmProjection
  ) throws -> TimmTransformerConfiguration {
    let width = try shapes.shape("\(Self.trunk).blocks.0.norm1.weight", rank: 1)[0]
    var block = BlockDescription()
    block.names = .timm
    block.normPosition = network.normPosition
    let attention = "\(Self.trunk).blocks.0.attn"
    block.hasSeparateProjections = shapes.names.contains("\(attention).q_proj.weight")
    if shapes.names.contains("\(attention).q_bias") {
      block.projectionBias = .queriesAndValues
    } else if block.hasSeparateProjections {
      block.projectionBias =
        shapes.names.contains("\(attention).k_proj.bias")
        ? .all : shapes.names.contains("\(attention).q_proj.bias") ? .queriesAndValues : .none
    } else {
      block.projectionBias = shapes.names.contains("\(attention).qkv.bias") ? .all : .none
    }
    block.hasAttentionNorm = shapes.names.contains("\(attention).norm.weight")
    let mlp = "\(Self.trunk).blocks.0.mlp"
    let expansion: String
    if shapes.names.contains("\(mlp).fc1_g.weight") {
      (block.feedForward, expansion) = (.gatedSiLU, "\(mlp).fc1_x.weight")
    } else if shapes.names.contains("\(mlp).w0.weight") {
      (block.feedForward, expansion) = (.gatedGELU, "\(mlp).w1.weight")
    } else {
      expansion = "\(mlp).fc1.weight"
    }
    var tower = TimmTransformerConfiguration(
      name: name, inputSize: inputSize, stem: try stem(),
      hasClassToken: shapes.names.contains("\(Self.trunk).cls_token"),
      hasInputNorm: shapes.names.contains("\(Self.trunk).norm_pre.weight"),
      transformer: TransformerConfiguration(
        width: width, layers: shapes.count("\(Self.trunk).blocks."), heads: network.heads,
        mlpWidth: try shapes.shape(expansion, rank: 2)[0], activation: network.activation,
        normEpsilon: network.normEpsilon,
        block: block),
      rotary: network.rotary, projection: projection)
    switch network.pool {
    case "map":
      tower.pooling = .attention(
        heads: network.poolingHeads ?? network.heads,
        mlpWidth: try shapes.shape("\(Self.trunk).attn_pool.mlp.fc1.weight", rank: 2)[0])
    case "avg": tower.pooling = .mean
    default: tower.pooling = .classToken
    }
    if shapes.names.contains("\(Self.trunk).pos_embed") {
      let rows = try shapes.shape("\(Self.trunk).pos_embed", rank: 3)[1]
      tower.positionTable = rows == tower.grid.count && tower.hasClassToken ? .patches : .all
    } else {
      tower.positionTable = .none
    }
    return tower
  }

  private func stem() throws -> TimmTransformerConfiguration.Stem {
    let patches = "\(Self.trunk).patch_embed.proj"
    if shapes.names.contains("\(patches).weight") {
      return .patches(
        side: try shapes.shape("\(patches).weight", rank: 4)[3], hasBias: shapes.names.contains("\(patches).bias"))
    }
    let backbone = "\(Self.trunk).patch_embed.backbone"
    if shapes.names.contains("\(backbone).0.conv.weight") {
      return .convolutions(
        try (0..<shapes.count("\(backbone).")).map {
          let shape = try shapes.shape("\(backbone).\($0).conv.weight", rank: 4)
          return TimmTransformerConfiguration.Stem.Convolution(side: shape[3], channels: shape[0])
        })
    }
    let stages = shapes.count("\(backbone).stages.")
    return .bottlenecks(
      stem: try shapes.shape("\(backbone).stem.conv1.weight", rank: 4)[0],
      stages: try (0..<stages).map {
        TimmTransformerConfiguration.Stem.Stage(
          channels: try shapes.shape("\(backbone).stages.\($0).0.conv3_1x1.weight", rank: 4)[0],
          depth: shapes.count("\(backbone).stages.\($0)."))
      })
  }
}
