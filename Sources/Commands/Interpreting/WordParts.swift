import PromptLensDiagnosis
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors

/// What the words nearest to the vectors are, and whether to believe them.
struct WordParts {
  let prompt: InterpretedPrompt

  var all: [() throws -> ReportPart?] { [words, snapping] }

  private func words() throws -> ReportPart {
    let decoded = prompt.decoded
    let controls = try ContextControls(
      words: NearestWords(embedding: prompt.embedding), vectors: prompt.context.rows, length: prompt.length,
      seed: prompt.seed)
    let section = decoded.section(of: controls)
    let results = decoded.results(with: [section])
    var part = ReportPart(key: "words", json: results.json)
    part.tables = [("words", decoded.csv), ("controls", section.tables[0])]
    if decoded.context.classCount == nil {
      let list = decoded.plain(decoded.words.compactMap(\.first?.id))
      part.findings.append(Finding("The words nearest to the \(prompt.length) vectors are: \(list).", "words.csv"))
    } else {
      let shared = SharedWord.all(in: decoded.words, length: prompt.length)
      if let first = shared.first {
        part.findings.append(
          Finding(
            "The word that stands near vectors of most classes is \"\(decoded.plain([first.id]))\": near those of "
              + "\(first.classes.count) of \(prompt.classNames.count) classes.", "words.csv"))
      }
    }
    part.findings.append(Finding(controls.sentence, "controls.csv"))
    let ratios = Sample(controls.vectors.map(\.normRatio))
    let ranks = Sample(controls.effectiveRanks)
    part.findings.append(
      Finding(
        "On average the vectors are \(ratios.mean.formatted(decimals: 2)) times as long as the median word (from "
          + "\((ratios.values.first ?? 0).formatted(decimals: 2)) to \((ratios.values.last ?? 0).formatted(decimals: 2))) and "
          + "spread over \(ranks.mean.formatted(decimals: 1)) of \(prompt.length) directions.", "controls.csv"))
    return part
  }

  private func snapping() throws -> ReportPart {
    let words = prompt.decoded.words.compactMap(\.first?.id)
    let found = try prompt.bench.snapping(words: words, of: prompt.embedding)
    let section = prompt.bench.section(of: found, words: words, prompt.decoded)
    let snapped = try prompt.sides(of: prompt.bench.matrix.words(words, of: prompt.embedding))
    var part = ReportPart(key: section.key, json: section.json)
    part.tables = [("snapping", section.tables[0]), ("snapping-curve", section.tables[1])]
    let zeroShot = prompt.accuracy(prompt.zeroShotPredictions)
    part.charts = [
      (
        "snapping-curve",
        LineChart(
          title: "From the context to its nearest words",
          summary: "Accuracy of contexts between the learned vectors, at 0, and their nearest words, at 1.",
          x: Axis("share of the words"), y: Axis("accuracy", notation: .percent),
          series: [LineChart.Series("context", found.curve.map { LineChart.Point($0.share, $0.accuracy) })],
          levels: [LineChart.Level("zero-shot", zeroShot)])
      )
    ]
    part.findings = [
      Finding(
        "Replaced by their nearest words all together, the vectors classify \(snapped.accuracy.percentage) instead of "
          + "\(found.accuracy.percentage) (\(snapped.sides.verdict(images: prompt.images))); the hand-written prompt "
          + "classifies \(zeroShot.percentage).", "snapping.csv", "snapping-curve.svg")
    ]
    if let worst = found.oneByOne.enumerated().min(by: { $0.element < $1.element }), worst.element < found.accuracy {
      part.findings.append(
        Finding(
          "Of single vectors, number \(worst.offset + 1) loses most as a word: "
            + "\((worst.element - found.accuracy).points).", "snapping.csv"))
    }
    return part
  }
}
