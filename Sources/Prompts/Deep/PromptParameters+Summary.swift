extension PromptParameters {
  /// The learned tensors in words: the vectors of each tower, and the couplings between them.
  package var summaries: [(title: String, text: String)] {
    let shapes = shapes
    func text(_ shape: [Int]?, deeper: Int) -> String? {
      guard let shape, shape.count == 2 else { return nil }
      let vectors = "\(shape[0]) vectors of width \(shape[1])"
      return deeper == 0 ? "\(vectors) in block 0" : "\(vectors) in each of blocks 0 to \(deeper)"
    }
    func count(_ isOne: (String) -> Bool) -> Int { shapes.keys.count(where: isOne) }
    let deepText = count {
      $0.contains(".compound_prompts_text.") || ($0.hasPrefix("text_encoder.") && $0.hasSuffix(".VPT_shallow"))
    }
    let deepImage = count { $0.hasPrefix("image_encoder.") && $0.hasSuffix(".VPT_shallow") }
    var summaries: [(title: String, text: String)] = []
    if let text = text(shapes[PromptNames.context], deeper: deepText) { summaries.append(("text prompts", text)) }
    let attributes = AttributedPrompts.attributes(in: shapes)
    if !attributes.isEmpty {
      let forms = attributes.map { "\($0) vectors and a word" }.joined(separator: ", ")
      summaries.append(("attributes", "\(forms) before the text prompts of block 0"))
    }
    if let text = text(shapes[PromptNames.image], deeper: deepImage) { summaries.append(("image prompts", text)) }
    let couplings = shapes.filter {
      $0.key == "prompt_learner.proj.weight"
        || ($0.key.contains(".compound_prompt_projections.") && $0.key.hasSuffix(".weight"))
    }
    if let width = couplings.values.first?.first {
      summaries.append(
        (
          "image prompts",
          "of width \(width), made of the text prompts by \(couplings.count) linear layers, one a block"
        ))
    }
    if let hidden = shapes["prompt_learner.meta_net.linear1.weight"]?.first {
      summaries.append(
        (
          "class-aware vectors",
          "before block \(ClassAwarePrompts.block), made of each class's feature by a network with \(hidden) hidden units"
        ))
    }
    return summaries
  }
}
