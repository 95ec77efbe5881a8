import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensTensors
import PromptLensTokenization

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
    _ configuration: CLIPConfiguration, model: String, tokenizer: (any Tokenizer)?, _ dtypes: Set<DType>
  ) throws(ExportError) -> (texts: [(name: String, text: String)], remarks: [String]) {
    if let documents = try SigLIPExport.documents(configuration, model: model, tokenizer: tokenizer, dtypes) {
      return documents
    }
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
    guard !text.hasOwnClass, text.projection == .matrix, text.isCausal, vision.isOpenAIs else {
      throw .notExpressible(
        model: model, format: "a Hugging Face CLIPModel",
        reason:
          "its towers have open_clip's options (a pooler, a class embedding, a projection's bias or no causal mask), which "
          + "transformers' CLIPModel lacks; --as safetensors writes it for open_clip")
    }
    // transformers has a class of its own for texts that are read at the first end token of another vocabulary.
    let kind = if case .first = text.pooling { "metaclip_2" } else { "clip" }
    var words = tower(text.transformer, "\(kind)_text_model", configuration.embedDimension)
    words["vocab_size"] = JSON(text.vocabularySize)
    words["max_position_embeddings"] = JSON(text.contextLength)
    // In a CLIP, any other end than 2 means: read at the first end token. 2 would mean: at the highest id.
    words["bos_token_id"] = JSON(tokenizer?.start.map { Int($0) } ?? (kind == "clip" ? text.vocabularySize - 2 : 0))
    words["eos_token_id"] = JSON(text.endToken)
    words["pad_token_id"] = JSON((tokenizer as? PieceTokenizer)?.padding.map { Int($0) } ?? text.endToken)
    var images = tower(vision.transformer, "\(kind)_vision_model", configuration.embedDimension)
    images["image_size"] = JSON(vision.inputSize.height)
    images["patch_size"] = JSON(vision.patchSize)
    images["num_channels"] = 3
    let document: JSON = [
      "architectures": [kind == "clip" ? "CLIPModel" : "MetaClip2Model"], "model_type": .string(kind),
      "initializer_factor": 1.0,
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
    var node = transformer.huggingFaceSettings(type)
    node["dropout"] = 0.0
    node["initializer_factor"] = 1.0
    node["initializer_range"] = 0.02
    node["projection_dim"] = JSON(embedDimension)
    return node
  }
}

extension TransformerConfiguration {
  /// Returns the settings that every tower of transformers has.
  ///
  /// - Parameter type: its model type.
  /// - Returns: an object of `config.json`.
  func huggingFaceSettings(_ type: String) -> JSON.Object {
    var node = JSON.Object()
    node["model_type"] = .string(type)
    node["hidden_size"] = JSON(width)
    node["num_hidden_layers"] = JSON(layers)
    node["num_attention_heads"] = JSON(heads)
    node["intermediate_size"] = JSON(mlpWidth)
    node["hidden_act"] = .string(activation.huggingFaceName)
    node["layer_norm_eps"] = JSON(normEpsilon)
    node["attention_dropout"] = 0.0
    return node
  }
}
