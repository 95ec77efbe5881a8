import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensTensors

/// `config.json` and `preprocessor_config.json` of a `CLIPModel`: the inverse of ``HuggingFaceConfiguration``.
///
/// Every setting is written, since the defaults of transformers' versions differ. Settings that are floats keep their
/// fraction, `1.0`, because transformers 5.6 and later reject a whole number there.
enum HuggingFaceExport {
  /// The version of transformers whose format the documents have.
  static let transformersVersion = "4.57.1"

  /// Returns the documents by name, and notes on settings that they can't express exactly.
  ///
  /// - Throws: ``ExportError`` for a ModifiedResNet, inputs that aren't squares, or a preprocessing that transformers
  ///   does not have.
  static func documents(
    _ configuration: CLIPConfiguration, model: String, _ dtypes: Set<DType>
  ) throws(ExportError) -> (texts: [(name: String, text: String)], remarks: [String]) {
    guard case .visionTransformer(let vision) = configuration.image else {
      let tower =
        if case .modifiedResNet = configuration.image { "ModifiedResNet" } else { configuration.architectureName }
      throw .notExpressible(
        model: model, format: "a Hugging Face CLIPModel",
        reason:
          "its image tower (\(tower)) isn't OpenAI's vision transformer, the only one of transformers' CLIPModel; --as "
          + "safetensors writes it for open_clip")
    }
    guard vision.isOpenAIs else {
      throw .notExpressible(
        model: model, format: "a Hugging Face CLIPModel",
        reason: "its image tower has options of open_clip's (layer scale, other pooling or norms), which transformers' "
          + "CLIPModel lacks; --as safetensors writes it for open_clip")
    }
    guard vision.inputSize.isSquare else {
      throw .notExpressible(
        model: model, format: "a Hugging Face CLIPModel",
        reason: "its image tower takes \(vision.inputSize), and transformers' CLIPModel takes squares only; --as "
          + "safetensors writes it for open_clip")
    }
    let text = configuration.text
    var words = tower(text.transformer, "clip_text_model", configuration.embedDimension)
    words["vocab_size"] = JSON(text.vocabularySize)
    words["max_position_embeddings"] = JSON(text.contextLength)
    words["bos_token_id"] = JSON(text.vocabularySize - 2)
    // Any other end than 2 means: read at the first end token. 2 would mean: at the highest id.
    words["eos_token_id"] = JSON(text.vocabularySize - 1)
    words["pad_token_id"] = JSON(text.vocabularySize - 1)
    var images = tower(vision.transformer, "clip_vision_model", configuration.embedDimension)
    images["image_size"] = JSON(vision.inputSize.height)
    images["patch_size"] = JSON(vision.patchSize)
    images["num_channels"] = 3
    let document: JSON = [
      "architectures": ["CLIPModel"], "model_type": "clip", "initializer_factor": 1.0,
      "logit_scale_init_value": 2.6592, "projection_dim": JSON(configuration.embedDimension),
      "torch_dtype": .string(dtypes == [.float16] ? "float16" : dtypes == [.bfloat16] ? "bfloat16" : "float32"),
      "text_config": .object(words), "vision_config": .object(images),
      "transformers_version": .string(transformersVersion),
    ]
    let pictures = try HuggingFacePreprocessing.document(configuration.preprocessing, model: model)
    return (
      [
        ("config.json", document.serialized(pretty: true) + "\n"),
        ("preprocessor_config.json", pictures.document.serialized(pretty: true) + "\n"),
      ], text.remarks + pictures.remarks
    )
  }

  private static func tower(
    _ transformer: TransformerConfiguration, _ type: String, _ embedDimension: Int
  ) -> JSON.Object {
    var node = JSON.Object()
    node["model_type"] = .string(type)
    node["hidden_size"] = JSON(transformer.width)
    node["num_hidden_layers"] = JSON(transformer.layers)
    node["num_attention_heads"] = JSON(transformer.heads)
    node["intermediate_size"] = JSON(transformer.mlpWidth)
    node["hidden_act"] = .string(transformer.activation.rawValue)
    node["layer_norm_eps"] = JSON(transformer.normEpsilon)
    node["attention_dropout"] = 0.0
    node["dropout"] = 0.0
    node["initializer_factor"] = 1.0
    node["initializer_range"] = 0.02
    node["projection_dim"] = JSON(embedDimension)
    return node
  }
}
