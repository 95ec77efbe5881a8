import ArgumentParser
import PromptLensCLIP
import PromptLensCMemory
import PromptLensCheckpoints
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensPresentation
import PromptLensTensors

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert a published checkpoint into a model folder.",
    discussion: """
      SOURCE is the folder or the weights file of
        OpenAI's own .pt, as published, or its state dict as .pt, .pth or .bin;
        an open_clip checkpoint: .pt, .bin or .safetensors, with open_clip_config.json where there is one;
        a Hugging Face folder: model.safetensors, its shards and their index, pytorch_model.bin or tf_model.h5, with \
      config.json, vocab.json and merges.txt;
        a Keras Hub preset: model.weights.h5, config.json, assets/tokenizer;
        an HDF5 file whose data sets are named as in OpenAI's state dict, with vocab.json and merges.txt or \
      bpe_simple_vocab_16e6.txt.gz beside it;
        a folder of a LoRA adapter that PEFT saved, with --base and the CLIP that it changes;
        a model folder, to change its element type;
        or mini-clip, the small model that this program includes, unless a file of this name exists.

      Nothing in a PyTorch file is ever executed. If a checkpoint of CLIP's 49,408 tokens has no vocabulary, the one that \
      this program includes is used.

      The model folder contains model.h5, tokenizer.json, manifest.json and golden.json: features that are computed from the \
      source, and then again from the written model. It appears only when it is complete.

      Example:
        promptlens convert ~/Downloads/clip-vit-base-patch32 --output clip-vit-b32 --dtype f16
        promptlens convert ViT-B-32.pt --output clip-vit-b32
        promptlens convert mini-clip --output mini-clip
        promptlens convert --list
      """)

  @Argument(help: ArgumentHelp("The checkpoint's folder or weights file, or mini-clip.", valueName: "source"))
  var source: String?

  @Option(name: [.short, .long], help: ArgumentHelp("The model folder to write.", valueName: "dir"))
  var output: String?

  @Flag(
    help: "List the supported published checkpoints and how each was checked, and do nothing else.")
  var list = false

  @Option(
    help: """
      The element type of matrices and convolutions: f32, f16 or bf16; norms, embeddings of positions and the like stay \
      f32. By default each tensor keeps its own.
      """)
  var dtype: DType?

  @Option(
    help: """
      The activation, quick_gelu or gelu, regardless of the file; the default for a file without one is QuickGELU, as in \
      OpenAI's own models.
      """)
  var activation: Activation?

  @Option(
    help: ArgumentHelp(
      "The configuration, open_clip_config.json or Hugging Face's config.json; by default the one in the weights file or "
        + "beside it.", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "The checkpoint that SOURCE, a LoRA adapter's folder (adapter_config.json), belongs to; the model of both is "
        + "written.", valueName: "path"))
  var base: String?

  @Option(
    help: ArgumentHelp(
      "The weights to take where there are several: a file in the source's folder, or a state dict in the file (model, "
        + "ema, …); by default the plain ones, and the others are named.", valueName: "name"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "The file that says how pictures are prepared, where those in the source's folder disagree: a name in that folder "
        + "or a path of preprocessor_config.json, processor_config.json or open_clip_config.json.", valueName: "file"))
  var preprocessing: String?

  @Option(
    help: ArgumentHelp(
      "The vocabulary: a folder with one, tokenizer.json, vocab.json (merges.txt beside it), or OpenAI's "
        + "bpe_simple_vocab_16e6.txt.gz; by default the one beside the weights.", valueName: "path"))
  var vocabulary: String?

  @Flag(help: "Replace an existing model folder at the output path.")
  var force = false

  @Flag(
    help: """
      Skip the golden features, whose computation takes at least as long as the conversion itself. Memory stays the same: \
      at most the largest tensor, as f32, and 64 MiB.
      """)
  var noVerify = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard !list else { return }
    if source == nil {
      throw ValidationError(
        "Give the checkpoint to convert: its file or folder, or mini-clip, the small model that promptlens includes; "
          + "promptlens convert --list names published checkpoints.")
    }
    if output == nil { throw ValidationError("Give the model folder to write with --output DIR.") }
  }

  func run() throws {
    guard !list, let source, let output else {
      return try outputOptions.print(PublishedCheckpoint.results)
    }
    cmemory_keep_little()
    let outcome = try ModelConversion(
      source: source, output: output, dtype: dtype, activation: activation, configuration: config, base: base,
      weights: weights, preprocessing: preprocessing, vocabulary: vocabulary, replacesExisting: force,
      verifies: !noVerify
    ).run()
    try outputOptions.print(outcome.results)
    for note in outcome.notes { Console.note("note: \(note)") }
    try outcome.checks.requireAgreement(model: output)
  }
}

extension DType: ExpressibleByArgument {}
extension Activation: ExpressibleByArgument {}
