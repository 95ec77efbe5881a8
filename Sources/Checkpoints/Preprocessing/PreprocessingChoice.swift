import Foundation
import PromptLensFiles
import PromptLensImages
import PromptLensJSONDocuments

/// The choice of the file that says how pictures are prepared for a checkpoint's image tower.
///
/// A folder may hold several: those of Hugging Face's processors and open_clip's configuration. Where they would give
/// other pixels, neither is taken unless the user names one.
struct PreprocessingChoice {
  /// A preprocessing and its source.
  struct Statement {
    /// The file; nil when no file states it.
    let path: String?
    let value: Preprocessing
    /// The evidence, for people.
    let reason: String

    /// The file that was read, if any.
    var files: [String] { path.map { [$0] } ?? [] }
  }

  /// The folder of the weights.
  let folder: String
  /// The file that the user chose: a path, or a name in the folder.
  let chosen: String?

  /// Reads the file that the user chose.
  ///
  /// - Parameter size: the image tower's input.
  /// - Returns: its preprocessing; nil if the user chose no file.
  /// - Throws: the errors of reading the file.
  func chosenStatement(size: PixelSize) throws -> Statement? { try chosen.map { try read($0, size: size) } }

  /// Returns the preprocessing of an open_clip model.
  ///
  /// - Parameters:
  ///   - root: its configuration.
  ///   - size: the image tower's input.
  /// - Returns: the preprocessing with its evidence.
  /// - Throws: ``CheckpointError/conflictingPreprocessing(folder:first:second:)``, and the errors of reading a file.
  func openCLIP(_ root: JSONNode, size: PixelSize) throws -> Statement {
    if let chosen { return try read(chosen, size: size) }
    let stated = try Statement(
      path: root.source, value: OpenCLIPPreprocessing.read(root, size: size),
      reason: root["preprocess_cfg"] == nil
        ? "\(name(root.source)) doesn't say, so it is OpenAI's" : "preprocess_cfg in \(name(root.source))")
    return try stated.agreeing(with: huggingFace(), in: folder)
  }

  /// Returns the preprocessing of a model that Hugging Face's files describe, if any do; else OpenAI's.
  func huggingFace(size: PixelSize) throws -> Statement {
    if let chosen { return try read(chosen, size: size) }
    let stated = try huggingFace() + openCLIP()
    return try stated.first?.agreeing(with: Array(stated.dropFirst()), in: folder) ?? openAI(size)
  }

  /// Returns the preprocessing of a Keras Hub preset.
  func kerasHub(size: PixelSize) throws -> Statement {
    if let chosen { return try read(chosen, size: size) }
    let path = "\(folder)/image_converter.json"
    return FileManager.default.fileExists(atPath: path) ? try read(path, size: size) : openAI(size)
  }

  private func openAI(_ size: PixelSize) -> Statement {
    Statement(path: nil, value: .openAI(size), reason: "no file says, so it is OpenAI's")
  }

  /// Reads a file of any of the forms.
  fileprivate func read(_ chosen: String, size: PixelSize) throws -> Statement {
    let inside = "\(folder)/\(chosen)"
    let path = FileManager.default.fileExists(atPath: inside) ? inside : chosen
    guard FileManager.default.fileExists(atPath: path) else {
      throw FileError.missing(path: path, expected: "a file that states a preprocessing")
    }
    let root = try JSONNode(contentsOf: path, limit: 4 << 20)
    if OpenCLIPConfiguration.isStated(in: root) || root["preprocess_cfg"] != nil {
      return Statement(
        path: path, value: try OpenCLIPPreprocessing.read(root, size: size), reason: "preprocess_cfg in \(name(path))")
    }
    if root["class_name"] != nil, root["config"] != nil {
      return Statement(
        path: path, value: try KerasPreprocessing.read(root, size: size),
        reason: "scale and offset in \(name(path)); resized as by OpenAI's code, not by Keras's")
    }
    guard HuggingFacePreprocessing.isStated(in: root) else {
      throw root.unexpected(
        expected: "an image processor's settings, or open_clip's preprocess_cfg", found: "\(root.value.kind) of others")
    }
    return Statement(path: path, value: try HuggingFacePreprocessing.read(root), reason: name(path))
  }

  /// The statements of Hugging Face's files.
  private func huggingFace() throws -> [Statement] {
    try ["preprocessor_config.json", "processor_config.json"].compactMap { name in
      let path = "\(folder)/\(name)"
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      let root = try JSONNode(contentsOf: path, limit: 4 << 20)
      guard HuggingFacePreprocessing.isStated(in: root) else { return nil }
      return Statement(path: path, value: try HuggingFacePreprocessing.read(root), reason: name)
    }
  }

  /// The statement of an open_clip configuration beside another layout's weights.
  private func openCLIP() throws -> [Statement] {
    guard let path = CheckpointCompanions(folder: folder).openCLIPConfiguration else { return [] }
    let root = try JSONNode(contentsOf: path, limit: 4 << 20)
    guard root["preprocess_cfg"] != nil, let vision = root["model_cfg"]?["vision_cfg"] else { return [] }
    let value = try OpenCLIPPreprocessing.read(root, size: OpenCLIPVision.inputSize(vision))
    return [Statement(path: path, value: value, reason: "preprocess_cfg in \(name(path))")]
  }

  private func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }
}

extension Preprocessing {
  /// Reads the preprocessing that a file states: Hugging Face's, open_clip's or Keras Hub's.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - size: the image tower's input, which open_clip's form takes from the architecture.
  /// - Throws: `FileError`, `JSONError` or `CLIPError` when it states none that can be computed.
  package init(readingFrom path: String, size: PixelSize) throws {
    self = try PreprocessingChoice(folder: "", chosen: nil).read(path, size: size).value
  }

  /// Returns whether two statements give the same pixels, up to the writers' rounding of the crop's position and of
  /// numbers.
  fileprivate func agrees(with other: Preprocessing) -> Bool {
    func near(_ left: [Float], _ right: [Float]) -> Bool { zip(left, right).allSatisfy { abs($0 - $1) < 1e-6 } }
    guard near(mean, other.mean), near(standardDeviation, other.standardDeviation) else { return false }
    var same = other
    same.cropRounding = cropRounding
    same.mean = mean
    same.standardDeviation = standardDeviation
    // A crop of the size that the picture has takes all of it.
    if case .exact(let size) = same.resize, crop == nil, same.crop == size { same.crop = nil }
    if case .exact(let size) = same.resize, crop == size, same.crop == nil { same.crop = size }
    return same == self
  }
}

extension PreprocessingChoice.Statement {
  /// Returns this statement, after checking that others give the same pixels.
  ///
  /// - Throws: ``CheckpointError/conflictingPreprocessing(folder:first:second:)``.
  fileprivate func agreeing(with others: [Self], in folder: String) throws(CheckpointError) -> Self {
    func described(_ statement: Self) -> String {
      "\(URL(fileURLWithPath: statement.path ?? "").lastPathComponent) (\(statement.value))"
    }
    for other in others where !value.agrees(with: other.value) {
      throw .conflictingPreprocessing(folder: folder, first: described(self), second: described(other))
    }
    return self
  }
}
