import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments
import PromptLensFeatures
import PromptLensImages
import PromptLensPresentation

struct DataCorruptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corrupt",
    abstract: "Write corrupted forms of a data set's images, with the kinds and severities of ImageNet-C.",
    discussion: """
      The kinds are the fifteen of ImageNet-C, gaussian_noise, shot_noise, impulse_noise, defocus_blur, glass_blur, \
      motion_blur, zoom_blur, snow, frost, fog, brightness, contrast, elastic_transform, pixelate and jpeg_compression, \
      and the four extra ones, speckle_noise, gaussian_blur, spatter and saturate. Their constants are those of the paper's \
      published code; frost is drawn.

      Each image is brought to 224 pixels as by ImageNet-C: the shorter side to 256, the center cut out; an image of 224 by \
      224 stays as it is. The folder has a PNG under KIND/SEVERITY/ and the image's own path, and images.csv, a list of all of \
      them with the columns path, label, split, corruption and severity. A file depends on its image, its path and the seed \
      alone, not on other images or on threads.

      Example:
        promptlens data corrupt csv:pictures/pictures.csv --kinds pixelate,fog --severities 1,3,5 --output corrupted
        promptlens zero-shot --model mini-clip --data "csv:corrupted/images.csv?corruption=fog&severity=3"
      """)

  @Argument(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource

  @OptionGroup var rootOptions: RootOptions

  @Option(
    help: ArgumentHelp("The kinds, with commas; common for the fifteen, or all.", valueName: "list"),
    transform: { try Self.kinds($0) })
  var kinds: [CorruptionKind] = CorruptionKind.common

  @Option(
    help: ArgumentHelp("The severities, with commas, 1 to 5.", valueName: "list"),
    transform: { try Self.severities($0) })
  var severities: [Int] = Array(Corruption.severities)

  @Option(help: "The split to corrupt: train, val or test; by default all images.")
  var split: Split?

  @Option(help: "The seed of the random kinds.")
  var seed = 1

  @Option(name: [.short, .long], help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var output: String

  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let corruptions = kinds.flatMap { kind in severities.compactMap { Corruption(kind, severity: $0) } }
    let export = try CorruptionExport(
      data, root: rootOptions.root, split: split, corruptions: corruptions, seed: seed, reading: imageOptions.reading,
      to: output, observer: Console.observer)
    try outputOptions.print(export.results)
  }

  private static func kinds(_ text: String) throws -> [CorruptionKind] {
    if text == "all" { return CorruptionKind.allCases }
    if text == "common" { return CorruptionKind.common }
    let known = CorruptionKind.allCases.map(\.rawValue).joined(separator: ", ")
    let kinds = try CommaList.values(text, "a kind of corruption; expected \(known), common or all") {
      CorruptionKind(name: $0)
    }
    guard Set(kinds).count == kinds.count else { throw ValidationError("\"\(text)\" has a kind twice.") }
    return kinds
  }

  private static func severities(_ text: String) throws -> [Int] {
    try CommaList.values(text, "a severity; expected 1 to 5") { part in
      Int(part).flatMap { Corruption.severities.contains($0) ? $0 : nil }
    }
  }
}
