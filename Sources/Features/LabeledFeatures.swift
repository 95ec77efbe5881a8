import PromptLensTensors

/// Image features with their classes, for learning and evaluating prompts and classifiers.
package struct LabeledFeatures: Sendable {
  /// A function that computes new views of some images for an epoch, `[images, width]`. The same arguments always give
  /// the same features. Epochs count from 1; images are indices into the function's features.
  package typealias Renewal = @Sendable (_ epoch: Int, _ images: [Int]) throws -> Tensor

  /// A preparation of the images' views as normalized pixels, for an image tower with prompts.
  package struct Pixels: Sendable {
    /// A function that returns the embedded patches of one view of each of some images. It computes those that it doesn't
    /// know by its last argument, which receives their indices among `images`.
    package typealias Patches =
      @Sendable (_ images: [Int], _ views: [Int], _ embed: ([Int]) throws -> FloatBuffer) throws -> FloatBuffer

    /// The number of views to choose among in each epoch; nil for another view in every epoch.
    package let views: Int?
    /// Prepares one view of each of some images, `[images, 3, height, width]`.
    package let prepare: @Sendable (_ images: [Int], _ views: [Int]) throws -> Tensor
    /// The patches that are kept; nil where they are computed in every step.
    package var patches: Patches?

    /// Creates a preparation.
    package init(views: Int?, prepare: @escaping @Sendable (_ images: [Int], _ views: [Int]) throws -> Tensor) {
      self.views = views
      self.prepare = prepare
    }

    /// Embeds the patches of one view of each of some images, or takes those that are kept.
    ///
    /// - Parameters:
    ///   - images: the images.
    ///   - views: a view of each.
    ///   - embed: embeds the patches of pixels; each image's don't depend on the others.
    /// - Returns: `[images, positions, width]`.
    /// - Throws: the errors of reading images and patches.
    package func embedded(
      _ images: [Int], _ views: [Int], by embed: (Tensor) throws -> FloatBuffer
    ) throws -> FloatBuffer {
      guard let patches else { return try embed(prepare(images, views)) }
      return try patches(images, views) { missing in
        try embed(prepare(missing.map { images[$0] }, missing.map { views[$0] }))
      }
    }
  }

  /// The features from the image tower, not normalized, `[images, views, width]`.
  package let features: Tensor
  /// The class of each image, an index into ``classNames``.
  package let labels: [Int]
  /// The path of each image, or a name such as "row 3" for images without files.
  package let paths: [String]
  /// The names of all classes; empty if classes only have numbers.
  package let classNames: [String]
  /// A text that differs whenever the features differ; empty if not needed.
  package private(set) var identifier: String
  /// A function that computes new views for every epoch; nil if every epoch chooses among the views in ``features``.
  package let renewal: Renewal?

  /// The images' pixels; nil where only their features are known or needed.
  package private(set) var pixels: Pixels?

  /// The paths of images that were left out because they cannot be read.
  package var skipped: [String] = []

  /// The name of each image's group, such as its place; empty if images aren't grouped.
  package var groups: [String] = []

  /// All classes of each image, which can be several or none; empty if each image has one.
  package var classSets: [[Int]] = []

  /// The number of images.
  package var count: Int { labels.count }
  /// The number of views of each image.
  package var views: Int { features.shape.dimensions[1] }
  /// The number of elements of a feature.
  package var width: Int { features.shape.dimensions[2] }

  /// Creates labeled features.
  ///
  /// - Parameters:
  ///   - features: `[images, views, width]`, or `[images, width]` for one view of each image.
  ///   - labels: the class of each image.
  ///   - paths: the path of each image; nil to name images by their rows.
  ///   - classNames: the names of the classes.
  ///   - identifier: a text that differs whenever the features differ.
  ///   - renewal: computes new views for every epoch.
  /// - Throws: `TensorError` when the features have another shape, or there isn't one label and one path for each
  ///   image.
  package init(
    features: Tensor, labels: [Int], paths: [String]? = nil, classNames: [String] = [], identifier: String = "",
    renewal: Renewal? = nil
  ) throws(TensorError) {
    let shape = features.shape.dimensions
    guard shape.count == 2 || shape.count == 3, shape[0] == labels.count, shape[1...].allSatisfy({ $0 > 0 }) else {
      throw .shapeMismatch(
        operation: "labeled features", name: "features", expected: [labels.count, -1, -1], found: shape)
    }
    if let paths, paths.count != labels.count {
      throw .shapeMismatch(
        operation: "labeled features", name: "paths", expected: [labels.count], found: [paths.count])
    }
    self.features =
      shape.count == 3 ? features : try features.reshaped([shape[0], 1, shape[1]], name: "features")
    self.labels = labels
    self.paths = paths ?? labels.indices.map { "row \($0)" }
    self.classNames = classNames
    self.identifier = identifier
    self.renewal = renewal
  }
}

// MARK: - Views

extension LabeledFeatures {
  /// Returns one view of each image, `[images, width]`, without a copy if there is only one.
  ///
  /// - Throws: `TensorError` when the view doesn't exist.
  package func view(_ view: Int = 0) throws(TensorError) -> Tensor {
    guard (0..<views).contains(view) else {
      throw .shapeMismatch(operation: "view", name: "features", expected: [views], found: [view])
    }
    guard views > 1 else { return try features.reshaped([count, width], name: "features") }
    let rows = try features.reshaped([count * views, width], name: "features")
    let buffer = FloatBuffer(copying: rows, rows: labels.indices.map { $0 * views + view })
    return try Tensor(buffer, shape: [count, width], name: "view \(view)")
  }

