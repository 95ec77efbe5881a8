import PromptLensInterpretation

/// The margin that each vector adds, over all images and over those of single classes.
package struct AttributionAnalysis {
  /// An attribution, summed by position in the context.
  package struct Attribution {
    /// The attribution to every vector.
    package let gradients: IntegratedGradients
    /// Gradient times input: for each position of the context, and for all class names together.
    package let gradientTimesInput: (context: [Double], names: Double)
    /// Integrated gradients: for each position of the context, and for all class names together.
    package let integrated: (context: [Double], names: Double)

    /// Creates an attribution.
    package init(
      gradients: IntegratedGradients, gradientTimesInput: (context: [Double], names: Double),
      integrated: (context: [Double], names: Double)
    ) {
      self.gradients = gradients
      self.gradientTimesInput = gradientTimesInput
      self.integrated = integrated
    }
  }

  /// The attribution of the mean margin of images of all classes.
  package let whole: Attribution
  /// The attributions of the mean margin of single classes' images.
  package let classes: [(label: Int, attribution: Attribution)]

  /// The most images that a margin is the mean of.
  private static let imageLimit = 2000
  /// The most classes that are looked at one by one.
  private static let classLimit = 16

  /// Creates an analysis.
  package init(whole: Attribution, classes: [(label: Int, attribution: Attribution)]) {
    self.whole = whole
    self.classes = classes
  }

  /// Attributes the margins of test images.
  init(of prompt: InterpretedPrompt) throws {
    func attribution(_ images: [Int], opening classes: Set<Int>) throws -> Attribution {
      let open = try OpenPrompts(
        prompt.assembly, context: prompt.matrix.vectors, embedding: prompt.embedding, classes: classes)
      let chosen = prompt.unitImages(images)
      let gradients = try IntegratedGradients(
        encoder: prompt.encoder, prompts: open.prompts, vectors: open.vectors, baseline: open.baseline(prompt.meanWord),
        images: chosen.images, labels: chosen.labels, scale: prompt.scale)
      return Attribution(
        gradients: gradients, gradientTimesInput: open.summed(gradients.gradientTimesInput),
        integrated: open.summed(gradients.integrated))
    }
    let all = Array(prompt.classNames.indices)
    whole = try attribution(
      EvenlySpaced.indices(prompt.subject.images, limit: Self.imageLimit), opening: Set(all))
    let withImages = all.filter { prompt.labels.contains($0) }
    classes = try EvenlySpaced.indices(withImages.count, limit: Self.classLimit).map { index in
      let label = withImages[index]
      let images = prompt.labels.indices.filter { prompt.labels[$0] == label }
      return (
        label: label,
        attribution: try attribution(
          EvenlySpaced.indices(images.count, limit: Self.imageLimit).map { images[$0] }, opening: [label])
      )
    }
  }
}
