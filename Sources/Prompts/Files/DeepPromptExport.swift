import PromptLensCheckpoints
import PromptLensFiles
import PromptLensTensorFiles
import PromptLensTensors

/// A writer of prompts in deeper layers as checkpoints of their official trainers, which ``DeepPromptCheckpoint`` reads back.
///
/// TCP's holds the prompt learner, those of the other methods the whole model without the token embedding. The embeddings
/// around the context are left out: the official code drops them when it loads a checkpoint.
package enum DeepPromptExport {
  /// Returns the folder that the official trainer looks for a method's checkpoint in.
  package static func folder(of parameters: PromptParameters) -> String {
    let names = parameters.names
    if names.contains(where: { $0.contains(".compound_prompt") || $0.hasPrefix("prompt_learner.proj.") }) {
      return "MultiModalPromptLearner"
    }
    let isAlone = isLearnerAlone(parameters) || !names.contains(PromptNames.context)
    return isAlone ? "prompt_learner" : "VLPromptLearner"
  }

  /// Whether only the prompt learner is saved.
  private static func isLearnerAlone(_ parameters: PromptParameters) -> Bool {
    parameters.names.contains { $0.contains(".meta_net.") }
  }

  /// Writes a checkpoint; the file appears under its name when it is complete.
  ///
  /// - Parameters:
  ///   - parameters: the learned tensors.
  ///   - model: the model's tensors, named as in OpenAI's state dict.
  ///   - epoch: the epoch to record.
  ///   - path: the file.
  /// - Throws: `FileError` when it can't be written, and the source's errors.
  package static func write(
    _ parameters: PromptParameters, frozen model: any TensorSource, epoch: Int, to path: String
  ) throws {
    let learned = try parameters.tensors()
    var sources: [(name: String, read: () throws -> Tensor, shape: [Int], dtype: DType)] = []
    if !isLearnerAlone(parameters) {
      for name in model.names.sorted() where name != "token_embedding.weight" {
        guard let own = officialName(name) else { continue }
        let found = try model.description(of: name)
        sources.append((own, { try model.tensor(name) }, found.shape.dimensions, found.dtype))
      }
    }
    for name in parameters.names {
      guard var tensor = learned[name] else { continue }
      if name.hasPrefix("prompt_learner.token_middle") { tensor = try tensor.reshaped([1] + tensor.shape.dimensions) }
      let written = tensor
      let own = isLearnerAlone(parameters) ? String(name.dropFirst("prompt_learner.".count)) : name
      sources.append((own, { written }, written.shape.dimensions, written.dtype))
    }
    let readers = Dictionary(sources.map { ($0.name, $0.read) }) { first, _ in first }
    let entries = sources.map { SafeTensorsWriter.Entry(name: $0.name, shape: $0.shape, dtype: $0.dtype) }
    try DasslCheckpoint.write(entries, epoch: epoch, to: path) { try readers[$0]?() }
  }

  /// Returns the official code's name of a tensor of OpenAI's state dict; nil for one that it doesn't have.
  private static func officialName(_ name: String) -> String? {
    if name == "logit_scale" { return name }
    if name.hasPrefix("visual.") { return "image_encoder." + name.dropFirst("visual.".count) }
    let text = ["transformer.", "positional_embedding", "ln_final.", "text_projection"]
    return text.contains { name.hasPrefix($0) } ? "text_encoder.\(name)" : nil
  }
}
