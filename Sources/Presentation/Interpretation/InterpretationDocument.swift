import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensReporting
import PromptLensTensors

/// `interpretation.json`: the findings on a learned prompt with the numbers that bear them out.
package struct InterpretationDocument: JSONDocument {
  /// The context's file.
  package let prompt: String
  /// The model's fingerprint.
  package let modelFingerprint: String
  /// The name of the data set.
  package let data: String
  /// The split that the images are from.
  package let split: String
  /// The number of images.
  package let images: Int
  /// The arithmetic of the towers, `f32` or `bf16`; nil in documents of earlier versions.
  package let precision: String?
  /// The names of the classes.
  package let classNames: [String]
  /// The position of the class name.
  package let classPosition: ClassPosition
  /// The accuracy of the learned prompt, a fraction.
  package let accuracy: Double
  /// The accuracy of the zero-shot classifier, a fraction.
  package let zeroShotAccuracy: Double
  /// The findings, in order.
  package let findings: [Report.Finding]
  /// The analyses that could not be made, and why.
  package let omissions: [String]
  /// The remarks on the images.
  package let remarks: ImageRemarks
  /// The numbers of every analysis, under its key.
  package let analyses: JSON.Object

  package static let format = "promptlens-interpretation"
  /// Version 2: attributions vary the context alone, effects are in margin and accuracy, and `interactions`,
  /// `random_standard_errors` and `hidden_words` have other members. Version 3: the ablation's key
  /// `leave_one_out`, before with hyphens. Analyses of earlier versions are kept as they are.
  package static let version = 3

  /// Encodes the members, those of the analyses last.
  package func encode() -> JSON.Object {
    var json = JSON.Object()
    json["prompt"] = .string(prompt)
    json["model_fingerprint"] = .string(modelFingerprint)
    json["data"] = .string(data)
    json["split"] = .string(split)
    json["images"] = JSON(images)
    json["classes"] = .array(classNames.map { .string($0) })
    json["class_position"] = .string(classPosition.rawValue)
    json["accuracy"] = .number(accuracy)
    json["zero_shot_accuracy"] = .number(zeroShotAccuracy)
    json["precision"] = precision.map { .string($0) }
    json["findings"] = .array(findings.map(\.json))
    json["not_measured"] = .array(omissions.map { .string($0) })
    remarks.write(to: &json)
    for (key, value) in analyses { json[key] = value }
    return json
  }

  private static let ownKeys: Set = [
    "format", "format_version", "prompt", "model_fingerprint", "data", "split", "images", "classes", "class_position",
    "accuracy", "zero_shot_accuracy", "precision", "findings", "not_measured", "notes", "skipped",
  ]

  /// Decodes the members; those under other keys are the analyses.
  package init(decoding document: JSONNode) throws {
    prompt = try document.string("prompt")
    modelFingerprint = try document.string("model_fingerprint")
    data = try document.string("data")
    split = try document.string("split")
    images = try document.integer("images")
    classNames = try document.array("classes").map { try $0.string() }
    let position = try document.string("class_position")
    guard let classPosition = ClassPosition(rawValue: position) else {
      throw try document.node("class_position").unexpected(expected: "end, middle or front", found: position)
    }
    self.classPosition = classPosition
    accuracy = try document.number("accuracy")
    zeroShotAccuracy = try document.number("zero_shot_accuracy")
    precision = try document.optionalString("precision")
    findings = try document.array("findings").map { try Report.Finding(decoding: $0) }
    omissions = try document.array("not_measured").map { try $0.string() }
    remarks = try ImageRemarks(decoding: document)
    var analyses = JSON.Object()
    for (key, value) in try document.object() where !Self.ownKeys.contains(key) { analyses[key] = value }
    self.analyses = analyses
  }

  /// Creates a document.
  package init(
    prompt: String, modelFingerprint: String, data: String, split: String, images: Int, classNames: [String],
    classPosition: ClassPosition, accuracy: Double, zeroShotAccuracy: Double, precision: String? = nil,
    findings: [Report.Finding],
    omissions: [String], remarks: ImageRemarks = ImageRemarks(), analyses: JSON.Object
  ) {
    self.prompt = prompt
    self.modelFingerprint = modelFingerprint
    self.data = data
    self.split = split
    self.images = images
    self.classNames = classNames
    self.classPosition = classPosition
    self.accuracy = accuracy
    self.zeroShotAccuracy = zeroShotAccuracy
    self.precision = precision
    self.findings = findings
    self.omissions = omissions
    self.remarks = remarks
    self.analyses = analyses
  }
}

extension InterpretationDocument {
  /// Returns the row that states an arithmetic other than that of single precision, in which numbers are slightly other
  /// ones.
  static func facts(of precision: ComputePrecision) -> [(name: String, value: String)] {
    precision == .float32 ? [] : [("arithmetic of the towers", precision.rawValue)]
  }
}
