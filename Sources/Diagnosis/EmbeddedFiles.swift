import PromptLensCheckpoints
import Foundation
import PromptLensTokenization

/// Checks of the files in the executable: that they can be read, and that results computed from them are correct.
enum EmbeddedFiles {
  static var results: [DiagnosticResult] { [vocabulary, miniCLIP] }

  private static let damaged = "the executable is damaged; install promptlens again"

  private static var vocabulary: DiagnosticResult {
    do {
      let vocabulary = try Vocabulary.embeddedCLIP()
      // Published with CLIP: simple_tokenizer.py encodes this text so.
      let ids = CLIPTokenizer(vocabulary: vocabulary).encode("a photo of a cat.")
      let isRight = vocabulary.count == 49_408 && ids == [320, 1125, 539, 320, 2368, 269]
      return DiagnosticResult(
        "executable", "vocabulary",
        "\(vocabulary.count) entries\(isRight ? "" : ", and a known text is tokenized incorrectly")",
        isRight ? .good : .wrong, advice: isRight ? "" : damaged)
    } catch {
      return DiagnosticResult("executable", "vocabulary", "\(error)", .wrong, advice: damaged)
    }
  }

  /// A comparison of both towers of the small model, from pixels and tokens to features, with the features stored
  /// with it.
  private static var miniCLIP: DiagnosticResult {
    let subject = "mini-clip's features"
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("promptlens-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      try ModelFolder.writeMiniCLIP(to: path)
    } catch {
      return DiagnosticResult(
        "executable", subject, "not checked: \(error)", .notice,
        advice: "give TMPDIR a folder that can be written, with some megabytes free")
    }
    do {
      let model = try ModelFolder.open(path)
      try model.checkFingerprint()
      guard let golden = try GoldenFeatures.read(from: model) else {
        return DiagnosticResult("executable", subject, "none to compare with", .wrong, advice: damaged)
      }
      let (texts, images) = try golden.compare(with: model)
      let difference = max(texts.largest, images.largest)
      let isRight = difference <= golden.tolerance
      return DiagnosticResult(
        "executable", subject, String(format: "within %.1e, allowed %.0e", difference, golden.tolerance),
        isRight ? .good : .wrong,
        advice: isRight ? "" : "this processor or a library computes otherwise than it should; see products above")
    } catch {
      return DiagnosticResult("executable", subject, "\(error)", .wrong, advice: damaged)
    }
  }
}
