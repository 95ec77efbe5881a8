import PromptLensExperiments
import PromptLensPromptLearning
import PromptLensReporting

/// Goes through all views of a prompt.
struct Interpreter {
  let prompt: InterpretedPrompt
  let others: [LearnedPrompt]
  /// Words to train towards, nil for random ones alone.
  let towards: [Int]?
  let permutations: Int
  let learningRate: Double

  func report() throws -> InterpretationReport {
    var views: [(title: String, parts: [() throws -> ReportPart?])] = [
      ("Words", WordParts(prompt: prompt).all + [NetworkPart(prompt: prompt).part]),
      ("What vectors are worth", [AblationPart(prompt: prompt, permutations: permutations).part]),
    ]
    var omissions: [String] = []
    if let training = prompt.training {
      let search = SearchParts(prompt: prompt, training: training, towards: towards, learningRate: learningRate)
      views.append(("Other words", search.all))
    } else {
      omissions.append(
        "Hard words and waywardness: there are no training images to search on; give --data with training images, or "
          + "--train-features.")
    }
    views += [
      ("Inside the tower", TowerParts(prompt: prompt).all + [AttributionPart(prompt: prompt).part]),
      ("In the classifier", ClassifierParts(prompt: prompt).all),
    ]
    if others.isEmpty {
      omissions.append("Agreement of seeds: no other prompt is given; give some with --against.")
    } else {
      views.append(("Agreement of seeds", [AgreementPart(prompt: prompt, others: others).part]))
    }
    if prompt.learned.context.isConditional {
      omissions.append(
        "What CoCoOp's network does to attention, lens, attribution and class features: beyond the findings that name the "
          + "network, everything here is about the vectors before an image moves them.")
    }
    let chapters = try views.map { view in
      let progress = ProgressBar(view.title.lowercased(), total: view.parts.count, unit: "views")
      let parts = try view.parts.compactMap { make in
        defer { progress.advance() }
        return try make()
      }
      progress.finish()
      return ReportChapter(title: view.title, parts: parts)
    }
    return InterpretationReport(prompt: prompt, chapters: chapters, omissions: omissions)
  }
}
