import PromptLensCLIP
import PromptLensTensors

extension PromptParameters {
  /// Recognizes the form of prompts by the names and shapes of their tensors, which name neither depth nor length.
  ///
  /// - Parameters:
  ///   - model: the architecture that they should fit.
  ///   - source: the file that they come from, for errors.
  ///   - features: computes the classes' unit features by a hand-written prompt, for TCP's network.
  /// - Returns: the form.
  /// - Throws: ``PromptError/foreignContext(source:reason:)`` when the tensors are of no such form or don't fit the model,
  ///   and the errors of `features`.
  package func form(
    for model: CLIPConfiguration, source: String, features: () throws -> UnitRows
  ) throws -> any PromptForm {
    let form = try recognized(model, source: source, features: features)
    let (expected, found) = (form.shapes, shapes)
    let names = Set(expected.keys).union(found.keys).filter { !form.isUnused($0) }
    for name in names.sorted(by: Self.precedes) where expected[name] != found[name] {
      func text(_ shape: [Int]?) -> String { shape.map { "of shape \($0)" } ?? "missing" }
      throw PromptError.foreignContext(
        source: source,
        reason: "as prompts of \(form.name), \(name) is \(text(found[name])), expected \(text(expected[name]))")
    }
    guard isFinite else {
      throw PromptError.foreignContext(source: source, reason: "they hold NaN or infinite numbers")
    }
    return form
  }

  private func recognized(
    _ model: CLIPConfiguration, source: String, features: () throws -> UnitRows
  ) throws -> any PromptForm {
    let (text, context) = (model.text.transformer, shapes[PromptNames.context])
    func vision() throws -> TransformerConfiguration {
      guard case .visionTransformer(let vision) = model.image, vision.takesPrompts else {
        throw CLIPError.noImagePrompts(tower: model.image.summary)
      }
      return vision.transformer
    }
    func depth(_ isOfTower: (String) -> Bool) -> Int { 1 + names.count(where: isOfTower) }
    let attributes = AttributedPrompts.attributes(in: shapes)
    guard attributes.isEmpty else {
      let isDeep = depth { $0.contains(".compound_prompts_text.") || $0.hasPrefix("text_encoder.") } > 1
      // The official code replaces as if every attribute had as many vectors as the context.
      if isDeep, let length = context?.first, let other = attributes.first(where: { $0 != length }) {
        throw PromptError.foreignContext(
          source: source,
          reason:
            "an attribute has \(other) vectors and the context \(length), expected as many where deeper blocks replace them"
        )
      }
      let base = try filtered { !AttributedPrompts.isAttribute($0) }.recognized(
        model, source: source, features: features)
      return AttributedPrompts(base, attributes: attributes, width: text.width)
    }
    if names.contains(where: { $0.hasPrefix("prompt_learner.proj.") || $0.contains(".compound_prompt") }) {
      let vision = try vision()
      return CoupledPrompts(
        length: context?.first ?? 0, depth: depth { $0.contains(".compound_prompts_text.") }, textWidth: text.width,
        imageWidth: vision.width, textLayers: text.layers, imageLayers: vision.layers)
    }
    if names.contains(where: { $0.contains(".meta_net.") }) {
      guard text.layers > ClassAwarePrompts.block else {
        throw PromptError.foreignContext(
          source: source,
          reason:
            "TCP's class-aware vectors stand before block \(ClassAwarePrompts.block), counted from 0, and the text "
            + "tower has \(text.layers) blocks")
      }
      return ClassAwarePrompts(
        length: context?.first ?? 0, width: text.width,
        hidden: shapes["prompt_learner.meta_net.linear1.weight"]?.first, features: try features())
    }
    let image = shapes[PromptNames.image]
    let deepImage = depth { $0.hasPrefix("image_encoder.") && $0.hasSuffix(".VPT_shallow") }
    let deepText = depth { $0.hasPrefix("text_encoder.") && $0.hasSuffix(".VPT_shallow") }
    guard context != nil || image != nil else {
      throw PromptError.foreignContext(
        source: source,
        reason: "they lack \(PromptNames.context) and \(PromptNames.image), the prompts of the first blocks")
    }
    return IndependentPrompts(
      text: context.map {
        IndependentPrompts.Tower(length: $0.first ?? 0, depth: deepText, width: text.width, layers: text.layers)
      },
      image: try image.map {
        let vision = try vision()
        return IndependentPrompts.Tower(
          length: $0.first ?? 0, depth: deepImage, width: vision.width, layers: vision.layers)
      })
  }
}
