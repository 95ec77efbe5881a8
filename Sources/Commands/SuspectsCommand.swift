import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments
import PromptLensPresentation

struct SuspectsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suspects",
    abstract: "Find labels that look wrong, duplicates with different labels, and outliers.",
    discussion: """
      Cross-validation classifies every image by classifiers of image features that were fitted on neither the image \
      nor its copies. Labels are ranked by their probability, its margin, and the labels of the nearest images. A \
      label is flagged if another class is confidently predicted in its place (confident learning); as many are \
      flagged as keep the expected share of correct labels among them below --fdr.

      The output folder contains suspects.csv, a row for each image; report.html with pictures to go through; and \
      result.json. In suspects.csv, the column label has the suggested class where a label is flagged, and the given \
      one elsewhere; edit it as needed. promptlens train and noise read it with --given-labels, and promptlens data \
      split as csv:suspects.csv?root=DIR; append &flagged=false to leave the flagged images out.

      --given-labels FILE looks at other labels, such as people's, and says how well those that differ from the data set's own are \
      found: precision among the first 100, and the area under the ROC curve.

      Example:
        promptlens suspects photos --model mini-clip --output doubts
        promptlens data split --data "csv:doubts/suspects.csv?root=photos&flagged=false" --output clean.json
      """)

  @Argument(
    help: ArgumentHelp("A folder with a folder of images for each class, or KIND:PATH.", valueName: "data"),
    transform: { try DataSource($0) })
  var data: DataSource

  @OptionGroup var rootOptions: RootOptions
  @OptionGroup var modelOptions: ModelOptions

  @Option(name: [.short, .long], help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Labels to look at in place of the data set's own, which are then the truth: a table of path and label, or an array in the "
        + "images' order, as labels.npy or CIFAR-10_human.pt?worse_label.", valueName: "file"))
  var givenLabels: String?

  @Option(
    help: ArgumentHelp("The largest expected share of correct labels among the flagged ones.", valueName: "share"))
  var fdr = 0.2

  @Option(help: "The folds of the cross-validation.")
  var folds = 5

  @Option(help: "The nearest images whose labels an image's label is compared with.")
  var neighbors = 10

  @Option(help: "The seed of the folds.")
  var seed = 1

  @Option(help: "The labels and outliers to list.")
  var top = 20

  @Option(help: "The pictures of each kind on the page.")
  var pictures = 100

  @OptionGroup var templateOptions: TemplateOptions
  @OptionGroup var pictureOptions: PictureOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var replacementOptions: ReplacementOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try NumberBounds.check("--fdr", fdr, in: 0...1)
    for (name, value, least) in [
      ("--folds", folds, 2), ("--neighbors", neighbors, 1), ("--seed", seed, 0), ("--top", top, 0),
      ("--pictures", pictures, 0),
    ] { try NumberBounds.check(name, value, atLeast: least) }
  }

  func run() throws {
    var experiment = SuspectsExperiment(data, model: modelOptions.model, featureFolder: "\(output)/features")
    experiment.root = rootOptions.root
    experiment.givenLabels = givenLabels
    experiment.folds = folds
    experiment.limit = fdr
    experiment.neighbors = neighbors
    experiment.seed = seed
    experiment.templates = templateOptions.request
    experiment.reading = pictureOptions.reading
    experiment.precision = computeOptions.precision
    let files = try replacementOptions.results(in: output)
    let outcome = try experiment.run(observer: Console.observer)
    try outcome.write(to: files, pictures: pictures)
    try outputOptions.print(outcome.result.results(top: top))
  }
}
