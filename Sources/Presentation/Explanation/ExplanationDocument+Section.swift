import PromptLensEvaluation
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensReporting

extension ExplanationDocument {
  /// The method in a sentence, and what its colors mean.
  var sentences: [String] {
    let reading =
      switch method {
      case .attention:
        "Attention relevance (Chefer, Gur and Wolf 2021): attention times its gradient, through all layers to the class "
          + "token. Vermilion patches support the class; the method does not show patches against it."
      case .integratedGradients:
        "Integrated gradients (Sundararajan, Taly and Yan 2017) from an image of the mean color: vermilion patches support "
          + "the class, blue ones against it, and all together make the change of the logit up to the stated error."
      }
    return [
      reading,
      "Deletion removes the patches in the order of their relevance, insertion adds them; random orders are the control. A "
        + "difference of deletion below zero and of insertion above zero means that the patches count more than random ones.",
    ]
      + (template.map {
        [
          isOfClassifier
            ? "Words: the hand-written prompt \"\($0)\"; classifier: \(prompt)."
            : "Words: \"\($0)\", before learning; learned: \(prompt)."
        ]
      } ?? [])
  }

  /// A sentence on the curves of each classifier.
  var findings: [String] {
    get throws {
      try summaries.map { summary in
        let interval = summary.images > 1 ? " (95 % interval over images)" : ""
        func text(_ name: String, _ own: Double, _ random: Double, _ difference: String) -> String {
          "\(name) \(Self.area(own)), of random patches \(Self.area(random)), difference \(difference)"
        }
        let deletion =
          summary.images > 1
          ? Self.difference(summary.deletionDifference)
          : explanationDifference(summary.classifier, \.deletionDifference)
        let insertion =
          summary.images > 1
          ? Self.difference(summary.insertionDifference)
          : explanationDifference(summary.classifier, \.insertionDifference)
        return
          "\(title(summary.classifier)), \(summary.images.counting("image")): "
          + text("deletion", summary.deletion.own, summary.deletion.random, deletion) + "; "
          + text("insertion", summary.insertion.own, summary.insertion.random, insertion) + interval + "."
      }
    }
  }

  private func explanationDifference(
    _ classifier: ExplainedClassifier, _ value: (PatchFaithfulness) -> SeedSummary
  ) -> String {
    explanations.first { $0.classifier == classifier }.map { Self.difference(value($0.faithfulness)) } ?? ""
  }

  /// The heading of a classifier's pictures.
  private func heading(_ classifier: ExplainedClassifier) -> String {
    switch classifier {
    case .words: isOfClassifier ? "Hand-written prompts (words)" : "Before learning (words)"
    case .learned: isOfClassifier ? "Classifier" : "Learned"
    }
  }

  /// The section of a report: the overlays, and what the curves say.
  var section: Report.Section {
    get throws {
      let found = try findings
      let galleries = ExplainedClassifier.allCases.compactMap { classifier -> Report.Block? in
        let own = explanations.filter { $0.classifier == classifier }
        guard !own.isEmpty else { return nil }
        return .pictures(
          title: "\(heading(classifier)): \(own.count.counting("image"))",
          own.map { Report.Picture(path: $0.overlay, caption: "\($0.subject): \($0.probability.percentage)") })
      }
      return Report.Section(
        "Where in the image", findings: found.map { Report.Finding($0, evidence: "explanation.json") },
        blocks: sentences.map { .text($0) } + galleries,
        doubts: [Self.doubt])
    }
  }

  /// The limitation of the curves.
  static var doubt: String {
    "Images with removed patches are unlike training images. Random orders have the same flaw, so only the differences "
      + "count."
  }

  /// The page with the pictures.
  var page: PicturePage {
    get throws {
      var page = PicturePage(title: "Where in the image: \(prompt)", version: ToolVersion.current)
      page.paragraphs = sentences + (try findings)
      page.tables = try tables
      var last = ""
      for explanation in explanations {
        if explanation.picture != last {
          last = explanation.picture
          page.rows.append(
            PicturePage.Row(
              title: explanation.path, pictures: [PicturePage.Picture(file: last, caption: explanation.subject)]))
        }
        let measured = explanation.faithfulness
        page.rows[page.rows.count - 1].pictures.append(
          PicturePage.Picture(
            file: explanation.overlay,
            caption: "\(title(explanation.classifier)): \(explanation.probability.percentage); deletion "
              + "\(Self.area(measured.deletion.area)) (random \(Self.area(measured.randomDeletion.area))), insertion "
              + "\(Self.area(measured.insertion.area)) (random \(Self.area(measured.randomInsertion.area)))"))
      }
      return page
    }
  }
}
