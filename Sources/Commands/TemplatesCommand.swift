import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensPresentation

struct TemplatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates",
    abstract: "Compare prompt templates by their accuracy.",
    discussion: """
      Classifies the same images with each template, including "a photo of a {}.", and prints each accuracy, their range, \
      whether the best is significantly better than "a photo of a {}.", and the classes that depend most on the wording.

      Significance is McNemar's test over images, exact, and with χ² corrected for continuity; and a paired bootstrap of \
      10,000 draws of the images. The best template is picked on the same images, so p is also given times the number of \
      other templates (Bonferroni).

      Example:
        promptlens templates --model mini-clip --data csv:pacs.csv?domain=sketch
        promptlens templates --model mini-clip --features pets-test.h5 --file my-templates.txt --format json
      """)

  @OptionGroup var modelOptions: ModelOptions

  @OptionGroup var testImageOptions: TestImageOptions

  @Option(
    help: ArgumentHelp(
      "The templates: a file with one a line, or clip-7 or clip-80, those of CLIP's authors for ImageNet.",
      valueName: "list"))
  var file = PublishedTemplates.clip80.rawValue

  @Option(help: "The number of classes to list.")
  var classes = 10

  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try testImageOptions.source.requireImages()
    try NumberBounds.check("--classes", classes, atLeast: 0)
  }

  func run() throws {
    let experiment = TemplateExperiment(
      file, images: testImageOptions.selection(), model: modelOptions.model,
      precision: computeOptions.precision)
    try outputOptions.print(experiment.run(observer: Console.observer).results(classes: classes))
  }
}
