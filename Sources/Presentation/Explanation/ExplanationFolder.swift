import PromptLensExperiments
import PromptLensReporting

/// The folder of `predict --explain`: a picture and an overlay for each image and classifier, and the page and the
/// documents about them.
package final class ExplanationFolder {
  /// The folder.
  package var path: String { files.folder }
  private let files: ResultFiles
  /// What the files are about, as far as there is.
  package private(set) var document: ExplanationDocument
  private var pictures = 0

  /// Makes the folder.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - settings: a hash of all that the explanations depend on.
  ///   - document: the document, without explanations.
  /// - Throws: `FileError` when the folder cannot be made, or holds the results of other settings.
  package init(_ folder: String, settings: String, document: ExplanationDocument) throws {
    files = try ResultFiles(folder, settings: settings)
    self.document = document
  }

  /// Writes the pictures of an image, and keeps its explanations.
  ///
  /// - Throws: `FileError` when one cannot be written, `ImageError` when one can't be encoded.
  package func add(_ image: ExplainedImage) throws {
    pictures += 1
    let overlay = PatchOverlay(image.pixels, size: image.size)
    let name = "picture-\(pictures).png"
    try files.write(overlay.picture(), to: name)
    for explanation in image.explanations {
      var explanation = explanation
      explanation.picture = name
      explanation.overlay = "\(explanation.classifier.rawValue)-\(pictures).png"
      try files.write(overlay.overlay(explanation.patches), to: explanation.overlay)
      document.explanations.append(explanation)
    }
  }

  /// Writes the document, the tables, the page and the section of a report.
  ///
  /// - Parameter skipped: the problems of images that were left out.
  /// - Throws: `FileError` when one cannot be written.
  package func finish(skipped: [String]) throws {
    document.skipped = skipped
    let tables = try document.tables
    try files.write(document.text, to: "explanation.json")
    try files.write(try document.valueTable.csv(), to: "explanation.csv")
    try files.write(try document.page.html(), to: "index.html")
    var section = try document.section
    section.blocks += tables.map { .table($0) }
    try files.write(section, name: "explanation")
    try files.finish()
  }
}
