import PromptLensExperiments
import PromptLensTensorFiles
import ArgumentParser
import PromptLensCheckpoints
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensReporting
import PromptLensTensors

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Compute the features of texts and images.",
    discussion: """
      Features are f32 and not normalised unless --normalize is given. A .npy file holds one array, so it takes texts or \
      images; .json and .h5 hold both, with the names of what they belong to.

      Example:
        promptlens embed --model mini-clip --text "a photo of a cat." --image cat.jpg --format json
        promptlens embed --model mini-clip --image *.jpg --normalize --output features.npy
      """)

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var cleaningOptions: CleaningOptions
  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var outputOptions: OutputOptions

  @Option(name: [.short, .long], parsing: .upToNextOption, help: ArgumentHelp("Texts.", valueName: "text"))
  var text: [String] = []

  @Option(
    help: ArgumentHelp(
      "Read more texts from a file: one a line, or a JSON array of strings; - is standard input.", valueName: "file"))
  var input: String?

  @Option(name: [.short, .long], parsing: .upToNextOption, help: ArgumentHelp("Image files.", valueName: "file"))
  var image: [String] = []

  @Flag(help: "Scale each feature to length one.")
  var normalize = false

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Write the features to a .npy, .json or .h5 file instead of printing them.", valueName: "file"))
  var output: String?

  func validate() throws {
    guard !text.isEmpty || !image.isEmpty || input != nil else {
      throw ValidationError("Give texts with --text or --input, or image files with --image.")
    }
    guard let output else { return }
    guard FeatureFormat(path: output) != nil else {
      throw ValidationError("--output \(output) must end in .npy, .json or .h5.")
    }
    if FeatureFormat(path: output) == .npy, !image.isEmpty, !text.isEmpty || input != nil {
      throw ValidationError("A .npy file holds one array, texts' or images'; use .json or .h5 for both.")
    }
  }

  func run() throws {
    let texts = text + (try input.map(TextFile.read) ?? [])
    let model = try OpenedModel(modelOptions.model, precision: computeOptions.precision)
    let textFeatures = texts.isEmpty ? nil : try finish(model.features(ofTexts: texts, options: cleaningOptions))
    let imageFeatures = image.isEmpty ? nil : try finish(model.features(ofImages: image, reading: imageOptions.reading))
    let features = Features(texts: texts, textFeatures: textFeatures, images: image, imageFeatures: imageFeatures)
    guard let output, let format = FeatureFormat(path: output) else {
      return Console.print(features.results, as: outputOptions.format)
    }
    switch format {
    case .npy: if let only = textFeatures ?? imageFeatures { try NumPyFile.write(only, to: output) }
    case .json:
      try AtomicOutput.text((features.json.serialized() + "\n"), to: output)
    case .h5:
      try HDF5Writer.write(to: output) { file in
        if let textFeatures {
          try file.write(textFeatures, to: "text_features")
          try file.write(texts, to: "texts")
        }
        if let imageFeatures {
          try file.write(imageFeatures, to: "image_features")
          try file.write(image, to: "images")
        }
        try file.set("model_fingerprint", .string(model.folder.manifest.fingerprint))
        try file.set("normalized", .string(normalize ? "true" : "false"))
      }
    }
    Console.note("\(output): \(texts.count.grouped) texts and \(image.count.grouped) images")
  }

  private func finish(_ features: Tensor) throws -> Tensor {
    guard normalize else { return features }
    return try features.unitRows()
  }
}

/// The files that features are written to.
private enum FeatureFormat: String {
  case npy, json, h5

  init?(path: String) { self.init(rawValue: URL(fileURLWithPath: path).pathExtension.lowercased()) }
}

/// Features and what they belong to.
private struct Features {
  let texts: [String]
  let textFeatures: Tensor?
  let images: [String]
  let imageFeatures: Tensor?

  var json: JSON {
    func rows(_ features: Tensor?) -> JSON {
      .array(features.map { $0.rowArrays.map { .array($0.map { JSON($0) }) } } ?? [])
    }
    return [
      "texts": .array(texts.map { .string($0) }), "text_features": rows(textFeatures),
      "images": .array(images.map { .string($0) }), "image_features": rows(imageFeatures),
    ]
  }

  var results: Results {
    let all =
      zip(texts, textFeatures?.rowArrays ?? []).map { ("text", $0, $1) }
      + zip(images, imageFeatures?.rowArrays ?? []).map { ("image", $0, $1) }
    let width = all.first?.2.count ?? 0
    var table = Table(
      title: "\(width) numbers each; --format json or --output FILE gives all of them",
      columns: [.text("kind"), .text("input"), .number("length")]
        + (0..<min(width, 4)).map { .number("[\($0)]") } + (width > 4 ? [.text("")] : []))
    var csv = Table(columns: [.text("kind"), .text("input")] + (0..<width).map { .number("f\($0)") })
    for (kind, name, values) in all {
      let length = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      table.append(
        [kind, name, length.formatted(decimals: 4)] + values.prefix(4).map { $0.formatted(decimals: 5) }
          + (width > 4 ? ["…"] : []))
      csv.append([kind, name] + values.map { "\($0)" })
    }
    return Results(json: json, tables: [table], csv: csv)
  }
}

extension Tensor {
  /// The rows of a matrix.
  fileprivate var rowArrays: [[Float]] {
    let width = shape.dimensions[1]
    return withFloats { values in
      (0..<shape.dimensions[0]).map { Array(values[$0 * width..<($0 + 1) * width]) }
    }
  }
}
