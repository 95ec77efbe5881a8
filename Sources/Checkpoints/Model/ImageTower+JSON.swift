import PromptLensCLIP
import PromptLensImages
import PromptLensJSONDocuments

// The form in which a model folder records an image tower, both ways.
extension ImageTowerConfiguration {
  /// The kind's name.
  var kind: String {
    switch self {
    case .visionTransformer: "VisionTransformer"
    case .modifiedResNet: "ModifiedResNet"
    case .convNeXt: "ConvNeXt"
    case .timmTransformer: "TimmTransformer"
    }
  }

  /// The document: the kind, and every number, stated.
  var json: JSON {
    var members = JSON.Object()
    members["kind"] = .string(kind)
    members["input"] = ["height": JSON(inputSize.height), "width": JSON(inputSize.width)]
    switch self {
    case .visionTransformer(let vision):
      members["patch"] = JSON(vision.patchSize)
      members["transformer"] = vision.transformer.json
      members["input_norm"] = .bool(vision.hasInputNorm)
      members["pooling"] = .string(vision.pooling.rawValue)
      members["norm_after_pooling"] = .bool(vision.normsAfterPooling)
      members["attentional_pooler"] =
        vision.pooler.map { ["queries": JSON($0.queries), "heads": JSON($0.heads)] } ?? .null
    case .modifiedResNet(let network):
      members["width"] = JSON(network.width)
      members["blocks"] = .array(network.blocks.map { JSON($0) })
      members["heads"] = JSON(network.heads)
    case .convNeXt(let network):
      members["name"] = .string(network.name)
      members["patch"] = JSON(network.patchSize)
      members["kernel"] = JSON(network.kernelSize)
      members["widths"] = .array(network.widths.map { JSON($0) })
      members["depths"] = .array(network.depths.map { JSON($0) })
      members["mlp_ratio"] = JSON(network.mlpRatio)
      members["norm_epsilon"] = JSON(network.normEpsilon)
      members["projection"] = .string(network.projection.rawValue)
    case .timmTransformer(let tower):
      members["name"] = .string(tower.name)
      members["stem"] = tower.stem.json
      members["class_token"] = .bool(tower.hasClassToken)
      members["position_table"] = .string(tower.positionTable.rawValue)
      members["input_norm"] = .bool(tower.hasInputNorm)
      members["transformer"] = tower.transformer.json
      members["rotary"] =
        tower.rotary.map {
          ["reference": JSON($0.reference), "offset": JSON($0.offset), "columns_first": .bool($0.hasColumnsFirst)]
        } ?? .null
      members["pooling"] = tower.pooling.json
      members["projection"] = .string(tower.projection.rawValue)
    }
    return .object(members)
  }

  /// Reads a document; the architecture is validated as a whole later.
  ///
  /// - Throws: `JSONError` when a setting is missing or of the wrong kind.
  init(parsing node: JSONNode) throws {
    let input = try node.node("input", expected: "an object")
    let size = PixelSize(height: try input.integer("height"), width: try input.integer("width"))
    func transformer() throws -> TransformerConfiguration {
      try TransformerConfiguration(parsing: node.node("transformer", expected: "an object"))
    }
    switch try node.string("kind") {
    case "VisionTransformer":
      var vision = VisionTransformerConfiguration(
        inputSize: size, patchSize: try node.integer("patch"), transformer: try transformer())
      vision.hasInputNorm = try node.bool("input_norm")
      vision.pooling = try node.named("pooling")
      vision.normsAfterPooling = try node.bool("norm_after_pooling")
      vision.pooler = try node["attentional_pooler"].map {
        VisionTransformerConfiguration.AttentionalPooler(
          queries: try $0.integer("queries"), heads: try $0.integer("heads"))
      }
      self = .visionTransformer(vision)
    case "ModifiedResNet":
      self = .modifiedResNet(
        ModifiedResNetConfiguration(
          resolution: size.height, width: try node.integer("width"), blocks: try node.integers("blocks"),
          heads: try node.integer("heads")))
    case "ConvNeXt":
      self = .convNeXt(
        ConvNeXtConfiguration(
          name: try node.string("name"), inputSize: size, patchSize: try node.integer("patch"),
          kernelSize: try node.integer("kernel"), widths: try node.integers("widths"),
          depths: try node.integers("depths"), mlpRatio: try node.integer("mlp_ratio"),
          normEpsilon: Float(try node.number("norm_epsilon")), projection: try node.named("projection")))
    case "TimmTransformer":
      self = .timmTransformer(
        TimmTransformerConfiguration(
          name: try node.string("name"), inputSize: size,
          stem: try TimmTransformerConfiguration.Stem(parsing: node.node("stem", expected: "an object")),
          hasClassToken: try node.bool("class_token"), positionTable: try node.named("position_table"),
          hasInputNorm: try node.bool("input_norm"), transformer: try transformer(),
          rotary: try node["rotary"].map {
            TimmTransformerConfiguration.RotaryEmbedding(
              reference: try $0.integer("reference"), offset: try $0.integer("offset"),
              hasColumnsFirst: try $0.bool("columns_first"))
          },
          pooling: try TimmTransformerConfiguration.Pooling(parsing: node.node("pooling", expected: "an object")),
          projection: try node.named("projection")))
    case let other:
      throw try node.node("kind").unexpected(
        expected: "VisionTransformer, ModifiedResNet, ConvNeXt or TimmTransformer", found: other)
    }
  }
}

