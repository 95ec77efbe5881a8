import PromptLensEvaluation
import PromptLensInterpretation

/// The margin that each vector of the context adds, class names being real throughout.
package struct AttributionAnalysis {
  /// The attribution of a mean margin, summed by position in the context.
  package struct Attribution {
    /// F(context) − F(mean words).
    package let change: Double
    /// F(context).
    package let margin: Double
    /// Integrated gradients of each position.
    package let integrated: [Double]
    /// The error of completeness; see `IntegratedGradients`.
    package let completenessError: Double

    /// Sums an attribution to rows by position.
    fileprivate init(_ found: IntegratedGradients.Attribution, length: Int) {
      change = found.change
      margin = found.margin
      integrated = AttributionAnalysis.summed(found.integrated, length: length)
      completenessError = found.completenessError
    }
  }

  /// The attribution of the mean margin of images of all classes.
  package let contextOnly: Attribution
  /// The interval of each position's integrated gradients over the images; empty with too few images.
  package let intervals: [ClosedRange<Double>]
  /// Gradient times input of each position.
  package let gradientTimesInput: [Double]
  /// The number of points of the path.
  package let points: Int
  /// The number of images whose mean margin was taken.
  package let images: Int
  /// The margin that real class names add to the context with mean words in their place.
  package let namesChange: Double
  /// The attributions of the mean margin of single classes' images.
  package let classes: [(label: Int, attribution: Attribution)]

  /// The most images that a margin is the mean of.
  private static let imageLimit = 2000
  /// The most classes that are looked at one by one.
  private static let classLimit = 16
  /// The parts of the images whose attributions give the interval.
  private static let partCount = 8

  /// Attributes the margins of test images.
  init(of prompt: InterpretedPrompt) throws {
    let chosen = EvenlySpaced.indices(prompt.subject.images, limit: Self.imageLimit)
    let images = prompt.unitImages(chosen)
    let withImages = prompt.classNames.indices.filter(images.labels.contains)
    let labels = EvenlySpaced.indices(withImages.count, limit: Self.classLimit).map { withImages[$0] }
    let parts = chosen.count < 2 * Self.partCount ? 0 : Self.partCount
    let found = try IntegratedGradients(
      encoder: prompt.encoder, prompts: prompt.assembly.prompts, vectors: prompt.matrix.vectors,
      baseline: prompt.matrix.filled(with: prompt.meanWord).vectors, images: images.images, labels: images.labels,
      groups: labels.map { label in images.labels.indices.filter { images.labels[$0] == label } },
      parts: (0..<parts).map { part in images.labels.indices.filter { $0 % parts == part } }, scale: prompt.scale)
    let length = prompt.matrix.length
    contextOnly = Attribution(found.whole, length: length)
    gradientTimesInput = Self.summed(found.gradientTimesInput, length: length)
    points = found.points
    self.images = chosen.count
    classes = zip(labels, found.groups).map { ($0, Attribution($1, length: length)) }
    intervals = Self.intervals(
      around: contextOnly.integrated, parts: found.parts.map { Self.summed($0, length: length) })
    let open = try OpenPrompts(
      prompt.assembly, context: prompt.matrix.vectors, embedding: prompt.embedding,
      classes: Set(prompt.classNames.indices))
    namesChange = try open.namesChange(
      encoder: prompt.encoder, meanWord: prompt.meanWord, images: images.images, labels: images.labels,
      scale: prompt.scale)
  }

  /// Returns the sums of rows' values by position in the context, over classes if each has its own.
  private static func summed(_ values: [Double], length: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: length)
    for (row, value) in values.enumerated() { sums[row % length] += value }
    return sums
  }

  /// Returns 95 % intervals from the spread of the values over parts of the images, by Student's t.
  private static func intervals(around values: [Double], parts: [[Double]]) -> [ClosedRange<Double>] {
    guard parts.count > 1 else { return [] }
    let factor = StudentDistribution(degrees: parts.count - 1).bound(of: 0.95)
    return values.enumerated().map { position, value in
      let half = factor * (Sample(parts.map { $0[position] }).standardError ?? 0)
      return value - half...value + half
    }
  }
}
