extension CLIPConfiguration {
  /// The name and shape of every tensor of this architecture, named as in OpenAI's state dict, in its order.
  package var tensors: [(name: String, shape: [Int])] {
    let width = text.transformer.width
    var list: [(name: String, shape: [Int])] = [
      ("positional_embedding", [text.contextLength, width]),
      ("text_projection", [width, embedDimension]),
      ("logit_scale", []),
    ]
    switch image {
    case .visionTransformer(let vision): list += vision.tensors(embedDimension: embedDimension)
    case .modifiedResNet(let network): list += network.tensors(embedDimension: embedDimension)
    }
    list += text.transformer.tensors(prefix: "transformer.resblocks.")
    list += [("token_embedding.weight", [text.vocabularySize, width])]
    list += norm("ln_final", width)
    return list
  }
}

extension VisionTransformerConfiguration {
  func tensors(embedDimension: Int) -> [(name: String, shape: [Int])] {
    let width = transformer.width
    return [
      ("visual.class_embedding", [width]),
      ("visual.positional_embedding", [positions, width]),
      ("visual.proj", [width, embedDimension]),
      ("visual.conv1.weight", [width, 3, patchSize, patchSize]),
    ] + norm("visual.ln_pre", width) + transformer.tensors(prefix: "visual.transformer.resblocks.")
      + norm("visual.ln_post", width)
  }
}

extension ModifiedResNetConfiguration {
  func tensors(embedDimension: Int) -> [(name: String, shape: [Int])] {
    func convolution(_ name: String, _ outputs: Int, _ inputs: Int, _ size: Int) -> (name: String, shape: [Int]) {
      ("visual.\(name).weight", [outputs, inputs, size, size])
    }
    func batchNorm(_ name: String, _ channels: Int) -> [(name: String, shape: [Int])] {
      ["weight", "bias", "running_mean", "running_var"].map { ("visual.\(name).\($0)", [channels]) }
    }
    let half = width / 2
    var list = [convolution("conv1", half, 3, 3)] + batchNorm("bn1", half)
    list += [convolution("conv2", half, half, 3)] + batchNorm("bn2", half)
    list += [convolution("conv3", width, half, 3)] + batchNorm("bn3", width)
    for block in bottlenecks {
      let name = block.name
      list += [convolution("\(name).conv1", block.planes, block.inputs, 1)] + batchNorm("\(name).bn1", block.planes)
      list += [convolution("\(name).conv2", block.planes, block.planes, 3)] + batchNorm("\(name).bn2", block.planes)
      list += [convolution("\(name).conv3", block.outputs, block.planes, 1)] + batchNorm("\(name).bn3", block.outputs)
      if block.hasDownsample {
        list += [convolution("\(name).downsample.0", block.outputs, block.inputs, 1)]
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
  func tensors(prefix: String) -> [(name: String, shape: [Int])] {
    (0..<layers).flatMap { layer -> [(name: String, shape: [Int])] in
      let name = "\(prefix)\(layer)"
      return [
        ("\(name).attn.in_proj_weight", [3 * width, width]),
        ("\(name).attn.in_proj_bias", [3 * width]),
        ("\(name).attn.out_proj.weight", [width, width]),
        ("\(name).attn.out_proj.bias", [width]),
      ] + norm("\(name).ln_1", width) + [
        ("\(name).mlp.c_fc.weight", [mlpWidth, width]),
        ("\(name).mlp.c_fc.bias", [mlpWidth]),
        ("\(name).mlp.c_proj.weight", [width, mlpWidth]),
        ("\(name).mlp.c_proj.bias", [width]),
      ] + norm("\(name).ln_2", width)
    }
  }
}

private func norm(_ name: String, _ width: Int) -> [(name: String, shape: [Int])] {
  [("\(name).weight", [width]), ("\(name).bias", [width])]
}
