import CLIP

/// Hugging Face's `tf_model.h5`: Keras 2 variables under the names of transformers' layers.
///
/// The group that holds them has a suffix that counts the models of the session that saved it (`tfclip_model_1`), and the
/// attribute `weight_names` may be whole, in pieces or missing: the variables are found by their own names.
enum HuggingFaceTensorFlow {
  private static let landmark = "text_model/embeddings/token_embedding/weight:0"

  /// The path before the variables' names, nil when the file is of another layout.
  static func prefix(in file: HDF5File) -> String? {
    file.datasets.first { $0.path == landmark || $0.path.hasSuffix("/" + landmark) }
      .map { String($0.path.dropLast(landmark.count)) }
  }

  /// The recipes of all tensors. Kernels are stored transposed, `[in, out]`; convolutions as height, width, in, out.
  static func recipes(prefix: String, configuration: CLIPConfiguration) -> [String: TensorRecipe] {
    guard case .visionTransformer(let vision) = configuration.image else { return [:] }
    let (width, imageWidth) = (configuration.text.transformer.width, vision.transformer.width)
    let patch = vision.patchSize
    func stored(_ name: String) -> String { "\(prefix)\(name):0" }

    var recipes: [String: TensorRecipe] = [
      "logit_scale": TensorRecipe(stored("logit_scale"), shape: [1]),
      "token_embedding.weight": TensorRecipe(
        stored("text_model/embeddings/token_embedding/weight"), shape: [configuration.text.vocabularySize, width]),
      "positional_embedding": TensorRecipe(
        stored("text_model/embeddings/position_embedding/embeddings"), shape: [configuration.text.contextLength, width]),
      "text_projection": TensorRecipe(stored("text_projection/kernel"), shape: [width, configuration.embedDimension]),
      "visual.class_embedding": TensorRecipe(stored("vision_model/embeddings/class_embedding"), shape: [imageWidth]),
      "visual.positional_embedding": TensorRecipe(
        stored("vision_model/embeddings/position_embedding/embeddings"), shape: [vision.positions, imageWidth]),
      "visual.conv1.weight": TensorRecipe(
        stored("vision_model/embeddings/patch_embedding/kernel"), shape: [patch, patch, 3, imageWidth],
        steps: .convolution),
      "visual.proj": TensorRecipe(
        stored("visual_projection/kernel"), shape: [imageWidth, configuration.embedDimension]),
    ]
    func norm(_ name: String, _ layer: String, _ width: Int) {
      recipes["\(name).weight"] = TensorRecipe(stored("\(layer)/gamma"), shape: [width])
      recipes["\(name).bias"] = TensorRecipe(stored("\(layer)/beta"), shape: [width])
    }
    norm("ln_final", "text_model/final_layer_norm", width)
    // "layrnorm" is how transformers spells it.
    norm("visual.ln_pre", "vision_model/pre_layrnorm", imageWidth)
    norm("visual.ln_post", "vision_model/post_layernorm", imageWidth)

    for (tower, model, transformer) in [
      ("", "text_model", configuration.text.transformer), ("visual.", "vision_model", vision.transformer),
    ] {
      let (width, hidden) = (transformer.width, transformer.mlpWidth)
      func dense(_ name: String, _ layer: String, _ inputs: Int, _ outputs: Int) {
        recipes["\(name).weight"] = TensorRecipe(
          stored("\(layer)/kernel"), shape: [inputs, outputs], steps: .transpose)
        recipes["\(name).bias"] = TensorRecipe(stored("\(layer)/bias"), shape: [outputs])
      }
      for index in 0..<transformer.layers {
        let block = "\(tower)transformer.resblocks.\(index)"
        let layer = "\(model)/encoder/layers_._\(index)"
        let projections = ["q_proj", "k_proj", "v_proj"].map { "\(layer)/self_attn/\($0)" }
        recipes["\(block).attn.in_proj_weight"] = TensorRecipe(
          parts: projections.map {
            TensorRecipe.Part(stored: stored("\($0)/kernel"), shape: [width, width], steps: [.transpose])
          })
        recipes["\(block).attn.in_proj_bias"] = TensorRecipe(
          parts: projections.map { TensorRecipe.Part(stored: stored("\($0)/bias"), shape: [width]) })
        dense("\(block).attn.out_proj", "\(layer)/self_attn/out_proj", width, width)
        dense("\(block).mlp.c_fc", "\(layer)/mlp/fc1", width, hidden)
        dense("\(block).mlp.c_proj", "\(layer)/mlp/fc2", hidden, width)
        norm("\(block).ln_1", "\(layer)/layer_norm1", width)
        norm("\(block).ln_2", "\(layer)/layer_norm2", width)
      }
    }
    return recipes
  }
}
