import Foundation

/// The output folder of a training with Dassl, in which CoOp and its successors train.
package enum DasslOutput {
  /// The folders that trainers register their models under; the last one is the folder itself.
  private static let parts = ["prompt_learner", "VLPromptLearner", "MultiModalPromptLearner", ""]
  private static let stem = "model.pth.tar-"

  /// Finds the checkpoint of a folder: the one that Dassl's own file `checkpoint` names, else that of the last epoch, else
  /// the best by validation.
  ///
  /// - Parameter folder: the output folder, or the folder of checkpoints in it.
  /// - Returns: the checkpoint's path; nil when the folder holds none.
  package static func checkpoint(in folder: String) -> String? {
    for part in parts {
      let path = part.isEmpty ? folder : "\(folder)/\(part)"
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { continue }
      if names.contains("checkpoint"), let text = try? String(contentsOfFile: "\(path)/checkpoint", encoding: .utf8),
        let name = text.split(whereSeparator: \.isNewline).first.map(String.init), names.contains(name)
      {
        return "\(path)/\(name)"
      }
      let epochs = names.compactMap { $0.hasPrefix(stem) ? Int($0.dropFirst(stem.count)) : nil }
      if let last = epochs.max() { return "\(path)/\(stem)\(last)" }
      if names.contains("model-best.pth.tar") { return "\(path)/model-best.pth.tar" }
    }
    return nil
  }
}
