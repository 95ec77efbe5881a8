import Foundation
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensEvaluation
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensONNX
import PromptLensPrompts
import PromptLensTensors

/// A learned prompt or a stored classifier behind its model's image tower, as one graph of ONNX from images to the
/// probabilities of classes. A learned prompt is folded into a row for each class, so the text tower isn't in it.
package struct ClassifierGraph: Sendable {
  /// A run folder, a context file, a folder of `probe` or a classifier file.
  package var path: String
  /// The model's folder; nil for the one that a run or a fit recorded.
  package var model: String?
  /// A file of class names; nil for those that the prompt was learned for.
  package var classes: String?
  /// The position of the class name, if not the context's own.
  package var classPosition: ClassPosition?

  /// The name of the graph's output.
  package static let output = "probabilities"
  /// The name of the graph's file in a folder.
  package static let fileName = "classifier.onnx"

  /// Creates an export of a prompt or a classifier.
  package init(_ path: String) { self.path = path }

  /// The written files, and the classes that the graph tells apart.
  package struct Report: Sendable, Equatable {
    /// The names of the files.
    package var files: [String]
    /// The classes, in the order of the probabilities.
    package var classNames: [String]
  }

  /// Writes the graph.
  ///
  /// - Parameters:
  ///   - format: whether a program that reads the graph is written beside it, into a folder.
  ///   - output: a file that ends in `.onnx`, or a folder, which may hold weights above 2 GB beside the graph.
  ///   - force: whether an earlier export is replaced.
  ///   - toolVersion: the version of this program.
  /// - Returns: the written files.
  /// - Throws: errors of inputs that cannot be read or don't go together, and of writing;
  ///   ``ExperimentError/foreignClassifier(path:reason:)`` for a classifier that a graph can't hold.
  package func write(
    as format: GraphExport.Format, to output: String, force: Bool, toolVersion: String
  ) throws -> Report {
    let (found, names, opened, prompts) = try self.classifier()
    guard let classifier = found as? any GraphClassifier else {
      throw ExperimentError.foreignClassifier(path: path, reason: "a graph of ONNX can't hold this kind of classifier")
    }
    let graph = try self.graph(of: classifier, names: names, behind: opened.folder, prompts: prompts)
    let reader =
      format == .python
      ? try PythonReader(for: .classifier(file: Self.fileName), of: opened.folder, toolVersion: toolVersion).text : nil
    func create(_ temporary: String, named name: String, allowsData: Bool) throws -> [String] {
      try ONNXFile.create(graph, at: temporary, named: name, version: toolVersion, allowsData: allowsData) { name in
        defer { opened.folder.releasePages() }
        return try opened.folder.source.tensor(name)
      }
    }
    if format == .onnx, output.hasSuffix(".onnx") {
      try OutputCheck.file(output, inputs: [path, opened.folder.weightsPath, classes].compactMap(\.self), force: force)
      _ = try AtomicOutput.file(at: output) { try create($0, named: output, allowsData: false) }
      return Report(files: [URL(fileURLWithPath: output).lastPathComponent], classNames: names)
    }
    let isOurs = FileManager.default.fileExists(atPath: "\(output)/\(Self.fileName)")
    return try AtomicOutput.folder(at: output, replacing: force && isOurs) { folder in
      var files = try create(
        "\(folder)/\(Self.fileName)", named: "\(output)/\(Self.fileName)", allowsData: true)
      if let reader {
        try Data(reader.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(PythonReader.fileName)"))
        files.append(PythonReader.fileName)
      }
      return Report(files: files, classNames: names)
    }
  }

  private func graph(
    of classifier: any GraphClassifier, names: [String], behind model: ModelFolder, prompts: [Int: [Float]]
  ) throws -> ONNXGraph {
    var builder = GraphBuilder(name: "classifier", source: model.source)
    let features = try model.configuration.addImageTower(to: &builder, prompts: prompts)
    let logits = classifier.graph(features, &builder)
    builder.output(
      builder.softmax(logits), Self.output, [.free("batch"), .fixed(classifier.classCount)])
    var notes = try GraphExport.notes(on: model) + GraphExport.imageNotes(on: model)
    notes.append(("classes", JSON.array(names.map { .string($0) }).serialized()))
    if let linear = classifier as? LinearClassifier {
      notes.append(("scale", "\(linear.scale)"))
      notes.append(("temperature", "\(1 / linear.scale)"))
    }
    builder.graph.metadata = notes
    return builder.graph
  }

  /// Opens the prompt or the classifier, with its classes, its model and the tokens that it puts into the image tower's blocks.
  private func classifier() throws -> (
    classifier: any FeatureClassifier, names: [String], model: OpenedModel, prompts: [Int: [Float]]
  ) {
    if let stored = StoredClassifier.path(of: path) {
      let classifier = try StoredClassifier(stored)
      guard let model = model ?? classifier.modelFolder else { throw ExperimentError.noModel(context: path) }
      let opened = try OpenedModel(model)
      try classifier.check(modelFingerprint: opened.folder.manifest.fingerprint, of: opened.folder.path)
      guard classifier.classifier.width == opened.configuration.embedDimension else {
        throw ExperimentError.foreignClassifier(
          path: path,
          reason:
            "it takes features of \(classifier.classifier.width) numbers, and \(model) makes \(opened.configuration.embedDimension)"
        )
      }
      return (classifier.classifier, classifier.file.classNames, opened, [:])
    }
    if LearnedDeepPrompt.exists(at: path) {
      let learned = try LearnedDeepPrompt(path, model: model, precision: .float32)
      guard classPosition == nil else {
        throw ExperimentError.foreignClassifier(
          path: path, reason: "its class names stand behind the prompts, so --class-position doesn't go with it")
      }
      guard let names = try classes.map({ try TextFile.classNames($0) }) ?? learned.classNames else {
        throw ExperimentError.noClassNames(context: path)
      }
      let rows = try learned.prompts.weights(names, clip: learned.model.clip, tokenizer: learned.model.tokenizer())
      return (
        try LinearClassifier.cosine(text: rows, scale: learned.model.clip.logitScale), names, learned.plainModel,
        learned.changesImages ? try learned.model.clip.imageEncoder().promptTokens : [:]
      )
    }
    let learned = try LearnedPrompt(path, model: model, precision: .float32)
    let names = try learned.classNames(orIn: classes, of: path)
    guard !learned.context.isConditional else {
      throw ExperimentError.foreignClassifier(
        path: path, reason: "each image shifts this context, so classes don't have fixed weights")
    }
    let rows = try learned.weights(names, position: classPosition)
    return (
      try LinearClassifier.cosine(text: rows, scale: learned.model.clip.logitScale), names, learned.model, [:]
    )
  }
}