  /// Returns the first view of some images scaled to length one, `[images, width]`.
  package func unitRows(of images: [Int]) -> UnitRows {
    let found = FloatBuffer(uninitialized: images.count * width)
    features.withFloats { values in
      guard let base = values.baseAddress else { return }
      for (row, image) in images.enumerated() {
        (found.pointer + row * width).update(from: base + image * views * width, count: width)
      }
    }
    return UnitRows(found, width: width)
  }

  /// Returns the direction of each image, `[images, width]`: the mean of its views after each is scaled to length one.
  /// A single view is returned unchanged.
  package func meanDirections() throws -> Tensor {
    guard views > 1 else { return try view() }
    let unit = FloatBuffer(copying: features)
    unit.normalizeRows(width: width)
    let mean = FloatBuffer(count: count * width)
    for row in 0..<count * views {
      for column in 0..<width { mean.pointer[row / views * width + column] += unit.pointer[row * width + column] }
    }
    return try Tensor(mean, shape: [count, width], name: "mean of views")
  }

  /// Returns the images with one view each, the mean of their unnormalized views.
  package func averagingViews() throws(TensorError) -> LabeledFeatures {
    let sums = FloatBuffer(count: count * width)
    features.withFloats { values in
      for row in 0..<count * views {
        let target = sums.pointer + row / views * width
        for column in 0..<width { target[column] += values[row * width + column] / Float(views) }
      }
    }
    return try LabeledFeatures(
      features: Tensor(sums, shape: [count, width], name: "features"), labels: labels, paths: paths,
      classNames: classNames, identifier: identifier)
  }

  /// Returns every view as a separate image, with the label and the path of its image.
  package func separatingViews() throws(TensorError) -> LabeledFeatures {
    func repeated<Value>(_ values: [Value]) -> [Value] {
      values.flatMap { [Value](repeating: $0, count: views) }
    }
    return try LabeledFeatures(
      features: features.reshaped([count * views, width], name: "features"), labels: repeated(labels),
      paths: repeated(paths), classNames: classNames, identifier: identifier)
  }
}

// MARK: - Selecting and relabeling

extension LabeledFeatures {
  /// Returns some of the images, in the given order.
  ///
  /// - Parameters:
  ///   - rows: the images; an image may occur several times.
  ///   - labels: the labels to give them; nil to keep theirs.
  ///   - classNames: the names of the classes; nil to keep them.
  /// - Returns: the images, with a copy of their features.
  /// - Throws: `TensorError` when there isn't one label for each row.
  package func selecting(
    _ rows: [Int], labels: [Int]? = nil, classNames: [String]? = nil
  ) throws(TensorError) -> LabeledFeatures {
    var partRenewal: Renewal?
    if let renewal {
      partRenewal = { epoch, images in try renewal(epoch, images.map { rows[$0] }) }
    }
    var selected = try LabeledFeatures(
      features: features.selecting(rows), labels: labels ?? rows.map { self.labels[$0] },
      paths: rows.map { paths[$0] }, classNames: classNames ?? self.classNames, identifier: identifier,
      renewal: partRenewal)
    if !groups.isEmpty { selected.groups = rows.map { groups[$0] } }
    if let pixels {
      var chosen = Pixels(views: pixels.views) { images, views in
        try pixels.prepare(images.map { rows[$0] }, views)
      }
      if let patches = pixels.patches {
        chosen.patches = { images, views, embed in try patches(images.map { rows[$0] }, views, embed) }
      }
      selected.pixels = chosen
    }
    return selected
  }

  /// Returns the same images with other labels, other class names, or both.
  package func labeled(_ labels: [Int]? = nil, classNames: [String]? = nil) throws(TensorError) -> LabeledFeatures {
    var labeled = try LabeledFeatures(
      features: features, labels: labels ?? self.labels, paths: paths, classNames: classNames ?? self.classNames,
      identifier: identifier, renewal: renewal)
    labeled.groups = groups
    labeled.pixels = pixels
    return labeled
  }

  /// Returns the same images with new views for every epoch.
  package func renewed(by renewal: @escaping Renewal) throws(TensorError) -> LabeledFeatures {
    var images = try LabeledFeatures(
      features: features, labels: labels, paths: paths, classNames: classNames, identifier: identifier,
      renewal: renewal)
    images.pixels = pixels
    return images
  }

  /// Returns the same images with their pixels.
  package func showing(_ pixels: Pixels) -> LabeledFeatures {
    var images = self
    images.pixels = pixels
    return images
  }

  /// Returns the same images under another identifier.
  package func identified(by identifier: String) -> LabeledFeatures {
    var copy = self
    copy.identifier = identifier
    return copy
  }

  /// Returns the images of some classes.
  ///
  /// - Parameters:
  ///   - newLabels: the new label of each class, nil to omit its images.
  ///   - classNames: the class names in the order of the new labels.
  /// - Returns: the remaining images, in order.
  /// - Throws: `TensorError` when memory is exhausted.
  package func relabeled(_ newLabels: [Int?], classNames: [String]) throws(TensorError) -> LabeledFeatures {
    let rows = labels.indices.filter { newLabels[labels[$0]] != nil }
    return try selecting(rows, labels: rows.compactMap { newLabels[labels[$0]] }, classNames: classNames)
  }

  /// Returns the images of some classes, which are renumbered in the given order.
  package func keeping(_ classes: [Int]) throws(TensorError) -> LabeledFeatures {
    var newLabels = [Int?](repeating: nil, count: classNames.count)
    for (newLabel, label) in classes.enumerated() { newLabels[label] = newLabel }
    return try relabeled(newLabels, classNames: classes.map { classNames[$0] })
  }
}
