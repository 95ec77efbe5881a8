extension CLIPConfiguration {
  /// The name and shape of every tensor of this architecture, named as in OpenAI's state dict, in its order.
  package var tensors: [(name: String, shape: [Int])] {
    let width = text.transformer.width
    var list: [(name: String, shape: [Int])] = [
      ("positional_embedding", [text.positions, width])
    ]
    switch text.projection {
    case .matrix: list.append(("text_projection", [width, embedDimension]))
    case .linear: list += linearTensors("text_projection", embedDimension, width)
    case .none: break
    }
    if case .classEmbedding = text.pooling { list.append(("cls_emb", [width])) }
    list.append(("logit_scale", []))
    if hasLogitBias { list.append(("logit_bias", [])) }
    switch image {
    case .visionTransformer(let vision): list += vision.tensors(embedDimension: embedDimension)
    case .modifiedResNet(let network): list += network.tensors(embedDimension: embedDimension)
    case .convNeXt(let network): list += network.tensors(embedDimension: embedDimension)
    case .timmTransformer(let tower): list += tower.tensors(embedDimension: embedDimension)
    }
    list += text.transformer.tensors(prefix: "transformer.resblocks.")
    list += [("token_embedding.weight", [text.vocabularySize, width])]
    list += normTensors("ln_final", width)
    return list
  }
}

extension VisionTransformerConfiguration {
  func tensors(embedDimension: Int) -> [(name: String, shape: [Int])] {
    let width = transformer.width
    let output = pooler == nil ? width : embedDimension
    var list: [(name: String, shape: [Int])] = [
      ("visual.class_embedding", [width]),
      ("visual.positional_embedding", [positions, width]),
      ("visual.proj", [output, embedDimension]),
      ("visual.conv1.weight", [width, 3, patchSize, patchSize]),
    ]
    if hasInputNorm { list += normTensors("visual.ln_pre", width) }
    list += transformer.tensors(prefix: "visual.transformer.resblocks.")
    if let pooler { list += pooler.tensors(width: width, outputWidth: output) }
    return list + normTensors("visual.ln_post", output)
  }
}

extension VisionTransformerConfiguration.AttentionalPooler {
  /// The tensors of a pooler of states of `width`. PyTorch keeps one matrix where queries, keys and values have one
  /// width.
  func tensors(width: Int, outputWidth: Int) -> [(name: String, shape: [Int])] {
    var list: [(name: String, shape: [Int])] = [("visual.attn_pool.query", [queries, outputWidth])]
    if width == outputWidth {
      list.append(("visual.attn_pool.attn.in_proj_weight", [3 * outputWidth, outputWidth]))
    } else {
      list += [
        ("visual.attn_pool.attn.q_proj_weight", [outputWidth, outputWidth]),
        ("visual.attn_pool.attn.k_proj_weight", [outputWidth, width]),
        ("visual.attn_pool.attn.v_proj_weight", [outputWidth, width]),
      ]
    }
    list.append(("visual.attn_pool.attn.in_proj_bias", [3 * outputWidth]))
    list += linearTensors("visual.attn_pool.attn.out_proj", outputWidth, outputWidth)
    return list + normTensors("visual.attn_pool.ln_q", outputWidth) + normTensors("visual.attn_pool.ln_k", width)
  }
}

