import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensTensors

/// The images that a user names: a split of a data set, or stored features.
package struct ImageSelection: Sendable {
  /// The origin of images.
  package enum Origin: Sendable {
    /// A split of a data set. `root` is the folder that the paths of a list start from, nil for the list's own;
    /// `classes` is a file of class names, nil for the data set's own.
    case data(DataSource, root: String?, split: Split, classes: String? = nil)
    /// A file of `promptlens extract`.
    case features(String)
  }

  /// The origin.
  package var origin: Origin
  /// The way in which image files are read.
  package var reading: ImageReading
  /// The name for people; nil for the data set's and the split's.
  package var name: String?

  /// Creates a selection.
  ///
  /// - Parameters:
  ///   - origin: the origin of the images.
  ///   - reading: how image files are read.
  ///   - name: the name for people; nil for the data set's and the split's.
  package init(_ origin: Origin, reading: ImageReading = ImageReading(), name: String? = nil) {
    self.origin = origin
    self.reading = reading
    self.name = name
  }

  /// Reads the list of images, or opens the features; no image is read.
  ///
  /// - Parameter observer: the receiver of notes.
  /// - Returns: the images that were listed or found.
  /// - Throws: the errors of reading, and `DatasetError` when the split has no images.
  package func open(observer: ExperimentObserver = .silent) throws -> SelectedImages {
    switch origin {
    case .features(let path):
      let store = try FeatureStore.open(path)
      return SelectedImages(
        name: name ?? "\(store.data), \(store.split)", data: store.data, split: store.split,
        template: store.template, content: .stored(store), reading: reading)
    case .data(let source, let root, let split, let classes):
      let dataset = try source.dataset(root: root, classes: classes.map { try ClassList(contentsOf: $0) })
      dataset.reportNotes(to: observer)
      let items = try dataset.items(of: split)
      return SelectedImages(
        name: name ?? "\(source), \(split)", data: source.description, split: split, template: dataset.template,
        content: .listed(dataset, items), reading: reading)
    }
  }
}

/// The images of a selection whose list was read, or whose features were opened.
package struct SelectedImages {
  enum Content {
    case stored(FeatureStore)
    case listed(Dataset, [Dataset.Item])
  }

  /// The name for people.
  package let name: String
  /// The data set's name for programs.
  package let data: String
  /// The split.
  package let split: Split
  /// The data set's own template.
  package let template: String?
  let content: Content
  let reading: ImageReading

  /// The classes, to be matched with others'.
  package var classes: ClassMatching.Classes {
    switch content {
    case .stored(let store): ClassMatching.Classes(owner: name, names: store.classNames)
    case .listed(let dataset, _): dataset.classes(owner: data)
    }
  }

  /// The fingerprint of the model that features were computed by; nil for images.
  package var modelFingerprint: String? {
    if case .stored(let store) = content { store.modelFingerprint } else { nil }
  }

  /// What was noticed when lists were read.
  package var notes: [String] {
    if case .listed(let dataset, _) = content { dataset.notes.map(\.description) } else { [] }
  }

  /// The file of features; nil for images.
  package var path: String? { if case .stored(let store) = content { store.path } else { nil } }

  /// Returns the SHA-256 of each image's file, as it was stored or as the file is now.
  ///
  /// - Throws: `FileError` for an image that cannot be read.
  func contentHashes() throws -> [String] {
    switch content {
    case .stored(let store): return store.contentHashes
    case .listed(let dataset, let items):
      let files = items.map { dataset.file(of: $0) }
      return try Parallel.map(files.count) { try ImageFile.fingerprint(of: files[$0]) }
    }
  }

  /// Refuses features of another model; images go with any.
  ///
  /// - Throws: ``ExperimentError/foreignFeatures(path:model:reason:)``.
  package func check(against model: OpenedModel) throws(ExperimentError) {
    if case .stored(let store) = content { try store.check(against: model) }
  }

  /// Returns the features, computing those of images.
  ///
  /// - Parameters:
  ///   - model: the model that encodes images; stored features need none.
  ///   - observer: the receiver of progress.
  /// - Returns: the features with their labels.
  /// - Throws: the errors of reading and encoding; ``ExperimentError/noModel(context:)`` for images without a model.
  package func features(by model: OpenedModel?, observer: ExperimentObserver = .silent) throws -> LabeledFeatures {
    switch content {
    case .stored(let store): return store.images
    case .listed(let dataset, let items):
      guard let model else { throw ExperimentError.noModel(context: name) }
      return try LabeledFeatures(
        features: model.features(of: items, in: dataset, reading: reading, observer: observer),
        labels: items.map(\.label), classNames: dataset.classNames)
    }
  }
}
