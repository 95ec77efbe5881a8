import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensTokenization

/// `open_clip_config.json` of an architecture: the inverse of ``OpenCLIPConfiguration``.
enum OpenCLIPExport {
  private static let format = "open_clip's folder"

  /// Returns the document, and notes on settings that it can't express exactly.
  ///
  /// - Parameters:
  ///   - configuration: the architecture.
  ///   - model: the model's folder, for errors.
  ///   - tokenizerName: the name of the tokenizer's files for `open_clip.get_tokenizer`; nil for CLIP's own vocabulary,
  ///     which open_clip includes and takes for every model without a name.
  ///   - cleaning: the cleaning of texts for that tokenizer; nil for open_clip's default.
  ///   - stripsEnd: whether the token that ends a text is replaced by the padding, as in CLIPA.
  /// - Returns: the document and the notes.
  /// - Throws: ``ExportError`` when the towers' activations differ, for which open_clip has one setting, or when open_clip
  ///   has no such preprocessing.
  static func configuration(
    _ configuration: CLIPConfiguration, model: String, tokenizerName: String?, cleaning: Cleaning? = nil,
    stripsEnd: Bool = false
  ) throws(ExportError) -> (document: JSON, remarks: [String]) {
    let text = configuration.text
    let activation = text.transformer.activation
    try check(configuration, model: model)
    var vision = JSON.Object()
    let size = configuration.image.inputSize
    vision["image_size"] = size.isSquare ? JSON(size.height) : .array([JSON(size.height), JSON(size.width)])
    switch configuration.image {
    case .visionTransformer(let tower):
      guard tower.transformer.activation == activation else {
        throw .notExpressible(
          model: model, format: format,
          reason: "its image tower has \(tower.transformer.activation.rawValue) and its text tower "
            + "\(activation.rawValue), but open_clip has one setting for both; use --as hf")
      }
      vision["layers"] = JSON(tower.transformer.layers)
      vision["width"] = JSON(tower.transformer.width)
      vision["patch_size"] = JSON(tower.patchSize)
      vision["head_width"] = JSON(tower.transformer.headWidth)
      if let pooler = tower.pooler {
        vision["attentional_pool"] = true
        vision["attn_pooler_queries"] = JSON(pooler.queries)
        vision["attn_pooler_heads"] = JSON(pooler.heads)
      }
      add(tower.transformer, to: &vision)
      // Any number: the vectors themselves are in the file.
      if tower.transformer.block.hasLayerScale { vision["ls_init_value"] = 1e-4 }
      if !tower.hasInputNorm { vision["no_ln_pre"] = true }
      if tower.pooling != .classToken { vision["pool_type"] = .string(tower.pooling.rawValue) }
      if tower.normsAfterPooling { vision["final_ln_after_pool"] = true }
    case .modifiedResNet(let network):
      vision["layers"] = .array(network.blocks.map { JSON($0) })
      vision["width"] = JSON(network.width)
      vision["head_width"] = JSON(network.outputChannels / network.heads)
    case .convNeXt(let network): add(network.name, pool: "avg", network.projection, to: &vision)
    case .timmTransformer(let tower):
      let pool =
        switch tower.pooling {
        case .classToken: "token"
        case .mean: "avg"
        case .attention: "map"
        }
      add(tower.name, pool: pool, tower.projection, to: &vision)
    }
    var words = JSON.Object()
    words["context_length"] = JSON(text.contextLength)
    words["vocab_size"] = JSON(text.vocabularySize)
    words["width"] = JSON(text.transformer.width)
    words["heads"] = JSON(text.transformer.heads)
    words["layers"] = JSON(text.transformer.layers)
    if let tokenizerName { words["hf_tokenizer_name"] = .string(tokenizerName) }
    if cleaning == .canonical { words["tokenizer_kwargs"] = ["clean": "canonicalize"] }
    if stripsEnd { words["tokenizer_kwargs"] = ["strip_sep_token": true] }
    if !text.isCausal { words["no_causal_mask"] = true }
    if cleaning == .openAI { words["tokenizer_kwargs"] = ["clean": "lower"] }
    switch text.projection {
    case .matrix: break
    case .linear: words["proj_bias"] = true
    case .none: words["proj_type"] = "none"
    }
    switch text.pooling {
    case .largestID: break
    case .first(let id):
      words["pool_type"] = "eos"
      words["eos_id"] = JSON(id)
    case .classEmbedding: words["embed_cls"] = true
    case .last: words["pool_type"] = "last"
    }
    add(text.transformer, to: &words)
    var document = JSON.Object()
    document["embed_dim"] = JSON(configuration.embedDimension)
    document["quick_gelu"] = .bool(activation == .quickGELU)
    document["vision_cfg"] = .object(vision)
    document["text_cfg"] = .object(words)
    if hasTextApart(configuration) { document["custom_text"] = true }
    if configuration.hasLogitBias { document["init_logit_bias"] = -10 }
    let pictures = try OpenCLIPPreprocessing.document(configuration.preprocessing, size: size, model: model)
    return (
      ["model_cfg": .object(document), "preprocess_cfg": .object(pictures.document)], text.remarks + pictures.remarks
    )
  }

