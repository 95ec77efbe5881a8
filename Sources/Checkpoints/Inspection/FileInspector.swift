import CLIP
import Files
import Foundation
import JSONDocuments
import Tensors

/// Says what a file or folder is, without reading its tensors' elements.
public enum FileInspector {
  /// Describes a model folder, a checkpoint, a context or feature file, or any HDF5, `.npy` or JSON file.
  ///
  /// - Throws: `FileError` when nothing stands there, ``CheckpointError`` when it is damaged or nothing that is known.
  public static func describe(_ path: String) throws -> Inspection {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError.missing(path: path, expected: "a model folder, a checkpoint, a context or a feature file")
    }
    if isFolder.boolValue {
      guard ModelFolder.isModelFolder(path) else { return describe(try CheckpointDetector.open(path), path: path) }
      return try describe(try ModelFolder.open(path))
    }
    let file = try MappedFile(path: path)
    if ShardedTensors.isIndex(path) { return describe(try CheckpointDetector.open(path), path: path) }
    switch withExtendedLifetime(file, { FileKind(file.bytes, name: path) }) {
    case .hdf5: return try describe(try HDF5File(path: path))
    case .numPy: return try describe(try NumPyFile(path: path))
    case .safeTensors: return try describe(try SafeTensorsFile(file))
    case .torch: return try describe(try TorchArchive(file))
    case .json: return try describe(try JSONNode(contentsOf: path, limit: ContextFile.jsonLimit))
    case .other:
      throw CheckpointError.unrecognised(
        path: path, lookedFor: CheckpointDetector.lookedFor + ["a safetensors, PyTorch, HDF5, .npy or JSON file"])
    }
  }

  private static func describe(_ model: ModelFolder) throws -> Inspection {
    var inspection = Inspection(kind: CheckpointLayout.modelFolder.rawValue, path: model.path)
    inspection.add(model.configuration)
    let manifest = model.manifest
    inspection.add("activation known from", manifest.activationReason)
    inspection.add("parameters", "\(manifest.parameterCount)")
    inspection.add("source", manifest.layout)
    for source in manifest.sources { inspection.add("source file", "\(source.name), sha256 \(source.sha256)") }
    inspection.add("fingerprint", manifest.fingerprint)
    inspection.add("token embedding", manifest.tokenEmbeddingFingerprint)
    inspection.add("tokenizer", model.tokenizerPath == nil ? "none" : "tokenizer.json")
    inspection.add("format version", "\(manifest.formatVersion), written by promptlens \(manifest.toolVersion)")
    inspection.tensors = model.file.datasets.map(entry)
    return inspection
  }

  private static func describe(_ checkpoint: Checkpoint, path: String) -> Inspection {
    var inspection = Inspection(kind: "\(checkpoint.layout) checkpoint", path: path)
    inspection.add(checkpoint.configuration)
    inspection.add("activation known from", checkpoint.activationReason)
    let report = checkpoint.report
    inspection.add("parameters", "\(report.parameterCount)")
    inspection.add(
      "tensors", "\(report.found) found, \(report.mapped) mapped, \(report.ignored.count) without weights")
    if !report.leftOver.isEmpty { inspection.add("left over", report.leftOver.joined(separator: ", ")) }
    inspection.add("vocabulary", checkpoint.vocabulary?.paths.joined(separator: ", ") ?? "none beside the weights")
    inspection.tensors = checkpoint.source.names.compactMap { name in
      guard let description = try? checkpoint.source.description(of: name) else { return nil }
      return Inspection.TensorEntry(
        name: name, shape: description.shape.dimensions, type: description.dtype.rawValue,
        bytes: description.shape.count * description.dtype.byteWidth)
    }
    return inspection
  }

  private static func describe(_ file: HDF5File) throws -> Inspection {
    if file.dataset("context") != nil {
      var inspection = describe(try ContextFile.read(file.path), path: file.path)
      inspection.tensors = file.datasets.map(entry)
      return inspection
    }
    let isModelFile = try file.attribute(ModelFolder.formatAttribute) != nil
    if !isModelFile, let checkpoint = try? CheckpointDetector.open(file.path) {
      return describe(checkpoint, path: file.path)
    }
    let features = ["text_features", "image_features", "features"].filter { file.dataset($0) != nil }
    let kind = isModelFile ? "weights of a PromptLens model folder" : features.isEmpty ? "HDF5 file" : "feature file"
    var inspection = Inspection(kind: kind, path: file.path)
    inspection.add("bytes", "\(file.byteCount)")
    inspection.add("datasets", "\(file.datasets.count)")
    for name in try file.attributeNames() {
      guard let value = try? file.attribute(name) else { continue }
      inspection.add(name, value.text)
    }
    inspection.tensors = file.datasets.map(entry)
    return inspection
  }

  private static func describe(_ file: SafeTensorsFile) throws -> Inspection {
    if file.tensors.map(\.name) == ["ctx"] { return describe(try ContextFile.read(file.path), path: file.path) }
    if let checkpoint = try? CheckpointDetector.open(file.path) { return describe(checkpoint, path: file.path) }
    var inspection = Inspection(kind: "safetensors file", path: file.path)
    for (key, value) in file.metadata.prefix(32) { inspection.add(key, String(value.prefix(256))) }
    inspection.tensors = file.tensors.compactMap { file.stored($0.name)?.entry($0.name) }
    return inspection
  }

  private static func describe(_ archive: TorchArchive) throws -> Inspection {
    if PromptLearnerCheckpoint.stands(in: archive) {
      return describe(try PromptLearnerCheckpoint(archive), archive)
    }
    if let checkpoint = try? CheckpointDetector.open(archive.path) { return describe(checkpoint, path: archive.path) }
    var inspection = Inspection(kind: archive.form.rawValue, path: archive.path)
    for (key, value) in (archive.root.entries ?? []).prefix(32) {
      guard let key = key.string else { continue }
      inspection.add(key, value.summary)
    }
    if !archive.classes.isEmpty {
      let shown = archive.classes.prefix(8).joined(separator: ", ")
      inspection.add("inert classes", archive.classes.count > 8 ? "\(shown) … (\(archive.classes.count))" : shown)
    }
    inspection.tensors = archive.names.compactMap { archive.stored($0)?.entry($0) }
    return inspection
  }

  private static func describe(_ prompts: PromptLearnerCheckpoint, _ archive: TorchArchive) -> Inspection {
    let vectors = prompts.vectors.shape.dimensions
    var inspection = Inspection(kind: "\(prompts.provenance.method.rawValue) checkpoint", path: prompts.path)
    inspection.add("vectors", "\(vectors[vectors.count - 2]) of width \(vectors[vectors.count - 1])")
    inspection.add(
      "contexts",
      vectors.count == 3 ? "one for each of \(vectors[0]) classes (CSC)" : "one for all classes (UC)")
    inspection.add("element type", prompts.vectors.dtype.rawValue)
    if let surroundings = prompts.provenance.surroundings {
      inspection.add("classes", "\(surroundings.classCount), whose names only the model that it was learned on tells")
    } else {
      inspection.add("classes", "unknown, since token_prefix and token_suffix were left out")
    }
    inspection.add("class position", "not in the file")
    if let epoch = prompts.provenance.epoch { inspection.add("epoch", "\(epoch)") }
    if !archive.classes.isEmpty { inspection.add("inert classes", archive.classes.joined(separator: ", ")) }
    inspection.tensors = archive.names.compactMap { archive.stored($0)?.entry($0) }
    return inspection
  }

  private static func describe(_ file: NumPyFile) throws -> Inspection {
    var inspection = Inspection(kind: "NumPy array", path: file.path)
    if (2...3).contains(file.shape.count) {
      inspection.add(
        "as a context", "\(file.shape[file.shape.count - 2]) vectors of width \(file.shape[file.shape.count - 1])")
    }
    let bytes = file.shape.reduce(file.element.byteWidth, *)
    inspection.tensors = [
      Inspection.TensorEntry(name: "array", shape: file.shape, type: file.element.rawValue, bytes: bytes)
    ]
    return inspection
  }

  private static func describe(_ root: JSONNode) throws -> Inspection {
    if root["text_features"] != nil || root["image_features"] != nil {
      var inspection = Inspection(kind: "feature file", path: root.source)
      for name in ["text_features", "image_features"] {
        guard let rows = try root[name]?.array() else { continue }
        let width = try rows.first?.array().count ?? 0
        inspection.tensors.append(
          Inspection.TensorEntry(
            name: name, shape: [rows.count, width], type: "f32", bytes: rows.count * width * 4))
      }
      return inspection
    }
    if let context = try? ContextFile.read(root.source) { return describe(context, path: root.source) }
    var inspection = Inspection(kind: "JSON file", path: root.source)
    switch root.value {
    case .object(let members): inspection.add("keys", members.keys.prefix(32).joined(separator: ", "))
    case .array(let elements): inspection.add("elements", "\(elements.count)")
    default: break
    }
    return inspection
  }

  private static func describe(_ context: LearnedContext, path: String) -> Inspection {
    var inspection = Inspection(kind: "context file", path: path)
    inspection.add("vectors", "\(context.length) of width \(context.width)")
    inspection.add("contexts", context.classCount.map { "one for each of \($0) classes" } ?? "one for all classes")
    if let names = context.classNames { inspection.add("classes", names.joined(separator: ", ")) }
    if let position = context.classPosition { inspection.add("class position", position) }
    if let fingerprint = context.embeddingFingerprint { inspection.add("token embedding", fingerprint) }
    inspection.tensors = [
      Inspection.TensorEntry(
        name: "context", shape: context.vectors.shape.dimensions, type: context.vectors.dtype.rawValue,
        bytes: context.vectors.byteCount)
    ]
    return inspection
  }

  private static func entry(_ dataset: HDF5Dataset) -> Inspection.TensorEntry {
    var type = dataset.type.description
    if case .float(let dtype, bigEndian: false) = dataset.type { type = dtype.rawValue }
    return Inspection.TensorEntry(name: dataset.path, shape: dataset.shape, type: type, bytes: dataset.byteCount)
  }
}

