import Foundation
import PromptLensCheckpoints
import PromptLensTensors
import PromptLensTokenization

/// A verification that a model computes the features of its source, and features computed elsewhere.
package struct ModelVerification: Sendable {
  /// Features computed elsewhere, with their inputs.
  package struct Expectation: Sendable {
    /// A `.json` file of features and their inputs, or a `.npy` file of only features.
    package var path: String
    /// The folder that a `.json` file's inputs are relative to; nil for the nearest parent folder that contains them.
    package var inputs: String?
    /// A file of the texts that a `.npy` file belongs to.
    package var texts: String?
    /// The images that a `.npy` file belongs to.
    package var images: [String]

    /// Creates an expectation.
    ///
    /// - Parameters:
    ///   - path: a `.json` or a `.npy` file.
    ///   - inputs: the folder that a `.json` file's inputs are relative to.
    ///   - texts: a file of the texts that a `.npy` file belongs to.
    ///   - images: the images that a `.npy` file belongs to.
    package init(_ path: String, inputs: String? = nil, texts: String? = nil, images: [String] = []) {
      self.path = path
      self.inputs = inputs
      self.texts = texts
      self.images = images
    }

    fileprivate func read() throws -> FeatureExpectation {
      guard path.hasSuffix(".npy") else { return try FeatureExpectation(contentsOf: path, inputs: inputs) }
      guard let texts else { return try FeatureExpectation(array: path, images: images) }
      return try FeatureExpectation(array: path, texts: TextFile.read(texts))
    }
  }

  /// The default of the largest accepted difference from features computed elsewhere.
  package static let defaultTolerance = 1e-4

  /// The model's folder as the user names it.
  package var model: String
  /// The features computed elsewhere.
  package var expectations: [Expectation]
  /// The largest accepted difference; nil for the default and, for golden features, the conversion's tolerance.
  package var tolerance: Double?
  /// The cleaning of texts.
  package var cleaning: Cleaning?
  /// Whether texts that are too long are truncated instead of being an error.
  package var truncates = false
  /// The options for reading image files.
  package var reading = ImageReading()
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// Creates a verification.
  ///
  /// - Parameters:
  ///   - model: the model's folder.
  ///   - expectations: the features computed elsewhere.
  ///   - tolerance: the largest accepted difference; nil for the default.
  package init(_ model: String, expectations: [Expectation], tolerance: Double? = nil) {
    self.model = model
    self.expectations = expectations
    self.tolerance = tolerance
  }

  /// Hashes the weights and computes features again.
  ///
  /// - Returns: the model's fingerprint and a check for each kind of features, whether they agree or not.
  /// - Throws: `CheckpointError` or `JSONError` when the weights or another file of the folder have changed; ``ExperimentError/noGoldenFeatures(model:)`` when there
  ///   are no features to compare with; errors of reading inputs and of the towers.
  package func run() throws -> (fingerprint: String, checks: [FeatureCheck]) {
    let opened = try OpenedModel(model, precision: precision)
    try opened.folder.checkFiles()
    try opened.folder.checkFingerprint()
    var checks = try FeatureCheck.golden(of: opened.folder, tolerance: tolerance)
    guard !checks.isEmpty || !expectations.isEmpty else { throw ExperimentError.noGoldenFeatures(model: model) }
    for expectation in expectations { checks += try check(expectation.read(), opened) }
    return (opened.folder.manifest.fingerprint, checks)
  }

  private func check(_ expected: FeatureExpectation, _ opened: OpenedModel) throws -> [FeatureCheck] {
    let name = URL(fileURLWithPath: expected.path).lastPathComponent
    return try FeatureVerification(
      expected, clip: opened.clip,
      texts: { try opened.features(ofTexts: $0, cleaning: cleaning, truncate: truncates) },
      pictures: { try opened.features(ofImages: $0, reading: reading) }
    ).differences.map { kind, difference in
      FeatureCheck(
        name: "\(kind) features of \(name)", difference: difference, tolerance: tolerance ?? Self.defaultTolerance)
    }
  }
}
