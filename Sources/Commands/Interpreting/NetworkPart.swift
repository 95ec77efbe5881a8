import PromptLensDiagnosis
import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors

/// Where a network moves the vectors image by image, what that leaves of the reading of their words.
struct NetworkPart {
  let prompt: InterpretedPrompt

  /// Images that are looked at: each has prompts of its own, and costs a pass over all of them.
  private static let imageLimit = 256

  func part() throws -> ReportPart? {
    let learned = prompt.learned
    guard
      case .conditional(let classifier) = try learned.classifier(
        prompt.classNames, position: prompt.bench.assembly.classPosition)
    else { return nil }
    let places = EvenlySpaced.indices(prompt.images, limit: Self.imageLimit)
    let features = try prompt.bench.store.images.view().selecting(places)
    let found = try ContextShifts(
      of: prompt.context.rows, by: classifier.shifts(for: features), words: NearestWords(embedding: prompt.embedding))
    let moved = try DomainAccuracy(
      logits: classifier.logits(for: features, scale: prompt.scale), labels: places.map { prompt.labels[$0] })
    let alone = places.map { prompt.predictions[$0] == prompt.labels[$0] }
    let test = try McNemarTest(first: moved.isCorrect, second: alone)
    var part = ReportPart(key: "network", json: json(found, moved, test))
    part.tables = [("network", table(found))]
    part.findings = findings(found, moved, alone: Double(alone.count { $0 }) / Double(max(alone.count, 1)), test)
    return part
  }

  private func findings(
    _ found: ContextShifts, _ moved: DomainAccuracy, alone: Double, _ test: McNemarTest
  ) -> [Finding] {
    let relative = found.relativeLength.map { ", \($0.formatted(decimals: 2)) times their own length" } ?? ""
    let common = found.commonShare.map { "; \($0.percentage) of that, squared, is the same for all images" } ?? ""
    let kept = found.kept.reduce(0, +) / Double(max(found.kept.count, 1))
    let reading =
      kept > 0.5
      ? "the words listed here are mostly those of the prompts that classify"
      : "the words listed here are not those of the prompts that classify"
    let after = prompt.decoded.plain(found.words.map(\.after.id))
    return [
      Finding(
        "A network moves all vectors image by image, by \(found.length.formatted(decimals: 4)) on average\(relative), over "
          + "\(found.images.grouped) images\(common).", "network.csv"),
      Finding(
        "Moved so, a vector keeps its nearest word for \(kept.percentage) of the images: \(reading). After the mean "
          + "movement they are: \(after).", "network.csv"),
      Finding(
        "With the network \(moved.accuracy.percentage) of these images are classified rightly, by the vectors alone "
          + "\(alone.percentage) (McNemar's \(test.exactP.asProbability)); all else in this report is about the vectors alone.",
        "network.csv"),
    ]
  }

  private func table(_ found: ContextShifts) -> Table {
    var table = Table(
      columns: [
        .text("vector"), .text("nearest"), .number("distance"), .number("kept"), .text("nearest after mean movement"),
        .number("distance after"),
      ])
    for (index, words) in found.words.enumerated() {
      table.append(
        prompt.vectorNames[index], prompt.decoded.piece(words.before.id), "\(words.before.distance)",
        "\(found.kept[index])", prompt.decoded.piece(words.after.id), "\(words.after.distance)")
    }
    return table
  }

  private func json(_ found: ContextShifts, _ moved: DomainAccuracy, _ test: McNemarTest) -> JSON {
    func word(_ word: WordNeighbor) -> JSON {
      [
        "piece": .string(prompt.decoded.piece(word.id)), "id": JSON(word.id), "distance": .number(word.distance),
      ]
    }
    return [
      "images": JSON(found.images), "accuracy": .number(moved.accuracy), "mcnemar_exact_p": .number(test.exactP),
      "shift_length": .number(found.length), "relative_length": .optional(found.relativeLength),
      "common_share": .optional(found.commonShare),
      "vectors": .array(
        zip(found.words, found.kept).map { words, kept in
          ["nearest": word(words.before), "kept": .number(kept), "nearest_after_mean_shift": word(words.after)]
        }),
    ]
  }
}
