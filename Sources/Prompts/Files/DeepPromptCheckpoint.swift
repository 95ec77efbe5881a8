import PromptLensFiles
import PromptLensTensorFiles
import PromptLensTensors

/// A checkpoint of prompts in deep layers, as Dassl saves it: that of MaPLe, IVLP, PromptSRC or VPT, which holds the whole
/// model but the token embedding, or TCP's, which holds the prompt learner. MaPLe's and PromptSRC's with ATPrompt hold the
/// embeddings of attributes' words, too.
///
/// Numbers may be f16 and f32 side by side. The embeddings around the context belong to the classes of the training and are
/// left out, as are PromptSRC's second image tower and the optimizer. Source: the trainers of the methods, see
/// ``PromptMethod``; Dassl's `save_checkpoint`.
package struct DeepPromptCheckpoint: Sendable {
  /// The file.
  package let path: String
  /// The epoch after which it was saved; nil if unknown.
  package let epoch: Int?
  /// The learned tensors by their official names, in f32.
  package let parameters: PromptParameters
  /// The tensors of the towers, by the names of OpenAI's state dict; empty where only the prompt learner was saved.
  package let frozen: [String: Tensor]

  /// Whether the file has PromptSRC's second image tower.
  private let hasTeacher: Bool

  /// Returns whether a path is a checkpoint of prompts in deep layers or in the image tower, or the output folder around one.
  package static func exists(at path: String) -> Bool {
    let path = DasslOutput.checkpoint(in: path) ?? path
    guard let file = try? MappedFile(path: path),
      withExtendedLifetime(file, { FileKind(file.bytes, name: path) }) == .torch,
      let archive = try? TorchArchive(file)
    else { return false }
    return matches(archive)
  }

  /// Returns whether a PyTorch file is such a checkpoint; TCP's, whose names are CoCoOp's, counts as none.
  package static func matches(_ archive: TorchArchive) -> Bool {
    let keys = (archive.root["state_dict"]?.entries ?? []).compactMap(\.key.string)
    switch PromptMethod(recognizedBy: keys) {
    case .maPLe, .promptSRC, .vpt, .deepATPrompt: return true
    default: return false
    }
  }

  /// Returns whether a path is a checkpoint of TCP, or the output folder around one.
  package static func holdsTCP(at path: String) -> Bool {
    let path = DasslOutput.checkpoint(in: path) ?? path
    guard let file = try? MappedFile(path: path),
      withExtendedLifetime(file, { FileKind(file.bytes, name: path) }) == .torch,
      let archive = try? TorchArchive(file), PromptLearnerCheckpoint.matches(archive)
    else { return false }
    return (try? PromptLearnerCheckpoint(archive))?.provenance.method == .tcp
  }

  /// Reads a checkpoint.
  ///
  /// - Parameter path: the file, or the output folder around it.
  /// - Throws: `TensorFileError` when the file holds no such state dict.
  package init(path: String) throws {
    try self.init(TorchArchive(path: DasslOutput.checkpoint(in: path) ?? path))
  }

  /// Reads a checkpoint.
  ///
  /// - Throws: `TensorFileError` when the file holds no such state dict.
  package init(_ archive: TorchArchive) throws {
    path = archive.path
    guard let entries = archive.root["state_dict"]?.entries else {
      throw TensorFileError.missing(
        path: path, object: "state_dict", expected: "the dictionary in which Dassl saves a model with its prompts")
    }
    let keys = entries.compactMap(\.key.string)
    // A prompt learner that was saved alone has names of its own.
    let isWhole = keys.contains { $0.hasPrefix("image_encoder.") || $0.hasPrefix("prompt_learner.") }
    var (learned, frozen): ([String: Tensor], [String: Tensor]) = ([:], [:])
    for (key, value) in entries {
      guard let key = key.string else { continue }
      let name = isWhole ? key : "prompt_learner.\(key)"
      guard let tensor = value.tensor else {
        // Without it, the prompts would be read as those of fewer layers.
        guard Self.towerName(name) != nil || !Self.isLearned(name) else {
          throw TensorFileError.missing(path: path, object: "state_dict.\(key)", expected: "a tensor")
        }
        continue
      }
      if let own = Self.towerName(name) {
        frozen[own] = try tensor.read(name: key)
      } else if Self.isLearned(name) {
        learned[name] = try tensor.read(name: key)
      }
    }
    try Self.read(attributesOf: entries, keys: keys, path: path, into: &learned)
    self.frozen = frozen
    epoch = archive.root["epoch"]?.integer
    parameters = PromptParameters(learned)
    hasTeacher = keys.contains { $0.hasPrefix(Self.teacher) }
  }

  /// Reads the vectors and the words of ATPrompt's attributes, and leaves out vectors that no prompt has.
  private static func read(
    attributesOf entries: [(key: TorchValue, value: TorchValue)], keys: [String], path: String,
    into learned: inout [String: Tensor]
  ) throws {
    let prefix = "prompt_learner."
    let names = keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    guard names.contains(where: PromptMethod.isAnchor) else { return }
    learned = learned.filter { !AttributedPrompts.isAttribute($0.key) }
    guard let parts = PromptPart.names(in: names), parts.count > 1 else {
      throw TensorFileError.missing(
        path: path, object: "state_dict.\(prefix)token_middle1", expected: "the embedding of an attribute's word")
    }
    let found = try PromptPart.read(parts, path: path) { name in
      try entries.first { $0.key.string == prefix + name }?.value.tensor?.read(name: name)
    }
    for (name, tensor) in try PromptPart.tensors(found.parts, of: found.vectors) where name != "ctx" {
      learned[prefix + name] = tensor
    }
  }

  private static let teacher = "prompt_learner.ZS_image_encoder."

  /// The method, as far as the tensors tell: those of IVLP and of prompts of the text tower alone have one form.
  package var method: String {
    let plain = plainMethod
    return parameters.names.contains(where: AttributedPrompts.isAttribute) ? "\(plain) with ATPrompt" : plain
  }

  private var plainMethod: String {
    let names = parameters.names
    if names.contains(where: { $0.contains(".compound_prompt") }) { return PromptMethod.maPLe.rawValue }
    if names.contains(where: { $0.contains(".meta_net.") }) { return PromptMethod.tcp.rawValue }
    if !names.contains(PromptNames.context) { return PromptMethod.vpt.rawValue }
    return hasTeacher ? PromptMethod.promptSRC.rawValue : names.contains(PromptNames.image) ? "IVLP" : "language"
  }

  /// Returns the name in OpenAI's state dict of a tensor of the towers; nil for others.
  private static func towerName(_ name: String) -> String? {
    if name == "logit_scale" { return name }
    guard !name.hasSuffix(".VPT"), !name.hasSuffix(".VPT_shallow") else { return nil }
    if name.hasPrefix("image_encoder.") { return "visual." + name.dropFirst("image_encoder.".count) }
    return name.hasPrefix("text_encoder.") ? String(name.dropFirst("text_encoder.".count)) : nil
  }

  /// Returns whether a tensor is one that the method learned.
  private static func isLearned(_ name: String) -> Bool {
    !name.hasPrefix("prompt_learner.token_") && !name.hasPrefix(teacher)
  }

  /// The difference of a file's towers from a model's.
  package struct Drift: Sendable, Equatable {
    /// The number of tensors that differ.
    package var tensors = 0
    /// The largest difference of a number.
    package var largest: Float = 0

    /// Creates the difference of equal towers.
    package init() {}
  }

  /// The largest difference of a number from a model's, as a part of the largest number of its tensor, that rounding to half
  /// precision and PromptSRC's average explain.
  private static let tolerance: Float = 0.02

  /// Compares the file's towers with a model's.
  ///
  /// PromptSRC averages all tensors, in half precision the frozen ones, too, so that they drift a little.
  ///
  /// - Parameter model: the model's tensors, named as in OpenAI's state dict.
  /// - Returns: how many of the file's tensors differ, and by how much.
  /// - Throws: ``PromptError/foreignContext(source:reason:)`` when a tensor is of another model.
  package func drift(from model: any TensorSource) throws -> Drift {
    let known = Set(model.names)
    var result = Drift()
    for (name, tensor) in frozen.sorted(by: { $0.key < $1.key }) {
      guard known.contains(name), try model.description(of: name).shape == tensor.shape else {
        throw PromptError.foreignContext(
          source: path, reason: "its \(name) is of shape \(tensor.shape), and the model has none of this shape")
      }
      let own = tensor.floats()
      let difference = zip(own, try model.tensor(name).floats()).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
      guard own.allSatisfy(\.isFinite), difference <= Self.tolerance * own.reduce(Float(1e-3), { max($0, abs($1)) })
      else {
        throw PromptError.foreignContext(
          source: path, reason: "its \(name) differs from the model's by up to \(difference), so it is another CLIP's")
      }
      if difference > 0 { result.tensors += 1 }
      result.largest = max(result.largest, difference)
    }
    return result
  }
}
