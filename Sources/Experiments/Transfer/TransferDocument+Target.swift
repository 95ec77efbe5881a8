import PromptLensEvaluation
import PromptLensJSONDocuments

extension TransferDocument {
  /// A target with the results of all candidates on the classes that it shares with the source.
  package struct Target: Sendable, Equatable {
    /// The name for columns.
    package let name: String
    /// The data set as `--target` names it.
    package let data: String
    /// The shared classes.
    package let classNames: [String]
    /// The number of the source's test images of those classes.
    package let sourceImageCount: Int
    /// The number of the target's.
    package let targetImageCount: Int
    /// The number of the target's classes that the source doesn't have.
    package let leftOutClasses: Int
    /// The number of their test images.
    package let leftOutImages: Int
    /// The line through the baselines; nil if they don't differ on the source.
    package let fit: BaselineFit?
    /// A result for each candidate, in the order of the source's results.
    package let results: [TargetResult]
    /// The differences between every two learned prompts or classifiers.
    package let comparisons: [Comparison]
  }

  /// The line fitted to zero-shot classifiers on logit axes.
  package struct BaselineFit: Sendable, Equatable {
    /// The slope.
    package let slope: Double
    /// The height at a source accuracy of one half.
    package let intercept: Double
    /// R²; nil when the baselines don't differ on the target.
    package let determination: Double?
    /// The names of the fitted classifiers, of which none classifies as another does.
    package let baselines: [String]

    /// The fewest classifiers that a line is drawn through.
    package static let fewest = 8
    /// The smallest R² of a line that is drawn.
    package static let smallestDetermination = 0.5

    /// The reason that the line isn't a valid baseline, as a clause; nil if it is.
    package var weakness: String? {
      if baselines.count < Self.fewest {
        return "it is fitted to \(baselines.count) classifiers, fewer than \(Self.fewest)"
      }
      guard let determination else { return "the classifiers don't differ on the target" }
      return determination < Self.smallestDetermination
        ? "its R² is \((determination * 100).rounded() / 100), below \(Self.smallestDetermination)" : nil
    }
  }

  /// A candidate on a target.
  package struct TargetResult: Sendable, Equatable {
    /// The candidate's name.
    package let name: String
    /// The candidate's origin.
    package let kind: TransferCandidate.Kind
    /// The runs' seeds; empty for templates.
    package let seeds: [Int]
    /// The measures over runs, without those that a run lacks.
    package let measures: [TransferMeasure: SeedSummary]
    /// Each run's accuracy on the source.
    package let sourceAccuracies: [Double]
    /// Each run's accuracy on the target.
    package let targetAccuracies: [Double]
    /// The comparison with zero-shot CLIP by the data set's own template; nil for that itself.
    package let againstZeroShot: ZeroShotComparison?
    /// The classes' changes against zero-shot CLIP, the largest gain first.
    package let classChanges: [ClassChange]
    /// The accuracy by groups of the target's images, the mean over runs; nil where they aren't grouped.
    package var groups: GroupAccuracy?
  }

  /// A candidate and zero-shot CLIP on the same images.
  package struct ZeroShotComparison: Sendable, Equatable {
    /// The mean over runs minus zero-shot.
    package let difference: PairedDifference
    /// The number of the bootstrap's draws.
    package let resamples: Int
    /// McNemar's test of each run.
    package let tests: [McNemarTest]
  }

  /// A class's accuracy and that of zero-shot CLIP.
  package struct ClassChange: Sendable, Equatable {
    /// The class.
    package let className: String
    /// The number of its test images.
    package let imageCount: Int
    /// The accuracy of zero-shot CLIP on them.
    package let zeroShot: Double
    /// The mean accuracy of the runs on them.
    package let accuracy: Double

    /// The accuracy minus that of zero-shot CLIP.
    package var change: Double { accuracy - zeroShot }
  }

  /// Two prompts or classifiers on the same images of a target, each the mean over its runs.
  package struct Comparison: Sendable, Equatable {
    /// The name of the first.
    package let first: String
    /// The name of the second.
    package let second: String
    /// The first's accuracy minus the second's.
    package let difference: PairedDifference
    /// McNemar's exact p of each two runs of one seed; empty if the seeds differ.
    package let exactPs: [Double]
  }
}

// MARK: - JSON

extension TransferDocument.Target {
  var json: JSON {
    [
      "name": .string(name), "data": .string(data), "class_count": JSON(classNames.count),
      "source_n": JSON(sourceImageCount),
      "target_n": JSON(targetImageCount), "classes": .array(classNames.map { .string($0) }),
      "left_out": ["target_classes": JSON(leftOutClasses), "target_images": JSON(leftOutImages)],
      "baseline_fit": fit?.json ?? .null, "results": .array(results.map(\.json)),
      "comparisons": .array(comparisons.map(\.json)),
    ]
  }

