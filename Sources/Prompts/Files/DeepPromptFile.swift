import PromptLensFiles
import PromptLensTensorFiles
import PromptLensTensors

/// Learned prompts in deep layers on disk: HDF5 with a dataset for each learned tensor, under its name in the official code,
/// and attributes that say the method, the written prompt and the model.
package struct DeepPromptFile: Sendable {
  /// The file.
  package let path: String
  /// The name of the method, as after `--method`.
  package let method: String
  /// The learned tensors.
  package let parameters: PromptParameters
  /// The prompt as written, of which the learned vectors replace the first tokens.
  package let template: Template
  /// The hand-written prompt that TCP's network reads; nil for other methods.
  package let teacherTemplate: Template?
  /// The classes of the training.
  package let classNames: [String]?
  /// The digest of the token embedding that the prompts were learned with.
  package let embeddingFingerprint: String?
  /// The epoch after which they were kept.
  package let epoch: Int?

  private static let methodAttribute = "deep_prompts"

  /// Creates the contents of a file.
  package init(
    path: String, method: String, parameters: PromptParameters, template: Template, teacherTemplate: Template? = nil,
    classNames: [String]?, embeddingFingerprint: String?, epoch: Int?
  ) {
    self.path = path
    self.method = method
    self.parameters = parameters
    self.template = template
    self.teacherTemplate = teacherTemplate
    self.classNames = classNames
    self.embeddingFingerprint = embeddingFingerprint
    self.epoch = epoch
  }

  /// Returns the method of a file of prompts in deep layers; nil for any other file.
  package static func method(of file: HDF5File) -> String? { try? file.attributes.optionalString(methodAttribute) }

  /// Returns whether a path is a file of prompts in deep layers.
  package static func exists(at path: String) -> Bool {
    guard let file = try? MappedFile(path: path),
      withExtendedLifetime(file, { FileKind(file.bytes, name: path) }) == .hdf5, let stored = try? HDF5File(path: path)
    else { return false }
    return method(of: stored) != nil
  }

  /// Reads a file.
  ///
  /// - Throws: `FileError` or `TensorFileError` when it is missing, damaged or of another kind.
  package init(path: String) throws { try self.init(HDF5File(path: path)) }

  /// Reads a file.
  ///
  /// - Throws: `TensorFileError` when a part is missing or damaged, ``PromptError/templateWithoutPlaceholder(template:)``.
  package init(_ file: HDF5File) throws {
    try file.checkChecksums()
    let attributes = file.attributes
    guard let method = Self.method(of: file), let written = try attributes.optionalString("template") else {
      throw TensorFileError.missing(
        path: file.path, object: "the attributes \(Self.methodAttribute) and template",
        expected: "those of prompts in deep layers, as promptlens train writes them")
    }
    var tensors: [String: Tensor] = [:]
    for dataset in file.datasets where dataset.type.dtype != nil {
      tensors[dataset.path] = try file.tensor(dataset.path)
    }
    path = file.path
    self.method = method
    parameters = PromptParameters(tensors)
    template = try Template(written)
    teacherTemplate = try attributes.optionalString("teacher_template").map { try Template($0) }
    classNames = file.dataset("class_names") == nil ? nil : try file.strings("class_names")
    embeddingFingerprint = try attributes.optionalString("token_embedding_fingerprint")
    if case .integer(let found)? = try file.attribute("epoch") { epoch = found } else { epoch = nil }
  }

  /// Writes the file; it appears under its name when it is complete.
  ///
  /// - Parameter attributes: texts that are recorded beside the prompts.
  /// - Throws: `FileError` when it can't be written.
  package func write(attributes: [(name: String, value: String)] = []) throws {
    try HDF5Writer.write(to: path) { file in
      for (name, tensor) in try parameters.tensors().sorted(by: { $0.key < $1.key }) {
        try file.write(tensor, to: name)
      }
      if let classNames { try file.write(classNames, to: "class_names") }
      try file.set(Self.methodAttribute, .string(method))
      try file.set("template", .string(template.text))
      if let teacherTemplate { try file.set("teacher_template", .string(teacherTemplate.text)) }
      if let embeddingFingerprint { try file.set("token_embedding_fingerprint", .string(embeddingFingerprint)) }
      if let epoch { try file.set("epoch", .integer(epoch)) }
      for (name, value) in attributes { try file.set(name, .string(value)) }
    }
  }

  /// The SHA-256 of the learned numbers.
  package static func fingerprint(of parameters: PromptParameters) throws -> String {
    let numbers = parameters.numbers
    return try Fingerprint.of(Tensor(numbers, shape: [numbers.count], name: "prompts"))
  }
}