extension ModifiedResNetConfiguration {
  func tensors(embedDimension: Int) -> [(name: String, shape: [Int])] {
    func convolutionTensors(_ name: String, _ outputs: Int, _ inputs: Int, _ size: Int) -> (name: String, shape: [Int])
    {
      ("visual.\(name).weight", [outputs, inputs, size, size])
    }
    func batchNorm(_ name: String, _ channels: Int) -> [(name: String, shape: [Int])] {
      ["weight", "bias", "running_mean", "running_var"].map { ("visual.\(name).\($0)", [channels]) }
    }
    let half = width / 2
    var list = [convolutionTensors("conv1", half, 3, 3)] + batchNorm("bn1", half)
    list += [convolutionTensors("conv2", half, half, 3)] + batchNorm("bn2", half)
    list += [convolutionTensors("conv3", width, half, 3)] + batchNorm("bn3", width)
    for block in bottlenecks {
      let name = block.name
      list +=
        [convolutionTensors("\(name).conv1", block.planes, block.inputs, 1)] + batchNorm("\(name).bn1", block.planes)
      list +=
        [convolutionTensors("\(name).conv2", block.planes, block.planes, 3)] + batchNorm("\(name).bn2", block.planes)
      list +=
        [convolutionTensors("\(name).conv3", block.outputs, block.planes, 1)] + batchNorm("\(name).bn3", block.outputs)
      if block.hasDownsample {
        list += [convolutionTensors("\(name).downsample.0", block.outputs, block.inputs, 1)]
        list += batchNorm("\(name).downsample.1", block.outputs)
      }
    }
    list.append(("visual.attnpool.positional_embedding", [positions, outputChannels]))
    for (projection, outputs) in [
      ("k_proj", outputChannels), ("q_proj", outputChannels), ("v_proj", outputChannels), ("c_proj", embedDimension),
    ] {
      list.append(("visual.attnpool.\(projection).weight", [outputs, outputChannels]))
      list.append(("visual.attnpool.\(projection).bias", [outputs]))
    }
    return list
  }

  /// The name and the sizes of one bottleneck block.
  struct Bottleneck {
    let name: String
    let inputs: Int
    let planes: Int
    let stride: Int
    var outputs: Int { planes * 4 }
    var hasDownsample: Bool { stride > 1 || inputs != outputs }
  }

  /// The blocks of all stages in order.
  var bottlenecks: [Bottleneck] {
    var list: [Bottleneck] = []
    var inputs = width
    for (stage, count) in blocks.enumerated() {
      let planes = width << stage
      for index in 0..<count {
        list.append(
          Bottleneck(
            name: "layer\(stage + 1).\(index)", inputs: inputs, planes: planes, stride: index == 0 && stage > 0 ? 2 : 1)
        )
        inputs = planes * 4
      }
    }
    return list
  }
}

extension TransformerConfiguration {
  /// The tensors of the blocks `prefix0`, `prefix1` …
  func tensors(prefix: String) -> [(name: String, shape: [Int])] {
    (0..<layers).flatMap { layer -> [(name: String, shape: [Int])] in
      let names = BlockNames("\(prefix)\(layer)", block)
      return attention(names) + normTensors(names.firstNorm, width)
        + (block.hasLayerScale ? [(names.firstScale, [width])] : []) + feedForward(names)
        + normTensors(names.secondNorm, width) + (block.hasLayerScale ? [(names.secondScale, [width])] : [])
    }
  }

  private func attention(_ names: BlockNames) -> [(name: String, shape: [Int])] {
    var list: [(name: String, shape: [Int])] = []
    if block.hasSeparateProjections {
      list += names.separateWeights.map { ($0, [width, width]) }
      list += names.separateBiases.compactMap { $0 }.map { ($0, [width]) }
    } else {
      list.append((names.fusedWeight, [3 * width, width]))
      list += names.fusedBiases.map { ($0, [block.projectionBias == .all ? 3 * width : width]) }
    }
    if block.hasAttentionNorm { list += normTensors(names.attentionNorm, width) }
    return list + linearTensors(names.attentionOutput, width, width)
  }

  private func feedForward(_ names: BlockNames) -> [(name: String, shape: [Int])] {
    var list: [(name: String, shape: [Int])] = []
    if block.feedForward == .gatedGELU { list += normTensors(names.innerNorm, width) }
    if let gate = names.gate { list += linearTensors(gate, mlpWidth, width) }
    list += linearTensors(names.expansion, mlpWidth, width)
    if block.feedForward == .gatedSiLU { list += normTensors(names.innerNorm, mlpWidth) }
    return list + linearTensors(names.contraction, width, mlpWidth)
  }
}

/// The two tensors of a norm over `width` elements.
func normTensors(_ name: String, _ width: Int) -> [(name: String, shape: [Int])] {
  [("\(name).weight", [width]), ("\(name).bias", [width])]
}

/// The two tensors of a linear layer.
func linearTensors(_ name: String, _ outputs: Int, _ inputs: Int) -> [(name: String, shape: [Int])] {
  [("\(name).weight", [outputs, inputs]), ("\(name).bias", [outputs])]
}
