import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensJSONDocuments

/// Keras Hub's preset: `config.json` and `model.weights.h5`, whose groups are the layers' attribute names.
///
/// If a group's path doesn't identify its layer (`dense`, `layer_normalization_1`), the `name` attribute of its `vars`
/// group does. Versions before 0.20 use `clip_encoder_block` instead of `clip_encoder_layer`.
enum KerasHub {
  /// Returns a Boolean value that indicates whether a file has this layout.
  static func isLayout(of file: any StoredTensors) -> Bool {
    file.groups.contains("layers/clip_text_encoder") && file.groups.contains("layers/clip_vision_encoder")
  }

  /// Reads the architecture from `config.json`.
  ///
  /// - Throws: `JSONError` when a setting is missing or of the wrong kind, `CLIPError` when it is impossible.
  static func configuration(_ path: String) throws -> CLIPConfiguration {
    let root = try JSONNode(contentsOf: path, limit: 4 << 20)
    let name = try root.string("class_name")
    guard name == "CLIPBackbone" else {
      throw CLIPError.badConfiguration(source: path, setting: "class_name", expected: "CLIPBackbone", found: name)
    }
    let config = try root.node("config", expected: "an object")
    let vision = try config.node("vision_encoder", expected: "an object").node("config", expected: "an object")
    let text = try config.node("text_encoder", expected: "an object").node("config", expected: "an object")
    func transformer(_ node: JSONNode) throws -> TransformerConfiguration {
      TransformerConfiguration(
        width: try node.integer("hidden_dim"), layers: try node.integer("num_layers"),
        heads: try node.integer("num_heads"), mlpWidth: try node.integer("intermediate_dim"),
        activation: try Activation(parsing: try node.node("intermediate_activation", expected: "a string")))
    }
    let shape = try vision.array("image_shape").map { try $0.integer() }
    guard shape.count == 3, shape[0] == shape[1], shape[2] == 3 else {
      throw CLIPError.badConfiguration(
        source: path, setting: "image_shape", expected: "a square of three channels, last", found: "\(shape)")
    }
    let width = try text.integer("hidden_dim")
    let embedding = try text.optionalInteger("embedding_dim") ?? width
    guard embedding == width else {
      throw CLIPError.badConfiguration(
        source: path, setting: "embedding_dim", expected: "hidden_dim's \(width)", found: "\(embedding)")
    }
    let configuration = CLIPConfiguration(
      embedDimension: try config.integer("projection_dim"),
      image: .visionTransformer(
        VisionTransformerConfiguration(
          resolution: shape[0], patchSize: try vision.integer("patch_size"), transformer: try transformer(vision))),
      text: TextTowerConfiguration(
        vocabularySize: try text.integer("vocabulary_size"),
        contextLength: try text.optionalInteger("max_sequence_length") ?? 77, transformer: try transformer(text),
        // Keras Hub's code creates this layer with epsilon=1e-6; its blocks have 1e-5.
        finalNormEpsilon: 1e-6))
    try configuration.validate(source: path)
    return configuration
  }

