import PromptLensCLIP
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensTensors

/// The direct contributions of the image tower's heads and MLPs to the features of images, with words for each head.
package struct ImageHeadsAnalysis {
  /// The images, and the words to describe heads by.
  package struct Request: Sendable {
    /// The data whose test images are taken apart.
    package var data: DataSource
    /// The folder of known data sets.
    package var root: String?
    /// The way in which image files are read.
    package var reading: ImageReading
    /// A file of words, one a line; nil for the vocabulary's common ones.
    package var words: String?

    /// Creates a request.
    package init(data: DataSource, root: String? = nil, reading: ImageReading, words: String? = nil) {
      self.data = data
      self.root = root
      self.reading = reading
      self.words = words
    }
  }

  /// A head with the words that describe what it writes.
  package struct Head {
    /// The index of its term.
    package let term: Int
    /// The words.
    package let description: HeadWords
    /// The share of variance that as many random directions of the same number explain.
    package let randomlyExplained: Double
  }

  /// The data's name.
  package let data: String
  /// The number of images.
  package let images: Int
  /// The features, taken apart.
  package let heads: ImageHeads
  /// The parts of each term in the logits of hand-written prompts.
  package let before: [ImageBootstrap.Estimate]
  /// The parts of each term in the logits of the learned prompt.
  package let after: [ImageBootstrap.Estimate]
  /// The words to describe heads by.
  package let words: [String]
  /// The heads with their words, in the tower's order; empty with fewer than two words or images.
  package let described: [Head]
  /// The images that learning classifies otherwise.
  package let patches: ImagePatchesAnalysis

  /// The most images.
  private static let imageLimit = 128
  private static let wordLimit = 1500

  /// Takes images apart.
  init(of prompt: InterpretedPrompt, _ request: Request) throws {
    let dataset = try request.data.dataset(root: request.root)
    let items = try dataset.items(of: .test)
    let chosen = EvenlySpaced.indices(items.count, limit: Self.imageLimit).map { items[$0] }
    let model = prompt.learned.model
    let transform = try model.evaluationTransform(request.reading)
    let loader = ViewLoader(
      files: chosen.map { dataset.file(of: $0) }, contentHashes: chosen.map(\.contentHash), views: .center,
      transform: transform,
      appliesOrientation: request.reading.appliesOrientation)
    let size = 3 * model.configuration.image.inputSize.count
    let tower = try ImageGradients(encoder: model.clip.imageEncoder())
    @Sendable func pixels(_ item: Int) throws -> [Float] {
      let pixels = FloatBuffer(count: size)
      try loader.write(loader.decode(loader.read(item), of: item), of: item, row: 0, to: pixels.elements)
      return pixels.floats
    }
    heads = try ImageHeads(tower: tower, count: chosen.count, pixels: pixels)
    data = "\(request.data)"
    images = chosen.count
    let labels = chosen.map(\.label)
    let template = prompt.subject.template
    let zeroShot = try ZeroShotClassifier(classNames: dataset.classNames, templates: [template]) {
      try model.features(ofTexts: $0)
    }.weights
    let learned = try prompt.learned.weights(dataset.classNames, position: prompt.assembly.classPosition)
    before = try heads.parts(weights: zeroShot, labels: labels, scale: prompt.scale, seed: prompt.seed)
    after = try heads.parts(weights: learned, labels: labels, scale: prompt.scale, seed: prompt.seed)
    patches = try ImagePatchesAnalysis(
      paths: chosen.map(\.path),
      features: Tensor(heads.features.flatMap { $0 }, shape: [chosen.count, tower.embedDimension]),
      classNames: dataset.classNames, before: zeroShot, after: learned, clip: model.clip, transform: transform,
      pixels: pixels)
    words =
      try request.words.map { try TextFile.read($0).filter { !$0.isEmpty } }
      ?? prompt.commonWords(limit: Self.wordLimit)
    guard words.count > 1, chosen.count > 1 else {
      described = []
      return
    }
    let features = try model.features(ofTexts: words.map { template.prompt(for: $0) }).unitRows().floats()
    let width = tower.embedDimension
    let rows = words.indices.map { features[$0 * width..<($0 + 1) * width].map(Double.init) }
    let mean = (0..<width).map { column in rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
    let directions = rows.map { $0.subtracting(mean) }
    var draws = SplitMix64(seed: prompt.seed)
    let random = words.indices.map { _ in draws.vector(width: width, length: 1).map(Double.init) }
    let heads = heads
    let indices = heads.terms.indices.filter { if case .head = heads.terms[$0] { true } else { false } }
    described = try Parallel.map(indices.count) { index in
      let outputs = heads.outputs[indices[index]]
      return Head(
        term: indices[index], description: HeadWords(outputs, directions: directions),
        randomlyExplained: HeadWords(outputs, directions: random).explained.last ?? 0)
    }
  }
}
