import Foundation
import PromptLensCLIP
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensONNX
import PromptLensTensors
import PromptLensTokenization

/// The export of model folders as graphs of ONNX, one for each tower.
///
/// A graph's weights are the folder's own tensors, under their names and in their element types; narrow ones are widened
/// to f32 in the graph. So nothing is computed here, and one tensor is in memory at a time.
package enum GraphExport {
  /// A form of the export.
  package enum Format: String, Sendable, CaseIterable {
    /// The graphs.
    case onnx
    /// The graphs, with a program that reads them.
    case python
  }

  /// The name of the image tower's file.
  package static let imageFile = "image.onnx"
  /// The name of the text tower's file.
  package static let textFile = "text.onnx"

  /// Writes a folder with both graphs, the tokenizer and a model card; it appears only when it is complete.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - format: whether a program that reads them is written beside them.
  ///   - path: the folder.
  ///   - force: whether a folder that is not empty is replaced, if it contains such graphs.
  ///   - toolVersion: the version of this program.
  ///   - limit: the most bytes of a file, above which weights go to one beside it.
  /// - Returns: the written files.
  /// - Throws: `FileError` when the output cannot be written, and the errors of reading the tensors; nothing is then left
  ///   behind.
  package static func write(
    _ model: ModelFolder, as format: Format = .onnx, to path: String, force: Bool = false, toolVersion: String,
    limit: Int = ONNXFile.embeddedLimit
  ) throws -> ModelExport.Report {
    let source = model.source
    let reader =
      format == .python ? try PythonReader(for: .towers, of: model, toolVersion: toolVersion).text : nil
    try model.checkTokenizer()
    let tokenizer = try model.tokenizerPath.map { try TokenizerFile.read($0) }
    let isOurs = FileManager.default.fileExists(atPath: "\(path)/\(imageFile)") && !ModelFolder.isModelFolder(path)
    var graphs = [
      (name: imageFile, graph: try model.configuration.imageGraph(source)),
      (name: textFile, graph: try model.configuration.textGraph(source)),
    ]
    graphs[0].graph.metadata = try notes(on: model) + imageNotes(on: model)
    graphs[1].graph.metadata = try notes(on: model) + textNotes(on: model, cleaning: tokenizer?.cleaning)
    return try AtomicOutput.folder(at: path, replacing: force && isOurs) { folder in
      var files: [String] = []
      for (name, graph) in graphs {
        files += try ONNXFile.create(
          graph, at: "\(folder)/\(name)", named: "\(path)/\(name)", version: toolVersion, limit: limit
        ) { name in
          defer { model.releasePages() }
          return try source.tensor(name)
        }
      }
      let card = ModelCard(
        model: model, name: URL(fileURLWithPath: path).lastPathComponent, library: .onnx, check: nil,
        toolVersion: toolVersion)
      var texts = tokenizer?.huggingFaceFiles(contextLength: model.configuration.text.contextLength) ?? []
      texts.append((name: "README.md", text: card.text))
      if let reader { texts.append((name: PythonReader.fileName, text: reader)) }
      for (name, text) in texts { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
      return ModelExport.Report(
        files: files + texts.map(\.name), tensorCount: model.configuration.tensors.count,
        notes: tokenizer == nil ? [ModelExport.noVocabulary] : [], check: nil)
    }
  }

  /// Returns what a graph of any tower says about its model.
  package static func notes(on model: ModelFolder) throws -> [(key: String, value: String)] {
    let scale = exp(try model.source.tensor("logit_scale").floats()[0])
    var notes: [(key: String, value: String)] = [
      ("architecture", model.manifest.architecture), ("fingerprint", model.manifest.fingerprint),
      ("logit_scale", "\(scale)"),
    ]
    if model.configuration.hasLogitBias {
      let bias = try model.source.tensor("logit_bias").floats()[0]
      notes.append(("logit_bias", "\(bias)"))
    }
    return notes
  }

  /// Returns what a graph of images says about their preparation: every constant of it, and the whole as the model's
  /// manifest has it.
  package static func imageNotes(on model: ModelFolder) -> [(key: String, value: String)] {
    let preprocessing = model.configuration.preprocessing
    let size = model.configuration.image.inputSize
    func list(_ values: [Float]) -> String { JSON.array(values.map { JSON($0) }).serialized() }
    return [
      ("image_size", "[\(size.height), \(size.width)]"), ("image_mean", list(preprocessing.mean)),
      ("image_std", list(preprocessing.standardDeviation)), ("rescale_factor", "\(preprocessing.rescaleFactor)"),
      ("interpolation", preprocessing.filter.rawValue), ("preprocessing", preprocessing.json.serialized()),
    ]
  }

  private static func textNotes(on model: ModelFolder, cleaning: Cleaning?) -> [(key: String, value: String)] {
    let text = model.configuration.text
    var notes: [(key: String, value: String)] = [
      ("context_length", "\(text.contextLength)"), ("end_token", "\(text.endToken)"),
      ("padding_token", "\(text.paddingToken)"),
    ]
    if let cleaning { notes.append(("cleaning", cleaning.rawValue)) }
    return notes
  }
}
