import PromptLensTensorFiles
import PromptLensCLIP

/// The names that Hugging Face's transformers gives CLIP's tensors, in PyTorch and in TensorFlow.
///
/// PyTorch's files (`model.safetensors`, `pytorch_model.bin`) store linear layers like OpenAI's. TensorFlow's
/// `tf_model.h5` contains Keras 2 variables: kernels are transposed, and convolutions go by height, width, in, out. The
/// group that holds them has a suffix that counts the models of the session that saved it (`tfclip_model_1`), and the
/// attribute `weight_names` may be whole, in pieces or missing: the variables are found by their own names.
enum HuggingFaceNames {
  case pyTorch(prefix: String)
  case tensorFlow(prefix: String)

  /// Finds the names' form with the prefix before them, and the file's state dicts.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - asked: the name of the state dict to take, nil for the plainest; see ``StateDictChoice``.
  /// - Returns: both; nil when the file is of another layout.
  /// - Throws: ``CheckpointError`` when there is no state dict of the name.
  static func find(
    in file: any StoredTensors, stateDict asked: String?
  ) throws -> (names: HuggingFaceNames, stateDicts: StateDictChoice)? {
    for (landmark, separator) in [
      ("text_model.embeddings.token_embedding.weight", "."), ("text_model/embeddings/token_embedding/weight:0", "/"),
    ] {
      let found = file.storedNames.filter { $0 == landmark || $0.hasSuffix(separator + landmark) }
      guard !found.isEmpty else { continue }
      let choice = try StateDictChoice(
        found.map { String($0.dropLast(landmark.count)) }, asked: asked, path: file.path)
      let prefix = choice.prefixes[0]
      return (separator == "." ? .pyTorch(prefix: prefix) : .tensorFlow(prefix: prefix), choice)
    }
    return nil
  }

  /// The layout of these names.
  var layout: CheckpointLayout {
    if case .pyTorch = self { .huggingFace } else { .huggingFaceTensorFlow }
  }

  /// Returns the name of a layer's variable, given its path with slashes.
  private func name(_ path: String) -> String {
    switch self {
    case .pyTorch(let prefix): prefix + path.split(separator: "/").joined(separator: ".")
    case .tensorFlow(let prefix): "\(prefix)\(path):0"
    }
  }

  private var isTensorFlow: Bool { if case .tensorFlow = self { true } else { false } }

  /// Returns the recipe of a linear layer's matrix, OpenAI's `[out, in]`.
  private func matrix(_ layer: String, _ inputs: Int, _ outputs: Int) -> TensorRecipe.Ingredient {
    isTensorFlow
      ? TensorRecipe.Ingredient(stored: name("\(layer)/kernel"), shape: [inputs, outputs], steps: [.transpose])
      : TensorRecipe.Ingredient(stored: name("\(layer)/weight"), shape: [outputs, inputs])
  }

  /// Returns the recipe of a projection into the shared space, OpenAI's `[in, out]`.
  private func projection(_ layer: String, _ inputs: Int, _ outputs: Int) -> TensorRecipe {
    isTensorFlow
      ? TensorRecipe(name("\(layer)/kernel"), shape: [inputs, outputs])
      : TensorRecipe(name("\(layer)/weight"), shape: [outputs, inputs], steps: .transpose)
  }

  /// Returns the recipes of all tensors.
  func recipes(_ configuration: CLIPConfiguration) -> [String: TensorRecipe] {
    if case .pyTorch(let prefix) = self, SigLIPNames.fit(configuration) {
      return SigLIPNames(prefix: prefix).recipes(configuration)
    }
    guard case .visionTransformer(let vision) = configuration.image else { return [:] }
    let (width, imageWidth) = (configuration.text.transformer.width, vision.transformer.width)
    let patch = vision.patchSize
    let positions = isTensorFlow ? "position_embedding/embeddings" : "position_embedding/weight"

    var recipes: [String: TensorRecipe] = [
      "logit_scale": TensorRecipe(name("logit_scale"), shape: isTensorFlow ? [1] : []),
      "token_embedding.weight": TensorRecipe(
        name("text_model/embeddings/token_embedding/weight"), shape: [configuration.text.vocabularySize, width]),
      "positional_embedding": TensorRecipe(
        name("text_model/embeddings/\(positions)"), shape: [configuration.text.contextLength, width]),
      "text_projection": projection("text_projection", width, configuration.embedDimension),
      "visual.class_embedding": TensorRecipe(name("vision_model/embeddings/class_embedding"), shape: [imageWidth]),
      "visual.positional_embedding": TensorRecipe(
        name("vision_model/embeddings/\(positions)"), shape: [vision.positions, imageWidth]),
      "visual.conv1.weight": isTensorFlow
        ? TensorRecipe(
          name("vision_model/embeddings/patch_embedding/kernel"), shape: [patch, patch, 3, imageWidth],
          steps: .convolution)
        : TensorRecipe(
          name("vision_model/embeddings/patch_embedding/weight"), shape: [imageWidth, 3, patch, patch]),
      "visual.proj": projection("visual_projection", imageWidth, configuration.embedDimension),
    ]
    func norm(_ target: String, _ layer: String, _ width: Int) {
      recipes["\(target).weight"] = TensorRecipe(name("\(layer)/\(isTensorFlow ? "gamma" : "weight")"), shape: [width])
      recipes["\(target).bias"] = TensorRecipe(name("\(layer)/\(isTensorFlow ? "beta" : "bias")"), shape: [width])
    }
    norm("ln_final", "text_model/final_layer_norm", width)
    // "layrnorm" is the spelling of transformers.
    norm("visual.ln_pre", "vision_model/pre_layrnorm", imageWidth)
    norm("visual.ln_post", "vision_model/post_layernorm", imageWidth)

    for (tower, model, transformer) in [
      ("", "text_model", configuration.text.transformer), ("visual.", "vision_model", vision.transformer),
    ] {
      let (width, hidden) = (transformer.width, transformer.mlpWidth)
      func linear(_ target: String, _ layer: String, _ inputs: Int, _ outputs: Int) {
        recipes["\(target).weight"] = TensorRecipe(ingredients: [matrix(layer, inputs, outputs)])
        recipes["\(target).bias"] = TensorRecipe(name("\(layer)/bias"), shape: [outputs])
      }
      for index in 0..<transformer.layers {
        let block = "\(tower)transformer.resblocks.\(index)"
        let layer = "\(model)/encoder/\(isTensorFlow ? "layers_._" : "layers/")\(index)"
        let projections = ["q_proj", "k_proj", "v_proj"].map { "\(layer)/self_attn/\($0)" }
        recipes["\(block).attn.in_proj_weight"] = TensorRecipe(
          ingredients: projections.map { matrix($0, width, width) })
        recipes["\(block).attn.in_proj_bias"] = TensorRecipe(
          ingredients: projections.map { TensorRecipe.Ingredient(stored: name("\($0)/bias"), shape: [width]) })
        linear("\(block).attn.out_proj", "\(layer)/self_attn/out_proj", width, width)
        linear("\(block).mlp.c_fc", "\(layer)/mlp/fc1", width, hidden)
        linear("\(block).mlp.c_proj", "\(layer)/mlp/fc2", hidden, width)
        norm("\(block).ln_1", "\(layer)/layer_norm1", width)
        norm("\(block).ln_2", "\(layer)/layer_norm2", width)
      }
    }
    return recipes
  }
}
