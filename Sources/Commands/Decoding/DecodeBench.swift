import PromptLensExperiments
import PromptLensPrompts
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors
import PromptLensTokenization

/// A context, the model and the cached features that it is measured on.
struct DecodeBench {
  let matrix: ContextMatrix
  let assembly: PromptAssembly
  let measure: ContextAccuracy
  let store: FeatureStore
  private let position: ClassPosition

  /// Checks that context, model and features belong together. Where `position` is `nil`, the class name stands where the
  /// context's file says, or else at the end.
  init(
    context: LearnedContext, path: String, position: ClassPosition?, store: FeatureStore, model: OpenedModel,
    tokenizer: Tokenizer
  ) throws {
    func foreign(_ reason: String) -> ExperimentError {
      .foreignFeatures(path: store.path, model: path, reason: reason)
    }
    let fingerprint = model.folder.manifest.fingerprint
    guard store.modelFingerprint == fingerprint else {
      throw foreign(
        "they are of the model \(store.modelFingerprint.prefix(12))…, and \(model.folder.path) is "
          + "\(fingerprint.prefix(12))…; extract them with this model")
    }
    guard store.views == 1 else {
      throw foreign("they hold \(store.views) random views of each image; measure on features of one view")
    }
    guard store.count > 0 else { throw foreign("they hold no image") }
    if let count = context.classCount {
      guard count == store.classNames.count else {
        throw foreign("they have \(store.classNames.count) classes, and \(path) has contexts for \(count)")
      }
      if let names = context.classNames, let place = names.indices.first(where: { names[$0] != store.classNames[$0] }) {
        throw foreign(
          "class \(place + 1) is \"\(store.classNames[place])\", and \(path)'s context there is for \"\(names[place])\""
        )
      }
    }
    let position = position ?? context.classPosition ?? .end
    assembly = try PromptAssembly(
      classNames: store.classNames, tokenizer: tokenizer, contextLength: context.length, classPosition: position,
      isClassSpecific: context.classCount != nil, contextLimit: model.configuration.text.contextLength)
    matrix = try ContextMatrix(context.vectors)
    measure = try ContextAccuracy(
      encoder: model.clip.textEncoder(), assembly: assembly,
      images: CachedImages(features: store.images.view(), labels: store.labels))
    self.store = store
    self.position = position
  }

  private var subject: String {
    "\(store.count.grouped) images of \(store.data), \(store.split), \(store.classNames.count) classes, class name at the "
      + position.rawValue
  }

  // MARK: - Snapping

  /// What is left of the accuracy when vectors become `words`, the nearest of each.
  func snapping(words: [Int], of embedding: Tensor) throws -> NearestWordProjection {
    try NearestWordProjection(of: matrix, words: matrix.words(words, of: embedding), measure: measure)
  }

  /// The same for people and programs.
  func section(of found: NearestWordProjection, words: [Int], _ decoded: DecodedContext) -> DecodeSection {
    /// The word at a position, when all classes share it.
    func word(_ position: Int) -> String? { words.count == matrix.length ? decoded.piece(words[position]) : nil }
    var table = Table(
      title: "Snapped to words: \(subject)",
      columns: [.number("#"), .text("word"), .number("accuracy"), .number("change")])
    for (position, accuracy) in found.oneByOne.enumerated() {
      table.append(
        "\(position + 1)", word(position) ?? "each class's own", accuracy.percentage, change(accuracy - found.accuracy))
    }
    table.append("all", "", found.allTogether.percentage, change(found.allTogether - found.accuracy))
    table.append("none", "", found.accuracy.percentage, "")
    var curve = Table(
      title: "From the context (0) to its words (1)", columns: [.number("share"), .number("accuracy")])
    for point in found.curve { curve.append(point.share.formatted(decimals: 2), point.accuracy.percentage) }
    let json: JSON = [
      "images": JSON(store.count), "classes": JSON(store.classNames.count),
      "class_position": .string(position.rawValue),
      "accuracy": .number(found.accuracy), "all_together": .number(found.allTogether),
      "one_by_one": .array(
        found.oneByOne.enumerated().map { position, accuracy in
          [
            "index": JSON(position + 1), "piece": word(position).map { .string($0) } ?? .null,
            "accuracy": .number(accuracy),
          ]
        }),
      "curve": .array(found.curve.map { ["share": .number($0.share), "accuracy": .number($0.accuracy)] }),
    ]
    return DecodeSection(key: "snapping", json: json, tables: [table, curve])
  }

