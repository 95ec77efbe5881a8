import PromptLensExperiments
import PromptLensPrompts
import PromptLensTensorFiles
import ArgumentParser
import PromptLensCheckpoints
import PromptLensCLIP
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensPresentation
import PromptLensReporting
import PromptLensTensors

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove that a model, or a learned prompt, still computes what its source did.",
    discussion: """
      The weights are hashed and compared with the fingerprint in manifest.json, and the features that convert kept in \
      golden.json are computed again. With --expected they are also compared with numbers computed elsewhere: a .json \
      file with text_features and image_features and what they are of, as promptlens embed \
      --format json prints; or a .npy file of features, whose inputs --texts or --images give. Differences are those of \
      features that are scaled to length one.

      With --context, a CoOp checkpoint or a context file, what is compared is the prompt: an expected.json holds \
      classnames, CLASS_TOKEN_POSITION, text_features, image_features and logits; a gradient.json images, labels, loss and \
      the gradient of the context. Printed are text_features and logits (largest difference after normalisation) and \
      gradient (relative error in norm).

      Exit code 0: all agree; 65: some differ.

      Example:
        promptlens verify clip-vit-b32
        promptlens verify clip-vit-b32 --expected features.json --tolerance 1e-4
        promptlens verify clip-vit-b32 --expected text.npy --texts captions.txt
        promptlens verify --model clip-vit-b32 --context model.pth.tar-50 --expected expected.json --expected gradient.json
      """)

  @Argument(help: ArgumentHelp("A model folder.", valueName: "model"))
  var positionalModel: String?

  @Option(name: .customLong("model"), help: ArgumentHelp("A model folder.", valueName: "dir"))
  var namedModel: String?

  @Option(help: ArgumentHelp("A CoOp checkpoint or a context file, to verify instead of the model.", valueName: "file"))
  var context: String?

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Features that were computed elsewhere.", valueName: "file"))
  var expected: [String] = []

  @Option(
    help: ArgumentHelp(
      "The folder from which a .json file names its inputs; by default the nearest above it that holds them.",
      valueName: "dir"))
  var inputs: String?

  @Option(
    help: ArgumentHelp("The texts of a .npy file, one a line, or a JSON array of strings.", valueName: "file"))
  var texts: String?

  @Option(parsing: .upToNextOption, help: ArgumentHelp("The image files of a .npy file.", valueName: "file"))
  var images: [String] = []

  @Option(
    help: """
      The largest difference that agrees: by default 1e-4 for --expected, and for the golden features what the conversion \
      states, 1e-4, or 2e-3 for weights rounded to f16 and 2e-2 to bf16.
      """)
  var tolerance: Double?

  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var cleaningOptions: CleaningOptions
  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var outputOptions: OutputOptions

  private var model: String { positionalModel ?? namedModel ?? "" }

  func validate() throws {
    guard (positionalModel == nil) != (namedModel == nil) else {
      throw ValidationError("Give one model folder: promptlens verify DIR, or --model DIR.")
    }
    if let tolerance, !(tolerance >= 0) { throw ValidationError("--tolerance is \(tolerance), expected 0 or more.") }
    if context != nil {
      guard !expected.isEmpty, texts == nil, images.isEmpty, inputs == nil else {
        throw ValidationError("--context is compared with --expected FILE.json alone.")
      }
      guard cleaningOptions.cleaning == .openAI, !cleaningOptions.truncate, !imageOptions.exif,
        !imageOptions.resizeInOwnMode
      else {
        throw ValidationError(
          "--cleaning, --truncate, --exif and --resize-in-own-mode are for the model's texts and images, not for --context."
        )
      }
      return
    }
    guard inputs == nil || !expected.isEmpty else { throw ValidationError("--inputs is for --expected FILE.json.") }
    let arrays = expected.filter { $0.hasSuffix(".npy") }
    guard (texts == nil && images.isEmpty) || arrays.count == 1 else {
      throw ValidationError("--texts and --images are for one .npy file in --expected.")
    }
    guard arrays.isEmpty || (texts == nil) != images.isEmpty else {
      throw ValidationError("\(arrays[0]) holds features alone; say with --texts or --images what they are of.")
    }
  }

  func run() throws {
    let opened = try OpenedModel(model, precision: computeOptions.precision)
    if let context { return try verify(context, opened) }
    try opened.folder.checkFingerprint()
    var checks = try FeatureCheck.golden(of: opened.folder, tolerance: tolerance)
    guard !checks.isEmpty || !expected.isEmpty else { throw ExperimentError.noGoldenFeatures(model: model) }
    for path in expected { checks += try check(try expectation(path), opened) }
    var table = Table(
      title: "weights unchanged: fingerprint \(opened.folder.manifest.fingerprint.prefix(12))…",
      columns: [
        .text("features"), .number("count"), .number("largest difference"), .number("mean difference"),
        .number("tolerance"), .text("verdict"),
      ])
    for check in checks {
      table.append(
        check.name, "\(check.difference.count)", check.difference.largest.scientific, check.difference.mean.scientific,
        check.tolerance.scientific, check.verdict)
    }
    let json: JSON = [
      "model": .string(model), "agrees": .bool(checks.allSatisfy(\.agrees)),
      "fingerprint": .string(opened.folder.manifest.fingerprint), "checks": .array(checks.map(\.json)),
    ]
    Console.print(Results(json: json, tables: [table]), as: outputOptions.format)
    try checks.requireAgreement(model: model)
  }

  private func verify(_ context: String, _ opened: OpenedModel) throws {
    let limit = tolerance ?? 1e-4
    let learned = try ContextFile.read(context)
    let documents = try expected.map { try JSONNode(contentsOf: $0) }
    for document in documents where document["classnames"] == nil && document["gradient"] == nil {
      throw ExperimentError.badTexts(
        path: document.source, reason: "it has neither classnames nor gradient, so there is nothing to compare with")
    }
    guard let reference = documents.first(where: { $0["classnames"] != nil }) else {
      throw ExperimentError.badTexts(
        path: expected.first ?? "--expected",
        reason: "it says nothing of classes and images; give the file with classnames and image_features too, with "
          + "another --expected")
    }
    let verification = try PromptVerification(
      clip: opened.clip, tokenizer: opened.tokenizer(), context: learned, source: context, reference: reference,
      gradient: documents.first { $0["gradient"] != nil })
    var json = JSON.Object()
    var table = Table(columns: [.text("compared"), .number("difference"), .text("")])
    for (name, difference) in verification.differences {
      json[name] = .number(difference)
      table.append(name, String(format: "%.2e", difference), difference <= limit ? "same" : "different")
    }
    json["tolerance"] = .number(limit)
    Console.print(Results(json: .object(json), tables: [table]), as: outputOptions.format)
    let failed = verification.differences.filter { !($0.value <= limit) }.map(\.name)
    guard failed.isEmpty else {
      throw ExperimentError.different(path: context, what: failed.joined(separator: " and "), tolerance: limit)
    }
  }

  private func expectation(_ path: String) throws -> FeatureExpectation {
    guard path.hasSuffix(".npy") else { return try FeatureExpectation(contentsOf: path, inputs: inputs) }
    guard let texts else { return try FeatureExpectation(array: path, images: images) }
    return try FeatureExpectation(array: path, texts: TextFile.read(texts))
  }

  private func check(_ expected: FeatureExpectation, _ opened: OpenedModel) throws -> [FeatureCheck] {
    let name = URL(fileURLWithPath: expected.path).lastPathComponent
    return try FeatureVerification(
      expected, clip: opened.clip, texts: { try opened.features(ofTexts: $0, options: cleaningOptions) },
      pictures: { try opened.features(ofImages: $0, reading: imageOptions.reading) }
    ).differences.map { kind, difference in
      FeatureCheck(name: "\(kind) features of \(name)", difference: difference, tolerance: tolerance ?? 1e-4)
    }
  }
}
