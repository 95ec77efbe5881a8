import Foundation
import PromptLensJSONDocuments
import PromptLensTensors

/// Features that other software computed from a checkpoint, with the inputs that it computed them from.
package struct ExpectedFeatures: Sendable {
  /// Normalized pixels, `[images, 3, resolution, resolution]`.
  package let images: Tensor
  /// Padded ids, start and end included.
  package let tokens: [[Int32]]
  /// Unnormalized, `[images][embedDimension]`.
  package let imageFeatures: [[Float]]
  /// Unnormalized, `[texts][embedDimension]`.
  package let textFeatures: [[Float]]

  /// Reads `expected.json` of a fixture in this repository.
  package init(fixture folder: String) throws {
    let root = try JSONNode(contentsOf: Fixtures.path("\(folder)/expected.json"))
    let input = try NumPyArray(path: Fixtures.path("\(folder)/\(root.string("image_input"))"))
    images = try Tensor(input.floats, shape: input.shape)
    tokens = try root.array("token_ids").map { try $0.array().map { Int32(try $0.integer()) } }
    imageFeatures = try Self.rows(root, "image_features")
    textFeatures = try Self.rows(root, "text_features")
  }

  /// Reads one of the shared fixtures' files: `expected/ARCHITECTURE/SOFTWARE.json`.
  package init(shared path: String) throws {
    let root = try JSONNode(contentsOf: Shared.path("fixtures/expected/\(path)"))
    let inputs = try root.string("image_input").split(separator: "/")
    let arrays = try root.array("images").map {
      try NumPyArray(path: Shared.path("fixtures/images/\(inputs[1])/\($0.string()).npy"))
    }
    let side = arrays.first?.shape.last ?? 0
    images = try Tensor(arrays.flatMap { $0.floats }, shape: [arrays.count, 3, side, side])
    let texts = try root.string("text_input").split(separator: " ")[0]
    tokens = try JSONNode(contentsOf: Shared.path("fixtures/\(texts)")).array("rows").map {
      try $0.array("context77").map { Int32(try $0.integer()) }
    }
    imageFeatures = try Self.rows(root, "image_features")
    textFeatures = try Self.rows(root, "text_features")
  }

  private static func rows(_ root: JSONNode, _ key: String) throws -> [[Float]] {
    try root.array(key).map { try $0.array().map { Float(try $0.number()) } }
  }
}

/// The largest absolute difference of two lists of features after each is scaled to length one.
package func largestUnitDifference(_ found: Tensor, _ expected: [[Float]]) -> Float {
  func unit(_ row: [Float]) -> [Float] {
    let length = row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return row.map { Float(Double($0) / length) }
  }
  let width = found.shape.dimensions.last ?? 1
  let rows = found.floats()
  guard rows.count == expected.count * width else { return .infinity }
  return expected.enumerated().map { index, row in
    largestDifference(unit(Array(rows[index * width..<(index + 1) * width])), unit(row))
  }.max() ?? 0
}
