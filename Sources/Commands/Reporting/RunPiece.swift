import PromptLensExperiments
import PromptLensDiagnosis
import PromptLensEvaluation
import Foundation
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting

/// A run in a report: what was learned, how it went, what it says, and which images it changed.
struct RunPiece {
  private let run: RunFolder
  private let models: OpenedModels
  private let root: String?
  private let pictures: Int
  private let result: RunResult?
  private let log: [EpochRecord]
  private let name: String

  init(_ run: RunFolder, models: OpenedModels, root: String?, pictures: Int) throws {
    self.run = run
    self.models = models
    self.root = root
    self.pictures = pictures
    result = try run.result
    log = try run.log
    name = URL(fileURLWithPath: run.path).standardizedFileURL.lastPathComponent
  }

  var section: Report.Section {
    get throws {
      var section = Report.Section("Run \(name)", blocks: [.facts(outcome)])
      if log.count > 1 {
        section.blocks.append(.charts(TrainingLog(epochs: log).charts(of: name).map { Report.Figure($0) }))
      }

      var omissions: [String] = []
      do {
        let prompt = try models.prompt(of: run)
        try addSides(prompt, &section, &omissions)
        try addWords(prompt, &section)
      } catch {
        omissions.append("Words and images are left out: \(error).")
        section.findings += accuracyFinding.map { [$0] } ?? []
      }
      if !omissions.isEmpty { section.blocks.append(.list(omissions)) }
      section.blocks.append(.text("Every setting, as run.json records it:"))
      section.blocks.append(.facts(settings))
      section.doubts += doubts
      return section
    }
  }

  // MARK: - Numbers

  private var outcome: [(name: String, value: String)] {
    guard let result else { return [] }
    let shown = [
      ("accuracy", result.accuracy), ("zero-shot accuracy", result.zeroShotAccuracy),
      ("mean per-class accuracy", result.meanPerClassAccuracy), ("macro F1", result.macroF1),
      ("top-5 accuracy", result.top5Accuracy), ("expected calibration error", result.expectedCalibrationError),
    ]
    let facts = shown.compactMap { label, value in value.map { (name: label, value: $0.percentage) } }
    return facts + [("test images", result.total.grouped), ("ways", result.ways.grouped)]
  }

  private var settings: [(name: String, value: String)] {
    let record = run.description.record.filter { name, _ in name != "images" && name != "labels" }
    return (Array(run.description.settings) + record).map { name, value in
      if case .string(let text) = value { return (name, text) }
      return (name, value.serialized())
    }
  }

  private var accuracyFinding: Report.Finding? {
    guard let accuracy = result?.accuracy, let zeroShot = result?.zeroShotAccuracy else { return nil }
    return Report.Finding(
      "\(name): the learned prompt classifies \(accuracy.percentage) of the test images rightly, zero-shot CLIP "
        + "\(zeroShot.percentage).", evidence: "run \(name), result.json")
  }

  // MARK: - Images

  private func addSides(
    _ prompt: LearnedPrompt, _ section: inout Report.Section, _ omissions: inout [String]
  ) throws {
    guard let sides = try RunSides(run, prompt: prompt, root: root) else {
      omissions.append(
        "Which images changed sides is not shown: the features of the test images are no longer beside the run.")
      section.findings += accuracyFinding.map { [$0] } ?? []
      return
    }
    section.findings.append(try sides.finding(of: name))
    section.blocks.append(.charts(sides.charts(of: name).map { Report.Figure($0) }))
    section.blocks.append(.table(sides.classTable))
    if let confused = sides.confusedTable { section.blocks.append(.table(confused)) }
    section.blocks += sides.pictures(limit: pictures)
  }

  // MARK: - Words

  private func addWords(_ prompt: LearnedPrompt, _ section: inout Report.Section) throws {
    let embedding = try prompt.model.clip.tokenEmbedding()
    let index = try NearestWords(embedding: embedding, metric: .l2)
    let context = prompt.context
    let rows = try context.vectors.reshaped([context.vectors.shape.count / context.width, context.width])
    let decoded = DecodedContext(
      context: context, classNames: prompt.classNames, words: try index.words(near: rows, count: 3),
      tokenizer: prompt.tokenizer, metric: .l2, isCentered: false, top: 3)
    let controls = try ContextControls(words: index, vectors: rows, length: context.length)
    let tables = decoded.results(with: [decoded.section(of: controls)]).tables
    for (place, table) in tables.enumerated() {
      let title = table.title.isEmpty ? place == 0 ? "Nearest words" : "Controls" : table.title
      section.blocks.append(.table(Table(title: title, columns: table.columns, rows: table.rows)))
    }
    var sentence = controls.sentence
    if context.classCount == nil {
      let words = decoded.words.compactMap(\.first).map { decoded.piece($0.id).replacing("</w>", with: "") }
      sentence += " The nearest are: \(words.joined(separator: ", "))."
    }
    section.findings.append(
      Report.Finding("\(name): \(sentence)", evidence: "run \(name), nearest words against controls"))
    section.doubts.append(
      "The words nearest to learned vectors say where the vectors lie, not what they do: another context with the same "
        + "words may classify otherwise. promptlens decode --snap and --ablate, and promptlens interpret, measure it.")
  }

  // MARK: - Doubts

  private var doubts: [String] {
    var doubts = [
      "\(name) is one seed: another draw of training images may move the accuracy by points; learn with several seeds.",
      "CLIP's own training images are not known; test images may have been among them.",
      "Zero-shot accuracy is that of one wording; promptlens templates shows how much wording alone matters.",
    ]
    if let accuracy = result?.accuracy, let last = log.last?.accuracy, last > accuracy + 0.1 {
      doubts.append(
        "\(name) classifies \(last.percentage) of its training images rightly and \(accuracy.percentage) of the test images: "
          + "it has learned some of its images by heart.")
    }
    if let error = result?.expectedCalibrationError, error > 0.1 {
      doubts.append(
        "\(name)'s probabilities are off by \(error.percentage) on average (expected calibration error): do not read them "
          + "as chances.")
    }
    return doubts
  }
}
