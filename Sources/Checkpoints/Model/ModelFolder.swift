import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensTensors
import PromptLensTokenization
import Synchronization

/// A native model folder: `model.h5`, `manifest.json`, `tokenizer.json` or `vocabulary.pieces`, and optionally
/// `golden.json`.
///
/// `model.h5` contains the tensors with OpenAI's names, contiguous, little-endian and aligned, so that opening maps
/// them without reading; its attributes are the architecture, the preprocessing and the source of the model.
package struct ModelFolder: Sendable {
  /// The path of the folder.
  package let path: String
  /// The architecture.
  package let configuration: CLIPConfiguration
  /// The mapped tensors, with OpenAI's names.
  package let source: any TensorSource
  /// The contents of `manifest.json`.
  package let manifest: ModelManifest
  package let file: HDF5File

  /// The path of the weights file.
  package var weightsPath: String { "\(path)/model.h5" }
  /// The path of the vocabulary; nil if the checkpoint had none.
  package var tokenizerPath: String? { TokenizerFile.path(inModel: path) }

  /// The attribute that identifies `model.h5` as a model file.
  package static let formatAttribute = "promptlens_format"
  /// The versions of the folder's format that are read. Version 3 knows preprocessings and inputs that version 2 cannot
  /// say, and version 4 towers that version 3 cannot say; their readers would compute other numbers, so they have to refuse
  /// it.
  package static let formatVersions = 2...4

  /// Returns the version that a model is written in: the lowest that says all of it.
  static func formatVersion(of configuration: CLIPConfiguration) -> Int {
    if ArchitectureAttributes.isExtended(configuration) { return 4 }
    let preprocessing = configuration.preprocessing
    let isOld =
      configuration.image.inputSize.isSquare && preprocessing.cropRounding == .halfToEven
      && preprocessing.resizesLikeOpenAI(configuration.image.inputSize)
    return isOld ? 2 : 3
  }

  /// Returns a Boolean value that indicates whether a folder is a model folder, intact or not.
  package static func isModelFolder(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/manifest.json")
      && FileManager.default.fileExists(atPath: "\(path)/model.h5") && ModelManifest.isPresent(in: path)
  }

  /// Opens a folder without reading its weights.
  ///
  /// - Throws: `FileError` when a file is missing, ``CheckpointError`` when `model.h5` is damaged or of another
  ///   version, `CLIPError` when its tensors don't match its architecture.
  package static func open(_ path: String) throws -> ModelFolder {
    let manifest = try ModelManifest(readingFrom: path)
    let file = try HDF5File(path: "\(path)/model.h5")
    try file.checkHeaders()
    let read = file.attributes
    let format = try read.string(formatAttribute)
    guard format == "model" else { throw read.unexpected(formatAttribute, "model", format) }
    let version = try read.integer("format_version")
    guard version == manifest.formatVersion else {
      throw read.unexpected(
        "format_version", "\(manifest.formatVersion), that of manifest.json; convert the source again", "\(version)")
    }
    let configuration = try ArchitectureAttributes.read(file.attributes)
    guard manifest.preprocessing ?? configuration.preprocessing == configuration.preprocessing else {
      throw CheckpointError.unexpected(
        path: path, object: "the preprocessing",
        expected: "the same in model.h5 and manifest.json; convert the source again, and choose with --preprocessing",
        found: "different in them")
    }
    guard manifest.imageTower ?? configuration.image == configuration.image else {
      throw CheckpointError.unexpected(
        path: path, object: "the image tower",
        expected: "the same in model.h5 and manifest.json; convert the source again",
        found: "different in them")
    }
    let tensors = configuration.tensors
    let source = MappedTensors(file: file)
    for (name, shape) in tensors {
      guard let dataset = file.dataset(name) else { throw CLIPError.missingTensor(source: file.path, name: name) }
      guard dataset.shape == shape else {
        throw CLIPError.wrongShape(source: file.path, name: name, expected: shape, found: dataset.shape)
      }
      _ = try source.description(of: name)
    }
    guard try read.string("fingerprint") == manifest.fingerprint else {
      throw CheckpointError.unexpected(
        path: path, object: "the model's fingerprint",
        expected: "the same in model.h5 and manifest.json; convert the source again", found: "different in them")
    }
    return ModelFolder(path: path, configuration: configuration, source: source, manifest: manifest, file: file)
  }

  /// Checks that the weights are unchanged, by hashing all of them.
  ///
  /// - Throws: ``CheckpointError`` when the hash differs from the manifest's fingerprint.
  package func checkFingerprint() throws {
    let hash = Fingerprint(of: configuration)
    for (name, shape) in configuration.tensors {
      hash.add(try TensorDigest.of(try source.tensor(name)), of: name, shape)
    }
    let found = hash.finish()
    guard found == manifest.fingerprint else {
      throw CheckpointError.unexpected(
        path: weightsPath, object: "the fingerprint of the weights",
        expected:
          "\(manifest.fingerprint.prefix(12))…, the manifest's; the file was damaged or changed after it was written",
        found: "\(found.prefix(12))…")
    }
  }

  /// Releases the memory of tensors that were read.
  package func releasePages() { file.releaseAll() }

  /// The folder as a checkpoint, for converting it again to another element type.
  package var checkpoint: Checkpoint {
    get throws { try checkpoint(activation: nil, preprocessing: nil) }
  }

  /// Returns the folder as a checkpoint, with another activation for both towers and another preprocessing where they
  /// are given.
  func checkpoint(activation: Activation?, preprocessing: String?) throws -> Checkpoint {
    var configuration = configuration
    var reason = "the model folder's attributes"
    configuration.override(activation, &reason)
    var preprocessingReason = manifest.preprocessingReason ?? "the model folder's attributes"
    if preprocessing != nil {
      let chosen = try PreprocessingChoice(folder: path, chosen: preprocessing)
        .huggingFace(size: configuration.image.inputSize)
      configuration.preprocessing = chosen.value
      preprocessingReason = chosen.reason
    }
    return try Checkpoint(
      layout: .modelFolder, file: file, companions: ["\(path)/manifest.json"], configuration: configuration,
      activationReason: reason, preprocessingReason: preprocessingReason,
      recipes: Dictionary(
        configuration.tensors.map { ($0.name, TensorRecipe($0.name, shape: $0.shape)) }
      ) { first, _ in first },
      vocabulary: tokenizerPath.map { .tokenizerJSON($0) })
  }

  /// The tensors of a model file as stored.
  private final class MappedTensors: TensorSource {
    let file: HDF5File
    /// The tensors whose bytes were compared with their checksums.
    private let checked = Mutex<Set<String>>([])

    init(file: HDF5File) { self.file = file }

    var origin: String { file.path }
    var names: [String] { file.datasets.map(\.path) }

    func description(of name: String) throws -> TensorDescription {
      guard let dataset = file.dataset(name) else { throw TensorError.missing(name: name, source: origin) }
      guard let dtype = dataset.type.dtype else {
        throw CheckpointError.unsupported(
          path: origin, object: name, expected: "floats", found: "a dataset of \(dataset.type)s")
      }
      return TensorDescription(shape: try Shape(dataset.shape, name: name), dtype: dtype)
    }

    /// Returns a tensor after its bytes were checked, once, as it is first packed or streamed.
    func tensor(_ name: String) throws -> Tensor {
      if checked.withLock({ $0.insert(name).inserted }) { try file.checkChecksum(of: name) }
      return try file.tensor(name)
    }
  }
}
