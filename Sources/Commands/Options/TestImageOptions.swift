import ArgumentParser
import PromptLensDatasets
import PromptLensExperiments
import PromptLensFeatures

/// The options for the test images: a split of a data set, or stored features.
struct TestImageOptions: ParsableArguments {
  @OptionGroup var source: ImageSourceOptions<TestImages>

  @Option(help: "The split to classify, with --data: train, val or test.")
  var split: Split = .test

  /// Returns the images that the options name.
  ///
  /// - Parameters:
  ///   - arrays: labels and class names, of commands that take plain arrays.
  ///   - folder: a folder with one folder of images for each class, of commands that take one.
  /// - Returns: the selection; no image is opened.
  func selection(arrays: ArrayOptions<TestImages>? = nil, folder: String? = nil) -> ImageSelection {
    func selection(_ origin: ImageSelection.Origin) -> ImageSelection {
      ImageSelection(origin, reading: source.imageOptions.reading, name: folder)
    }
    if let files = FeatureArrayFiles.Pair(features: source.features, labels: arrays?.labels) {
      return selection(.arrays(files, classNames: arrays?.classes))
    }
    if let features = source.features { return selection(.features(features)) }
    return selection(
      .data(
        source.data ?? DataSource(folder: folder ?? ""), root: source.rootOptions.root, split: split,
        classes: arrays?.classes))
  }
}