  /// Returns whether the model needs open_clip's class of CLIPs whose text tower stands apart: for a class embedding, a bias
  /// of the scores, or a projection that isn't a matrix.
  static func hasTextApart(_ configuration: CLIPConfiguration) -> Bool {
    configuration.text.hasOwnClass || configuration.hasLogitBias || configuration.text.projection == .none
  }

  /// Checks that open_clip builds the image tower as it is from its network's name.
  private static func check(_ configuration: CLIPConfiguration, model: String) throws(ExportError) {
    guard case .timmTransformer(let tower) = configuration.image else { return }
    guard let network = TimmNetwork(tower.name), network.activation == tower.transformer.activation,
      network.heads == tower.transformer.heads
    else {
      throw .notExpressible(
        model: model, format: format,
        reason: "its image tower (\(tower.name), \(tower.transformer.heads) heads, "
          + "\(tower.transformer.activation.rawValue)) is none that the timm library has a name for; use --as hf")
    }
  }

  /// Adds the settings of a tower of the timm library.
  private static func add(_ name: String, pool: String, _ projection: TimmProjection, to node: inout JSON.Object) {
    node["timm_model_name"] = .string(name)
    node["timm_model_pretrained"] = false
    // An empty name stands for the network's own pooling, as open_clip's published configurations write a mean.
    node["timm_pool"] = .string(pool == "avg" && (projection == .linear || projection == .mlp) ? "" : pool)
    node["timm_proj"] = projection == .classifier ? .null : .string(projection.rawValue)
  }

  /// Adds the settings that differ from open_clip's defaults.
  private static func add(_ transformer: TransformerConfiguration, to node: inout JSON.Object) {
    if transformer.mlpWidth != 4 * transformer.width {
      // The last digit up, since open_clip cuts the product to a whole number.
      node["mlp_ratio"] = .number((Double(transformer.mlpWidth) / Double(transformer.width)).nextUp)
    }
    if transformer.activation == .tanhGELU { node["act_kwargs"] = ["approximate": "tanh"] }
    if transformer.normEpsilon != 1e-5 { node["norm_kwargs"] = ["eps": JSON(transformer.normEpsilon)] }
  }
}

extension TextTowerConfiguration {
  /// Notes on the properties of a text tower that neither open_clip nor transformers can express.
  var remarks: [String] {
    guard finalNormEpsilon != transformer.normEpsilon else { return [] }
    return [
      "the final text norm's epsilon \(finalNormEpsilon) is written as \(transformer.normEpsilon), that of the blocks, since "
        + "the form has one for both; text features move in their sixth digit"
    ]
  }
}
