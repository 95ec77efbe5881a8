import PromptLensExperiments
import PromptLensFeatures
import PromptLensTensors

/// Embeddings of images with their classes, for learning prompts and evaluating classifiers.
public struct LabeledFeatures: Sendable {
  let features: PromptLensFeatures.LabeledFeatures

  /// Creates features of labeled images.
  ///
  /// - Parameters:
  ///   - embeddings: a row for each image, all from the same model.
  ///   - labels: the class of each image, an index into `classNames`.
  ///   - classNames: the classes.
  ///   - names: the images' names; by default "row 0", "row 1", ….
  /// - Throws: ``PromptLensError`` when the counts differ, or a label isn't an index of a class.
  public init(
    _ embeddings: Embeddings, labels: [Int], classNames: [String], names: [String]? = nil
  ) throws(PromptLensError) {
    guard labels.count == embeddings.count, names.map({ $0.count == labels.count }) ?? true else {
      throw PromptLensError(
        .usage, "there are \(embeddings.count) embeddings and \(labels.count) labels; give a label for each embedding")
    }
    if let label = labels.first(where: { !classNames.indices.contains($0) }) {
      throw PromptLensError(
        .usage, "label \(label) is not an index of one of the \(classNames.count) classes; labels start at 0")
    }
    features = try wrappingErrors {
      try PromptLensFeatures.LabeledFeatures(
        features: embeddings.tensor, labels: labels, paths: names, classNames: classNames)
    }
  }

  /// The number of images.
  public var count: Int { features.count }

  /// The class of each image, an index into ``classNames``.
  public var labels: [Int] { features.labels }

  /// The classes.
  public var classNames: [String] { features.classNames }

  /// The images' paths, or other distinct names.
  public var names: [String] { features.paths }
}

extension Model {
  /// Embeds the images of a data set's split.
  ///
  /// - Parameters:
  ///   - dataset: the data set.
  ///   - split: the split.
  ///   - progress: a closure that is called with the numbers of finished and of all images, on any thread.
  /// - Returns: the embedding of each image's center crop, with its label.
  /// - Throws: ``PromptLensError`` when the split has no images, or one cannot be read.
  public func features(
    of dataset: ImageDataset, split: Split, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) throws(PromptLensError) -> LabeledFeatures {
    let items = try wrappingErrors { try dataset.dataset.items(of: split.datasetSplit) }
    let embeddings = try embed(images: items.map { dataset.dataset.file(of: $0) }, progress: progress)
    return try LabeledFeatures(
      embeddings, labels: items.map(\.label), classNames: dataset.classNames, names: items.map(\.path))
  }
}
