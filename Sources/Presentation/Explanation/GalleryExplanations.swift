import Foundation
import PromptLensExperiments
import PromptLensReporting

/// The maker of overlays for the pictures of a run's wrong predictions: which patches speak for the wrong class against the
/// right one, by hand-written prompts and by the learned prompt, as `predict --explain` finds them.
struct GalleryExplanations {
  /// The model folder that replaces the recorded one; nil to use that.
  let model: String?
  /// The folder that the paths of images are relative to; nil where it isn't known.
  let root: String?
  /// The maximum number of pictures of each kind.
  let limit: Int
  let observer: ExperimentObserver

  /// The overlays of a run's pictures, and how well random patches do beside.
  struct Explained {
    /// The overlays by the index of the image.
    fileprivate(set) var overlays: [Int: [Report.Overlay]] = [:]
    fileprivate var document: ExplanationDocument
  }

  /// Explains the wrong predictions of a run.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - predictions: Its predictions.
  /// - Returns: The overlays; nil where there are no wrong predictions of images that can be read.
  /// - Throws: `CLIPError.noImageGradients` for an image tower of another kind, `ExperimentError.noClassWeights(path:)` for
  ///   a prompt that differs between images, and the errors of opening the model.
  func explained(_ run: RunFolder, _ predictions: RunPredictions) throws -> Explained? {
    let images = predictions.mistakes.flatMap { gallery in
      gallery.images.lazy.filter { FileManager.default.isReadableFile(atPath: file(predictions.paths[$0])) }.prefix(
        limit)
    }
    guard !images.isEmpty else { return nil }
    var prediction = Prediction(run.path)
    prediction.model = model
    prediction.reading.skipsUnreadable = true
    let experiment = try ExplanationExperiment(
      try prediction.opened(), settings: ExplanationExperiment.Settings(), observer: observer)
    var explained = Explained(document: experiment.document)
    let items = images.map { image -> ExplanationExperiment.Item in
      let label = predictions.labels[image]
      let wrong = predictions.learned[image] == label ? predictions.zeroShot[image] : predictions.learned[image]
      return ExplanationExperiment.Item(
        path: file(predictions.paths[image]), name: predictions.paths[image], label: wrong, against: label)
    }
    try experiment.run(items, observer: observer) { (index: Int, found: ExplainedImage) in
      let overlay = PatchOverlay(found.pixels, size: found.size)
      explained.overlays[images[index]] = try found.explanations.map { explanation in
        Report.Overlay(
          caption:
            "\(explanation.subject), \(experiment.document.title(explanation.classifier)): \(explanation.probability.percentage)",
          picture: try overlay.smallOverlay(explanation.patches))
      }
      explained.document.explanations += found.explanations
    }
    return explained.overlays.isEmpty ? nil : explained
  }

  /// Returns the file of an image.
  private func file(_ path: String) -> String {
    path.hasPrefix("/") ? path : root.map { "\($0)/\(path)" } ?? path
  }
}

extension GalleryExplanations.Explained {
  /// The title of the section on the overlays.
  fileprivate static let title = "Where in the images"

  /// The explanation of the overlays beside the pictures of a gallery.
  var sentence: String {
    "Beside each picture: the patches that speak for the wrong class against the right one, by hand-written prompts (words) "
      + "and by the learned prompt, with the wrong class's probability among the two."
  }

  /// Returns the section on the overlays: how they are made, and the curves against random patches.
  ///
  /// - Parameter name: The name of the run.
  /// - Returns: The section.
  /// - Throws: `EvaluationError` for measurements that can't be pooled.
  func section(of name: String) throws -> Report.Section {
    Report.Section(
      Self.title,
      findings: try finding.map { [Report.Finding("\(name): \($0)", evidence: "run \(name), overlays")] } ?? [],
      blocks: (document.sentences + (try document.findings)).map { .text($0) }
        + (try document.tables).map { .table($0) },
      doubts: [ExplanationDocument.doubt], isFolded: true)
  }

  /// A sentence on whether the patches count more than random ones; nil for a single picture.
  private var finding: String? {
    get throws {
      let clauses = try document.summaries.filter { $0.images > 1 }.map { summary in
        let (deletion, insertion) = (summary.deletionDifference, summary.insertionDifference)
        let count = deletion.interval.upperBound < 0 && insertion.interval.lowerBound > 0
        return "by \(summary.classifier == .words ? "hand-written prompts" : "the learned prompt") they "
          + "\(count ? "count more than random ones" : "are not shown to count more than random ones") (deletion "
          + "\(ExplanationDocument.difference(deletion)), insertion \(ExplanationDocument.difference(insertion)))"
      }
      guard !clauses.isEmpty else { return nil }
      return "of the patches laid over \(overlays.count) wrongly predicted pictures, "
        + "\(clauses.joined(separator: ", "))."
    }
  }
}

extension Report.Section {
  /// Whether the section or one of its parts is on overlays.
  var hasExplanations: Bool {
    title == GalleryExplanations.Explained.title || subsections.contains(where: \.hasExplanations)
  }
}
