import PromptLensImages
import PromptLensJSONDocuments

// The form in which a model folder records its preprocessing, both ways.
extension Preprocessing {
  /// The document: every setting, stated.
  package var json: JSON {
    func size(_ size: PixelSize) -> JSON { ["height": JSON(size.height), "width": JSON(size.width)] }
    let resized: JSON =
      switch resize {
      case .none: ["kind": "none"]
      case .shortestEdge(let shortest, let longest):
        [
          "kind": "shortest_edge", "shortest_edge": JSON(shortest),
          "longest_edge": longest.map { JSON($0) } ?? .null,
        ]
      case .exact(let exact): ["kind": "exact", "size": size(exact)]
      case .covering(let covered): ["kind": "covering", "size": size(covered)]
      case .inside(let frame): ["kind": "inside", "size": size(frame)]
      }
    return [
      "resize": resized, "filter": .string(filter.rawValue), "center_crop": crop.map(size) ?? .null,
      "crop_rounding": .string(cropRounding.rawValue), "fill": JSON(Int(fill)),
      "rescale_factor": .number(rescaleFactor), "mean": .array(mean.map { JSON($0) }),
      "std": .array(standardDeviation.map { JSON($0) }),
    ]
  }

  /// Reads a document.
  ///
  /// - Throws: `JSONError` when a setting is missing or of the wrong kind, `CLIPError` when it is out of range.
  package init(parsing node: JSONNode) throws {
    func size(_ node: JSONNode) throws -> PixelSize {
      PixelSize(height: try node.integer("height"), width: try node.integer("width"))
    }
    func named<Value: RawRepresentable & CaseIterable>(_ key: String) throws -> Value where Value.RawValue == String {
      let name = try node.string(key)
      guard let value = Value(rawValue: name) else {
        throw try node.node(key).unexpected(
          expected: Value.allCases.map(\.rawValue).joined(separator: ", "), found: name)
      }
      return value
    }
    let resized = try node.node("resize", expected: "an object")
    let resize: Resize
    switch try resized.string("kind") {
    case "none": resize = .none
    case "shortest_edge":
      resize = .shortestEdge(
        try resized.integer("shortest_edge"), longest: try resized.optionalInteger("longest_edge"))
    case "exact": resize = .exact(try size(resized.node("size")))
    case "covering": resize = .covering(try size(resized.node("size")))
    case "inside": resize = .inside(try size(resized.node("size")))
    case let other:
      throw try resized.node("kind").unexpected(
        expected: "none, shortest_edge, exact, covering or inside", found: other)
    }
    let fill = try node.integer("fill")
    guard let fill = UInt8(exactly: fill) else {
      throw try node.node("fill").unexpected(expected: "0 to 255", found: "\(fill)")
    }
    self.init(
      resize: resize, filter: try named("filter"), crop: try node["center_crop"].map(size),
      cropRounding: try named("crop_rounding"), fill: fill, rescaleFactor: try node.number("rescale_factor"),
      mean: try node.numbers("mean").map { Float($0) },
      standardDeviation: try node.numbers("std").map { Float($0) })
    self = try PreprocessingNumbers.checked(self, source: node.source)
  }
}
