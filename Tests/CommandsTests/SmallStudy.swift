import Foundation
import TestSupport
import Testing

/// Two data sets of the fixtures' pictures, and runs of the small model on them: enough for commands that pool and compare.
enum SmallStudy {
  /// Calls `body` with a folder that holds `photo` and `sketch`, each `train` and `test` of the classes cat, dog, red house
  /// and zebra, and the folders `cat` and `whale` below `sea`.
  static func with(_ body: (_ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let source = Fixtures.path("images")
      let pictures = try FileManager.default.contentsOfDirectory(atPath: source).filter { $0.hasSuffix(".png") }
        .sorted()
      try #require(pictures.count >= 8)
      func place(_ index: Int, _ target: String) throws {
        let picture = pictures[index % 8]
        try FileManager.default.createDirectory(atPath: "\(folder)/\(target)", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
          atPath: "\(source)/\(picture)", toPath: "\(folder)/\(target)/\(index)-\(picture)")
      }
      for (label, name) in ["cat", "dog", "red_house", "zebra"].enumerated() {
        for index in 0..<2 {
          try place(2 * label + index, "photo/train/\(name)")
          try place(2 * label + index + 1, "photo/test/\(name)")
          try place(2 * label + index + 3, "sketch/test/\(name)")
          try place(2 * label + index + 2, "sketch/train/\(name)")
        }
      }
      try place(1, "sea/cat")
      try place(2, "sea/whale")
      try place(3, "other/whale")
      try place(4, "other/shark")
      try body(folder)
    }
  }

  /// Learns a run in a few steps.
  static func train(_ folder: String, output: String, seed: Int = 1, _ more: [String] = []) throws -> String {
    let outcome = try Executable.run(
      [
        "train", "--model", try ConvertedModel.modifiedResNet.get(), "--data", "folder:\(folder)/photo", "--shots", "2",
        "--views", "1", "--epochs", "3", "--learning-rate", "0.1", "--seed", "\(seed)", "--output",
        "\(folder)/\(output)", "--feature-folder", "\(folder)/features",
      ] + (more.contains("--init") ? more : ["--context-length", "2"] + more))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return "\(folder)/\(output)"
  }
}