  init(_ node: JSONNode) throws {
    data = try node.string("data")
    name = try node.optionalString("name") ?? data
    classNames = try node.array("classes").map { try $0.string() }
    sourceImageCount = try node.integer("source_n")
    targetImageCount = try node.integer("target_n")
    leftOutClasses = try node["left_out"]?.integer("target_classes") ?? 0
    leftOutImages = try node["left_out"]?.integer("target_images") ?? 0
    fit = try node["baseline_fit"].map { try TransferDocument.BaselineFit($0) }
    results = try node.array("results").map { try TransferDocument.TargetResult($0) }
    comparisons = try node["comparisons"]?.array().map { try TransferDocument.Comparison($0) } ?? []
  }
}

extension TransferDocument.BaselineFit {
  fileprivate var json: JSON {
    [
      "slope": .number(slope), "intercept": .number(intercept), "r2": determination.map { .number($0) } ?? .null,
      "baselines": .array(baselines.map { .string($0) }), "weakness": weakness.map { .string($0) } ?? .null,
    ]
  }

  fileprivate init(_ node: JSONNode) throws {
    slope = try node.number("slope")
    intercept = try node.number("intercept")
    determination = try node.optionalShare("r2")
    baselines = try node.array("baselines").map { try $0.string() }
  }
}

extension TransferDocument.TargetResult {
  fileprivate var json: JSON {
    var object = JSON.Object()
    object["name"] = .string(name)
    object["kind"] = .string(kind.rawValue)
    object["seeds"] = .array(seeds.map { JSON($0) })
    for measure in TransferMeasure.allCases { object[measure.rawValue] = measures[measure]?.json ?? .null }
    object["source_accuracies"] = .array(sourceAccuracies.map { .number($0) })
    object["target_accuracies"] = .array(targetAccuracies.map { .number($0) })
    for (name, value) in groups?.members ?? [] { object[name] = value }
    if let againstZeroShot {
      object["against_zero_shot"] = againstZeroShot.json
      object["class_changes"] = .array(
        classChanges.map {
          [
            "class": .string($0.className), "n": JSON($0.imageCount), "zero_shot": .number($0.zeroShot),
            "accuracy": .number($0.accuracy),
          ]
        })
    }
    return .object(object)
  }

  fileprivate init(_ node: JSONNode) throws {
    name = try node.string("name")
    kind = try TransferCandidate.Kind(node.node("kind", expected: "a string"))
    seeds = try node.array("seeds").map { try $0.integer() }
    var measures: [TransferMeasure: SeedSummary] = [:]
    for measure in TransferMeasure.allCases {
      measures[measure] = try node[measure.rawValue].map { try SeedSummary($0) }
    }
    self.measures = measures
    sourceAccuracies = try node.array("source_accuracies").map { try $0.number() }
    targetAccuracies = try node.array("target_accuracies").map { try $0.number() }
    againstZeroShot = try node["against_zero_shot"].map { try TransferDocument.ZeroShotComparison($0) }
    classChanges =
      try node["class_changes"]?.array().map {
        TransferDocument.ClassChange(
          className: try $0.string("class"), imageCount: try $0.integer("n"), zeroShot: try $0.number("zero_shot"),
          accuracy: try $0.share("accuracy"))
      } ?? []
    groups = try GroupAccuracy(decoding: node)
  }
}

extension TransferDocument.ZeroShotComparison {
  fileprivate var json: JSON {
    var object = difference.members
    object["resamples"] = JSON(resamples)
    object["mcnemar"] = .array(
      tests.map {
        ["only_this": JSON($0.onlyFirst), "only_zero_shot": JSON($0.onlySecond), "exact_p": .number($0.exactP)]
      })
    return .object(object)
  }

  fileprivate init(_ node: JSONNode) throws {
    difference = try PairedDifference(node)
    resamples = try node.integer("resamples")
    tests = try node.array("mcnemar").map {
      McNemarTest(onlyFirst: try $0.integer("only_this"), onlySecond: try $0.integer("only_zero_shot"))
    }
  }
}

extension TransferDocument.Comparison {
  fileprivate var json: JSON {
    var object = JSON.Object()
    object["first"] = .string(first)
    object["second"] = .string(second)
    for (name, value) in difference.members { object[name] = value }
    object["mcnemar_exact_p"] = .array(exactPs.map { .number($0) })
    return .object(object)
  }

  fileprivate init(_ node: JSONNode) throws {
    first = try node.string("first")
    second = try node.string("second")
    difference = try PairedDifference(node)
    exactPs = try node.array("mcnemar_exact_p").map { try $0.number() }
  }
}
