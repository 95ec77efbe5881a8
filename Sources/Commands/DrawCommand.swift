import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensDrawing
import PromptLensPresentation
import PromptLensReporting

struct DrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw",
    abstract: "Draw a data set of small pictures, with classes, styles and captions.",
    discussion: """
      Each picture shows one large thing, with a color and a texture, before a background, often with small things \
      around it. Styles are domains: photo, painting, cartoon, sketch, negative. The folder contains \
      STYLE/SPLIT/THING/NUMBER.png and pictures.csv, with the columns path, label, split, domain, caption, color, \
      texture and background. A picture depends only on the seed and its thing, style, split, number and size; splits and \
      seeds share no pictures.

      Captions describe the picture. A share of --loose has brief wordings, "a photo of a star.", of which only --loose-truth \
      have the right name, and the others mostly that of a similar thing; --nameless is the share of the other captions \
      that have no name; things of --unnamed are never named.

      --spurious 0.95 draws a spurious pair: every other thing mostly stands on a beach in training pictures, the others in \
      a meadow, while both are equally frequent in test pictures. --group background,label of the measuring commands shows \
      what a classifier makes of it.

      Example:
        promptlens draw --output pictures --seed 7 --styles photo sketch --train 16 --test 50
        promptlens zero-shot --model mini-clip --data "csv:pictures/pictures.csv?domain=sketch"
        promptlens draw --output pictures --classes star moon --train 0 --test 3 --size 128
        promptlens draw --list
      """)

  @Option(name: [.short, .long], help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var output: String?

  @Flag(help: "Print the names of all things that can be drawn, and draw nothing.")
  var list = false

  @Option(help: "The seed of every picture.")
  var seed = 1

  @Option(help: "Training pictures of each class in each style.")
  var train = 16

  @Option(help: "Validation pictures of each class in each style.")
  var val = 0

  @Option(help: "Test pictures of each class in each style.")
  var test = 25

  @Option(
    parsing: .upToNextOption, help: "Styles: photo, painting, cartoon, sketch, negative, or all.",
    transform: { try PictureStyle.read($0) })
  var styles: [[PictureStyle]] = [[.photo]]

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Things to draw (default: all).", valueName: "name"))
  var classes: [String] = []

  @Option(help: "Columns and rows of each picture.")
  var size = 48

  @Option(help: "The share of captions that are brief, 0 to 1.")
  var loose: Float = Wording.plain.looseShare

  @Option(help: "The share of brief captions that name the large thing, 0 to 1.")
  var looseTruth: Float = Wording.plain.looseTruth

  @Option(help: "The share of other captions that name nothing, 0 to 1.")
  var nameless: Float = Wording.plain.namelessShare

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Things that no caption names.", valueName: "name"))
  var unnamed: [String] = []

  @Option(
    help: ArgumentHelp(
      "Draw things on a beach or a meadow: this share of a thing's training pictures has its own, 0.5 to 1.",
      valueName: "share"))
  var spurious: Double?

  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard list != (output != nil) else {
      throw ValidationError("Give the folder to write with --output DIR, or --list alone.")
    }
    for (name, count) in [("--train", train), ("--val", val), ("--test", test)] {
      try NumberBounds.check(name, count, in: 0...100_000)
    }
    guard train + val + test > 0 else { throw ValidationError("--train, --val and --test are all 0.") }
    try NumberBounds.check("--size", size, in: 16...1024)
    for (name, share) in [("--loose", loose), ("--loose-truth", looseTruth), ("--nameless", nameless)] {
      try NumberBounds.check(name, share, in: 0...1)
    }
    try NumberBounds.check("--spurious", spurious, in: 0.5...1)
    for name in classes + unnamed where Thing.named(name) == nil {
      throw ValidationError("\"\(name)\" isn't a known thing; see promptlens draw --list.")
    }
  }

  func run() throws {
    guard let output else { return try outputOptions.print(Results(Thing.all.map(\.name), title: "thing")) }
    let chosen = Set(styles.joined())
    let names = Set(classes)
    var dataset = DrawnDataset(
      things: names.isEmpty ? Thing.all : Thing.all.filter { names.contains($0.name) },
      styles: PictureStyle.allCases.filter(chosen.contains), counts: [.train: train, .val: val, .test: test],
      seed: seed, size: size,
      wording: Wording(
        unnamed: Set(unnamed), looseShare: loose, looseTruth: looseTruth, namelessShare: nameless))
    dataset.spurious = spurious.map { SpuriousPair(share: $0) }
    let progress = Console.observer.begin("pictures", total: dataset.count, unit: "pictures")
    try dataset.write(to: output) { progress.advance() }
    progress.finish()
    try outputOptions.print(dataset.results(at: output))
  }
}

extension PictureStyle {
  /// Returns the style of a name, or all styles.
  fileprivate static func read(_ text: String) throws -> [PictureStyle] {
    if text == "all" { return allCases }
    guard let style = PictureStyle(rawValue: text) else {
      throw ValidationError(
        "\"\(text)\" isn't a style; expected \(allCases.map(\.rawValue).joined(separator: ", ")) or all.")
    }
    return [style]
  }
}
