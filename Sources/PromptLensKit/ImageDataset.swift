import PromptLensDatasets
import PromptLensFeatures
import PromptLensExperiments

/// One of the three parts of a data set.
public enum Split: String, Sendable, CaseIterable {
  /// The training images.
  case train
  /// The validation images, for choosing settings.
  case validation = "val"
  /// The test images.
  case test
}

/// The labeled image files of a data set, which aren't decoded yet.
public struct ImageDataset: Sendable {
  let dataset: Dataset

  /// Reads the file lists of a data set.
  ///
  /// - Parameter source: the images as `--data` names them: `folder:DIR` with a folder for each class, `csv:FILE`,
  ///   `split:FILE.json`, or `NAME:DIR` for a known data set.
  /// - Throws: ``PromptLensError`` when the path doesn't exist, or doesn't contain data of the named kind.
  public init(_ source: String) throws(PromptLensError) {
    dataset = try wrappingErrors { try DataSource(source).dataset() }
  }

  /// The classes; labels are indices into them.
  public var classNames: [String] { dataset.classNames }

  /// Sentences on files that were passed over and on names that were matched, for people.
  public var notes: [String] { dataset.notes.map(\.description) }

  /// The data set's own template for hand-written prompts, if it has one.
  public var template: String? { dataset.template }

  /// Returns the number of images in a split.
  public func count(of split: Split) -> Int { dataset[split.datasetSplit].count }
}

extension Split {
  var datasetSplit: PromptLensFeatures.Split {
    switch self {
    case .train: .train
    case .validation: .val
    case .test: .test
    }
  }
}
