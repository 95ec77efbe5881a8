import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensTensors

/// A selection of images by the user: a split of a data set, or stored features.
package struct ImageSelection: Sendable {
  /// The origin of images.
  package enum Origin: Sendable {
    /// A split of a data set. `root` is the folder that the paths of a list start from, nil for the list's own;
    /// `classes` is a file of class names, nil for the data set's own.
    case data(DataSource, root: String?, split: Split, classes: String? = nil)
    /// A file of `promptlens extract`.
    case features(String)
    /// Plain arrays, with a file of class names; nil where classes have numbers alone.
    case arrays(FeatureArrayFiles.Pair, classNames: String?)
  }

  /// The origin.
  package var origin: Origin
  /// The way in which image files are read.
  package var reading: ImageReading
  /// The display name; nil for the data set's and the split's.
  package var name: String?
  /// The grouping of the images; nil for none.
  package var grouping: Grouping?
  /// Whether images may have several classes or none, where the data say so.
  package var takesSeveral = false

  /// Creates a selection.
  ///
  /// - Parameters:
  ///   - origin: the origin of the images.
  ///   - reading: how image files are read.
  ///   - name: the display name; nil for the data set's and the split's.
  package init(_ origin: Origin, reading: ImageReading = ImageReading(), name: String? = nil) {
    self.origin = origin
    self.reading = reading
    self.name = name
  }

  /// Reads the list of images, or opens the features, without reading images.
  ///
  /// - Parameter observer: the receiver of notes.
  /// - Returns: the listed images or the stored features.
  /// - Throws: the errors of reading, and `DatasetError` when the split has no images.
  package func open(observer: ExperimentObserver = .silent) throws -> SelectedImages {
    switch origin {
    case .features(let path):
      let store = try FeatureStore.open(path)
      try store.checkPlain()
      return SelectedImages(
        name: name ?? "\(store.data), \(store.split)", data: store.data, split: store.split,
        template: store.template, content: .stored(store), groups: try grouping?.groups(of: store) ?? [],
        reading: reading)
    case .arrays(let files, let names):
      let images = try FeatureArrays.images(files, classNames: names)
      return SelectedImages(
        name: name ?? files.features, data: files.features, split: nil, template: nil,
        content: .arrays(images, path: files.features),
        groups: try grouping?.groups(ofRows: images.count, of: files.features) ?? [],
        reading: reading)
    case .data(let source, let root, let split, let classes):
      let dataset = try source.keeping(attributes: grouping?.columns ?? source.attributes).dataset(
        root: root, classes: classes.map { try ClassList(contentsOf: $0) }, takesSeveral: takesSeveral)
      dataset.reportNotes(to: observer)
      let items = try dataset.items(of: split)
      return SelectedImages(
        name: name ?? "\(source), \(split)", data: source.description, split: split, template: dataset.template,
        content: .listed(dataset, items),
        groups: grouping == nil ? [] : items.map(\.group), reading: reading)
    }
  }
}

