import Reporting

/// Goes through all views of a prompt.
struct Interpreter {
  let prompt: InterpretedPrompt
  let others: [LearnedPrompt]
  /// Words to train towards, nil for random ones alone.
  let towards: [Int]?
  let permutations: Int
  let learningRate: Double

  func report() throws -> InterpretationReport {
    var views: [(title: String, make: () throws -> [ReportPart])] = [
      ("Words", WordParts(prompt: prompt).all),
      ("What vectors are worth", { [try AblationPart(prompt: prompt, permutations: permutations).part()] }),
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
      ("Inside the tower", { try TowerParts(prompt: prompt).all() + [AttributionPart(prompt: prompt).part()] }),
      ("In the classifier", ClassifierParts(prompt: prompt).all),
    ]
    if others.isEmpty {
      omissions.append("Agreement of seeds: no other prompt is given; give some with --against.")
    } else {
      views.append(("Agreement of seeds", { [try AgreementPart(prompt: prompt, others: others).part()] }))
    }
    if prompt.learned.isConditional {
      omissions.append(
        "The meta-network of CoCoOp, which moves the vectors image by image: everything here is about its context alone."
      )
    }
    let progress = Progress("interpretation", total: views.count, unit: "chapters")
    let chapters = try views.map { view in
      let chapter = ReportChapter(title: view.title, parts: try view.make())
      progress.advance()
      return chapter
    }
    progress.finish()
    return InterpretationReport(prompt: prompt, chapters: chapters, omissions: omissions)
  }
}