extension TransformerConfiguration {
  fileprivate var json: JSON {
    [
      "width": JSON(width), "layers": JSON(layers), "heads": JSON(heads), "mlp_width": JSON(mlpWidth),
      "activation": .string(activation.rawValue), "norm_epsilon": JSON(normEpsilon),
      "names": .string(block.names.rawValue), "separate_projections": .bool(block.hasSeparateProjections),
      "projection_bias": .string(block.projectionBias.rawValue), "attention_norm": .bool(block.hasAttentionNorm),
      "norm_position": .string(block.normPosition.rawValue), "layer_scale": .bool(block.hasLayerScale),
      "feed_forward": .string(block.feedForward.rawValue),
    ]
  }

  fileprivate init(parsing node: JSONNode) throws {
    var block = BlockDescription()
    block.names = try node.named("names")
    block.hasSeparateProjections = try node.bool("separate_projections")
    block.projectionBias = try node.named("projection_bias")
    block.hasAttentionNorm = try node.bool("attention_norm")
    block.normPosition = try node.named("norm_position")
    block.hasLayerScale = try node.bool("layer_scale")
    block.feedForward = try node.named("feed_forward")
    self.init(
      width: try node.integer("width"), layers: try node.integer("layers"), heads: try node.integer("heads"),
      mlpWidth: try node.integer("mlp_width"), activation: try node.named("activation"),
      normEpsilon: Float(try node.number("norm_epsilon")), block: block)
  }
}

extension TimmTransformerConfiguration.Stem {
  fileprivate var json: JSON {
    switch self {
    case .patches(let side, let hasBias): ["kind": "patches", "side": JSON(side), "bias": .bool(hasBias)]
    case .convolutions(let convolutions):
      [
        "kind": "convolutions",
        "convolutions": .array(convolutions.map { ["side": JSON($0.side), "channels": JSON($0.channels)] }),
      ]
    case .bottlenecks(let channels, let stages):
      [
        "kind": "bottlenecks", "channels": JSON(channels),
        "stages": .array(stages.map { ["channels": JSON($0.channels), "depth": JSON($0.depth)] }),
      ]
    }
  }

  fileprivate init(parsing node: JSONNode) throws {
    switch try node.string("kind") {
    case "patches": self = .patches(side: try node.integer("side"), hasBias: try node.bool("bias"))
    case "convolutions":
      self = .convolutions(
        try node.array("convolutions").map {
          Convolution(side: try $0.integer("side"), channels: try $0.integer("channels"))
        })
    case "bottlenecks":
      self = .bottlenecks(
        stem: try node.integer("channels"),
        stages: try node.array("stages").map {
          Stage(channels: try $0.integer("channels"), depth: try $0.integer("depth"))
        })
    case let other:
      throw try node.node("kind").unexpected(expected: "patches, convolutions or bottlenecks", found: other)
    }
  }
}

extension TimmTransformerConfiguration.Pooling {
  fileprivate var json: JSON {
    switch self {
    case .classToken: ["kind": "class_token"]
    case .mean: ["kind": "mean"]
    case .attention(let heads, let mlpWidth):
      ["kind": "attention", "heads": JSON(heads), "mlp_width": JSON(mlpWidth)]
    }
  }

  fileprivate init(parsing node: JSONNode) throws {
    switch try node.string("kind") {
    case "class_token": self = .classToken
    case "mean": self = .mean
    case "attention": self = .attention(heads: try node.integer("heads"), mlpWidth: try node.integer("mlp_width"))
    case let other: throw try node.node("kind").unexpected(expected: "class_token, mean or attention", found: other)
    }
  }
}

extension JSONNode {
  /// Returns the value under a key as one of an enumeration's names.
  fileprivate func named<Value: RawRepresentable & CaseIterable>(_ key: String) throws -> Value
  where Value.RawValue == String {
    let name = try string(key)
    guard let value = Value(rawValue: name) else {
      throw try node(key).unexpected(expected: Value.allCases.map(\.rawValue).joined(separator: ", "), found: name)
    }
    return value
  }

  fileprivate func integers(_ key: String) throws -> [Int] { try array(key).map { try $0.integer() } }
}
