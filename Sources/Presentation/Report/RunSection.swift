import PromptLensDatasets
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting

/// A report's section on a run: the result, the course of training, the images with changed predictions, and the words nearest to
/// the learned vectors.
struct RunSection {
  private let run: RunFolder
  private let name: String
  private let isAlone: Bool
  private let dataNames: DataNames
  private let models: OpenedModels
  private let explanations: GalleryExplanations?
  private let result: RunResult?
  private let log: [EpochRecord]

  /// Reads a run.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - name: Its name.
  ///   - isAlone: Whether the report is on this run alone, and not on others that it is compared with.
  ///   - dataNames: The names of data sets.
  ///   - models: The models.
  ///   - explanations: The makers of overlays for the pictures of wrong predictions; nil for none.
  /// - Throws: `JSONError` when the result or the log is damaged or of a newer version.
  init(
    _ run: RunFolder, name: String, isAlone: Bool, dataNames: DataNames, models: OpenedModels,
    explanations: GalleryExplanations? = nil
  ) throws {
    self.run = run
    self.name = name
    self.isAlone = isAlone
    self.dataNames = dataNames
    self.models = models
    self.explanations = explanations
    result = try run.result
    log = try run.log
  }

  /// Returns the section, with pictures by their paths.
  ///
  /// - Throws: `JSONError` when the predictions are damaged or of a newer version.
  func section() throws -> Report.Section {
    var section = Report.Section("Run \(name)", blocks: [.facts(outcome)], doubts: doubts, isFolded: !isAlone)
    var omissions: [String] = []
    if let predictions = try run.predictions, !predictions.labels.isEmpty {
      section.findings.append(try predictions.finding(of: name))
      let explained = try explanations?.explained(run, predictions)
      section.blocks += try predictions.blocks(of: name)
      section.blocks += explained.map { [.text($0.sentence)] } ?? []
      section.blocks += predictions.galleries { explained?.overlays[$0] ?? [] }
      if let explained { section.subsections.append(try explained.section(of: name)) }
      if isAlone { section.verdicts = [try predictions.verdict(method: method, data: data)] }
    } else {
      if isAlone, let result, let accuracy = result.accuracy {
        section.verdicts = [
          Report.Verdict(
            method: method, data: data, accuracy: accuracy, zeroShot: result.zeroShotAccuracy, images: result.total)
        ]
      }
      section.findings += accuracyFinding.map { [$0] } ?? []
      if (result?.total ?? 0) > 0 {
        omissions.append(
          "Changed predictions are not shown, since this run is older than the recording of predictions; train again to "
            + "record them.")
      }
    }
    section.findings += (result?.warnings ?? []).map { warning in
      Report.Finding("\(name): \(warning).", evidence: "run \(name), result.json")
    }
    do {
      try addWords(to: &section)
    } catch {
      omissions.append("Words are omitted: \(error).")
    }
    section.blocks += result?.remarks.block.map { [$0] } ?? []
    if !omissions.isEmpty { section.blocks.append(.list(omissions)) }
    if log.count > 1 {
      section.subsections.append(
        Report.Section(
          "Epochs", blocks: [.charts(trainingCharts.map { Report.Figure($0) })], isFolded: true))
    }
    section.subsections.append(
      Report.Section("All settings, from run.json", blocks: [.facts(settings)], isFolded: true))
    return section
  }

  // MARK: - Numbers

  /// The method with its settings: "coop, 16-shot".
  private var method: String {
    guard let group = RunGroup.groups(of: [run.description.settings]).first else { return name }
    return group.name(["shots", "context_length", "class_specific", "class_position"])
  }

  /// The data set, with its number of classes.
  private var data: String {
    let classes = result.map { ", \($0.classCount.counting("class", plural: "classes"))" } ?? ""
    return dataNames(run.description.text("data")) + classes
  }

  private var outcome: [(name: String, value: String)] {
    guard let result else { return [] }
    let shown = [
      ("accuracy", result.accuracy), ("zero-shot accuracy", result.zeroShotAccuracy),
      ("mean per-class accuracy", result.meanPerClassAccuracy), ("macro F1", result.macroF1),
      // With five classes or fewer it is always 100 %.
      ("top-5 accuracy", result.classCount > 5 ? result.top5Accuracy : nil),
      ("expected calibration error", result.expectedCalibrationError),
    ]
    let facts = shown.compactMap { label, value in value.map { (name: label, value: $0.percentage) } }
    let doubtful: [(name: String, value: String)] =
      result.isCollapsed ? [(name: "outcome", value: "the training collapsed")] : []
    return doubtful + facts + [("test images", result.total.grouped), ("classes", result.classCount.grouped)]
  }

