import PromptLensCheckpoints
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensEvaluation
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensTensors

/// The inspection of files and folders, which doesn't read the elements of tensors.
package enum FileInspector {
  /// Describes a model folder, a checkpoint, a context or feature file, or any HDF5, `.npy` or JSON file.
  ///
  /// - Throws: `FileError` when the path doesn't exist, `CheckpointError` when it is damaged or of an unknown kind.
  package static func describe(_ path: String) throws -> Inspection {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError.missing(path: path, expected: "a model folder, a checkpoint, a context or a feature file")
    }
    if isFolder.boolValue {
      if RunFolder.exists(at: path) { return try describe(run: path) }
      if let classifier = StoredClassifier.path(of: path) { return try describe(StoredClassifier(classifier)) }
      if let context = DasslOutput.checkpoint(in: path) { return try describe(context) }
      guard ModelFolder.isModelFolder(path) else {
        if let found = FolderContents.kind(path) {
          throw FileError.otherFolder(
            path: path, expected: "a model, run or classifier folder, or a checkpoint, context or feature file",
            found: found)
        }
        return describe(try CheckpointDetector.open(path), path: path)
      }
      return try describe(try ModelFolder.open(path))
    }
    let file = try MappedFile(path: path)
    if ShardedTensors.isIndex(path) { return describe(try CheckpointDetector.open(path), path: path) }
    if ClassifierFile.exists(at: path) { return try describe(StoredClassifier(path)) }
    switch withExtendedLifetime(file, { FileKind(file.bytes, name: path) }) {
    case .hdf5: return try describe(try HDF5File(path: path))
    case .numPy: return try describe(try NumPyFile(path: path))
    case .safeTensors: return try describe(try SafeTensorsFile(file))
    case .torch: return try describe(try TorchArchive(file))
    case .json: return try describe(try JSONNode(contentsOf: path, limit: ContextFile.jsonLimit))
    case .webPage: throw TensorFileError.webPage(path: path)
    case .other:
      throw CheckpointError.unrecognized(
        path: path, lookedFor: CheckpointDetector.lookedFor + ["a safetensors, PyTorch, HDF5, .npy or JSON file"])
    }
  }

  package static func describe(_ model: ModelFolder) throws -> Inspection {
    var inspection = Inspection(kind: CheckpointLayout.modelFolder.rawValue, path: model.path)
    inspection.add(model.configuration)
    let manifest = model.manifest
    if let reason = manifest.preprocessingReason { inspection.add("preprocessing known from", reason) }
    inspection.add("activation known from", manifest.activationReason)
    inspection.add("parameters", manifest.parameterCount)
    inspection.add("source", manifest.layout)
    if let name = manifest.publishedName { inspection.add("published as", name) }
    for source in manifest.sources {
      let file = "\(source.name), sha256 \(source.sha256)"
      inspection.add("source file", file, data: [("source_file", .array([.string(file)]))])
    }
    inspection.add("fingerprint", manifest.fingerprint)
    inspection.add("token embedding", manifest.tokenEmbeddingFingerprint)
    inspection.add("tokenizer", model.tokenizerPath?.split(separator: "/").last.map(String.init) ?? "none")
    inspection.add(
      "format version", "\(manifest.formatVersion), written by promptlens \(manifest.toolVersion)",
      data: [("format_version", JSON(manifest.formatVersion)), ("tool_version", .string(manifest.toolVersion))])
    inspection.tensors = model.file.datasets.map(entry)
    return inspection
  }

  package static func describe(_ checkpoint: Checkpoint, path: String) -> Inspection {
    var inspection = Inspection(kind: "\(checkpoint.layout) checkpoint", path: path)
    inspection.add(checkpoint.configuration)
    inspection.add("preprocessing known from", checkpoint.preprocessingReason)
    inspection.add("activation known from", checkpoint.activationReason)
    if let choice = checkpoint.weightsChoice { inspection.add("weights", choice) }
    let report = checkpoint.report
    inspection.add("parameters", report.parameterCount)
    inspection.add(
      "tensors", "\(report.found) found, \(report.mapped) mapped, \(report.ignored.count) without weights")
    if !report.leftOver.isEmpty {
      let more = report.leftOver.count > 32 ? " and \(report.leftOver.count - 32) more" : ""
      inspection.add("left over", report.leftOver.prefix(32).joined(separator: ", ") + more)
    }
    inspection.add("vocabulary", checkpoint.vocabulary?.paths.joined(separator: ", ") ?? "none beside the weights")
    inspection.tensors = checkpoint.source.names.compactMap { name in
      guard let description = try? checkpoint.source.description(of: name) else { return nil }
      return Inspection.TensorEntry(
        name: name, shape: description.shape.dimensions, type: description.dtype.rawValue,
        bytes: description.shape.count * description.dtype.byteWidth)
    }
    return inspection
  }
}
