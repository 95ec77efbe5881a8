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
    abstract: "Write a model folder or a learned context in the formats of other software.",
    discussion: """
      SOURCE is a model folder:
        --as safetensors         a folder for open_clip, which loads it as local-dir:PATH: open_clip_model.safetensors, \
      open_clip_config.json and the tokenizer;
        --as openai-safetensors  one file, named as OpenAI's state dict, for load_state_dict and for converters;
        --as hf                  a Hugging Face folder for transformers' CLIPModel; vision transformers only.

      Or a learned context, from a run folder or a file, CoOp's checkpoints included:
        --as json | npy | safetensors  the vectors, as context or ctx, with the class names if known;
        --as coop                a checkpoint for CoOp's --load-epoch that torch.load(weights_only=True) opens. Name \
      it prompt_learner/model.pth.tar-EPOCH. It contains the embeddings of class names, from --model and --classes unless \
      the source has them.

      Example:
        promptlens export clip-vit-b32 --as hf --output clip-vit-b32-hf
        promptlens export ctx.npy --as safetensors --output ctx.safetensors
        mkdir prompt_learner && promptlens export run/context.h5 --as coop --model clip-vit-b32 \
      --output prompt_learner/model.pth.tar-50
      """)

  @Argument(help: ArgumentHelp("A model folder, a learned context or a run folder.", valueName: "source"))
  var source: String

  @Option(name: .customLong("as"), help: "The form of the export.")
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

  @Option(help: "The epoch recorded by --as coop; by default the source's own, or 1.")
  var epoch: Int?

  @Flag(help: "Replace an earlier export of the same form.")
  var force = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if let epoch, epoch < 1 { throw ValidationError("--epoch is \(epoch), expected at least 1.") }
    if form.model == .openAISafeTensors, !output.hasSuffix(".safetensors") {
      throw ValidationError("--output \(output) must end in .safetensors, by which others know the file.")
    }
    if form.context != .coOp, model != nil || classes != nil || epoch != nil {
      throw ValidationError("--model, --classes and --epoch are for --as coop.")
    }
    if form.context == .coOp, classes != nil, model == nil {
      throw ValidationError("--classes needs --model, for the embeddings of the class names.")
    }
  }

  func run() throws {
    if ModelFolder.isModelFolder(source) { return try exportModel() }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: source, isDirectory: &isFolder) else {
      throw FileError.missing(path: source, expected: "a model folder or a learned context")
    }
    if isFolder.boolValue, RunFolder.stands(at: source) {
      let run = try RunFolder(source)
      guard try run.result != nil else {
        throw ExperimentError.badRun(
          path: source, reason: "it is not finished; repeat its promptlens train command to finish it")
      }
      return try exportContext(run.contextPath)
    }
    guard !isFolder.boolValue || DasslOutput.checkpoint(in: source) != nil else {
      throw ExperimentError.noModelFolder(path: source)
    }
    try exportContext(source)
  }

  private func exportModel() throws {
    guard let format = form.model else {
      throw ValidationError("--as \(form.name) is for learned contexts, and \(source) is a model folder.")
    }
    let report = try ModelExport.write(
      ModelFolder.open(source), as: format, to: output, force: force, toolVersion: ToolVersion.current)
    Console.print(report.results(of: source, form: form.name, output: output), as: outputOptions.format)
    for note in report.notes { Console.note("note: \(note)") }
  }

  private func exportContext(_ source: String) throws {
    guard let format = form.context else {
      throw ValidationError("--as \(form.name) is for model folders, and \(source) is none.")
    }
    if !force, FileManager.default.fileExists(atPath: output) {
      throw FileError.unwritable(path: output, reason: "something stands there already; --force replaces it")
    }
    try OutputCheck.file(output, inputs: [source, classes].compactMap(\.self), force: force)
    let context = try ContextFile.read(source)
    try context.requirePrompts(source: source)
    try ContextExport.write(
      format == .coOp ? try surrounded(context, source) : context, as: format, to: output, epoch: epoch)
    Console.print(context.exportResults(of: source, form: form.name, output: output), as: outputOptions.format)
  }

  /// Returns the context with the embeddings of class names around it, where a model to look them up is given.
  private func surrounded(_ context: LearnedContext, _ source: String) throws -> LearnedContext {
    guard let model else { return context }
    let opened = try OpenedModel(model)
    try context.check(against: opened, path: source)
    guard let names = try classes.map(TextFile.classNames) ?? context.classNames else {
      guard context.provenance?.surroundings == nil else { return context }
      throw ValidationError("\(source) has no class names; give them with --classes.")
    }
    return try context.surrounded(byClasses: names, of: opened, source: source)
  }
}

/// A form of a model, of a context, or of either: the formats of `ModelExport` and `ContextExport` by their names.
struct ExportForm: ExpressibleByArgument {
  /// The name after `--as`.
  let name: String

  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    name = argument
  }

  static var allValueStrings: [String] {
    let models = ModelExport.Format.allCases.map(\.rawValue)
    return models + ContextExport.Format.allCases.map(\.rawValue).filter { !models.contains($0) }
  }

  var model: ModelExport.Format? { ModelExport.Format(rawValue: name) }
  var context: ContextExport.Format? { ContextExport.Format(rawValue: name) }
}
