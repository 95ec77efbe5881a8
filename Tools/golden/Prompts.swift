import ArgumentParser
import PromptLensDatasets
import PromptLensPromptLearning
import PromptLensPrompts

extension Golden {
  /// A case of the official trainers of prompts, in deep layers or not.
  struct Prompts: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare a method's steps with a case of its official trainer.",
      discussion: """
        The folder holds case.json, expected.json, init/, grad/, after3/ and, for some, checkpoint/. Differences are the \
        largest of each kind: absolute for features, logits and losses, relative by tensor for gradients and for the \
        parameters after the steps; null where the case has none. Of adaptation at test time (tpt, tda), entropies are losses.
        """)

    @OptionGroup var fixture: FixtureOptions

    func run() throws {
      let model = try fixture.opened()
      let verification = try DeepPromptVerification(
        folder: fixture.folder, configuration: model.clip.configuration, source: model.source,
        tokenizer: model.tokenizerOrReduced(), template: { try Self.template(of: $0, trainer: $1) })
      report(orNull: DeepPromptVerification.Quantity.allCases.map { ($0.rawValue, verification.differences[$0]) })
    }

    /// Returns the hand-written prompt of a data set by its name in the official code of a trainer.
    private static func template(of title: String, trainer: String) throws -> String {
      guard let known = KnownDataset.all.first(where: { $0.title == title }) else {
        throw ValidationError("The case's data set \(title) has no template here.")
      }
      return KnownDataset.Trainer(rawValue: trainer).map(known.comparedTemplate(of:)) ?? known.template
    }
  }
}
