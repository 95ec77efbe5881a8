import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensCheckpoints
import Foundation
import TestSupport
import Testing

@Suite("Weights that aren't floats")
struct IntegerWeightsTests {
  @Test(
    "weights of another type are rejected by name and type, counters are accepted",
    arguments: ["visual.proj", "text_projection"])
  func refusal(name: String) throws {
    let tensors = [
      ("token_embedding.weight", "F32", 16), ("positional_embedding", "F32", 16),
      ("visual.bn1.num_batches_tracked", "I8", 4),
      (name, "I8", 4),
    ]
    var offset = 0
    let entries = tensors.map { name, type, size in
      defer { offset += size }
      return #""\#(name)":{"dtype":"\#(type)","shape":[2,2],"data_offsets":[\#(offset),\#(offset + size)]}"#
    }
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    try withTemporaryFolder { folder in
      let path = "\(folder)/quantized.safetensors"
      try Data(length + header + [UInt8](repeating: 0, count: offset)).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: CheckpointError.self) { try CheckpointDetector.open(path) }
      #expect("\(String(describing: error))".contains("\(name) is a tensor of int8"), "\(String(describing: error))")
    }
  }
}

@Suite("Safetensors files and Hugging Face folders", .enabled(if: Shared.available))
struct SafeTensorsConformanceTests {
  @Test("each file is read, or rejected in one sentence that names it", arguments: BadFile.all(in: "safetensors"))
  func files(file: BadFile) throws {
    try check(file) {
      let tensors = try SafeTensorsFile(path: file.location)
      for entry in tensors.tensors where entry.element.dtype != nil { _ = try tensors.tensor(entry.name) }
    }
  }

  @Test(
    "each folder is read as a CLIP, or rejected in one sentence that names it",
    arguments: BadFile.all(in: "hf-model") + BadFile.all(in: "hf-sharded"))
  func folders(file: BadFile) throws {
    try check(file) {
      try read(try CheckpointDetector.open(URL(fileURLWithPath: file.location).deletingLastPathComponent().path))
    }
  }

  @Test("each config.json is read with good weights, or rejected", arguments: BadFile.all(in: "hf-config"))
  func configurations(file: BadFile) throws {
    try check(file) {
      try read(
        try CheckpointDetector.open(
          Shared.path("fixtures/bad/_valid/hf-vit-xs/model.safetensors"), configurationPath: file.location))
    }
  }

  private func read(_ checkpoint: Checkpoint) throws {
    _ = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source)
    for name in checkpoint.source.names { _ = try checkpoint.source.tensor(name) }
  }

  private func check(_ file: BadFile, _ body: () throws -> Void) throws {
    let folder = URL(fileURLWithPath: file.location).deletingLastPathComponent().path
    switch Result(catching: body) {
    case .success: #expect(file.expect != "refuse", "\(file) was read")
    case .failure(let error):
      #expect(file.expect != "accept", "\(file) was refused: \(error)")
      #expect(
        !"\(error)".contains("\n") && "\(error)".hasPrefix(folder) || "\(error)".contains("hf-vit-xs"), "\(error)")
    }
  }
}
