import Foundation
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensTensors
import PromptLensTokenization
import TestSupport
import Testing

/// Checkpoints in the form of zhengli97/ATPrompt's `trainers/coop_atp.py`, with random vectors.
@Suite("Prompts with words between their vectors")
struct AttributePromptTests {
  private static let names = ["cat", "red house", "zebra"]

  /// A model, and state dicts around its token embedding.
  private struct Study {
    let model: ModelFolder
    let clip: CLIPModel
    let tokenizer: any Tokenizer
    let folder: String

    init(_ folder: String) throws {
      self.folder = folder
      let source = Fixtures.path("openai-h5-vit")
      let tokens = try Vocabulary(folder: source).tokenizerJSON()
      try ModelFolder.write(
        try CheckpointDetector.open(source), dtype: nil, to: "\(folder)/model", tokenizer: { Array(tokens.utf8) },
        toolVersion: "test")
      model = try ModelFolder.open("\(folder)/model")
      clip = try CLIPModel(configuration: model.configuration, source: model.source)
      tokenizer = try TokenizerFile.read(#require(model.tokenizerPath))
    }

    var width: Int { model.configuration.text.transformer.width }
    var end: Int32 { Int32(model.configuration.text.endToken) }

    func vectors(_ count: Int, seed: UInt64) throws -> Tensor {
      try Tensor(randomFloats(count * width, seed: seed), shape: [count, width], name: "vectors")
    }

    /// The embeddings of tokens, `[classes, positions, width]`.
    func embedded(_ ids: [[Int32]]) throws -> Tensor {
      let table = try model.source.tensor("token_embedding.weight").converted(to: .float32)
      let rows = try Tensor.concatenated(ids.flatMap(\.self).map { try table.rows(Int($0)..<Int($0) + 1) })
      return try rows.reshaped([ids.count, ids[0].count, width])
    }

    /// The start, and what stands behind a context of some positions, with leftover tokens before the class names.
    func surroundings(_ positions: Int, leftover: [Int32] = []) throws -> [String: Tensor] {
      let length = model.configuration.text.contextLength - 1 - positions
      let suffix = AttributePromptTests.names.map { name -> [Int32] in
        let ids = leftover + tokenizer.encode("\(name).") + [end]
        return ids + [Int32](repeating: 0, count: length - ids.count)
      }
      return [
        "token_prefix": try embedded(AttributePromptTests.names.map { _ in [end - 1] }),
        "token_suffix": try embedded(suffix),
      ]
    }

    func write(_ state: [String: Tensor], _ name: String) throws -> String {
      let entries = state.sorted { $0.key < $1.key }.map {
        SafeTensorsWriter.Entry(name: $0.key, shape: $0.value.shape.dimensions, dtype: $0.value.dtype)
      }
      let path = "\(folder)/\(name)"
      try TorchArchiveWriter.create(
        path, named: path, entries,
        document: { state in
          .dictionary([("state_dict", state), ("epoch", .integer(100)), ("optimizer", .none), ("scheduler", .none)])
        }, tensor: { try #require(state[$0.name]) })
      return path
    }

    /// The unit features of the prompts, written out element by element.
    func expected(_ prompt: [Tensor?], words: [Int32], leftover: [Int32] = []) throws -> [Float] {
      let encoder = try clip.textEncoder()
      var (elements, rows, word) = ([PromptElement](), 0, 0)
      for part in prompt {
        guard let part else {
          elements.append(.token(words[word]))
          word += 1
          continue
        }
        let count = part.shape.dimensions[0]
        elements += (rows..<rows + count).map { .context($0) }
        rows += count
      }
      let matrix = prompt.compactMap(\.self).flatMap { $0.floats() }
      let prompts = AttributePromptTests.names.map { name in
        [.token(end - 1)] + elements + leftover.map { .token($0) }
          + tokenizer.encode("\(name).").map { PromptElement.token($0) } + [.token(end)]
      }
      let pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts), tapeLimit: 0)
      let features = try matrix.withUnsafeBufferPointer { try pass.forward(context: $0) }
      features.normalizeRows(width: encoder.embedDimension)
      return features.floats
    }

    func found(_ context: LearnedContext, _ path: String) throws -> [Float] {
      var provenance = context.provenance
      provenance?.wordsBehind = try context.wordsBehind(accordingTo: model)
      let placed = try LearnedContext(
        vectors: context.vectors, classNames: nil, classPosition: context.classPosition, provenance: provenance,
        source: path)
      return try ContextClassifier(
        placed, source: path, classNames: AttributePromptTests.names, encoder: clip.textEncoder(), tokenizer: tokenizer,
        contextLimit: model.configuration.text.contextLength
      ).weights.floats()
    }
  }