  private var settings: [(name: String, value: String)] {
    let record = run.description.record.filter { name, _ in
      name != "images" && name != "labels" && name != "image_sha256"
    }
    return (Array(run.description.settings) + record).map { ($0, Self.text(of: $1)) }
  }

  /// Returns a value as text: parts with commas between them, those of an object behind their names.
  private static func text(of value: JSON) -> String {
    switch value {
    case .string(let text): text
    case .null: "none"
    case .array(let values): values.map(text).joined(separator: ", ")
    case .object(let members):
      members.map { "\($0.replacing("_", with: " ")) \(text(of: $1))" }.joined(separator: ", ")
    default: value.serialized()
    }
  }

  private var accuracyFinding: Report.Finding? {
    guard let accuracy = result?.accuracy, let zeroShot = result?.zeroShotAccuracy else { return nil }
    return Report.Finding(
      "\(name): the learned prompt's accuracy on the test images is \(accuracy.percentage), that of zero-shot CLIP "
        + "\(zeroShot.percentage).", evidence: "run \(name), result.json")
  }

  /// Loss and training accuracy against the epoch.
  private var trainingCharts: [any Chart] {
    func chart(_ title: String, _ summary: String, _ axis: Axis, _ value: (EpochRecord) -> Double) -> LineChart {
      LineChart(
        title: title, summary: summary, x: Axis("epoch"), y: axis,
        series: [.init(name, log.map { .init(Double($0.epoch), value($0)) })])
    }
    return [
      chart("Training loss", "The mean loss of each epoch of \(name).", Axis("loss")) { $0.loss },
      chart(
        "Accuracy on the training images",
        "The training accuracy of \(name) in each epoch.",
        Axis("accuracy", notation: .percent)
      ) { $0.accuracy },
    ]
  }

  // MARK: - Words

  /// Adds the nearest words against controls.
  private func addWords(to section: inout Report.Section) throws {
    let prompt = try models.prompt(of: run)
    let context = prompt.context
    let vectors = try context.vectors.reshaped([context.vectors.shape.count / context.width, context.width])
    let index = try NearestWords(embedding: prompt.model.clip.tokenEmbedding(), metric: .l2)
    let decoded = DecodedContext(
      context: context, classNames: prompt.classNames, words: try index.words(near: vectors, count: 3),
      tokenizer: prompt.tokenizer, metric: .l2, isCentered: false, top: 3)
    let controls = try ContextControls(
      words: index, vectors: vectors, length: context.length,
      initial: run.description.initialContext(
        of: context, tokenizer: prompt.tokenizer, embedding: index.embedding)?.reshaped(vectors.shape.dimensions),
      kind: prompt.tokenizer.kind)
    let tables = (decoded.tables + controls.tables(decoded)).enumerated().map { index, table -> Report.Block in
      let title = index == 0 ? "Nearest words" : "Controls"
      return .table(table.title.isEmpty ? table.titled(title) : table)
    }
    let figure = decoded.wordsFigure(vectors: vectors, embedding: index.embedding)
    section.subsections.append(
      Report.Section("Words", blocks: (figure.map { [.charts([$0])] } ?? []) + tables, isFolded: true))
    var sentence = controls.sentence
    if context.classCount == nil {
      let words = decoded.words.compactMap(\.first).map {
        decoded.label($0.id).replacing(prompt.tokenizer.wordMark.text, with: "")
      }
      sentence += " The nearest are: \(words.joined(separator: ", "))."
    }
    section.findings.append(
      Report.Finding("\(name): \(sentence)", evidence: "run \(name), nearest words against controls"))
    section.doubts.insert(
      "Nearest words describe the position of learned vectors, not their effect: another context with the same nearest "
        + "words may classify differently. promptlens decode --snap and --ablate, and promptlens interpret, measure the effect.",
      at: 0)
  }

  // MARK: - Doubts

  private var doubts: [String] {
    var doubts =
      isAlone
      ? [
        "\(name) has one seed: another draw of training images may change the accuracy by several points; learn with several seeds."
      ] : []
    doubts += [
      "CLIP's training images are unknown and may include test images.",
      "Zero-shot accuracy is measured with one template; promptlens templates shows the effect of the wording.",
    ]
    if let accuracy = result?.accuracy, let last = log.last?.accuracy, last > accuracy + 0.1 {
      doubts.append(
        "\(name)'s accuracy is \(last.percentage) on its training images and \(accuracy.percentage) on the test images: it "
          + "overfits.")
    }
    if let error = result?.expectedCalibrationError, error > 0.1 {
      doubts.append(
        "\(name)'s probabilities are off by \(error.percentage) on average (expected calibration error): they overstate or "
          + "understate how often predictions are correct.")
    }
    return doubts
  }
}
