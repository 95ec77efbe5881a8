import ArgumentParser
import Foundation
import PromptLensCheckpoints
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensFiles
import PromptLensPresentation
import PromptLensPrompts

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a model, a learned context or a classifier for other software.",
    discussion: """
      SOURCE is a model folder:
        --as safetensors         a folder for open_clip, which loads it as local-dir:PATH: open_clip_model.safetensors, \
      open_clip_config.json and the tokenizer;
        --as openai-safetensors  one file, named as OpenAI's state dict, for load_state_dict and for converters; the \
      configuration is in its metadata, by which promptlens convert reads it back;
        --as openai-pt           one file with OpenAI's state dict, for build_model of OpenAI's package and CoOp, and for \
      torch.load(weights_only=True);
        --as openai-jit          the same as a TorchScript archive, as OpenAI's own downloads are, for clip.load, which takes no \
      state dict;
        --as hf                  a Hugging Face folder for transformers' CLIPModel; vision transformers only.
        --as onnx                a folder with image.onnx and text.onnx, for onnxruntime and others: batches of any size, operators \
      of version 17, f32, the constants of the preprocessing in the metadata; weights above 2 GB stand beside their graph, in \
      .onnx.data. Features are as the towers make them, before any scaling to length one;
        --as python              the same with reader.py, twenty lines of Python for NumPy and onnxruntime.
      Folders also contain the tokenizer and a model card, README.md, with the source, its hashes and the measured difference.

      Or a learned context: a run folder of promptlens train, a context file, or CoOp's checkpoint:
        --as json | npy | safetensors  the vectors, as context or ctx, with class names, class position, method, epoch and the \
      fingerprint of the token embedding, if known; .npy has them in a JSON file beside it, NAME.npy.json. A conditional \
      context keeps its network, in json and safetensors only;
        --as coop                a checkpoint for CoOp's --load-epoch that torch.load(weights_only=True) opens. Name \
      it prompt_learner/model.pth.tar-EPOCH. It contains the embeddings of class names, from --model and --classes unless \
      the source has them. Of prompts in deeper layers or in the image tower it is the checkpoint of their own official trainer: \
      MaPLe's, IVLP's, PromptSRC's and VPT's with the whole model, TCP's the prompt learner. A context of ATPrompt's form keeps \
      its official names.

      Or a learned context, or a classifier of promptlens probe or classifier, with --model where its run doesn't say it:
        --as onnx                one graph from images to the probabilities of classes, a file that ends in .onnx or a folder; the \
      learned prompt is folded into it, in deeper layers and in the image tower, too; classes and temperature are in the metadata;
        --as python              a folder with classifier.onnx and reader.py.

      Example:
        promptlens export clip-vit-b32 --as hf --output clip-vit-b32-hf
        promptlens export ctx.npy --as safetensors --output ctx.safetensors
        mkdir prompt_learner && promptlens export run/context.h5 --as coop --model clip-vit-b32 \
      --output prompt_learner/model.pth.tar-50
        promptlens export runs/photo --as onnx --output photo.onnx
      """)

  @Argument(help: ArgumentHelp("A model folder, a run folder, a learned context or a classifier.", valueName: "source"))
  var source: String

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "safetensors, openai-safetensors, openai-pt, openai-jit, hf (models), json, npy, safetensors, coop (contexts), onnx, "
        + "python."))
  var form: ExportForm

  @Option(name: [.short, .long], help: ArgumentHelp("The file or folder to write.", valueName: "path"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "The model folder of a context or a classifier, for --as coop, onnx and python; by default the run's.",
      valueName: "dir"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Class names of a context for --as coop, onnx and python: one a line, or a JSON array of strings; by default its own.",
      valueName: "file"))
  var classes: String?

  @Option(help: "The epoch to record; by default the source's own. --as coop needs one.")
  var epoch: Int?

  @Option(help: "The position of the class name to record: end, middle or front; by default the source's own.")
  var classPosition: ClassPosition?

  @Flag(help: "Replace an earlier export of the same form.")
  var force = false

  @Flag(help: "Skip the comparison of the written model's features with the source's.")
  var noVerify = false

  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try NumberBounds.check("--epoch", epoch, atLeast: 1)
    if let ending = form.model?.fileEnding, !output.hasSuffix(ending) {
      throw ValidationError("--output \(output) must end in \(ending), by which others know the file.")
    }
    if form.graph != nil {
      guard epoch == nil else {
        throw ValidationError("--epoch is for learned contexts as --as json, npy, safetensors, coop.")
      }
      guard form.graph == .onnx || !output.hasSuffix(".onnx") else {
        throw ValidationError("--output \(output) must be a folder, for the graph and reader.py.")
      }
      return
    }
    if form.context != .coOp, model != nil || classes != nil {
      throw ValidationError("--model and --classes are for --as coop, onnx and python.")
    }
    if form.context == nil, epoch != nil || classPosition != nil {
      throw ValidationError("--epoch and --class-position are for learned contexts.")
    }
    if form.context == .coOp, classes != nil, model == nil {
      throw ValidationError("--classes needs --model, for the embeddings of the class names.")
    }
  }

  func run() throws {
    if ModelFolder.isModelFolder(source) { return try exportModel() }
    if let graph = form.graph { return try exportClassifier(as: graph) }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: source, isDirectory: &isFolder) else {
      throw FileError.missing(path: source, expected: "a model folder, a run folder or a context file")
    }
    guard !isFolder.boolValue || RunFolder.exists(at: source) || DasslOutput.checkpoint(in: source) != nil else {
      guard let found = FolderContents.kind(source) else { throw ExperimentError.noModelFolder(path: source) }
      throw FileError.otherFolder(
        path: source, expected: "a model folder, a run folder or a context file for --as \(form.name)", found: found)
    }
    try exportContext()
  }

  private func exportModel() throws {
    if let graph = form.graph {
      guard model == nil, classes == nil, classPosition == nil else {
        throw ValidationError("--model, --classes and --class-position are for contexts and classifiers.")
      }
      guard !output.hasSuffix(".onnx") else {
        throw ValidationError("--output \(output) must be a folder, for a graph of each tower.")
      }
      return try report(
        GraphExport.write(
          ModelFolder.open(source), as: graph, to: output, force: force, toolVersion: ToolVersion.current))
    }
    guard let format = form.model else {
      throw ValidationError("--as \(form.name) is for learned contexts, and \(source) is a model folder.")
    }
    try report(
      ModelExport.write(
        ModelFolder.open(source), as: format, to: output, force: force, toolVersion: ToolVersion.current,
        verifies: !noVerify))
  }

  private func report(_ report: ModelExport.Report) throws {
    try outputOptions.print(report.results(of: source, form: form.name, output: output))
    for note in report.notes { Console.note("note: \(note)") }
  }

  private func exportClassifier(as format: GraphExport.Format) throws {
    guard FileManager.default.fileExists(atPath: source) else {
      throw FileError.missing(path: source, expected: "a model folder, a learned context or a classifier")
    }
    var graph = ClassifierGraph(source)
    graph.model = model
    graph.classes = classes
    graph.classPosition = classPosition
    let report = try graph.write(as: format, to: output, force: force, toolVersion: ToolVersion.current)
    try outputOptions.print(report.results(of: source, form: form.name, output: output))
  }

  private func exportContext() throws {
    guard let format = form.context else {
      throw ValidationError("--as \(form.name) is for model folders, and \(source) isn't one.")
    }
    if LearnedDeepPrompt.exists(at: source) { return try exportDeepPrompts(format) }
    let stored = try StoredContext(source)
    guard format != .coOp || classes != nil || !stored.lacksClassNames(model: model) else {
      throw ValidationError("\(source) has no class names; give them with --classes.")
    }
    let context = try stored.export(
      as: format, to: output, classPosition: classPosition, classes: classes, model: model, epoch: epoch, force: force)
    try outputOptions.print(context.exportResults(of: source, form: form.name, output: output))
  }

  /// Writes prompts in deeper layers as the checkpoint of their official trainer.
  private func exportDeepPrompts(_ format: ContextExport.Format) throws {
    guard format == .coOp else {
      throw ValidationError(
        "\(source) holds prompts in deeper layers; --as coop writes them as the checkpoint of their official trainer, "
          + "--as onnx and python as a graph.")
    }
    let learned = try LearnedDeepPrompt(source, model: model, precision: .float32, observer: Console.observer)
    try OutputCheck.file(output, inputs: [source, learned.path], force: force)
    try learned.export(to: output, epoch: epoch, observer: Console.observer)
    try outputOptions.print(learned.exportResults(of: source, form: form.name, output: output))
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
    let models = ModelExport.Format.allCases.map(\.rawValue) + GraphExport.Format.allCases.map(\.rawValue)
    return models + ContextExport.Format.allCases.map(\.rawValue).filter { !models.contains($0) }
  }

  var model: ModelExport.Format? { ModelExport.Format(rawValue: name) }
  var context: ContextExport.Format? { ContextExport.Format(rawValue: name) }
  var graph: GraphExport.Format? { GraphExport.Format(rawValue: name) }
}
