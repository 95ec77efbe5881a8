import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensTensors
import PromptLensTokenization

/// `config.json` and `preprocessor_config.json` of a `SiglipModel`: the inverse of ``SigLIPConfiguration``.
enum SigLIPExport {
  /// Returns the documents by name, and notes on settings that they can't express exactly; nil for a model that isn't a
  /// SigLIP.
  ///
  /// - Throws: ``ExportError`` for a preprocessing that transformers does not have.
  static func documents(
    _ configuration: CLIPConfiguration, model: String, tokenizer: (any Tokenizer)?, _ dtypes: Set<DType>
  ) throws(ExportError) -> (texts: [(name: String, text: String)], remarks: [String])? {
    guard case .timmTransformer(let vision) = configuration.image, SigLIPNames.fit(configuration),
      case .patches(let patch, _) = vision.stem
    else { return nil }
    let text = configuration.text
    var words = text.transformer.huggingFaceSettings("siglip_text_model")
    words["vocab_size"] = JSON(text.vocabularySize)
    words["max_position_embeddings"] = JSON(text.contextLength)
    words["projection_size"] = JSON(configuration.embedDimension)
    words["eos_token_id"] = JSON(text.endToken)
    words["pad_token_id"] = JSON(text.padding ?? text.endToken)
    words["bos_token_id"] = tokenizer?.start.map { JSON(Int($0)) } ?? .null
    var images = vision.transformer.huggingFaceSettings("siglip_vision_model")
    images["image_size"] = JSON(vision.inputSize.height)
    images["patch_size"] = JSON(patch)
    images["num_channels"] = 3
    images["vision_use_head"] = true
    let document: JSON = [
      "architectures": ["SiglipModel"], "model_type": "siglip", "initializer_factor": 1.0,
      "torch_dtype": .string(dtypes == [.float16] ? "float16" : dtypes == [.bfloat16] ? "bfloat16" : "float32"),
      "text_config": .object(words), "vision_config": .object(images),
      "transformers_version": .string(HuggingFaceExport.transformersVersion),
    ]
    let pictures = try HuggingFacePreprocessing.document(configuration.preprocessing, model: model)
    return (
      [
        ("config.json", document.serialized(pretty: true) + "\n"),
        ("preprocessor_config.json", pictures.document.serialized(pretty: true) + "\n"),
      ], text.remarks + pictures.remarks
    )
  }
}
