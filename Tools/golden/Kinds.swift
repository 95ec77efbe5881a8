import ArgumentParser
import Foundation
import PromptLensCheckpoints
import PromptLensPromptLearning
import PromptLensPrompts

extension Golden {
  /// Text and image features of `expected.json`.
  struct Features: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare text and image features with expected.json, after each is scaled to length one.")

    @OptionGroup var fixture: FixtureOptions

    @Option(help: ArgumentHelp("The document in the folder.", valueName: "name"))
    var expected = "expected.json"

    func run() throws {
      let model = try fixture.opened()
      let verification = try FeatureVerification(
        FeatureExpectation(contentsOf: "\(fixture.folder)/\(expected)"), clip: model.clip,
        texts: { try model.features(ofTexts: $0) }, pictures: { try model.features(ofImages: $0) })
      report(verification.differences.map { ("\($0.kind)_features", $0.difference.largest) })
    }
  }

  /// A context's gradient through the text tower, `gradient.json`, which holds all inputs.
  struct Gradient: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare text features, loss and the context's gradient (relative error in norm) with gradient.json.")

    @OptionGroup var fixture: FixtureOptions

    func run() throws {
      report(
        try GradientVerification(clip: fixture.opened().clip, expected: fixture.document("gradient.json")).differences)
    }
  }

  /// A CoOp checkpoint with `expected.json` and `gradient.json`.
  struct Context: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare a CoOp checkpoint's features, logits and gradient with expected.json and gradient.json.")

    @OptionGroup var fixture: FixtureOptions

    @Option(help: ArgumentHelp("The checkpoint or context file in the folder.", valueName: "path"))
    var context = "prompt_learner/model.pth.tar-50"

    func run() throws {
      let model = try fixture.opened()
      let path = "\(fixture.folder)/\(context)"
      let hasGradient = FileManager.default.fileExists(atPath: "\(fixture.folder)/gradient.json")
      report(
        try PromptVerification(
          clip: model.clip, tokenizer: model.tokenizer(), context: ContextFile.read(path), source: path,
          reference: fixture.document("expected.json"),
          gradient: hasGradient ? fixture.document("gradient.json") : nil
        ).differences)
    }
  }
}
