import PromptLensTensorFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensTensors

/// The features that were computed elsewhere, with their inputs.
///
/// Three forms of JSON are read: that of `promptlens embed --format json`, with texts and image files; that of a
/// fixture with `token_ids`, and with image files or none; and that of `fixtures/expected`, whose `text_input` and
/// `image_input` name files of tokens and pixels. Features that are null, since the other software refused their input,
/// are left out with their inputs.
package struct FeatureExpectation: Sendable {
  /// The texts behind the features.
  package enum Texts: Sendable, Equatable {
    case texts([String])
    /// Ids, start and end included.
    case tokens([[Int32]])
  }

  /// The images behind the features.
  package enum Images: Sendable, Equatable {
    /// Files of pictures.
    case pictures([String])
    /// `.npy` files, `[3, side, side]`, normalized.
    case pixelFiles([String])
    /// A `.npy` file, `[images, 3, side, side]`, normalized.
    case pixels(String)
  }

  /// The file that they are from.
  package let path: String
  /// Texts and their features, `[texts, width]`.
  package let texts: (inputs: Texts, features: Tensor)?
  /// Images and their features, `[images, width]`.
  package let images: (inputs: Images, features: Tensor)?

  /// The most bytes that a file may have.
  private static let limit = 256 << 20

  /// Reads features of a `.npy` file, with their inputs from elsewhere.
  ///
  /// - Throws: `FileError` and ``CheckpointError`` when it isn't an array of two axes.
  package init(array path: String, texts: [String]) throws {
    self.path = path
    self.texts = (.texts(texts), try Self.array(path))
    images = nil
  }

  /// Reads features of a `.npy` file, with their inputs from elsewhere.
  ///
  /// - Throws: `FileError` and ``CheckpointError`` when it isn't an array of two axes.
  package init(array path: String, images: [String]) throws {
    self.path = path
    self.images = (.pictures(images), try Self.array(path))
    texts = nil
  }

  private static func array(_ path: String) throws -> Tensor {
    let tensor = try NumPyFile(path: path).tensor()
    guard tensor.shape.rank == 2 else {
      throw CheckpointError.unexpected(
        path: path, object: "the array", expected: "features, [rows, width]", found: "of shape \(tensor.shape)")
    }
    return tensor
  }

  /// Reads a JSON file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - inputs: the folder that the names of inputs start from; by default the nearest above the file that holds them.
  /// - Throws: `FileError` and `JSONError` when it doesn't have any of the forms.
  package init(contentsOf path: String, inputs: String? = nil) throws {
    self.path = path
    let root = try JSONNode(contentsOf: path, limit: Self.limit)
    guard root["text_features"] != nil || root["image_features"] != nil else {
      throw root.unexpected(
        expected: "an object with text_features or image_features", found: "\(root.value.kind) without them")
    }
    let location = InputLocation(path: path, inputs: inputs)
    if let list = try root["text_features"]?.array(), !list.isEmpty {
      texts = (try Self.texts(root, location), try Self.rows(root, "text_features"))
    } else {
      texts = nil
    }
    let kept = try root["image_features"]?.array().indices(where: { $0.value != .null }) ?? RangeSet()
    images = kept.isEmpty ? nil : (try Self.images(root, location, kept), try Self.rows(root, "image_features", kept))
    guard texts != nil || images != nil else {
      throw root.unexpected(
        expected: "text_features or image_features that are not empty", found: "\(root.value.kind) without features")
    }
  }

  private static func texts(_ root: JSONNode, _ location: InputLocation) throws -> Texts {
    func ids(_ node: JSONNode) throws -> [Int32] {
      try node.array().map { Int32(clamping: try $0.integer()) }
    }
    if let list = root["token_ids"] { return .tokens(try list.array().map(ids)) }
    guard let input = try root.optionalString("text_input") else {
      return .texts(try root.array("texts").map { try $0.string() })
    }
    // "tokens/texts-1024.json rows[i].context77"
    let parts = input.split(separator: " ")
    guard parts.count == 2, parts[1].hasPrefix("rows[i].") else {
      throw try root.node("text_input").unexpected(
        expected: "a JSON file and the path to the ids in it, rows[i].KEY", found: input)
    }
    let key = String(parts[1].dropFirst("rows[i].".count))
    let rows = try JSONNode(contentsOf: location.path(String(parts[0])), limit: limit).array("rows")
    return .tokens(try rows.map { try ids($0.node(key, expected: "token ids")) })
  }

  /// Reads the inputs of the image features at some indices.
  private static func images(_ root: JSONNode, _ location: InputLocation, _ kept: RangeSet<Int>) throws -> Images {
    func names() throws -> [String] {
      let all = try root.array("images")
      guard let last = kept.ranges.last, last.upperBound <= all.count else {
        throw try root.node("images").unexpected(expected: "a name for each image feature", found: "\(all.count) names")
      }
      return try all[kept].map { try $0.string() }
    }
    // Another text than a file's name says in words how the pictures were prepared.
    guard let input = try root.optionalString("image_input"), input.hasSuffix(".npy") else {
      return .pictures(try names().map(location.picture))
    }
    guard input.contains("<name>") else { return .pixels(location.path(input)) }
    return .pixelFiles(try names().map { location.path(input.replacing("<name>", with: $0)) })
  }

  /// Reads rows of numbers, all of one length; those at some indices, or all.
  static func rows(_ root: JSONNode, _ key: String, _ kept: RangeSet<Int>? = nil) throws -> Tensor {
    var rows = try root.array(key)
    if let kept { rows = Array(rows[kept]) }
    var width: Int?
    var floats: [Float] = []
    for row in rows {
      let values = try row.array()
      guard values.count == width ?? values.count, !values.isEmpty else {
        throw row.unexpected(expected: "\(width ?? 1) numbers", found: "\(values.count)")
      }
      width = values.count
      for value in values { floats.append(Float(try value.number())) }
    }
    return try Tensor(floats, shape: [rows.count, width ?? 0], name: key)
  }
}

/// The locations of the inputs that a file names.
private struct InputLocation {
  let path: String
  let inputs: String?

  /// Returns the path of a named input: below `inputs`, or below the nearest of four folders above the file that holds
  /// it.
  func path(_ name: String) -> String {
    if let inputs { return "\(inputs)/\(name)" }
    var folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let beside = "\(folder.path)/\(name)"
    for _ in 0..<4 {
      let candidate = "\(folder.path)/\(name)"
      if FileManager.default.fileExists(atPath: candidate) { return candidate }
      folder.deleteLastPathComponent()
    }
    return beside
  }

  /// Returns the path of a picture: as it is, below `inputs` where they are given, or in a folder `images` above the
  /// file.
  func picture(_ name: String) -> String {
    guard !name.hasPrefix("/") else { return name }
    if let inputs { return "\(inputs)/\(name)" }
    let above = path("images/\(name)")
    return FileManager.default.fileExists(atPath: name) || !FileManager.default.fileExists(atPath: above) ? name : above
  }
}
