import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensCheckpoints
import Foundation
import TestSupport
import PromptLensTensors
import Testing

@Suite("Context files")
struct ContextFileTests {
  private let vectors: [Float] = [1, 2, 3, 4, 5, 6]

  @Test("a context is the same from .npy, JSON and HDF5")
  func kinds() throws {
    try withTemporaryFolder { folder in
      let tensor = try Tensor(vectors, shape: [2, 3])
      try NumPyFile.write(tensor, to: "\(folder)/a.npy")
      try write("[[1,2,3],[4,5,6]]", to: "\(folder)/b.json")
      try write(
        #"{"context": [[1,2,3],[4,5,6]], "class_names": ["dog"], "class_position": "end"}"#, to: "\(folder)/c.json")
      try HDF5Writer.write(to: "\(folder)/d.h5") { file in
        try file.write(tensor, to: "context")
        try file.write(["dog"], to: "class_names")
        try file.set("class_position", .string("end"))
        try file.set("token_embedding_fingerprint", .string("ab"))
      }
      for name in ["a.npy", "b.json", "c.json", "d.h5"] {
        let context = try ContextFile.read("\(folder)/\(name)")
        #expect(context.vectors.floats() == vectors && context.length == 2 && context.width == 3)
        #expect(context.classCount == nil)
      }
      let full = try ContextFile.read("\(folder)/d.h5")
      #expect(full.classNames == ["dog"] && full.classPosition == .end && full.embeddingFingerprint == "ab")
    }
  }

  @Test(
    "files that aren't contexts are rejected in one sentence that names the file",
    arguments: [
      "[]", "[1, 2]", "[[1, 2], [3]]", "[[1, 2], 3]", "[[[[1]]]]", #"[["a"]]"#, #"{"ctx": [[1]]}"#, "[[1e39]]",
      #"{"context": [[1]], "class_position": "left"}"#, #"{"context": [[[1]]], "class_names": ["a", "b"]}"#, "text", "",
    ])
  func damaged(text: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.json"
      try write(text, to: path)
      let error = #expect(throws: (any Error).self) { try ContextFile.read(path) }
      let sentence = error.map { "\($0)" } ?? ""
      #expect(sentence.contains(path) && !sentence.contains("\n"), "\(sentence)")
    }
  }

  @Test("every form carries the context's properties", arguments: [ContextExport.Format.json, .npy, .safeTensors])
  func properties(format: ContextExport.Format) throws {
    try withTemporaryFolder { folder in
      let context = try LearnedContext(
        vectors: Tensor(vectors, shape: [2, 3]), classNames: ["dog", "red \"car\""], classPosition: .middle,
        embeddingFingerprint: "ab", provenance: PromptProvenance(methodName: "kgcoop", epoch: 7), source: "test")
      let path = "\(folder)/a.\(format.rawValue)"
      try ContextExport.write(context, as: format, to: path)
      let again = try ContextFile.read(path)
      #expect(again.classNames == context.classNames && again.classPosition == .middle)
      #expect(again.embeddingFingerprint == "ab")
      #expect(again.provenance?.methodName == "kgcoop" && again.provenance?.epoch == 7)
    }
  }

  @Test("the JSON beside a .npy file is refused when the array was replaced")
  func staleDescription() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.npy"
      let context = try LearnedContext(vectors: Tensor(vectors, shape: [2, 3]), classPosition: .front, source: "test")
      try ContextExport.write(context, as: .npy, to: path)
      try NumPyFile.write(Tensor(vectors, shape: [3, 2]), to: path)
      let error = #expect(throws: TensorFileError.self) { try ContextFile.read(path) }
      #expect(error.map { "\($0)".contains("a.npy.json") } == true)
    }
  }

  @Test("a CoOp checkpoint needs the epoch")
  func epoch() throws {
    try withTemporaryFolder { folder in
      let tensor = try Tensor(vectors, shape: [2, 3])
      let surroundings = try PromptSurroundings(
        tokens: [[1, 2]], around: tensor, embedding: Tensor([Float](repeating: 1, count: 12), shape: [4, 3]),
        contextLength: 8, source: "test")
      let context = try LearnedContext(
        vectors: tensor, provenance: PromptProvenance(surroundings: surroundings), source: "test")
      let error = #expect(throws: ExportError.self) { try ContextExport.write(context, as: .coOp, to: "\(folder)/a") }
      #expect(error.map { "\($0)".contains("--epoch") } == true)
      try ContextExport.write(context, as: .coOp, to: "\(folder)/a", epoch: 9)
      #expect(try ContextFile.read("\(folder)/a").provenance?.epoch == 9)
    }
  }

  private func write(_ text: String, to path: String) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }
}
