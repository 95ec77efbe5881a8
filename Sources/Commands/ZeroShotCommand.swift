import ArgumentParser
import PromptLensCommandLineSupport
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

      A class list has one line for each class: its name, or its folder and its name; promptlens help data describes all \
      forms.

      With --scores sigmoid, for a SigLIP, each label has a probability of its own, the sigmoid of its scaled cosine with the \
      model's bias: an image can have several labels or none. The output then has the mean average precision beside the \
      accuracy, precision and recall of the labels above one half, and each label's mean probability on its images and on \
      others. The data may then give several labels for each image, or none: a table with a column labels, separated by | or ;, \
      or COCO's annotations, split:instances_val2017.json?root=val2017. The accuracy is then that of the best label, which is \
      correct if it is one of the image's, on the images that have some.

      Existing features replace images: those of promptlens extract, with --model for the text features; or plain arrays \
      with the classes' text features as rows of --text-features, without a model; or arrays of a model's features, with \
      --model and --classes.

      --group place, or --group place,bird, adds the accuracy of each group of images with equal values in these columns of \
      their list, the worst group, its gap to the mean and its interval, corrected for the bias of choosing the worst.

      Example:
        promptlens zero-shot --model mini-clip --images pictures
        promptlens zero-shot --model mini-clip --images pictures --template "a photo of a {}." "a sketch of a {}."
        promptlens zero-shot --model mini-clip --data csv:pacs.csv?domain=photo --templates clip-80
        promptlens zero-shot --model siglip --images pictures --scores sigmoid --template "this is a photo of {}."
        promptlens zero-shot --model siglip --data csv:voc.csv --scores sigmoid --template "this is a photo of {}."
        promptlens zero-shot --model mini-clip --features pets-test.h5
        promptlens zero-shot --features F.npy --labels L.npy --text-features T.npy
        promptlens zero-shot --model mini-clip --features F.npy --labels L.npy --classes names.txt
      """)

  @OptionGroup var wordOptions: WordOptions

  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var cleaningOptions: CleaningOptions
  @OptionGroup var outputOptions: OutputOptions

  @Option(help: ArgumentHelp("A folder with one folder of images for each class.", valueName: "dir"))
  var images: String?

  @OptionGroup var testImageOptions: TestImageOptions

  @OptionGroup var arrayOptions: ArrayOptions<TestImages>

  @OptionGroup var groupOptions: GroupOptions

  @OptionGroup var templateOptions: TemplateOptions

  @Option(help: "How cosines become scores: softmax, one class among all, or sigmoid, each label alone.")
  var scores = ZeroShotExperiment.Scores.softmax

  @Option(help: "The number of most confused pairs of classes to list.")
  var confusions = 5

  func validate() throws {
    let source = testImageOptions.source
    guard [images != nil, source.data != nil, source.features != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("Give the images with one of --data KIND:PATH, --images DIR or --features FILE.")
    }
    try arrayOptions.check(beside: source)
    try groupOptions.check(beside: source)
    guard !arrayOptions.areGiven || (wordOptions.model == nil) != (wordOptions.textFeatures == nil) else {
      throw ValidationError(
        "Plain arrays need words: their features with --text-features FILE, or a model with --model DIR.")
    }
    try wordOptions.check(areArrays: arrayOptions.areGiven, takesModel: true, templates: templateOptions)
    guard wordOptions.model == nil || !arrayOptions.areGiven || arrayOptions.classes != nil else {
      throw ValidationError("A model needs the classes' names: give --classes FILE with --labels.")
    }
    guard scores == .softmax || wordOptions.model != nil else {
      throw ValidationError("--scores sigmoid needs the bias of a model: give --model DIR.")
    }
    try NumberBounds.check("--confusions", confusions, atLeast: 0)
  }

  func run() throws {
    let result = try ZeroShotExperiment(input).run(observer: Console.observer)
    try outputOptions.print(result.results(confusions: confusions))
    for note in result.notes { Console.note("note: \(note)") }
  }

  private var input: ZeroShotExperiment.Input {
    let source = testImageOptions.source
    if let textFeatures = wordOptions.textFeatures,
      let images = FeatureArrayFiles.Pair(features: source.features, labels: arrayOptions.labels)
    {
      return .arrays(
        FeatureArrayFiles(
          train: images, text: textFeatures, classNames: arrayOptions.classes, scale: wordOptions.scale),
        groupOptions.grouping)
    }
    var selection = testImageOptions.selection(arrays: arrayOptions, folder: images)
    selection.grouping = groupOptions.grouping
    return .words(
      selection,
      ZeroShotExperiment.ModelWords(
        model: wordOptions.model ?? "", precision: computeOptions.precision, templates: templateOptions.request,
        cleaning: cleaningOptions.cleaning, truncates: cleaningOptions.truncate, scores: scores))
  }
}

extension ZeroShotExperiment.Scores: ExpressibleByArgument {}