extension Inspection {
  /// Adds the facts of an architecture.
  fileprivate mutating func add(_ configuration: CLIPConfiguration) {
    add("architecture", configuration.architectureName)
    switch configuration.image {
    case .visionTransformer(let vision):
      let tower = vision.transformer
      add(
        "image tower",
        "vision transformer, \(vision.resolution) px, patch \(vision.patchSize), width \(tower.width), "
          + "\(tower.layers) layers, \(tower.heads) heads, \(tower.activation.rawValue)")
    case .modifiedResNet(let network):
      add(
        "image tower",
        "ModifiedResNet, \(network.resolution) px, width \(network.width), blocks \(network.blocks), "
          + "\(network.heads) heads")
    }
    let text = configuration.text
    add(
      "text tower",
      "\(text.contextLength) positions, width \(text.transformer.width), \(text.transformer.layers) layers, "
        + "\(text.transformer.heads) heads, \(text.transformer.activation.rawValue)")
    add("vocabulary size", "\(text.vocabularySize)")
    add("embedding dimension", "\(configuration.embedDimension)")
  }
}

extension HDF5Value {
  /// The value for people, cut after 32 elements.
  fileprivate var text: String {
    func list<Element>(_ elements: [Element]) -> String {
      let shown = elements.prefix(32).map { "\($0)" }.joined(separator: ", ")
      return elements.count > 32 ? "\(shown) … (\(elements.count))" : shown
    }
    switch self {
    case .string(let string): return string
    case .strings(let strings): return list(strings)
    case .integer(let integer): return "\(integer)"
    case .integers(let integers): return list(integers)
    case .number(let number): return "\(number)"
    case .numbers(let numbers): return list(numbers)
    }
  }
}
