import ArgumentParser
import PromptLensExperiments
import PromptLensPresentation
import PromptLensReporting
import PromptLensTokenization

struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Show the tokens of texts: ids, pieces and positions.",
    discussion: """
      A piece that ends in </w> ends a word; in vocabularies with ▁, one that begins with it begins a word. Positions \
      are byte offsets in the cleaned text, which the table shows.
      As JSON: an array with one array of ids for each text, start and end included, not padded.

      Example:
        promptlens tokenize "a photo of a cat."
        promptlens tokenize --model mini-clip "a photo of a cat." "a photo of an axolotl."
        promptlens tokenize --model mini-clip --input captions.txt --format json
        promptlens tokenize --ids 320 1125 539 320 2368
      """)

  @Option(
    help: ArgumentHelp(
      "A model folder; by default CLIP's own vocabulary of 49,408 tokens.", valueName: "dir"))
  var model: String?

  @OptionGroup var cleaningOptions: CleaningOptions
  @OptionGroup var outputOptions: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Read texts from a file: one a line, or a JSON array of strings; - is standard input.", valueName: "file"))
  var input: String?

  @Flag(help: "Decode token ids to text.")
  var ids = false

  @Argument(help: ArgumentHelp("Texts.", valueName: "text"))
  var texts: [String] = []

  /// The number of positions of every checkpoint that OpenAI published.
  private static let publishedContextLength = 77

  func validate() throws {
    guard !texts.isEmpty || input != nil else { throw ValidationError("Give texts, or --input with a file of texts.") }
    if ids {
      guard input == nil else { throw ValidationError("--ids takes its ids as arguments, not from --input.") }
      if let bad = texts.first(where: { Int32($0) == nil }) {
        throw ValidationError("\"\(bad)\" isn't a token id, expected a whole number.")
      }
    }
  }

  func run() throws {
    let opened = try model.map { try OpenedModel($0) }
    let tokenizer = try opened?.tokenizer() ?? CLIPTokenizer(vocabulary: .embeddedCLIP())
    let contextLength = opened?.configuration.text.contextLength ?? Self.publishedContextLength
    if ids { return try printText(of: texts.compactMap { Int32($0) }, tokenizer) }

    let all = texts + (try input.map(TextFile.read) ?? [])
    let tokenized = try all.map {
      try TokenizedText(
        $0, by: tokenizer, contextLength: contextLength, truncates: cleaningOptions.truncate,
        cleaning: cleaningOptions.cleaning)
    }
    try outputOptions.print(Results(tokenized))
  }

  private func printText(of ids: [Int32], _ tokenizer: any Tokenizer) throws {
    let count = tokenizer.count
    if let bad = ids.first(where: { $0 < 0 || $0 >= count }) {
      throw ValidationError("Token id \(bad) is outside the vocabulary of \(count).")
    }
    try outputOptions.print(Results(decoded: tokenizer.decode(ids)))
  }
}
