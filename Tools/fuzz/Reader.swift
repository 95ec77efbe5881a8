import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensFeatures
import PromptLensFiles
import Foundation
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensPrompts
import PromptLensReporting
import PromptLensTokenization

/// A reader that is fuzzed: which files it starts from, and what it does with one.
enum Reader: String, CaseIterable {
  case safetensors, torch, hdf5, json, npy, vocabulary, configuration, preprocessing, adapter
  case context, store, classifier, document
  case classlist, table, splitfile, imagelabels, shard
  case jpeg, png, webp, gif, bmp, tiff, ppm, jpeg2000, avif, heic

  /// The ends of the names of valid files.
  var extensions: [String] {
    switch self {
    case .safetensors: [".safetensors"]
    case .torch: [".pt", ".bin", ".tar-50"]
    case .hdf5: [".h5"]
    case .json: [".json"]
    case .npy: [".npy"]
    case .vocabulary: ["vocab.json", "vocabulary.json", "merges.txt", "tokenizer.json", ".pieces", "bpe.txt.gz"]
    case .configuration: ["config.json"]
    case .jpeg: [".jpg"]
    case .png, .webp, .gif, .bmp, .avif, .heic: [".\(rawValue)"]
    case .tiff: [".tif"]
    case .ppm: [".ppm", ".pgm", ".pbm"]
    case .jpeg2000: [".jp2", ".j2k"]
    case .preprocessing: ["preprocessor_config.json", "open_clip_config.json", "image_converter.json"]
    case .adapter: ["adapter_config.json"]
    case .context: ["context.h5", "context.npy", "context.json", "context.safetensors"]
    case .store: ["features.h5"]
    case .classifier: ["classifier.h5", "classifier.json", "classifier.csv", "classifier.safetensors"]
    case .document: Self.documents.map { "\($0.ending).json" }
    case .classlist: [".txt", ".json", ".csv"]
    case .table: [".csv", ".tsv", ".txt"]
    case .splitfile: ["split.json"]
    case .imagelabels: [".txt", ".csv"]
    case .shard: [".tar", ".tar.gz"]
    }
  }

