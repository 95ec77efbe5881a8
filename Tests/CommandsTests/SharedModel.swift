import Foundation
import Synchronization
import TestSupport
import Testing

/// Model folders that the built executable converted once, for all tests of this run.
enum ConvertedModel {
  /// The vision transformer of Tests/Fixtures/openai-h5-vit.
  static let visionTransformer = Result { try convert(Fixtures.path("openai-h5-vit"), name: "vit") }
  /// The ModifiedResNet of Tests/Fixtures/openai-h5-rn.
  static let modifiedResNet = Result { try convert(Fixtures.path("openai-h5-rn"), name: "rn") }
  /// The small CLIP beside the checkout, trained on photographs.
  static let trained = Result { try convert(Shared.path("models/mini-clip-rn"), name: "trained") }
  /// The small CLIP of the repository.
  static let own = Result { try convert("mini-clip", name: "own") }
  /// The vision transformer that the shared prompts of CoOp's were learned on.
  static let published = Result { try convert(Shared.path("fixtures/hf/vit-s-transformers5-fp16"), name: "published") }

  private static func convert(_ source: String, name: String) throws -> String {
    let folder = try folderOfThisRun()
    let outcome = try Executable.run(["convert", source, "--output", "\(folder)/\(name)"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return "\(folder)/\(name)"
  }
}

/// Pictures that the built executable drew once, for all tests of this run.
enum DrawnPictures {
  /// 24 classes, 16 photos of each to learn from, 12 photos, cartoons and negatives of each to test on, of a seed
  /// that nothing was tuned on.
  static let ofUnseenSeed = Result { () throws -> String in
    let folder = try "\(folderOfThisRun())/pictures"
    let classes = [
      "apple", "balloon", "bird", "boat", "butterfly", "cactus", "car", "cat", "cloud", "fish", "flower", "fork",
      "hammer", "key", "kite", "ladder", "leaf", "mushroom", "rocket", "scissors", "snail", "spoon", "tree", "umbrella",
    ]
    let drawn = try Executable.run(
      [
        "draw", "--output", folder, "--seed", "31415", "--styles", "photo", "cartoon", "negative", "--train", "16",
        "--test", "12",
      ]
        + ["--classes"] + classes)
    try #require(drawn.status == 0, "\(drawn.errors)")
    return folder
  }
}

/// Returns a folder for the files that all tests share.
private func folderOfThisRun() throws -> String {
  let folder = "\(NSTemporaryDirectory())/promptlens-models-\(ProcessInfo.processInfo.processIdentifier)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  atexitRemovals.withLock { $0.insert(folder) }
  return folder
}

/// Folders that are removed when the test process ends.
private let atexitRemovals = RemovalAtExit()

private final class RemovalAtExit: Sendable {
  private let folders = Mutex<Set<String>>([])

  init() {
    atexit { atexitRemovals.withLock { for folder in $0 { try? FileManager.default.removeItem(atPath: folder) } } }
  }

  func withLock(_ body: (inout Set<String>) -> Void) { folders.withLock { body(&$0) } }
}
