import PromptLensCLIP
import PromptLensTensorFiles
import PromptLensTensors

/// A checkpoint of prompts in deep layers, as Dassl saves it: that of MaPLe, IVLP, PromptSRC or VPT, which holds the whole
/// model but the token embedding, or TCP's, which holds the prompt learner.
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

  /// Reads a checkpoint.
  ///
  /// - Parameter path: the file, or the output folder around it.
  /// - Throws: `TensorFileError` when the file holds no such state dict.
  package init(path: String) throws {
    let path = DasslOutput.checkpoint(in: path) ?? path
    let archive = try TorchArchive(path: path)
    guard let entries = archive.root["state_dict"]?.entries else {
      throw TensorFileError.missing(
        path: path, object: "state_dict", expected: "the dictionary in which Dassl saves a model with its prompts")
    }
    let isWhole = entries.contains { $0.key.string?.hasPrefix("image_encoder.") ?? false }
    var (learned, frozen): ([String: Tensor], [String: Tensor]) = ([:], [:])
    for (key, value) in entries {
      guard let key = key.string, let tensor = value.tensor else { continue }
      let name = isWhole ? key : "prompt_learner.\(key)"
      if let own = Self.towerName(name) {
        frozen[own] = try tensor.read(name: key)
      } else if Self.isLearned(name) {
        learned[name] = try tensor.read(name: key)
      }
    }
    self.path = path
    self.frozen = frozen
    epoch = archive.root["epoch"]?.integer
    parameters = PromptParameters(learned)
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
    !name.hasPrefix("prompt_learner.token_") && !name.hasPrefix("prompt_learner.ZS_image_encoder.")
  }

  /// Compares the file's towers with a model's.
  ///
  /// PromptSRC averages all tensors, in half precision the frozen ones, too, so that they drift a little.
  ///
  /// - Parameter model: the model's tensors, named as in OpenAI's state dict.
  /// - Returns: how many of the file's tensors differ, and the largest difference of a number.
  /// - Throws: ``PromptError/foreignContext(source:reason:)`` when a tensor is missing in the model or of another shape.
  package func drift(from model: any TensorSource) throws -> (tensors: Int, largest: Float) {
    let known = Set(model.names)
    var result = (tensors: 0, largest: Float(0))
    for (name, tensor) in frozen {
      guard known.contains(name), try model.description(of: name).shape == tensor.shape else {
        throw PromptError.foreignContext(
          source: path, reason: "its \(name) is of shape \(tensor.shape), which the model has not")
      }
      let difference = zip(tensor.floats(), try model.tensor(name).floats()).reduce(Float(0)) {
        max($0, abs($1.0 - $1.1))
      }
      if difference > 0 { result.tensors += 1 }
      result.largest = max(result.largest, difference)
    }
    return result
  }
}
