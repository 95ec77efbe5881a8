import PromptLensFeatures
import PromptLensEvaluation
import PromptLensJSONDocuments
import TestSupport
import PromptLensTensors
import Testing

/// Images, words and classifiers that scikit-learn and PyTorch made of them; Tests/Fixtures/classifiers holds them.
struct ClassifierFixture {
  let root: JSONNode
  let task: FewShotTask
  /// Images that weren't used in learning.
  let test: Tensor

  init() throws {
    root = try JSONNode(contentsOf: Fixtures.path("classifiers/expected.json"))
    let labels = try root.array("labels").map { try $0.integer() }
    task = try FewShotTask(
      train: LabeledFeatures(features: Self.tensor(root.node("features")), labels: labels),
      text: Self.tensor(root.node("text")), classCount: root.integer("ways"), scale: Float(root.number("scale")))
    test = try Self.tensor(root.node("test"))
  }

  /// Returns the unit rows of the images.
  func images() throws -> Matrix { try Matrix(task.train.view().unitRows()) }

  /// Returns the words' rows as they are.
  func text() throws -> Matrix { try Matrix(#require(task.text)) }

  /// Returns the words' unit rows.
  func unitText() throws -> Matrix { try Matrix(#require(task.text).unitRows()) }

  /// Returns the same task with images to choose settings on.
  func validated(on validation: LabeledFeatures) throws -> FewShotTask {
    try FewShotTask(
      train: task.train, validation: validation, text: task.text, classCount: task.classCount, scale: task.scale)
  }

  static func tensor(_ node: JSONNode) throws -> Tensor {
    let rows = try node.array().map { try $0.array().map { Float(try $0.number()) } }
    return try Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.first?.count ?? 0])
  }

  static func matrix(_ node: JSONNode) throws -> Matrix { try Matrix(tensor(node)) }

  static func floats(_ node: JSONNode) throws -> [Float] { try node.array().map { Float(try $0.number()) } }
}

/// Returns the largest difference of a function's slopes, taken between points a little apart, and a gradient; relative
/// to the gradient's largest part.
func slopeError(
  at point: [Float], gradient: [Float], step: Float = 1e-2, _ value: ([Float]) throws -> Double
) rethrows -> Double {
  let largest = gradient.reduce(0) { max($0, abs($1)) }
  return try point.indices.reduce(0.0) { error, index in
    var (above, below) = (point, point)
    above[index] += step
    below[index] -= step
    let slope = try (value(above) - value(below)) / Double(above[index] - below[index])
    return max(error, abs(slope - Double(gradient[index])) / Double(largest))
  }
}
