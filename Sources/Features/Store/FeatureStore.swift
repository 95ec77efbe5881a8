import PromptLensTensorFiles
import Foundation
import PromptLensTensors

/// Image features on disk, with a full description of their origin.
///
/// An HDF5 file: `features` [N, V, D] in f32, unnormalized and mapped when it is opened; `labels`, `indices`,
/// `file_bytes` [N] as whole numbers; `paths`, `sha256` [N], `class_names`, `skipped` and `notes` as texts; the key and the
/// data set's name and template as attributes of the root, numbers as numbers, and `normalized`, which is false.
package struct FeatureStore: Sendable {
  /// The file.
  package let path: String
  /// The unnormalized features in f32, with labels, class names, and paths relative to the data set's root.
  package let images: LabeledFeatures
  /// The images' indices in their split's list.
  package let indices: [Int]
  /// The SHA-256 of each image's file.
  package let contentHashes: [String]
  /// The size of each image's file.
  let fileBytes: [Int]
  /// The paths of unreadable images, which were skipped.
  package let skipped: [String]
  /// Notes on the list of images, for people; empty in files of earlier versions.
  package let notes: [String]
  /// The key of everything that the features depend on.
  package let key: FeatureKey
  /// The name of the data set.
  package let data: String
  /// The data set's own template, if any.
  package let template: String?

  static let format = "promptlens-features"
  static let formatVersion = 1

  /// The features, `[N, V, D]`.
  package var features: Tensor { images.features }
  /// The class of each image.
  package var labels: [Int] { images.labels }
  /// The names of all classes.
  package var classNames: [String] { images.classNames }
  /// The paths of the images.
  package var paths: [String] { images.paths }
  /// The number of images.
  package var count: Int { images.count }
  /// The number of views of each image; a single view is the evaluation transform's.
  package var views: Int { key.views }
  /// The width of a feature.
  package var width: Int { images.width }
  /// The fingerprint of the features' model.
  package var modelFingerprint: String { key.modelFingerprint }
  /// The split of the images.
  package var split: Split { key.split }

  /// Opens a store.
  ///
  /// - Throws: `FileError` when the file is missing, `TensorFileError` when it isn't an HDF5 file;
  ///   ``FeatureError/badStore(path:reason:)`` when it isn't a feature store or its parts are inconsistent.
  package static func open(_ path: String) throws -> FeatureStore { try FeatureStore(HDF5File(path: path)) }

  private init(_ file: HDF5File) throws {
    func bad(_ reason: String) -> FeatureError { .badStore(path: file.path, reason: reason) }
    try file.checkChecksums()
    let fields = try file.attributes.texts()
    guard fields["format"] == Self.format else { throw bad("it lacks the attribute format = \(Self.format)") }
    guard try file.attribute("format_version") == .integer(Self.formatVersion) else {
      throw bad("it is not of format version \(Self.formatVersion), which this version of promptlens reads")
    }
    guard let key = FeatureKey(fields: { fields[$0] }) else { throw bad("its attributes are incomplete") }
    path = file.path
    self.key = key
    data = fields["data"] ?? ""
    template = fields["template"]
    let features = try file.tensor("features")
    let labels = try file.integers("labels")
    indices = try file.integers("indices")
    fileBytes = try file.integers("file_bytes")
    let paths = try file.strings("paths")
    contentHashes = try file.strings("sha256")
    let classNames = try file.strings("class_names")
    skipped = try file.strings("skipped")
    notes = file.dataset("notes") == nil ? [] : try file.strings("notes")
    let shape = features.shape.dimensions
    guard shape.count == 3, features.dtype == .float32, shape[1] == key.views, shape[2] > 0 else {
      throw bad(
        "its features are \(features.dtype.rawValue) of shape \(shape), expected f32 [images, \(key.views), width]")
    }
    let counts = [labels.count, indices.count, fileBytes.count, paths.count, contentHashes.count]
    guard counts.allSatisfy({ $0 == shape[0] }) else {
      throw bad(
        "it holds features of \(shape[0]) images and lists of \(counts.map(String.init).joined(separator: ", "))")
    }
    guard labels.allSatisfy(classNames.indices.contains) else { throw bad("a label isn't one of its classes") }
    guard zip(indices, indices.dropFirst()).allSatisfy({ $0 < $1 }) || key.draw != "none" else {
      throw bad("its images are not in their list's order")
    }
    var images = try LabeledFeatures(
      features: features, labels: labels, paths: paths, classNames: classNames, identifier: key.identifier)
    images.skipped = skipped
    self.images = images
  }
}

// MARK: - Comparing with a request

extension FeatureStore {
  /// Checks that a store matches the request; the error names the differences.
  ///
  /// Missing images don't count as differences, since the store replaces them.
  ///
  /// - Parameters:
  ///   - asked: the requested key.
  ///   - data: the name of the requested data set.
  ///   - root: the folder that paths are relative to, to detect changed images.
  ///   - allowsSkipped: whether unreadable images may have been left out.
  /// - Throws: ``FeatureError/otherStore(path:differences:)``.
  package func check(against asked: FeatureKey, of data: String, root: String, allowsSkipped: Bool) throws {
    var differences = key.differences(from: asked)
    // The hash of a list doesn't show a reader which images are meant.
    if key.listFingerprint != asked.listFingerprint, key.split == asked.split, data != self.data {
      differences.insert("the data \(self.data) where \(data) is asked for", at: 0)
    }
    if !allowsSkipped, let first = skipped.first {
      differences.append("\(skipped.count) unreadable images left out (\(first) first) where none may be")
    }
    if differences.isEmpty, let changed = try firstChangedFile(in: root) {
      differences.append("another content of \(changed) than it has now")
    }
    guard differences.isEmpty else { throw FeatureError.otherStore(path: path, differences: differences) }
  }

  private func firstChangedFile(in root: String) throws -> String? {
    let images = (0..<count).map { ExtractedImage(contentHash: contentHashes[$0], bytes: fileBytes[$0]) }
    let files = paths.map { $0.hasPrefix("/") || root.isEmpty ? $0 : "\(root)/\($0)" }
    return try ExtractedImage.firstChanged(images, in: files, since: path).map { paths[$0] }
  }
}
