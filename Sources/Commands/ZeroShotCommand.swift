import PromptLensFeatures
import ArgumentParser
import PromptLensDatasets
import PromptLensExperiments
import PromptLensPresentation

struct ZeroShotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zero-shot",
    abstract: "Classify images by words alone, and measure the accuracy.",
    discussion: """
      --images DIR is short for --data folder:DIR: one folder of images for each class, which is called as its folder \
      unless --classes says otherwise. Several templates are ensembled as CLIP does: each prompt's feature is normalised, \
      the mean of a class's is its row of the classifier.

      A class list has one line for each class: its name, or its folder and its name; promptlens help data describes all \
      forms.

      Features that are there already need no images: those of promptlens extract, with --model for the words; or plain \
      arrays, whose words are rows of --text-features, one for each class, and need no model.

      Example:
        promptlens zero-shot --model mini-clip --images pictures
        promptlens zero-shot --model mini-clip --images pictures --template "a photo of a {}." "a sketch of a {}."
        promptlens zero-shot --model mini-clip --data csv:pacs.csv?domain=photo --templates clip-80
        promptlens zero-shot --model mini-clip --features pets-test.h5
        promptlens zero-shot --features F.npy --labels L.npy --text-features T.npy
      """)

  @Option(help: ArgumentHelp("A model folder, as promptlens convert writes it.", valueName: "dir"))
  var model: String?

  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var cleaningOptions: CleaningOptions
  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var outputOptions: OutputOptions

  @Option(help: ArgumentHelp("A folder with one folder of images for each class.", valueName: "dir"))
  var images: String?

  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource?

  @OptionGroup var rootOptions: RootOptions

  @Option(help: ArgumentHelp("Features: of promptlens extract, or a .npy file with --labels.", valueName: "file"))
  var features: String?

  @Option(help: ArgumentHelp("The labels of --features, a .npy file of whole numbers.", valueName: "file"))
  var labels: String?

  @Option(
    help: ArgumentHelp(
      "The words' features in place of a model: a .npy file with a row for each class.", valueName: "file"))
  var textFeatures: String?

  @Option(help: "The split to classify, with --data: train, val or test.")
  var split: Split = .test

  @OptionGroup var templateOptions: TemplateOptions

  @Option(help: ArgumentHelp("A file of class names.", valueName: "file"))
  var classes: String?

  @Option(help: "How many of the most confused pairs of classes to list.")
  var confusions = 5

  func validate() throws {
    guard [images != nil, data != nil, features != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("Give the images with one of --data KIND:PATH, --images DIR or --features FILE.")
    }
    guard (labels == nil) == (textFeatures == nil), labels == nil || features != nil else {
      throw ValidationError("Plain arrays are --features F.npy, --labels L.npy and --text-features T.npy together.")
    }
    guard textFeatures == nil || model == nil && templateOptions.template.isEmpty && templateOptions.templates == nil
    else { throw ValidationError("--text-features takes the place of --model and of templates.") }
    guard textFeatures != nil || model != nil else {
      throw ValidationError(
        "Give the model of the words with --model DIR, or their features with --text-features FILE.")
    }
    guard classes == nil || features == nil || labels != nil else {
      throw ValidationError("--classes goes with --images and plain arrays; a feature file names its classes.")
    }
    guard confusions >= 0 else { throw ValidationError("--confusions is \(confusions), expected 0 or more.") }
  }

  func run() throws {
    let result = try ZeroShotExperiment(input).run(observer: Console.observer)
    Console.print(result.results(confusions: confusions), as: outputOptions.format)
    for note in result.notes { Console.note("note: \(note)") }
  }

  private var input: ZeroShotExperiment.Input {
    if let textFeatures, let features, let labels {
      return .arrays(features: features, labels: labels, textFeatures: textFeatures, classNames: classes)
    }
    let words = ZeroShotExperiment.ModelWords(
      model: model ?? "", precision: computeOptions.precision, templates: templateOptions.request,
      cleaning: cleaningOptions.cleaning, truncates: cleaningOptions.truncate)
    if let features { return .words(ImageSelection(.features(features)), words) }
    let source = data ?? DataSource(folder: images ?? "")
    return .words(
      ImageSelection(
        .data(source, root: rootOptions.root, split: split, classes: classes), reading: imageOptions.reading,
        name: images), words)
  }
}
