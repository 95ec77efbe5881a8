import PromptLensExperiments
import ArgumentParser
import PromptLensCLIP
import PromptLensCMemory
import PromptLensCheckpoints
import Foundation
import PromptLensJSONDocuments
import PromptLensReporting
import PromptLensTensors
import PromptLensTokenization

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
        a model folder, to change its element type;
        or mini-clip, the small model that this program carries, unless a file of this name stands there.

      Nothing in a PyTorch file is ever executed. Where a checkpoint of CLIP's 49,408 tokens carries no vocabulary, the one \
      that this program carries is used.

      The folder that is written holds model.h5, tokenizer.json, manifest.json and golden.json: features that are computed \
      from the source, and then again from what was written. It appears when it is complete.

      Example:
        promptlens convert ~/Downloads/clip-vit-base-patch32 --output clip-vit-b32 --dtype f16
        promptlens convert ViT-B-32.pt --output clip-vit-b32
        promptlens convert mini-clip --output mini-clip
        promptlens convert --list
      """)

  @Argument(help: ArgumentHelp("The checkpoint's folder, or its weights file.", valueName: "source"))
  var source: String?

  @Option(name: [.short, .long], help: ArgumentHelp("The model folder to write.", valueName: "dir"))
  var output: String?

  @Flag(
    help: "List the published checkpoints that this program was made for, and what was checked, and do nothing else.")
  var list = false

  @Option(
    help: """
      The element type of matrices and convolutions: f32, f16 or bf16; norms, embeddings of positions and the like stay \
      f32. By default each tensor keeps its own.
      """)
  var dtype: DType?

  @Option(
    help: """
      The activation, quick_gelu or gelu, whatever the file says; where it does not say, QuickGELU is taken, as in OpenAI's \
      own models.
      """)
  var activation: Activation?

  @Option(
    help: ArgumentHelp(
      "The vocabulary: a folder that holds one, tokenizer.json, vocab.json (merges.txt beside it), or OpenAI's "
        + "bpe_simple_vocab_16e6.txt.gz; by default the one beside the weights.", valueName: "path"))
  var vocabulary: String?

  @Flag(help: "Replace a model folder that stands at the output's place.")
  var force = false

  @Flag(
    help: """
      Compute no features to prove the model with, which takes as long as the conversion itself or longer. Memory is the \
      same: at most the largest tensor, as f32, and 64 MiB.
      """)
  var noVerify = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard !list else { return }
    if source == nil { throw ValidationError("Missing expected argument '<source>'") }
    if output == nil { throw ValidationError("Missing expected argument '--output <dir>'") }
  }

  func run() throws {
    guard !list, let source, let output else { return Console.print(PublishedList.results(), as: outputOptions.format) }
    guard source != "mini-clip" || FileManager.default.fileExists(atPath: source) else {
      let carried = FileManager.default.temporaryDirectory.appendingPathComponent("mini-clip-\(UUID().uuidString)").path
      defer { try? FileManager.default.removeItem(atPath: carried) }
      try ModelFolder.writeMiniCLIP(to: carried)
      return try convert(carried, called: source, to: output)
    }
    try convert(source, called: source, to: output)
  }

  private func convert(_ source: String, called name: String, to output: String) throws {
    cmemory_keep_little()
    let checkpoint = try CheckpointDetector.open(source, activation: activation)
    // Reads the temperature and checks every name and shape before anything is written.
    _ = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source)
    var words: WrittenVocabulary?
    let manifest = try ModelFolder.write(
      checkpoint, dtype: dtype, to: output,
      tokenizerJSON: {
        var found = try readVocabulary(of: checkpoint)
        if source != name { found?.origin = "\(name)'s own" }
        words = found
        return words?.json
      },
      force: force, toolVersion: ToolVersion.current, golden: !noVerify)
    let checks = noVerify ? [] : try FeatureCheck.golden(of: ModelFolder.open(output))
    Console.print(
      results(checkpoint, manifest, words, checks, source: source, output: output), as: outputOptions.format)
    if words == nil {
      Console.note(
        "note: the source carries no vocabulary, so \(output) cannot read texts; convert again with --vocabulary to add it"
      )
    }
    try checks.requireAgreement(model: output)
  }

  /// The vocabulary that a person named, that stands beside the weights, or that this program carries, and where it is from.
  private func readVocabulary(of checkpoint: Checkpoint) throws -> WrittenVocabulary? {
    let words: Vocabulary
    let path: String
    if let vocabulary {
      path = vocabulary
      words = try Vocabulary(path: vocabulary)
    } else if let beside = checkpoint.vocabulary {
      path = beside.paths[0]
      words = try Vocabulary(beside)
    } else {
      let embedded = try Vocabulary.embeddedCLIP()
      guard checkpoint.configuration.text.vocabularySize == embedded.count else { return nil }
      return WrittenVocabulary(embedded, origin: "CLIP's own, which promptlens carries, since the source has none")
    }
    try words.check(against: checkpoint.configuration, path: path)
    return WrittenVocabulary(words, origin: path)
  }

  private func results(
    _ checkpoint: Checkpoint, _ manifest: ModelManifest, _ words: WrittenVocabulary?, _ checks: [FeatureCheck],
    source: String, output: String
  ) -> Results {
    let report = checkpoint.report
    let types = DType.allCases.compactMap { type -> (DType, Int)? in
      let count = manifest.tensors.count { $0.dtype == type }
      return count > 0 ? (type, count) : nil
    }
    var table = Table(columns: [.text("parity"), .text("")])
    table.append("source", manifest.sources.first?.name ?? "")
    table.append("sha256", manifest.sources.first?.sha256 ?? "")
    if let name = manifest.publishedName { table.append("published as", name) }
    table.append("layout", checkpoint.layout.description)
    table.append("architecture", manifest.architecture)
    table.append("activation", "\(checkpoint.configuration.activationDescription) (\(checkpoint.activationReason))")
    table.append("vocabulary", words.map { "\($0.count.grouped) entries (\($0.origin))" } ?? "none")
    table.append("tensors found", "\(report.found)")
    table.append("tensors mapped", "\(report.mapped)")
    table.append(
      "tensors left over",
      "\(report.leftOver.count)" + (report.leftOver.isEmpty ? "" : ": \(shortList(report.leftOver))"))
    table.append(
      "without weights",
      "\(report.ignored.count)" + (report.ignored.isEmpty ? "" : ": \(shortList(report.ignored))"))
    table.append("parameters", "\(manifest.parameterCount)")
    table.append("written", types.map { "\($0.1) tensors as \($0.0)" }.joined(separator: ", "))
    table.append("model", output)
    table.append("fingerprint", manifest.fingerprint)
    if checks.isEmpty { table.append("features", "not compared, as --no-verify asks") }
    for check in checks { table.append(check.name, check.summary) }
    func strings(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
    return Results(
      json: [
        "source": .string(source), "sha256": .string(manifest.sources.first?.sha256 ?? ""),
        "layout": .string(checkpoint.layout.rawValue), "architecture": .string(manifest.architecture),
        "activation": .string(checkpoint.configuration.activationDescription),
        "activation_reason": .string(checkpoint.activationReason),
        "published_as": manifest.publishedName.map { .string($0) } ?? .null,
        "vocabulary": words.map { JSON($0.count) } ?? .null,
        "vocabulary_origin": words.map { .string($0.origin) } ?? .null, "tensors_found": JSON(report.found),
        "tensors_mapped": JSON(report.mapped), "tensors_left_over": strings(report.leftOver),
        "tensors_without_weights": strings(report.ignored), "parameters": JSON(manifest.parameterCount),
        "output": .string(output), "fingerprint": .string(manifest.fingerprint),
        "features": .array(checks.map(\.json)),
      ], tables: [table])
  }

  private func shortList(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }
}

/// A vocabulary as it will be written, which takes a tenth of its memory in use.
private struct WrittenVocabulary {
  let json: [UInt8]
  let count: Int
  /// Where it is from.
  var origin: String

  init(_ vocabulary: Vocabulary, origin: String) {
    json = Array(vocabulary.tokenizerJSON().utf8)
    count = vocabulary.count
    self.origin = origin
  }
}

/// What `convert --list` prints.
private enum PublishedList {
  static func results() -> Results {
    var table = Table(
      columns: [
        .text("family"), .text("name"), .text("architecture"), .number("weights"), .number("size"),
        .text("published at"),
      ])
    var csv = Table(
      columns: [
        .text("family"), .text("name"), .text("architecture"), .number("weights"), .number("bytes"), .text("url"),
        .text("sha256"),
      ])
    for entry in PublishedCheckpoint.all {
      table.append(
        entry.family.rawValue, entry.name, entry.architecture, entry.parameterCount?.grouped ?? "",
        entry.weightBytes?.byteSize ?? "", entry.address)
      csv.append(
        entry.family.rawValue, entry.name, entry.architecture, entry.parameterCount.map { "\($0)" } ?? "",
        entry.weightBytes.map { "\($0)" } ?? "", entry.address, entry.sha256 ?? "")
    }
    var checks = Table(columns: [.text("family"), .text("checked, on small models of random weights")])
    for family in PublishedCheckpoint.Family.allCases { checks.append(family.rawValue, family.checked) }
    let json = PublishedCheckpoint.all.map { entry -> JSON in
      [
        "family": .string(entry.family.rawValue), "name": .string(entry.name), "site": .string(entry.site),
        "architecture": .string(entry.architecture), "weights": entry.parameterCount.map { JSON($0) } ?? .null,
        "bytes": entry.weightBytes.map { JSON($0) } ?? .null, "url": .string(entry.address),
        "sha256": entry.sha256.map { .string($0) } ?? .null, "checked": .string(entry.family.checked),
      ]
    }
    return Results(json: .array(json), tables: [table, checks], csv: csv)
  }
}

extension DType: ExpressibleByArgument {}
extension Activation: ExpressibleByArgument {}

extension CLIPConfiguration {
  /// The activation of both towers, or of each.
  var activationDescription: String {
    let text = text.transformer.activation.rawValue
    guard case .visionTransformer(let vision) = image, vision.transformer.activation.rawValue != text else {
      return text
    }
    return "\(vision.transformer.activation.rawValue) for images, \(text) for texts"
  }
}

extension Vocabulary {
  /// Reads a vocabulary that stands beside weights.
  init(_ source: VocabularySource) throws {
    switch source {
    case .vocabularyAndMerges(let vocabulary, let merges): try self.init(pieces: vocabulary, merges: merges)
    case .bytePairFile(let path): try self.init(openAIFile: path)
    case .tokenizerJSON(let path): try self.init(tokenizerFile: path)
    }
  }

  /// Reads a vocabulary that a person named: a folder or a file.
  init(path: String) throws {
    let url = URL(fileURLWithPath: path)
    if (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true {
      try self.init(folder: path)
    } else if ["vocab.json", "vocabulary.json"].contains(url.lastPathComponent) {
      try self.init(pieces: path, merges: url.deletingLastPathComponent().appendingPathComponent("merges.txt").path)
    } else if url.pathExtension == "json" {
      try self.init(tokenizerFile: path)
    } else {
      try self.init(openAIFile: path)
    }
  }
}
