import PromptLensExperiments
import PromptLensReporting

/// The folder of `predict --explain`: a picture and an overlay for each image and classifier, and the page and the
/// documents about them.
package final class ExplanationFolder {
  /// The folder.
  package var path: String { files.folder }
  private let files: ResultFiles
  private let experiment: ExplanationExperiment
  private var document: ExplanationDocument

  /// Makes the folder, before any image is read.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - settings: a hash of all that the explanations depend on.
  ///   - experiment: what is explained.
  ///   - replaces: whether finished explanations, or results of other settings, may be replaced.
  /// - Throws: `FileError` when the folder cannot be made, or holds results that may not be replaced.
  package init(_ folder: String, settings: String, experiment: ExplanationExperiment, replaces: Bool = false) throws {
    files = try ResultFiles(folder, settings: settings, replaces: replaces)
    self.experiment = experiment
    document = experiment.document
  }

  /// Explains images, and writes their pictures as they come, then the document, the tables, the page and the section of
  /// a report.
  ///
  /// - Parameters:
  ///   - images: the image files.
  ///   - skipped: the problems of images that were left out.
  ///   - observer: the receiver of progress.
  /// - Returns: the document.
  /// - Throws: `FileError` when a file cannot be written, `ImageError` when a picture can't be encoded, and the errors of
  ///   reading the images.
  package func run(
    _ images: [String], skipped: [String], observer: ExperimentObserver = .silent
  ) throws -> ExplanationDocument {
    try experiment.run(images, observer: observer) { image in
      for (name, bytes) in try document.add(image) { try files.write(bytes, to: name) }
    }
    document.skipped = skipped
    let tables = try document.tables
    try files.write(document.text, to: "explanation.json")
    try files.write(try document.valueTable.csv(), to: "explanation.csv")
    try files.write(try document.page.html(), to: "index.html")
    var section = try document.section
    section.blocks += tables.map { .table($0) }
    try files.write(section, name: "explanation")
    try files.finish()
    return document
  }
}

extension ExplanationDocument {
  /// Keeps the explanations of an image, and names its pictures.
  ///
  /// - Parameter image: the image.
  /// - Returns: the names and the bytes of its pictures: as the tower sees it, and under each explanation.
  /// - Throws: `ImageError` when one can't be encoded.
  mutating func add(_ image: ExplainedImage) throws -> [(name: String, bytes: [UInt8])] {
    // The names count the pictures from 1.
    let last = explanations.last.flatMap { Int($0.picture.dropFirst("picture-".count).dropLast(".png".count)) }
    let number = (last ?? 0) + 1
    let overlay = PatchOverlay(image.pixels, size: image.size)
    let picture = "picture-\(number).png"
    var files = [(name: picture, bytes: try overlay.picture())]
    for explanation in image.explanations {
      var explanation = explanation
      explanation.picture = picture
      explanation.overlay = "\(explanation.classifier.rawValue)-\(number).png"
      files.append((explanation.overlay, try overlay.overlay(explanation.patches)))
      explanations.append(explanation)
    }
    return files
  }
}