  private func expectNear(_ found: [Float], _ expected: [Float]) {
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test("vectors and attributes' words make the prompts, whose form and classes are told; exported, they are the same")
  func attributes() throws {
    try withTemporaryFolder { folder in
      let study = try Study(folder)
      let words = ["photo", "of"].map { study.tokenizer.encode($0)[0] }
      let (one, two, last) = (
        try study.vectors(2, seed: 1), try study.vectors(3, seed: 2), try study.vectors(2, seed: 3)
      )
      var state = try study.surroundings(9)
      state["ctx_att1"] = one
      state["ctx_att2"] = two
      // Vectors of a third attribute, which no prompt has.
      state["ctx_att3"] = try study.vectors(2, seed: 4)
      state["ctx"] = last
      for (index, word) in words.enumerated() {
        state["token_middle\(index + 1)"] = try study.embedded(AttributePromptTests.names.map { _ in [word] })
      }
      let path = try study.write(state, "model.pth.tar-100")
      let context = try ContextFile.read(path)
      #expect(context.provenance?.method == .atPrompt && context.provenance?.epoch == 100)
      #expect(context.length == 9 && context.classPosition == .end)
      #expect(context.isWord == [false, false, true, false, false, false, true, false, false])
      #expect(try context.withoutWords.length == 7)
      #expect(
        try context.form(accordingTo: study.model) == "[2 vectors] photo [3 vectors] of [2 vectors] CLASS")
      #expect(try context.form(accordingTo: nil) == "[2 vectors] [a word] [3 vectors] [a word] [2 vectors] CLASS")
      #expect(try context.classNames(accordingTo: study.model) == Self.names)
      let expected = try study.expected([one, nil, two, nil, last], words: words)
      expectNear(try study.found(context, path), expected)

      for format in ContextExport.Format.allCases {
        let copy = "\(folder)/copy.\(format.rawValue)"
        try ContextExport.write(context, as: format, to: copy)
        let again = try ContextFile.read(copy)
        #expect(again.provenance?.parts == context.provenance?.parts)
        #expect(again.vectors.floats() == context.vectors.floats() && again.classPosition == .end)
        guard format == .coOp else { continue }
        let archive = try TorchArchive(path: copy)
        for (name, tensor) in state where name != "ctx_att3" {
          #expect(
            try archive.root["state_dict"]?[name]?.tensor?.read(name: name).floats() == tensor.floats(), "\(name)")
        }
      }
      try ContextFile.write(context, to: "\(folder)/copy.h5")
      #expect(try ContextFile.read("\(folder)/copy.h5").provenance?.parts == context.provenance?.parts)
    }
  }

  @Test("an attribute of two tokens leaves a placeholder before the class name, as in the official code")
  func placeholder() throws {
    try withTemporaryFolder { folder in
      let study = try Study(folder)
      let (x, word) = (study.tokenizer.encode("X"), study.tokenizer.encode("photo")[0])
      let (one, last) = (try study.vectors(2, seed: 1), try study.vectors(2, seed: 3))
      var state = try study.surroundings(5, leftover: x)
      (state["ctx_att1"], state["ctx"]) = (one, last)
      state["token_middle1"] = try study.embedded(AttributePromptTests.names.map { _ in [word] })
      let path = try study.write(state, "model.pth.tar-100")
      let context = try ContextFile.read(path)
      #expect(try context.classNames(accordingTo: study.model) == Self.names)
      expectNear(
        try study.found(context, path), try study.expected([one, nil, last], words: [word], leftover: x))
    }
  }

  @Test("AnchorOPT's anchors stand before \"of\"; forms whose parts are elsewhere are refused by name")
  func anchors() throws {
    try withTemporaryFolder { folder in
      let study = try Study(folder)
      let (of, anchor) = (study.tokenizer.encode("of")[0], try study.vectors(1, seed: 7))
      var state = try study.surroundings(2)
      state["anchor_ctx_1"] = anchor
      state["token_of"] = try study.embedded(AttributePromptTests.names.map { _ in [of] })
      let path = try study.write(state, "anchor.pth.tar-100")
      let context = try ContextFile.read(path)
      #expect(try context.form(accordingTo: study.model) == "[1 vector] of CLASS")
      expectNear(try study.found(context, path), try study.expected([anchor, nil], words: [of]))

      func refusal(_ state: [String: Tensor], _ name: String) throws -> String {
        let path = try study.write(state, name)
        let context = try ContextFile.read(path)
        let error = #expect(throws: PromptError.self) { try context.requirePrompts(source: path) }
        return error.map { "\($0)" } ?? ""
      }
      var other = state
      other["anchor_ctx_2"] = anchor
      #expect(try refusal(other, "two").contains("words for attributes between its vectors"))
      let around = try study.surroundings(4)
      let ordered = around.merging([
        "ctx": try study.vectors(3, seed: 1), "ctx_pos_params": try Tensor(randomFloats(16, seed: 1), shape: [4, 4]),
      ]) { $1 }
      #expect(try refusal(ordered, "ordered").contains("a checkpoint of AnchorOPT"))
      let shifted = around.merging([
        "ctx": try study.vectors(2, seed: 1), "ctx_att1": try study.vectors(1, seed: 2),
        "token_middle1": try study.embedded(AttributePromptTests.names.map { _ in [of] }),
        "meta_net.linear1.weight": try study.vectors(2, seed: 3),
      ]) { $1 }
      #expect(try refusal(shifted, "shifted").contains("shifts only the vectors behind them"))
      let deep = around.merging([
        "prompt_learner.ctx": try study.vectors(2, seed: 1), "prompt_learner.ctx_att1": try study.vectors(2, seed: 2),
        "prompt_learner.compound_prompts_text.0": try study.vectors(2, seed: 3),
      ]) { $1 }
      #expect(try refusal(deep, "deep").contains("a checkpoint of MaPLe or PromptSRC with ATPrompt"))
      #expect { try DeepPromptCheckpoint(path: "\(folder)/deep") } throws: { "\($0)".contains("token_middle1") }
      // Words that differ from class to class are no attribute's.
      state["token_of"] = try study.embedded([[of], [of], [of + 1]])
      let differing = try study.write(state, "differing")
      let error = #expect(throws: TensorFileError.self) { try ContextFile.read(differing) }
      #expect(error.map { "\($0)" }?.contains("the same word for all classes") == true)
    }
  }

