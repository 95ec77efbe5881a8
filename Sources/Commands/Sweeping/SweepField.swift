import PromptLensExperiments
import PromptLensDatasets
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensTensors

/// A setting of a sweep's tasks: its name, the values it takes, and the one it has when nothing is said.
struct SweepField: Sendable {
  /// What a value may be.
  enum Kind: Sendable {
    case text
    case choice([String])
    case wholeNumber(ClosedRange<Int>)
    case positiveNumber
    case truth
    /// A text of a form, in the one way to write it; nil for a text that is none.
    case written(form: String, normalized: @Sendable (String) -> String?)
  }

  /// The key in a grid and in a task.
  let name: String
  /// What it says, in one clause.
  let meaning: String
  let kind: Kind
  /// The value when nothing is said; nil when something must be said.
  let fallback: JSON?
  /// Whether null is a value, and what it says.
  var null: String?
  /// Whether tasks leave it out when it is the fallback: a setting that came later changes no older task's id.
  var isLater = false

  /// All settings, the outermost of a plan first: tasks that share images and prompts follow each other.
  static let all: [SweepField] = [
    SweepField(name: "model", meaning: "a model folder", kind: .text, fallback: nil),
    SweepField(name: "data", meaning: "the images, as after --data", kind: .text, fallback: nil),
    SweepField(
      name: "classes", meaning: "the classes to learn: all of them, or the first half",
      kind: .choice([ClassSubset.all.rawValue, ClassSubset.base.rawValue]), fallback: "all"),
    SweepField(
      name: "views", meaning: "views of each training image", kind: .wholeNumber(1...4096),
      fallback: JSON(LearningImages.defaultViews)),
    SweepField(
      name: "precision", meaning: "the arithmetic of the towers",
      kind: .choice(ComputePrecision.allCases.map(\.rawValue)), fallback: "f32"),
    SweepField(
      name: "context_length", meaning: "vectors in the context, M", kind: .wholeNumber(1...1024), fallback: .null,
      null: "16, or the tokens of init"),
    SweepField(
      name: "class_position", meaning: "where the class name stands",
      kind: .choice(["end", "middle", "front"]), fallback: "end"),
    SweepField(
      name: "class_specific", meaning: "whether each class has a context of its own", kind: .truth, fallback: false),
    SweepField(
      name: "init", meaning: "words to begin the context with", kind: .text, fallback: .null, null: "random numbers"),
    SweepField(
      name: "method", meaning: "the method", kind: .choice(MethodName.allCases.map(\.rawValue)), fallback: "coop"),
    SweepField(
      name: "shots", meaning: "training images of each class", kind: .wholeNumber(1...1_000_000), fallback: .null,
      null: "all of them"),
    SweepField(
      name: "epochs", meaning: "passes over the images", kind: .wholeNumber(1...1_000_000), fallback: .null,
      null: "the method's, by shots"),
    SweepField(
      name: "batch_size", meaning: "images in a step", kind: .wholeNumber(1...1_000_000), fallback: .null,
      null: "the method's"),
    SweepField(
      name: "learning_rate", meaning: "the learning rate after the first epoch", kind: .positiveNumber,
      fallback: 0.002),
    SweepField(
      name: "seed", meaning: "the seed of the draw, the views, the context and the order",
      kind: .wholeNumber(0...Int(Int32.max)), fallback: 1),
    SweepField(
      name: "loss", meaning: "the loss",
      kind: .written(form: LossName.all.joined(separator: " or ")) { try? LossName.loss($0).name }, fallback: "ce",
      isLater: true),
    SweepField(
      name: "strategy", meaning: "which images are learned from",
      kind: .written(form: StrategyName.names.joined(separator: " or ")) { (try? StrategyName($0))?.description },
      fallback: "all", isLater: true),
    SweepField(
      name: "noise", meaning: "labels of training images to make wrong, by the seed",
      kind: .written(
        form: "KIND:RATE or KIND:NUMBERfp, where KIND is "
          + NoiseKind.allCases.map(\.rawValue).joined(separator: " or ")
      ) { (try? NoiseSpecification($0))?.description }, fallback: .null, null: "labels as they are", isLater: true),
  ]

  /// The keys, for messages.
  static var names: String { all.map(\.name).joined(separator: ", ") }

  /// What a value may be, in words.
  var expected: String {
    let values =
      switch kind {
      case .text: "a text"
      case .choice(let allowed): allowed.joined(separator: " or ")
      case .wholeNumber(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
      case .positiveNumber: "a number above 0"
      case .truth: "true or false"
      case .written(let form, _): form
      }
    return null.map { "\(values), or null for \($0)" } ?? values
  }

  /// Reads a value in its one form: two values that mean the same are equal.
  ///
  /// - Throws: `JSONError` with the place of a value that is none.
  func value(_ node: JSONNode) throws(JSONError) -> JSON {
    if node.value == .null, null != nil { return .null }
    switch kind {
    case .text:
      let text = try node.string()
      guard !text.isEmpty else { throw node.unexpected(expected: expected, found: "empty") }
      return .string(text)
    case .choice(let allowed):
      let text = try node.string()
      guard allowed.contains(text) else { throw node.unexpected(expected: expected, found: "\"\(text)\"") }
      return .string(text)
    case .wholeNumber(let range):
      let number = try node.integer()
      guard range.contains(number) else { throw node.unexpected(expected: expected, found: "\(number)") }
      return JSON(number)
    case .positiveNumber:
      let number = try node.number()
      guard number > 0 else { throw node.unexpected(expected: expected, found: "\(number)") }
      return .number(number)
    case .truth: return .bool(try node.bool())
    case .written(_, let normalized):
      let text = try node.string()
      guard let text = normalized(text) else { throw node.unexpected(expected: expected, found: "\"\(text)\"") }
      return .string(text)
    }
  }
}
