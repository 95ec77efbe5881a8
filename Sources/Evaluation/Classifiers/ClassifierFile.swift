import PromptLensTensors

/// A classifier of image features on disk: its arrays and numbers, its class names, and the model of its features.
///
/// In HDF5, arrays are datasets, `class_names`, `class_identifiers` and `image_sha256` lists of texts, and everything
/// else attributes of the root, `format` among them. In JSON all but the images' hashes are members. In safetensors the arrays are tensors, and the metadata
/// `classifier` is the JSON without them. A linear one without offsets may also be written as `.npy`, with that JSON in a
/// file beside it, and any linear one as a table, `.csv`.
package struct ClassifierFile: Sendable {
  /// The kind, which determines the computation of logits: `linear`, `tip-adapter`, `clip-adapter`.
  package var kind: String
  /// The arrays, f32.
  package var parts: [(name: String, tensor: Tensor)]
  /// The numbers.
  package var settings: [(name: String, value: Double)]
  /// The classes, in the order of the logits.
  package var classNames: [String]
  /// The classes' WordNet ids, if known.
  package var classIdentifiers: [String]?
  /// The fingerprint of the model of its features; nil if unknown.
  package var modelFingerprint: String?
  /// Additional notes, by name.
  package var notes: [(name: String, text: String)]
  /// The SHA-256 of the images that it was fitted on, in HDF5 alone; empty if unknown.
  package var imageHashes: [String] = []

  static let format = "promptlens-classifier"
  /// The version that is written, whose ``booleans`` are such; version 1 has 1 and 0, and the first files state none.
  static let version = 2
  /// The notes that are numbers where their text is one.
  static let numbers: Set = ["shots", "seed", "epochs", "c", "learning_rate"]
  /// The settings that are true or false.
  static let booleans: Set = ["normalizes"]
  static let newestVersion = "at most \(version), the newest that this version of promptlens reads"

  /// Creates a classifier.
  package init(
    kind: String, parts: [(name: String, tensor: Tensor)], settings: [(name: String, value: Double)],
    classNames: [String], classIdentifiers: [String]? = nil, modelFingerprint: String?,
    notes: [(name: String, text: String)] = []
  ) {
    self.kind = kind
    self.parts = parts
    self.settings = settings
    self.classNames = classNames
    self.classIdentifiers = classIdentifiers
    self.modelFingerprint = modelFingerprint
    self.notes = notes
  }

  /// Returns a number by its name.
  package func setting(_ name: String) -> Double? { settings.first { $0.name == name }?.value }

  /// Returns a note by its name.
  package func note(_ name: String) -> String? { notes.first { $0.name == name }?.text }

  /// Returns an array by its name.
  package func part(_ name: String) -> Tensor? { parts.first { $0.name == name }?.tensor }
}