  /// Reads a damaged file; a refusal is what is expected.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - path: where it is written for readers that open files by name.
  ///   - kind: the name of the file that it was made of.
  /// - Returns: whether it was read.
  func read(_ bytes: [UInt8], path: String, kind: String) -> Bool {
    do {
      switch self {
      case .safetensors:
        let file = try SafeTensorsFile(MappedFile(copying: bytes, named: path))
        for entry in file.tensors where entry.element.dtype != nil { _ = try file.tensor(entry.name).isFinite }
      case .torch:
        let archive = try TorchArchive(MappedFile(copying: bytes, named: path))
        for name in archive.names.prefix(64) { _ = try? archive.tensor(named: name)?.read(name: name).isFinite }
      case .json: _ = try JSON(parsing: bytes, source: path)
      case .hdf5:
        try write(bytes, to: path)
        let file = try HDF5File(path: path)
        for dataset in file.datasets { _ = try? file.tensor(dataset.path).isFinite }
        for group in file.groups.prefix(64) {
          for name in (try? file.attributeNames(of: group)) ?? [] { _ = try? file.attribute(name, of: group) }
        }
      case .npy:
        try write(bytes, to: path)
        let file = try NumPyFile(path: path)
        _ = try? file.tensor().isFinite
        _ = try? file.integers()
      case .vocabulary:
        try write(bytes, to: path)
        if kind.hasSuffix("tokenizer.json") {
          let tokenizer = try TokenizerFile.read(path)
          for text in ["a photo of a cat", "Ｆull ½ été </s><mask> \u{1F600}"] {
            _ = tokenizer.decode(tokenizer.encode(text))
          }
        } else if kind.hasSuffix(".pieces") {
          let tokenizer = try TokenizerFile.read(path)
          _ = tokenizer.decode(tokenizer.encode("a photo of a cat"))
        } else if kind.hasSuffix(".gz") {
          _ = try Vocabulary(openAIFile: path)
        } else {
          let isMerges = kind.hasSuffix(".txt")
          let folder = URL(fileURLWithPath: kind).deletingLastPathComponent().path
          let pieces = ["vocab.json", "vocabulary.json"].map { "\(folder)/\($0)" }
            .first { FileManager.default.fileExists(atPath: $0) }
          _ = try Vocabulary(
            pieces: isMerges ? pieces ?? path : path, merges: isMerges ? path : "\(folder)/merges.txt")
        }
      case .configuration:
        try write(bytes, to: path)
        _ = try HuggingFaceConfiguration.read(path)
      case .jpeg, .png, .webp, .gif, .bmp, .tiff, .ppm, .jpeg2000, .avif, .heic:
        // Pictures of a million pixels show what larger ones would.
        try ImageDecoder.$pixelLimit.withValue(1 << 20) {
          let image = try bytes.withUnsafeBytes {
            try ImageDecoder.decode(bytes: $0, name: path, applyOrientation: true)
          }
          _ = image.convertedToRGB()
        }
      case .preprocessing:
        try write(bytes, to: path)
        _ = try Preprocessing(readingFrom: path, size: PixelSize(side: 32)).description
      case .adapter:
        // The settings are damaged; the weights beside the original stay whole.
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(
          "adapter-\(getpid())")
        let weights = folder.appendingPathComponent("adapter_model.safetensors")
        if !FileManager.default.fileExists(atPath: weights.path) {
          try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
          let original = URL(fileURLWithPath: kind).deletingLastPathComponent()
          try FileManager.default.copyItem(
            at: original.appendingPathComponent("adapter_model.safetensors"), to: weights)
        }
        try write(bytes, to: folder.appendingPathComponent("adapter_config.json").path)
        _ = try LowRankAdapter(folder: folder.path)
      case .context:
        try write(bytes, to: path)
        _ = try ContextFile.read(path)
      case .store:
        try write(bytes, to: path)
        _ = try FeatureStore.open(path)
      case .classifier:
        try write(bytes, to: path)
        _ = try ClassifierFile(contentsOf: path).classifier(path: path)
      case .document:
        try write(bytes, to: path)
        for document in Self.documents where kind.hasSuffix("\(document.ending).json") { try document.read(path) }
      case .classlist:
        let named = "\(path).\(URL(fileURLWithPath: kind).pathExtension)"
        defer { unlink(named) }
        try write(bytes, to: named)
        _ = try ClassList(contentsOf: named).names
      case .table:
        try write(bytes, to: path)
        _ = try DataSource("csv:\(path)").dataset()
      case .splitfile:
        try write(bytes, to: path)
        _ = try SplitFile.read(path)
      case .imagelabels:
        try write(bytes, to: path)
        _ = try ImageLabels(contentsOf: path).labels(
          of: ["val/1.jpg", "val/2.jpg"], among: ["n02437616", "n02503517"])
      case .shard:
        try write(bytes, to: path)
        let shard = try ShardArchive(path)
        for entry in shard.entries.prefix(8) { _ = try? shard.contents(of: entry) }
        _ = try DataSource("wds:\(path)").dataset()
      }
      return true
    } catch {
      return false
    }
  }

  /// The documents that commands write, by the ends of their names, and their readers.
  private static let documents: [(ending: String, read: @Sendable (String) throws -> Void)] = [
    ("/run", { _ = try RunDescription(contentsOf: $0) }), ("/result", { _ = try RunResult(contentsOf: $0) }),
    ("/predictions", { _ = try RunPredictions(contentsOf: $0) }), ("/sweep", { _ = try SweepSummary(contentsOf: $0) }),
    ("/transfer", { _ = try TransferDocument(contentsOf: $0) }), ("/probe", { _ = try ProbeResult(contentsOf: $0) }),
    ("/base-to-new", { _ = try BaseToNewDocument(contentsOf: $0) }),
    ("/noise", { _ = try LabelNoise(contentsOf: $0) }), ("/noise-result", { _ = try NoiseResult(contentsOf: $0) }),
    ("/interpretation", { _ = try InterpretationDocument(contentsOf: $0) }),
    (".section", { _ = try Report.Section(contentsOf: $0) }),
  ]

  private func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw FileError.unwritable(path: path, reason: "no file could be opened") }
    defer { close(descriptor) }
    bytes.withUnsafeBytes { _ = Foundation.write(descriptor, $0.baseAddress, $0.count) }
  }
}
