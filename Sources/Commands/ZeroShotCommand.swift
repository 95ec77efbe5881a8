import PromptLensFeatures
import ArgumentParser
import PromptLensDatasets
import PromptLensExperiments
import PromptLensPresentation

struct ZeroShotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zero-shot",
    abstract: "Measure the accuracy of zero-shot classification with prompt templates.",
    discussion: """
      --images DIR is short for --data folder:DIR: one folder of images for each class, named for the class unless --classes \
      gives another name. Several templates are ensembled as in CLIP: each prompt's feature is normalized, and a class's \
      mean is its row of the classifier.

      A class list has one line for each class: its name, for the folders in alphabetical order; or the folder, a tab and \
      the name. A .json file is an array of names.

      Existing features replace images: those of promptlens extract, with --model for the text features; or plain arrays, \
      with --text-features of a row for each class, which also replace the model.

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
      "Text features instead of a model: a .npy file with a row for each class.", valueName: "file"))
  var textFeatures: String?

  @Option(help: "The split to classify, with --data: train, val or test.")
  var split: Split = .test

  @OptionGroup var templateOptions: TemplateOptions

  @Option(help: ArgumentHelp("A file of class names.", valueName: "file"))
  var classes: String?

  @Option(help: "The number of most confused pairs of classes to list.")
  var confusions = 5

  func validate() throws {
    guard [images != nil, data != nil, features != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("Give the images with one of --data KIND:PATH, --images DIR or --features FILE.")
    }
    guard (labels == nil) == (textFeatures == nil), labels == nil || features != nil else {
      throw ValidationError("Plain arrays are --features F.npy, --labels L.npy and --text-features T.npy together.")
    }
    guard textFeatures == nil || model == nil && templateOptions.template.isEmpty && templateOptions.templates == nil
    else { throw ValidationError("--text-features replaces --model and templates.") }
    guard textFeatures != nil || model != nil else {
      throw ValidationError(
        "Give the model with --model DIR, or text features with --text-features FILE.")
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
