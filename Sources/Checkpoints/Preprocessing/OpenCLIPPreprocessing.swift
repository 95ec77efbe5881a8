import PromptLensCLIP
import PromptLensImages
import PromptLensJSONDocuments

/// The `preprocess_cfg` of open_clip's configuration.
///
/// Source: `PreprocessCfg` and `image_transform_v2` of open_clip 3.3. The size is that of the image tower: a `size` in
/// the file is overwritten by it.
enum OpenCLIPPreprocessing {
  /// Reads the preprocessing of a configuration.
  ///
  /// - Parameters:
  ///   - root: the configuration.
  ///   - size: the image tower's input.
  /// - Returns: the preprocessing; OpenAI's where the configuration states none.
  /// - Throws: `JSONError` when a setting is of the wrong kind, `CLIPError` when open_clip would refuse it.
  static func read(_ root: JSONNode, size: PixelSize) throws -> Preprocessing {
    var preprocessing = Preprocessing.openAI(size)
    guard let node = root["preprocess_cfg"] else { return preprocessing }
    func refuse(_ key: String, _ expected: String, _ found: String) -> CLIPError {
      .badConfiguration(source: node.source, setting: "preprocess_cfg.\(key)", expected: expected, found: found)
    }
    if let mode = try node.optionalString("mode"), mode != "RGB" { throw refuse("mode", "RGB", mode) }
    switch try node.optionalString("interpolation") {
    // open_clip takes "random" for bicubic at evaluation.
    case nil, "bicubic", "random": preprocessing.filter = .bicubic
    case "bilinear": preprocessing.filter = .bilinear
    case let other?: throw refuse("interpolation", "bicubic or bilinear", other)
    }
    switch try node.optionalString("resize_mode") {
    case nil, "shortest":
      // For sizes that aren't squares open_clip forgets to pass the interpolation on.
      if !size.isSquare { preprocessing.filter = .bicubic }
    case "longest": preprocessing.resize = .inside(size)
    case "squash":
      preprocessing.resize = .exact(size)
      preprocessing.crop = nil
    case let other?: throw refuse("resize_mode", "shortest, longest or squash", other)
    }
    if let fill = try node.optionalInteger("fill_color"), preprocessing.resize == .inside(size) {
      guard let value = UInt8(exactly: fill) else { throw refuse("fill_color", "0 to 255", "\(fill)") }
      preprocessing.fill = value
    }
    if let mean = try node["mean"].map(PreprocessingNumbers.channels) { preprocessing.mean = mean }
    if let deviation = try node["std"].map(PreprocessingNumbers.channels) {
      preprocessing.standardDeviation = deviation
    }
    return try PreprocessingNumbers.checked(preprocessing, source: node.source)
  }
}
