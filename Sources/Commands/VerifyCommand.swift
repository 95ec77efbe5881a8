import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensPresentation
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensReporting

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify that a model, or a learned prompt, computes the same features as its source.",
    discussion: """
      The weights are hashed and compared with the fingerprint in manifest.json, the vocabulary, the golden features and the \
      manifest with the hashes in manifest.json, and the features that convert recorded in \
      golden.json are computed again. With --expected they are also compared with numbers computed elsewhere: a .json \
      file with text_features and image_features and their inputs, as promptlens embed --format json prints; or a .npy file \
      of features, whose inputs are given by --texts or --images. Features are scaled to length one before the comparison.

      With --published, features and logits are compared with a few numbers that others published of the model that it should \
      be, OpenAI's ViT-B/32 so far, and mini-clip: text features, and logits of gray images, and with --images 000000039769.jpg those of \
      COCO's picture of that name. Each number's source and difference is shown.

      With --context, a CoOp checkpoint or a context file, the prompt is compared: an expected.json contains classnames, \
      CLASS_TOKEN_POSITION, text_features, image_features and logits; a gradient.json contains images, labels, loss and the \
      gradient of the context. The output has text_features and logits (largest difference after normalization) and \
      gradient (relative error in norm).

      Exit code: 0 if all agree, 65 if some differ.

      Example:
        promptlens verify clip-vit-b32
        promptlens verify clip-vit-b32 --expected features.json --tolerance 1e-4
        promptlens verify clip-vit-b32 --expected text.npy --texts captions.txt
        promptlens verify clip-vit-b32 --published
        promptlens verify --model clip-vit-b32 --context model.pth.tar-50 --expected expected.json --expected gradient.json
      """)

  @Argument(help: ArgumentHelp("A model folder.", valueName: "model"))
  var positionalModel: String?

  @Option(name: .customLong("model"), help: ArgumentHelp("A model folder.", valueName: "dir"))
  var namedModel: String?

  @Flag(help: "Compare with numbers that others published of the same model.")
  var published = false

  @Option(help: ArgumentHelp("A CoOp checkpoint or a context file, to verify instead of the model.", valueName: "file"))
  var context: String?

  @Option(
    help:
      "With --context, the position of the class name: end, middle or front; by default the one that the files record.")
  var classPosition: ClassPosition?

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Features that were computed elsewhere.", valueName: "file"))
  var expected: [String] = []

  @Option(
    help: ArgumentHelp(
      "The folder that inputs in a .json file are relative to; by default the nearest parent folder that contains them.",
      valueName: "dir"))
  var inputs: String?

  @Option(
    help: ArgumentHelp("The texts of a .npy file, one a line, or a JSON array of strings.", valueName: "file"))
  var texts: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The image files of a .npy file, or the picture of --published.", valueName: "file"))
  var images: [String] = []

  @Option(
    help: """
      The largest accepted difference: by default 1e-4 for --expected; for the golden features the conversion's tolerance, \
      1e-4, or 2e-3 for weights rounded to f16 and 2e-2 to bf16.
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
    guard !imageOptions.unreadableOptions.skipUnreadable else {
      throw ValidationError("--skip-unreadable doesn't go with verify: every image is compared with its features.")
    }
    if published {
      guard context == nil, expected.isEmpty, texts == nil, inputs == nil, tolerance == nil, images.count <= 1,
        cleaningOptions.cleaning == nil, !cleaningOptions.truncate
      else {
        throw ValidationError("--published takes no numbers and texts of your own, and one picture with --images.")
      }
      return
    }
    if context != nil {
      guard !expected.isEmpty, texts == nil, images.isEmpty, inputs == nil else {
        throw ValidationError("--context takes only --expected FILE.json.")
      }
      guard cleaningOptions.cleaning == nil, !cleaningOptions.truncate, !imageOptions.pictureOptions.exif,
        !imageOptions.pictureOptions.resizeInOwnMode
      else {
        throw ValidationError(
          "--cleaning, --truncate, --exif and --resize-in-own-mode are for the model's texts and images, not for --context."
        )
      }
      return
    }
    guard classPosition == nil else { throw ValidationError("--class-position goes with --context.") }
    guard inputs == nil || !expected.isEmpty else { throw ValidationError("--inputs is for --expected FILE.json.") }
    let arrays = expected.filter { $0.hasSuffix(".npy") }
    guard (texts == nil && images.isEmpty) || arrays.count == 1 else {
      throw ValidationError("--texts and --images are for one .npy file in --expected.")
    }
    guard arrays.isEmpty || (texts == nil) != images.isEmpty else {
      throw ValidationError("\(arrays[0]) contains only features; give their inputs with --texts or --images.")
    }
  }

  func run() throws {
    if let context { return try verify(context) }
    if published { return try verifyPublished() }
    var verification = ModelVerification(
      model, expectations: expected.map { .init($0, inputs: inputs, texts: texts, images: images) },
      tolerance: tolerance)
    verification.cleaning = cleaningOptions.cleaning
    verification.truncates = cleaningOptions.truncate
    verification.reading = imageOptions.reading
    verification.precision = computeOptions.precision
    let (fingerprint, checks) = try verification.run()
    try outputOptions.print(Results(checks, of: model, fingerprint: fingerprint))
    try checks.requireAgreement(model: model)
  }

  private func verifyPublished() throws {
    var verification = PublishedVerification(model)
    verification.picture = images.first
    verification.reading = imageOptions.reading
    verification.precision = computeOptions.precision
    let result = try verification.run()
    try outputOptions.print(result.results(of: model))
    for note in result.notes { Console.note("note: \(note)") }
    try result.requireAgreement(model: model)
  }

  private func verify(_ context: String) throws {
    let limit = tolerance ?? ModelVerification.defaultTolerance
    let verification = try PromptVerification(
      context: context, expected: expected, model: OpenedModel(model, precision: computeOptions.precision),
      position: classPosition)
    try outputOptions.print(verification.results(tolerance: limit))
    try verification.requireAgreement(context: context, within: limit)
  }
}
