import PromptLensPrompts
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensPromptLearning
import TestSupport
import PromptLensTensors
import Testing

/// PyTorch's numbers for one text tower and one arrangement; Tools/fixtures/make_prompt_fixture.py.
struct PromptGolden: Sendable, CustomTestStringConvertible {
  private static let names: [[Int32]] = [[300, 12], [300, 401, 77]]
  private static let fullStop: Int32 = 5
  private static let contextLength = 3
  private static let imageCount = 3

  /// Each image with each label.
  static let labels = [0, 0, 0, 1, 1, 1]

  let tower: String
  /// The checkpoint that the tower is of.
  let path: String
  let classPosition: ClassPosition
  let isClassSpecific: Bool
  /// Unit features, one class after the other.
  let textFeatures: [Float]
  let loss: Double
  let gradient: [Float]

  var testDescription: String { "\(tower), \(isClassSpecific ? "CSC" : "UC"), \(classPosition.rawValue)" }

  /// Returns all cases, without those of shared towers that aren't available.
  static func all() throws -> [PromptGolden] {
    try JSONNode(contentsOf: Fixtures.path("prompts/gradients.json")).array("towers").flatMap { tower in
      let (path, isShared) = (try tower.string("path"), try tower.bool("shared"))
      guard !isShared || Shared.available else { return [PromptGolden]() }
      return try tower.array("arrangements").map { node in
        PromptGolden(
          tower: path, path: isShared ? Shared.path("fixtures/\(path)") : Fixtures.path(path),
          classPosition: try #require(ClassPosition(rawValue: node.string("class_position"))),
          isClassSpecific: try node.bool("class_specific"),
          textFeatures: try node.array("text_features").map { Float(try $0.number()) }, loss: try node.number("loss"),
          gradient: try node.array("gradient").map { Float(try $0.number()) })
      }
    }
  }

  /// Returns the prompts around the context.
  func prompts(vocabularySize: Int) -> [[PromptElement]] {
    let end = Int32(vocabularySize - 1)
    return Self.names.enumerated().map { index, name in
      let first = isClassSpecific ? index * Self.contextLength : 0
      let context = (first..<first + Self.contextLength).map { PromptElement.context($0) }
      let words = name.map { PromptElement.token($0) }
      let half = Self.contextLength / 2
      let inside: [PromptElement] =
        switch classPosition {
        case .end: context + words
        case .middle: context[..<half] + words + context[half...]
        case .front: words + context
        }
      return [.token(end - 1)] + inside + [.token(Self.fullStop), .token(end)]
    }
  }

  /// Returns the context, `[M, width]` or `[K · M, width]`.
  func context(width: Int) -> [Float] {
    let rows = (isClassSpecific ? Self.names.count : 1) * Self.contextLength
    return Self.numbers(rows * width, factor: 37, offset: 11, modulus: 101, scale: 512)
  }

  /// Returns the images' features, once for each label.
  static func images(width: Int) -> [Float] {
    let once = numbers(imageCount * width, factor: 53, offset: 7, modulus: 97, scale: 64)
    return names.flatMap { _ in once }
  }

  private static func numbers(_ count: Int, factor: Int, offset: Int, modulus: Int, scale: Float) -> [Float] {
    (0..<count).map { Float(($0 * factor + offset) % modulus - modulus / 2) / scale }
  }
}

@Suite("Every text tower of the fixtures learns as in PyTorch")
struct TowerGradientTests {
  @Test(
    "text features, loss and the context's gradient agree with PyTorch for every position of the class name",
    arguments: try PromptGolden.all())
  func gradient(golden: PromptGolden) throws {
    let checkpoint = try CheckpointDetector.open(golden.path)
    let clip = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source)
    let encoder = try clip.textEncoder()
    let width = encoder.embedDimension
    let step = try PromptGradient(
      encoder, prompts: golden.prompts(vocabularySize: checkpoint.configuration.text.vocabularySize),
      context: golden.context(width: encoder.width))
    #expect(largestDifference(step.text.rows.floats, golden.textFeatures) < 1e-4)

    let (loss, gradient) = try step.gradient(
      images: UnitRows(buffer(PromptGolden.images(width: width)), width: width), labels: PromptGolden.labels,
      scale: clip.logitScale)
    #expect(abs(loss - golden.loss) < 1e-4 * max(golden.loss, 1))
    #expect(gradient.count == golden.gradient.count)
    #expect(relativeDifference(gradient, golden.gradient) < 1e-4)
  }
  @Test(
    "a document that holds prompts, context and images alone gives the same differences",
    arguments: try PromptGolden.all().filter { $0.classPosition == .end && !$0.isClassSpecific })
  func document(golden: PromptGolden) throws {
    let checkpoint = try CheckpointDetector.open(golden.path)
    let clip = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source)
    let encoder = try clip.textEncoder()
    func rows(_ numbers: [Float], _ width: Int) -> JSON {
      .array(
        stride(from: 0, to: numbers.count, by: width).map { .array(numbers[$0..<$0 + width].map { JSON($0) }) })
    }
    let prompts = golden.prompts(vocabularySize: checkpoint.configuration.text.vocabularySize)
    let width = encoder.embedDimension
    let document: JSON = [
      "tokenized_prompts": .array(
        prompts.map { prompt in
          .array(
            prompt.map { element in
              if case .token(let id) = element { return JSON(Int(id)) }
              return 0
            } + [0, 0])
        }),
      "ctx": rows(golden.context(width: encoder.width), encoder.width),
      "image_features": rows(PromptGolden.images(width: width), width),
      "labels": .array(PromptGolden.labels.map { JSON($0) }), "logit_factor": .number(Double(clip.logitScale)),
      "text_features": rows(golden.textFeatures, width), "loss": .number(golden.loss),
      "gradient": rows(golden.gradient, encoder.width),
    ]
    let verification = try GradientVerification(
      clip: clip, expected: JSONNode(source: "gradient.json", value: document))
    #expect(verification.differences.map(\.name) == ["features", "loss", "gradient"])
    for (name, difference) in verification.differences {
      #expect(difference < 1e-4 * (name == "loss" ? max(golden.loss, 1) : 1), "\(name)")
    }
  }
}