  @Test("with MaPLe, deeper blocks replace the context alone, as in the official code; an export holds the same")
  func deep() throws {
    try withTemporaryFolder { folder in
      let study = try Study(folder)
      let (text, width) = (study.model.configuration.text.transformer, study.width)
      guard case .visionTransformer(let vision) = study.model.configuration.image else { return }
      let imageWidth = vision.transformer.width
      let words = ["cat", "of", "a"].map { study.tokenizer.encode($0)[0] }
      func matrix(_ rows: Int, _ columns: Int, _ seed: UInt64) throws -> Tensor {
        try Tensor(randomFloats(rows * columns, seed: seed).map { 0.1 * $0 }, shape: [rows, columns])
      }
      // An attribute whose vectors are those of written words, which the plain form has as such.
      let attribute = try study.embedded([[words[0]], [words[1]]]).reshaped([2, width])
      var plain: [String: Tensor] = [
        "prompt_learner.ctx": try study.vectors(2, seed: 5),
        "prompt_learner.proj.weight": try matrix(imageWidth, width, 6),
        "prompt_learner.proj.bias": try matrix(1, imageWidth, 7).reshaped([imageWidth]),
      ]
      for block in 0..<text.layers - 1 {
        let seed = UInt64(10 + 3 * block)
        plain["prompt_learner.compound_prompts_text.\(block)"] = try study.vectors(2, seed: seed)
        let coupling = "prompt_learner.compound_prompt_projections.\(block)"
        plain["\(coupling).weight"] = try matrix(imageWidth, width, seed + 1)
        plain["\(coupling).bias"] = try matrix(1, imageWidth, seed + 2).reshaped([imageWidth])
      }
      var state = plain
      state["prompt_learner.ctx_att1"] = attribute
      state["prompt_learner.ctx_att2"] = try study.vectors(2, seed: 99)
      state["prompt_learner.token_middle1"] = try study.embedded(Self.names.map { _ in [words[2]] })
      let path = try study.write(state, "model.pth.tar-5")
      let checkpoint = try DeepPromptCheckpoint(path: path)
      #expect(checkpoint.method == "MaPLe with ATPrompt")
      let prompts = try DeepPrompts(checkpoint, for: study.model.configuration)
      #expect(prompts.form.contextLength == 5 && prompts.form.firstReplaced == 3)
      let found = try prompts.weights(Self.names, clip: study.clip, tokenizer: study.tokenizer).floats()

      let parameters = PromptParameters(plain)
      let form = try parameters.form(for: study.model.configuration, source: "plain") {
        UnitRows(FloatBuffer(count: 0), width: 1)
      }
      let elements = Self.names.map { name in
        [study.end - 1, words[0], words[1], words[2]].map { PromptElement.token($0) } + [.context(0), .context(1)]
          + study.tokenizer.encode("\(name).").map { .token($0) } + [.token(study.end)]
      }
      let encoder = try study.clip.textEncoder()
      let pass = try PromptPass(encoder: encoder, tree: encoder.tree(elements), tapeLimit: 0)
      let vectors = form.vectors(parameters)
      let features = try vectors.context.withUnsafeBufferPointer {
        try pass.forward(context: $0, layers: vectors.text)
      }
      features.normalizeRows(width: encoder.embedDimension)
      expectNear(found, features.floats)
      #expect(prompts.imagePrompts == vectors.image)

      let copy = "\(folder)/copy.pth.tar-5"
      try DeepPromptExport.write(checkpoint.parameters, frozen: study.model.source, epoch: 5, to: copy)
      #expect(try DeepPromptCheckpoint(path: copy).parameters == checkpoint.parameters)
      // Other lengths would be replaced elsewhere by the official code.
      state["prompt_learner.ctx_att1"] = try study.vectors(3, seed: 1)
      let uneven = try DeepPromptCheckpoint(path: study.write(state, "uneven"))
      #expect { try DeepPrompts(uneven, for: study.model.configuration) } throws: {
        "\($0)".contains("an attribute has 3 vectors and the context 2")
      }
    }
  }
}