  // MARK: - Ablation

  /// What each position is worth by taking it away.
  func ablation(meanWord: [Float], seed: UInt64) throws -> Ablation {
    try Ablation(of: matrix, meanWord: meanWord, seed: seed, measure: measure)
  }

  /// What each position is worth in `permutations` random orders.
  func shapley(meanWord: [Float], permutations: Int, seed: UInt64) throws -> ShapleyValues {
    try ShapleyValues(of: matrix, meanWord: meanWord, permutations: permutations, seed: seed, measure: measure)
  }

  /// The same for people and programs.
  func section(of found: Ablation, _ shapley: ShapleyValues) -> DecodeSection {
    DecodeSection(
      key: "ablation", json: json(found, shapley), tables: [positions(found, shapley), interactions(found)])
  }

  private func positions(_ found: Ablation, _ shapley: ShapleyValues) -> Table {
    var table = Table(
      title: "Accuracy lost with each vector: \(subject); \(found.accuracy.percentage) with all, "
        + "\(shapley.nothing.percentage) with mean words alone",
      columns: [.number("#")] + Replacement.allCases.map { .number($0.rawValue) } + [.number("Shapley value")])
    for position in 0..<matrix.length {
      let losses = Replacement.allCases.map { replacement in
        let loss = points(found.losses(replacement)[position])
        return replacement == .random ? "\(loss) ± \(points(found.randomErrors[position]))" : loss
      }
      table.append(
        ["\(position + 1)"] + losses + ["\(points(shapley.values[position])) ± \(points(shapley.errors[position]))"])
    }
    return table
  }

  /// The strongest interactions; the JSON holds all.
  private func interactions(_ found: Ablation) -> Table {
    var table = Table(
      title: "Pairs that interact most, replaced by mean words: above 0 either suffices, below 0 they need each other",
      columns: [.number("#"), .number("#"), .number("points")])
    let pairs = (0..<matrix.length).flatMap { first in (0..<first).map { ($0, first, found.interactions[first][$0]) } }
    for (first, second, interaction) in pairs.sorted(by: { abs($0.2) > abs($1.2) }).prefix(5) where interaction != 0 {
      table.append("\(first + 1)", "\(second + 1)", points(interaction))
    }
    return table
  }

  private func json(_ found: Ablation, _ shapley: ShapleyValues) -> JSON {
    func numbers(_ values: [Double]) -> JSON { .array(values.map { .number($0) }) }
    var accuracies = JSON.Object()
    for replacement in Replacement.allCases {
      accuracies[replacement.rawValue] = numbers(found.accuracies[replacement] ?? [])
    }
    return [
      "images": JSON(store.count), "classes": JSON(store.classNames.count),
      "class_position": .string(position.rawValue),
      "accuracy": .number(found.accuracy), "accuracies": .object(accuracies),
      "random_standard_errors": numbers(found.randomErrors),
      "interactions": .array(found.interactions.map(numbers)),
      "shapley": [
        "values": numbers(shapley.values), "standard_errors": numbers(shapley.errors),
        "permutations": JSON(shapley.permutations), "nothing": .number(shapley.nothing),
        "everything": .number(shapley.everything),
      ],
    ]
  }

  /// A difference of accuracies in percentage points.
  private func points(_ difference: Double) -> String { (difference * 100).formatted(decimals: 2) }
  private func change(_ difference: Double) -> String { (difference > 0 ? "+" : "") + points(difference) }
}
