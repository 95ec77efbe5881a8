import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension ImagePatchesAnalysis {
  /// The explanations as a document, and the files of their pictures.
  ///
  /// - Parameter subject: the prompt.
  /// - Returns: the document, and each file's name with its bytes.
  /// - Throws: `ImageError` when a picture can't be encoded.
  func document(_ subject: InterpretationSubject) throws -> (
    document: ExplanationDocument, files: [(name: String, bytes: [UInt8])]
  ) {
    var document = ExplanationDocument(
      prompt: subject.path, modelFingerprint: subject.modelFingerprint, template: subject.template.text,
      method: .attention)
    var files: [(name: String, bytes: [UInt8])] = []
    for image in images { files += try document.add(image) }
    return (document, files)
  }

  /// The section on the images that learning classifies otherwise.
  ///
  /// - Parameter subject: the prompt.
  /// - Returns: the section.
  /// - Throws: the errors of ``document(_:)``.
  func section(_ subject: InterpretationSubject) throws -> Report.Section {
    let (document, _) = try document(subject)
    let intro =
      "Of \(total.counting("image")), \(changed.grouped) are classified otherwise after learning; in \(images.count) of them "
      + "patches are weighed for the learned prompt's class against the words'."
    guard !images.isEmpty else {
      return Report.Section("Patches of images", findings: [Report.Finding(intro, evidence: "explanation.json")])
    }
    var section = try document.section
    section.title = "Patches of images"
    section.findings = [Report.Finding(intro, evidence: "explanation.json")] + section.findings
    section.blocks += try document.tables.map { .table($0) } + [.table(try document.valueTable, name: "explanation")]
    return section
  }

  /// The numbers as JSON.
  ///
  /// - Parameter subject: the prompt.
  /// - Returns: the object.
  /// - Throws: the errors of ``document(_:)``.
  func json(_ subject: InterpretationSubject) throws -> JSON {
    let members = try document(subject).document.encode()
    return [
      "images": JSON(total), "changed": JSON(changed), "explanations": members["explanations"] ?? .array([]),
      "summary": members["summary"] ?? .array([]),
    ]
  }
}