  /// Returns the recipes of all tensors. Kernels are stored transposed; attention's are split by heads.
  static func recipes(file: any StoredTensors, configuration: CLIPConfiguration) throws -> [String: TensorRecipe] {
    guard case .visionTransformer(let vision) = configuration.image else { return [:] }
    let layers = try KerasLayers(file)
    let (width, imageWidth) = (configuration.text.transformer.width, vision.transformer.width)
    let patch = vision.patchSize
    let text = "layers/clip_text_encoder/layers"
    let image = "layers/clip_vision_encoder/layers"
    let embedding = "\(text)/token_and_position_embedding"
    let patches = "\(image)/clip_vision_embedding"

    var recipes: [String: TensorRecipe] = [
      "logit_scale": TensorRecipe("layers/clip_head/vars/0", shape: []),
      "token_embedding.weight": TensorRecipe(
        "\(embedding)/token_embedding/vars/0", shape: [configuration.text.vocabularySize, width]),
      "positional_embedding": TensorRecipe(
        "\(embedding)/position_embedding/vars/0", shape: [configuration.text.contextLength, width]),
      "text_projection": TensorRecipe(
        "\(layers.path("text_projection", in: "layers", standard: "dense_1"))/vars/0",
        shape: [width, configuration.embedDimension]),
      "visual.class_embedding": TensorRecipe("\(patches)/vars/0", shape: [imageWidth]),
      "visual.positional_embedding": TensorRecipe(
        "\(patches)/position_embedding/vars/0", shape: [vision.positions, imageWidth]),
      "visual.conv1.weight": TensorRecipe(
        "\(patches)/patch_embedding/vars/0", shape: [patch, patch, 3, imageWidth], steps: .convolution),
      "visual.proj": TensorRecipe(
        "\(layers.path("vision_projection", in: "layers", standard: "dense"))/vars/0",
        shape: [imageWidth, configuration.embedDimension]),
    ]
    func norm(_ name: String, _ layer: String, _ width: Int) {
      recipes["\(name).weight"] = TensorRecipe("\(layer)/vars/0", shape: [width])
      recipes["\(name).bias"] = TensorRecipe("\(layer)/vars/1", shape: [width])
    }
    norm("ln_final", layers.path("layer_norm", in: text, standard: "layer_normalization"), width)
    norm("visual.ln_pre", layers.path("pre_layer_norm", in: image, standard: "layer_normalization"), imageWidth)
    norm("visual.ln_post", layers.path("layer_norm", in: image, standard: "layer_normalization_1"), imageWidth)

    for (tower, parent, transformer) in [
      ("", text, configuration.text.transformer), ("visual.", image, vision.transformer),
    ] {
      let (width, hidden, heads) = (transformer.width, transformer.mlpWidth, transformer.heads)
      let perHead = transformer.headWidth
      for index in 0..<transformer.layers {
        let block = "\(tower)transformer.resblocks.\(index)"
        let layer = layers.block(index, in: parent)
        let projections = ["query_dense", "key_dense", "value_dense"].map { "\(layer)/attention/\($0)/vars" }
        recipes["\(block).attn.in_proj_weight"] = TensorRecipe(
          ingredients: projections.map {
            TensorRecipe.Ingredient(
              stored: "\($0)/0", shape: [width, heads, perHead], steps: [.reshape([width, width]), .transpose])
          })
        recipes["\(block).attn.in_proj_bias"] = TensorRecipe(
          ingredients: projections.map {
            TensorRecipe.Ingredient(stored: "\($0)/1", shape: [heads, perHead], steps: [.reshape([width])])
          })
        recipes["\(block).attn.out_proj.weight"] = TensorRecipe(
          "\(layer)/attention/output_dense/vars/0", shape: [heads, perHead, width],
          steps: .reshape([width, width]), .transpose)
        recipes["\(block).attn.out_proj.bias"] = TensorRecipe(
          "\(layer)/attention/output_dense/vars/1", shape: [width])
        for (name, dense, inputs, outputs) in [
          ("mlp.c_fc", "dense_1", width, hidden), ("mlp.c_proj", "dense_2", hidden, width),
        ] {
          recipes["\(block).\(name).weight"] = TensorRecipe(
            "\(layer)/\(dense)/vars/0", shape: [inputs, outputs], steps: .transpose)
          recipes["\(block).\(name).bias"] = TensorRecipe("\(layer)/\(dense)/vars/1", shape: [outputs])
        }
        norm("\(block).ln_1", "\(layer)/layer_norm_1", width)
        norm("\(block).ln_2", "\(layer)/layer_norm_2", width)
      }
    }
    return recipes
  }
}

/// The layers of a Keras 3 weights file by their names, which are attributes of their `vars` groups.
private struct KerasLayers {
  /// The path of each layer, by its parent's path and its name.
  private var paths: [String: String] = [:]
  private let groups: Set<String>

  init(_ file: any StoredTensors) throws {
    groups = Set(file.groups)
    // Layers of one parent normally have different names; otherwise their paths are used.
    var shared: Set<String> = []
    for group in file.groups where group.hasSuffix("/vars") {
      let layer = group.dropLast("/vars".count)
      guard let slash = layer.lastIndex(of: "/") else { continue }
      guard case .string(let name)? = try? file.attribute("name", of: group) else { continue }
      let key = "\(layer[..<slash])\n\(name)"
      if paths.updateValue(String(layer), forKey: key) != nil { shared.insert(key) }
    }
    for key in shared { paths[key] = nil }
  }

  /// Returns the path of a layer by its name, or by Keras' numbering.
  func path(_ name: String, in parent: String, standard: String) -> String {
    paths["\(parent)\n\(name)"] ?? "\(parent)/\(standard)"
  }

  /// Returns the path of a transformer's block.
  func block(_ index: Int, in parent: String) -> String {
    let suffix = index == 0 ? "" : "_\(index)"
    let old = "clip_encoder_block\(suffix)"
    let standard = groups.contains("\(parent)/\(old)") ? old : "clip_encoder_layer\(suffix)"
    return path("encoder_block_\(index)", in: parent, standard: standard)
  }
}
