import PromptLensFeatures
import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensEvaluation
import PromptLensTensors

/// A reader of features and labels in plain `.npy` files.
package enum FeatureArrays {
  /// The default factor of cosines, that of OpenAI's models.
  package static let defaultScale: Float = 100

  /// Reads rows of features.
  ///
  /// - Throws: ``ExperimentError/badArray(path:reason:)`` when the array isn't a matrix of finite numbers.
  package static func rows(_ path: String) throws -> Tensor {
    let file = try NumPyFile(path: path)
    guard file.shape.count == 2, file.shape[0] > 0, file.shape[1] > 0 else {
      throw ExperimentError.badArray(path: path, reason: "features have the shape [rows, width], this is \(file.shape)")
    }
    let tensor = try file.tensor()
    guard tensor.isFinite else {
      throw ExperimentError.badArray(path: path, reason: "it contains NaN or infinity; compute the features again")
    }
    return tensor.converted(to: .float32)
  }

  /// Reads rows of features with the label of each row.
  ///
  /// - Parameters:
  ///   - path: a `.npy` file of floats, `[images, width]`.
  ///   - labelPath: a `.npy` file of whole numbers, one for each row.
  ///   - width: the required width of rows, that of the file `like`; nil for any.
  ///   - classCount: the number of classes; nil when it is not known.
  ///   - like: the file with the width and classes.
  ///   - classNames: the names of the classes, if known.
  /// - Returns: the features and labels.
  /// - Throws: ``ExperimentError/badArray(path:reason:)`` naming the inconsistent file.
  package static func labeled(
    features path: String, labels labelPath: String, width: Int? = nil, classCount: Int? = nil, like: String = "",
    classNames: [String] = []
  ) throws -> LabeledFeatures {
    let features = try rows(path)
    let (count, found) = (features.shape.dimensions[0], features.shape.dimensions[1])
    if let width, found != width {
      throw ExperimentError.badArray(
        path: path, reason: "its rows have \(found) numbers, those of \(like) \(width); both must be one model's")
    }
    let file = try NumPyFile(path: labelPath)
    guard file.shape == [count] else {
      throw ExperimentError.badArray(
        path: labelPath, reason: "it has the shape \(file.shape), expected [\(count)]: a label for each row of \(path)")
    }
    let labels = try file.integers()
    for (row, label) in labels.enumerated() where label < 0 || label >= classCount ?? .max {
      let classes = classCount.map { "a class of \(like), 0 to \($0 - 1)" } ?? "0 or more"
      throw ExperimentError.badArray(path: labelPath, reason: "label \(label) of row \(row) is not \(classes)")
    }
    return try LabeledFeatures(features: features, labels: labels, classNames: classNames, identifier: path)
  }

  /// Reads images to measure on.
  ///
  /// - Parameters:
  ///   - files: their features and labels.
  ///   - path: a file of class names, of which images may show only some; nil to call classes by their numbers.
  /// - Returns: the images.
  /// - Throws: ``ExperimentError/badArray(path:reason:)`` or ``ExperimentError/badTexts(path:reason:)`` naming the file that
  ///   doesn't fit.
  package static func images(_ files: FeatureArrayFiles.Pair, classNames path: String?) throws -> LabeledFeatures {
    let names = try path.map { try TextFile.classNames($0) }
    let images = try labeled(features: files.features, labels: files.labels, classCount: names?.count, like: path ?? "")
    return try images.labeled(classNames: names ?? classNames(nil, classCount: (images.labels.max() ?? 0) + 1))
  }

  /// Refuses images whose features have another width than something reads.
  ///
  /// - Throws: ``ExperimentError/badArray(path:reason:)``.
  package static func check(
    _ images: LabeledFeatures, of path: String, width: Int, of reader: String
  ) throws(ExperimentError) {
    guard images.width != width else { return }
    throw .badArray(
      path: path, reason: "its rows have \(images.width) numbers, features of \(reader) have \(width)")
  }

  /// Returns names for classes that only have numbers: those of a file, or the numbers themselves.
  package static func classNames(_ path: String?, classCount: Int) throws -> [String] {
    guard let path else { return (0..<classCount).map(String.init) }
    let names = try TextFile.classNames(path)
    guard names.count == classCount else {
      throw ExperimentError.badTexts(path: path, reason: "it has \(names.count) class names, expected \(classCount)")
    }
    return names
  }
}
