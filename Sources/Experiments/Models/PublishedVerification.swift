import PromptLensCheckpoints
import PromptLensFeatures
import PromptLensTensors

/// A comparison of a model's features and logits with those that others published of the model that it should be.
package struct PublishedVerification: Sendable {
  /// The model's folder as the user names it.
  package var model: String
  /// A published picture, for the numbers that need it.
  package var picture: String?
  /// The options for reading it.
  package var reading = ImageReading()
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// Creates a comparison.
  package init(_ model: String) { self.model = model }

  /// The differences, and what was not compared.
  package struct Result: Sendable {
    /// The model's fingerprint.
    package let fingerprint: String
    /// The published name that the model was compared with.
    package let name: String
    /// A comparison for each source.
    package let checks: [Check]
    /// Sentences on what was left out.
    package let notes: [String]

    /// Whether all numbers are the published ones.
    package var agrees: Bool { checks.allSatisfy(\.agrees) }

    /// Throws an error for the first disagreement.
    ///
    /// - Throws: ``ExperimentError/notPublished(model:name:check:largest:tolerance:)``.
    package func requireAgreement(model: String) throws(ExperimentError) {
      guard let worst = checks.first(where: { !$0.agrees }) else { return }
      throw .notPublished(
        model: model, name: name, check: worst.name, largest: worst.largest, tolerance: worst.tolerance)
    }
  }

  /// A comparison with the numbers of one source.
  package struct Check: Sendable {
    /// The numbers.
    package let name: String
    /// Their publication.
    package let source: String
    /// The largest difference of any of them.
    package let largest: Double
    /// The largest accepted difference.
    package let tolerance: Double

    /// Whether the difference is within the tolerance.
    package var agrees: Bool { largest <= tolerance }
  }

  /// Compares.
  ///
  /// - Returns: the differences, whether they are small or not.
  /// - Throws: ``ExperimentError/noPublishedNumbers(model:architecture:known:)`` when there are none for the architecture;
  ///   errors of reading the model and the picture.
  package func run() throws -> Result {
    let opened = try OpenedModel(model, precision: precision)
    try opened.folder.checkFingerprint()
    let architecture = opened.folder.manifest.architecture
    guard let numbers = try PublishedNumbers.of(architecture: architecture).first else {
      throw ExperimentError.noPublishedNumbers(
        model: model, architecture: architecture, known: PublishedNumbers.known.joined(separator: ", "))
    }
    var checks: [Check] = []
    var notes: [String] = []
    for value in numbers.values {
      if let largest = try difference(value.content, opened) {
        checks.append(
          Check(name: value.name, source: value.source, largest: largest, tolerance: value.tolerance))
      } else {
        notes.append("the \(value.name) were not compared: give the picture with --images")
      }
    }
    return Result(
      fingerprint: opened.folder.manifest.fingerprint, name: numbers.name, checks: checks, notes: notes)
  }

  /// Returns the largest difference from published numbers; nil when their picture is missing.
  private func difference(_ content: PublishedNumbers.Content, _ opened: OpenedModel) throws -> Double? {
    switch content {
    case .textFeatures(let texts, let expected):
      return try FeatureDifference(
        opened.features(ofTexts: texts), expected: expected, name: "published text features"
      ).largest
    case .imageElements(let pixel, let elements, let expected):
      let found = try features(ofConstants: [pixel], opened).floats()
      return zip(found[elements], expected).map { abs(Double($0) - $1) }.max()
    case .logitsOfConstants(let pixels, let texts, let expected):
      return try largest(logits(features(ofConstants: pixels, opened), texts, opened), expected.flatMap(\.self))
    case .logitsOfPicture(_, let texts, let expected):
      guard let picture else { return nil }
      return try largest(logits(opened.features(ofImages: [picture], reading: reading), texts, opened), expected)
    }
  }

  private func largest(_ found: [Double], _ expected: [Double]) -> Double {
    zip(found, expected).reduce(0) { worst, pair in
      let difference = abs(pair.0 - pair.1)
      return difference.isNaN ? .infinity : max(worst, difference)
    }
  }

  private func features(ofConstants pixels: [Float], _ opened: OpenedModel) throws -> Tensor {
    let size = opened.configuration.image.inputSize
    let images = pixels.flatMap { [Float](repeating: $0, count: 3 * size.count) }
    return try opened.clip.imageEncoder().encode(
      Tensor(images, shape: [pixels.count, 3, size.height, size.width], name: "gray images"))
  }

  /// Returns the scaled cosines of images and texts, one row for each image.
  private func logits(_ images: Tensor, _ texts: [String], _ opened: OpenedModel) throws -> [Double] {
    let (images, words) = (try images.unitRows().floats(), try opened.features(ofTexts: texts).unitRows().floats())
    let width = opened.configuration.embedDimension
    func row(_ floats: [Float], _ index: Int) -> ArraySlice<Float> { floats[index * width..<(index + 1) * width] }
    return (0..<images.count / width).flatMap { image in
      texts.indices.map { text in
        let cosine = zip(row(images, image), row(words, text)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        return Double(opened.clip.logitScale) * cosine
      }
    }
  }
}
