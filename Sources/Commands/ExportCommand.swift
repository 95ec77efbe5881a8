import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensPromptLearning
import ArgumentParser
import Foundation
import PromptLensCheckpoints
import PromptLensExperiments
import PromptLensFiles
import PromptLensPresentation
import PromptLensPrompts

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a model folder or a learned context in the forms that other software loads.",
    discussion: """
      SOURCE is a model folder:
        --as safetensors         a folder for open_clip, which loads it as local-dir:PATH: open_clip_model.safetensors, \
      open_clip_config.json and the tokenizer;
        --as openai-safetensors  one file, named as OpenAI's state dict, for load_state_dict and for converters;
        --as hf                  a Hugging Face folder for transformers' CLIPModel; vision transformers only.

      Or a learned context, CoOp's checkpoints included, or a run folder:
        --as json | npy | safetensors  the vectors, under context or ctx, with the class names that are known;
        --as coop                a checkpoint that CoOp's --load-epoch takes and torch.load(weights_only=True) opens. Name \
      it prompt_learner/model.pth.tar-EPOCH. It holds the embeddings of class names, from --model and --classes unless the \
      source has them.

      Example:
        promptlens export clip-vit-b32 --as hf --output clip-vit-b32-hf
        promptlens export ctx.npy --as safetensors --output ctx.safetensors
        mkdir prompt_learner && promptlens export run/context.h5 --as coop --model clip-vit-b32 \
      --output prompt_learner/model.pth.tar-50
      """)

  @Argument(help: ArgumentHelp("A model folder, a learned context or a run folder.", valueName: "source"))
  var source: String

  @Option(name: .customLong("as"), help: "The form: safetensors, openai-safetensors, hf, json, npy or coop.")
  var form: ExportForm

  @Option(name: [.short, .long], help: ArgumentHelp("The file or folder to write.", valueName: "path"))
  var output: String

  @Option(help: ArgumentHelp("The model folder that a context was learned on, for --as coop.", valueName: "dir"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Class names for --as coop: one a line, or a JSON array of strings; by default the context's own.",
      valueName: "file"))
  var classes: String?

  @Option(help: "The epoch that --as coop writes into the checkpoint; by default the source's own, or 1.")
  var epoch: Int?

  @Flag(help: "Replace an earlier export of the same form.")
  var force = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if let epoch, epoch < 1 { throw ValidationError("--epoch is \(epoch), expected at least 1.") }
    if form == .openAISafeTensors, !output.hasSuffix(".safetensors") {
      throw ValidationError("--output \(output) must end in .safetensors, by which others know the file.")
    }
    if form.context != .coOp, model != nil || classes != nil || epoch != nil {
      throw ValidationError("--model, --classes and --epoch are for --as coop.")
    }
    if form.context == .coOp, classes != nil, model == nil {
      throw ValidationError("--classes needs --model, whose token embedding the class names are looked up in.")
    }
  }

  func run() throws {
    if ModelFolder.isModelFolder(source) { return try exportModel() }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: source, isDirectory: &isFolder) else {
      throw FileError.missing(path: source, expected: "a model folder or a learned context")
    }
    if isFolder.boolValue {
      guard RunFolder.stands(at: source) else { throw ExperimentError.noModelFolder(path: source) }
      let run = try RunFolder(source)
      guard try run.result != nil else {
        throw ExperimentError.badRun(
          path: source, reason: "it is not finished; go on with it by the same promptlens train")
      }
      return try exportContext(run.contextPath)
    }
    try exportContext(source)
  }

  private func exportModel() throws {
    guard let format = form.model else {
      throw ValidationError("--as \(form.rawValue) is for learned contexts, and \(source) is a model folder.")
    }
    let report = try ModelExport.write(
      ModelFolder.open(source), as: format, to: output, force: force, toolVersion: ToolVersion.current)
    Console.print(report.results(of: source, form: form.rawValue, output: output), as: outputOptions.format)
    for note in report.notes { Console.note("note: \(note)") }
  }

  private func exportContext(_ source: String) throws {
    guard let format = form.context else {
      throw ValidationError("--as \(form.rawValue) is for model folders, and \(source) is none.")
    }
    if !force, FileManager.default.fileExists(atPath: output) {
      throw FileError.unwritable(path: output, reason: "something stands there already; --force replaces it")
    }
    let context = try ContextFile.read(source)
    try ContextExport.write(
      format == .coOp ? try surrounded(context, source) : context, as: format, to: output, epoch: epoch)
    Console.print(context.exportResults(of: source, form: form.rawValue, output: output), as: outputOptions.format)
  }

  /// Returns the context with the embeddings of class names around it, where a model to look them up is given.
  private func surrounded(_ context: LearnedContext, _ source: String) throws -> LearnedContext {
    guard let model else { return context }
    let opened = try OpenedModel(model)
    try context.check(against: opened, path: source)
    guard let names = try classes.map(TextFile.classNames) ?? context.classNames else {
      guard context.provenance?.surroundings == nil else { return context }
      throw ValidationError("\(source) names no classes; give them with --classes.")
    }
    return try context.surrounded(byClasses: names, of: opened, source: source)
  }
}

/// A form of a model, of a context, or of either.
enum ExportForm: String, CaseIterable, ExpressibleByArgument {
  case safeTensors = "safetensors"
  case openAISafeTensors = "openai-safetensors"
  case huggingFace = "hf"
  case json, npy
  case coOp = "coop"

  var model: ModelExport.Format? { ModelExport.Format(rawValue: rawValue) }
  var context: ContextExport.Format? { ContextExport.Format(rawValue: rawValue) }
}