/// The images of a selection, as a list or as stored features.
package struct SelectedImages {
  enum Content {
    case stored(FeatureStore)
    case arrays(LabeledFeatures, path: String)
    case listed(Dataset, [Dataset.Item])
  }

  /// The display name.
  package let name: String
  /// The data set's name in documents.
  package let data: String
  /// The split; nil for plain arrays.
  package let split: Split?
  /// The data set's own template.
  package let template: String?
  let content: Content
  /// The group of each image before unreadable ones are left out; empty if images aren't grouped.
  let groups: [String]
  let reading: ImageReading

  /// The classes, to be matched with others'.
  package var classes: ClassMatching.Classes {
    switch content {
    case .stored(let store): ClassMatching.Classes(owner: name, names: store.classNames)
    case .arrays(let images, _): ClassMatching.Classes(owner: name, names: images.classNames)
    case .listed(let dataset, _): dataset.classes(owner: data)
    }
  }

  /// The fingerprint of the model that features were computed by; nil for images and plain arrays.
  package var modelFingerprint: String? {
    if case .stored(let store) = content { store.modelFingerprint } else { nil }
  }

  /// The notes made when the lists were read or stored features were computed.
  package var remarks: ImageRemarks {
    switch content {
    case .listed(let dataset, _): ImageRemarks(dataset)
    case .stored(let store): ImageRemarks([store])
    case .arrays: ImageRemarks()
    }
  }

  /// Returns the remarks with the images that were left out when features were computed.
  package func remarks(with images: LabeledFeatures) -> ImageRemarks {
    .joined([remarks, ImageRemarks(skipped: images.skipped)])
  }

  /// Whether images are encoded, rather than features read.
  var areImages: Bool {
    if case .listed = content { true } else { false }
  }

  /// The file of features; nil for images.
  package var path: String? {
    switch content {
    case .stored(let store): store.path
    case .arrays(_, let path): path
    case .listed: nil
    }
  }

  /// Returns the SHA-256 of each image's file, as it was stored or as the file is now; none for plain arrays.
  ///
  /// - Parameter labels: the label that each class has, nil for one whose images don't count; nil to take all images.
  /// - Returns: the hashes, in the images' order.
  /// - Throws: `FileError` for an image that cannot be read, unless such images are left out.
  func contentHashes(labels: [Int?]? = nil) throws -> [String] {
    func counts(_ label: Int) -> Bool { labels.map { $0[label] != nil } ?? true }
    switch content {
    case .stored(let store): return zip(store.contentHashes, store.labels).filter { counts($1) }.map(\.0)
    case .arrays: return []
    case .listed(let dataset, let items):
      let files = items.filter { counts($0.label) }.map { dataset.file(of: $0) }
      return try Parallel.map(files.count) { index in
        do {
          return try ImageFile.fingerprint(of: files[index])
        } catch {
          guard reading.skipsUnreadable else { throw error }
          return ""
        }
      }
    }
  }

  /// Refuses features of another model, or arrays of another width; images go with any.
  ///
  /// - Throws: ``ExperimentError/foreignFeatures(path:model:reason:)``,
  ///   ``ExperimentError/badArray(path:reason:)``.
  package func check(against model: OpenedModel) throws(ExperimentError) {
    if case .stored(let store) = content { try store.check(against: model) }
    try checkWidth(model.configuration.embedDimension, of: model.folder.path)
  }

  /// Refuses arrays of another width than something reads; stored features say whose they are.
  ///
  /// - Throws: ``ExperimentError/badArray(path:reason:)``.
  package func checkWidth(_ width: Int, of reader: String) throws(ExperimentError) {
    if case .arrays(let images, let path) = content {
      try FeatureArrays.check(images, of: path, width: width, of: reader)
    }
  }

  /// Returns the features, computing those of images.
  ///
  /// - Parameters:
  ///   - model: the model that encodes images; stored features don't need it.
  ///   - observer: the receiver of progress.
  ///   - places: the scores of images' places, which images get beside their features; nil for none.
  /// - Returns: the features with their labels.
  /// - Throws: the errors of reading and encoding; ``ExperimentError/noModel(context:)`` for images without a model.
  package func features(
    by model: OpenedModel?, observer: ExperimentObserver = .silent, places: PlaceScores? = nil
  ) throws -> LabeledFeatures {
    switch content {
    case .stored(let store):
      var images = store.images
      images.groups = groups
      return images
    case .arrays(var images, _):
      images.groups = groups
      return images
    case .listed(let dataset, let items):
      guard let model else { throw ExperimentError.noModel(context: name) }
      let found = try model.features(
        of: items, in: dataset, reading: reading, observer: observer, places: places?.receiver)
      places?.keep(found.rows)
      var images = try LabeledFeatures(
        features: found.features, labels: found.rows.map { items[$0].label }, classNames: dataset.classNames)
      if !groups.isEmpty { images.groups = found.rows.map { groups[$0] } }
      images.classSets = found.rows.compactMap { items[$0].classes }
      let kept = Set(found.rows)
      images.skipped = items.indices.filter { !kept.contains($0) }.map { items[$0].path }
      return images
    }
  }
}
