import PromptLensCLIP
import PromptLensTensorFiles
import PromptLensTensors

/// A model's features, beside those that other software computed from the same inputs.
package struct FeatureVerification: Sendable {
  /// The differences by kind, `text` and `image`, as far as the expectation has features of the kind.
  package let differences: [(kind: String, difference: FeatureDifference)]

  /// Computes the features again.
  ///
  /// - Parameters:
  ///   - expected: the inputs and features.
  ///   - clip: the model.
  ///   - texts: returns the features of texts; called where the inputs are texts rather than token ids.
  ///   - pictures: returns the features of picture files; called where the inputs are files rather than pixels.
  /// - Throws: the errors of reading an input; `TensorError` when the features have another width.
  package init(
    _ expected: FeatureExpectation, clip: CLIPModel, texts: ([String]) throws -> Tensor,
    pictures: ([String]) throws -> Tensor
  ) throws {
    var differences: [(kind: String, difference: FeatureDifference)] = []
    let name = expected.path.split(separator: "/").last ?? ""
    func add(_ kind: String, _ found: Tensor, _ features: Tensor) throws {
      let difference = try FeatureDifference(
        found, expected: features, name: "the \(kind) features of \(name)")
      differences.append((kind, difference))
    }
    if let (inputs, features) = expected.texts {
      let found =
        switch inputs {
        case .texts(let list): try texts(list)
        case .tokens(let tokens): try clip.textEncoder().encode(tokens)
        }
      try add("text", found, features)
    }
    if let (inputs, features) = expected.images {
      let found =
        switch inputs {
        case .pictures(let paths): try pictures(paths)
        case .pixelFiles(let paths): try clip.features(ofPixelFiles: paths)
        case .pixels(let path): try clip.imageEncoder().encode(NumPyFile(path: path).tensor())
        }
      try add("image", found, features)
    }
    self.differences = differences
  }
}

extension CLIPModel {
  /// Returns the features of normalized images in `.npy` files, `[3, height, width]` each.
  fileprivate func features(ofPixelFiles paths: [String]) throws -> Tensor {
    let size = configuration.image.inputSize
    let wanted = [3, size.height, size.width]
    let images = ComputedRows { index, pixels in
      let tensor = try NumPyFile(path: paths[index]).tensor()
      guard tensor.shape.dimensions == wanted || tensor.shape.dimensions == [1] + wanted else {
        throw CLIPError.badImages(expected: wanted, found: tensor.shape.dimensions)
      }
      tensor.withFloats { _ = pixels.update(fromContentsOf: $0) }
    }
    return try imageEncoder().encode(count: paths.count, of: images)
  }
}
