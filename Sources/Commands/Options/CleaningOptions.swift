import ArgumentParser
import PromptLensTokenization

/// The options for tokenizing texts.
struct CleaningOptions: ParsableArguments {
  @Option(
    help: """
      How texts are cleaned; by default as the model was trained: openai (repairs, HTML, white space, lower case), or \
      what its files say. Others: open-clip; whitespace and canonicalize (open_clip's for other vocabularies); \
      hugging-face (no repairs), or transformers' older tokenizers: hugging-face-4.28 (fast), hugging-face-slow and, \
      where ftfy was installed, hugging-face-slow-ftfy; or none.
      """)
  var cleaning: Cleaning? = nil

  @Flag(help: "Cut texts that have more tokens than the model has positions, instead of rejecting them.")
  var truncate = false
}

extension Cleaning: ExpressibleByArgument {}
