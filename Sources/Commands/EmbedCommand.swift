import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensPresentation
import PromptLensReporting

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Compute the features of texts and images.",
    discussion: """
      Features are f32 and not normalized unless --normalize is given. A .npy file holds one array, so it takes texts or \
      images; .json and .h5 hold both, with the texts and file names.

      Example:
        promptlens embed --model mini-clip --text "a photo of a cat." --image cat.jpg --format json
        promptlens embed --model mini-clip --image *.jpg --normalize --output features.npy
      """)

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions
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

  @OptionGroup var replacementOptions: ReplacementOptions

  func validate() throws {
    guard !text.isEmpty || !image.isEmpty || input != nil else {
      throw ValidationError("Give texts with --text or --input, or image files with --image.")
    }
    guard let output else { return }
    guard EmbeddedInputs.Format(path: output) != nil else {
      throw ValidationError("--output \(output) must end in .npy, .json or .h5.")
    }
    if EmbeddedInputs.Format(path: output) == .npy, !image.isEmpty, !text.isEmpty || input != nil {
      throw ValidationError("A .npy file holds one array, of texts or of images; use .json or .h5 for both.")
    }
  }

  func run() throws {
    if let output { try replacementOptions.check(output, inputs: [input] + image) }
    let texts = text + (try input.map(TextFile.read) ?? [])
    let embedded = try EmbeddedInputs(
      texts: texts, images: image, by: OpenedModel(modelOptions.model, precision: computeOptions.precision),
      normalizes: normalize, cleaning: cleaningOptions.cleaning, truncates: cleaningOptions.truncate,
      reading: imageOptions.reading)
    Console.observer.noteSkipped(embedded.skipped, of: image.count)
    guard let output, let format = EmbeddedInputs.Format(path: output) else {
      return try outputOptions.print(embedded.results)
    }
    try embedded.write(to: output, as: format)
    Console.note("\(output): \(texts.count.grouped) texts and \(embedded.images.count.grouped) images")
  }
}
