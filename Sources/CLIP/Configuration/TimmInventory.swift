extension TimmProjection {
  /// The tensors of the step from states of `width` to the shared space.
  ///
  /// `classifier` is the name of the network's own classifier.
  func tensors(width: Int, embedDimension: Int, classifier: String) -> [(name: String, shape: [Int])] {
    switch self {
    case .classifier: linearTensors(classifier, embedDimension, width)
    case .linear: [("visual.head.proj.weight", [embedDimension, width])]
    case .mlp:
      linearTensors("visual.head.mlp.fc1", 2 * embedDimension, width)
        + [("visual.head.mlp.fc2.weight", [embedDimension, 2 * embedDimension])]
    case .none: []
    }
  }
}

extension ConvNeXtConfiguration {
  /// The name of the network's own classifier.
  static let classifier = "visual.trunk.head.fc"

  func tensors(embedDimension: Int) -> [(name: String, shape: [Int])] {
    var list = convolutionTensors("visual.trunk.stem.0", widths.first ?? 0, 3, patchSize)
    list += normTensors("visual.trunk.stem.1", widths.first ?? 0)
    for (stage, (width, depth)) in zip(widths, depths).enumerated() {
      let name = "visual.trunk.stages.\(stage)"
      if stage > 0 {
        list += normTensors("\(name).downsample.0", widths[stage - 1])
        list += convolutionTensors("\(name).downsample.1", width, widths[stage - 1], 2)
      }
      for block in 0..<depth {
        let name = "\(name).blocks.\(block)"
        list.append(("\(name).gamma", [width]))
        list += convolutionTensors("\(name).conv_dw", width, 1, kernelSize) + normTensors("\(name).norm", width)
        list +=
          linearTensors("\(name).mlp.fc1", mlpRatio * width, width)
          + linearTensors("\(name).mlp.fc2", width, mlpRatio * width)
      }
    }
    let width = widths.last ?? 0
    return list + normTensors("visual.trunk.head.norm", width)
      + projection.tensors(width: width, embedDimension: embedDimension, classifier: Self.classifier)
  }
}

extension TimmTransformerConfiguration {
  /// The name of the network's own classifier.
  static let classifier = "visual.trunk.head"

  func tensors(embedDimension: Int) -> [(name: String, shape: [Int])] {
    let width = transformer.width
    var list: [(name: String, shape: [Int])] = []
    if hasClassToken { list.append(("visual.trunk.cls_token", [1, 1, width])) }
    switch positionTable {
    case .none: break
    case .patches: list.append(("visual.trunk.pos_embed", [1, grid.count, width]))
    case .all: list.append(("visual.trunk.pos_embed", [1, positions, width]))
    }
    list += stem.tensors(width: width)
    if hasInputNorm { list += normTensors("visual.trunk.norm_pre", width) }
    list += transformer.tensors(prefix: "visual.trunk.blocks.")
    switch pooling {
    case .classToken: list += normTensors("visual.trunk.norm", width)
    case .mean: list += normTensors("visual.trunk.fc_norm", width)
    case .attention(_, let mlpWidth):
      list += normTensors("visual.trunk.norm", width)
      let name = "visual.trunk.attn_pool"
      list.append(("\(name).latent", [1, 1, width]))
      list += linearTensors("\(name).q", width, width) + linearTensors("\(name).kv", 2 * width, width)
      list += linearTensors("\(name).proj", width, width) + normTensors("\(name).norm", width)
      list += linearTensors("\(name).mlp.fc1", mlpWidth, width) + linearTensors("\(name).mlp.fc2", width, mlpWidth)
    }
    return list + projection.tensors(width: width, embedDimension: embedDimension, classifier: Self.classifier)
  }
}

extension TimmTransformerConfiguration.Stem {
  fileprivate func tensors(width: Int) -> [(name: String, shape: [Int])] {
    switch self {
    case .patches(let side, let hasBias):
      let tensors = convolutionTensors("visual.trunk.patch_embed.proj", width, 3, side)
      return hasBias ? tensors : Array(tensors.prefix(1))
    case .convolutions(let convolutions):
      var list: [(name: String, shape: [Int])] = []
      var inputs = 3
      for (index, part) in convolutions.enumerated() {
        let name = "visual.trunk.patch_embed.backbone.\(index)"
        let tensors = convolutionTensors("\(name).conv", part.channels, inputs, part.side)
        if index < convolutions.count - 1 {
          list += tensors.prefix(1)
          list += ["weight", "bias", "running_mean", "running_var"].map { ("\(name).bn.\($0)", [part.channels]) }
        } else {
          list += tensors
        }
        inputs = part.channels
      }
      return list
    case .bottlenecks(let stem, let stages):
      let backbone = "visual.trunk.patch_embed.backbone"
      var list = convolutionTensors("\(backbone).stem.conv1", stem, 3, 3) + normTensors("\(backbone).stem.norm1", stem)
      list += convolutionTensors("\(backbone).stem.conv2", stem, stem, 3)
      for bottleneck in Self.bottlenecks(stem: stem, stages: stages) {
        let (name, inner) = (bottleneck.name, bottleneck.inner)
        if bottleneck.hasExpansion {
          list += convolutionTensors("\(name).shortcut.expand", bottleneck.outputs, bottleneck.inputs, 1)
        }
        list += normTensors("\(name).pre_norm", bottleneck.inputs)
        list += convolutionTensors("\(name).conv1_1x1", inner, bottleneck.inputs, 1)
        list += convolutionTensors("\(name).conv2_kxk", inner, 1, 3)
        list += convolutionTensors("\(name).conv3_1x1", bottleneck.outputs, inner, 1)
      }
      let channels = stages.last?.channels ?? stem
      return list + normTensors("\(backbone).pool.norm", channels)
        + convolutionTensors("\(backbone).pool.proj", width, channels, 3)
    }
  }

  /// The name and the sizes of an inverted bottleneck.
  struct Bottleneck {
    let name: String
    let inputs: Int
    let outputs: Int
    let stride: Int
    /// The channels of its depthwise convolution.
    var inner: Int { 4 * outputs }
    /// Whether the shortcut of a block that halves the sides also changes the channels.
    var hasExpansion: Bool { stride > 1 && inputs != outputs }
  }

  /// The inverted bottlenecks of all stages in order.
  static func bottlenecks(stem: Int, stages: [Stage]) -> [Bottleneck] {
    var list: [Bottleneck] = []
    var inputs = stem
    for (index, stage) in stages.enumerated() {
      for block in 0..<stage.depth {
        list.append(
          Bottleneck(
            name: "visual.trunk.patch_embed.backbone.stages.\(index).\(block)", inputs: inputs,
            outputs: stage.channels, stride: block == 0 ? 2 : 1))
        inputs = stage.channels
      }
    }
    return list
  }
}

/// The two tensors of a convolution with square kernels.
private func convolutionTensors(_ name: String, _ outputs: Int, _ inputs: Int, _ side: Int) -> [(
  name: String, shape: [Int]
)] {
  [("\(name).weight", [outputs, inputs, side, side]), ("\(name).bias", [outputs])]
}
