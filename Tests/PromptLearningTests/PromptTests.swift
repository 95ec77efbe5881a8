import PromptLensPrompts
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensPromptLearning
import TestSupport
import PromptLensTensors
import Testing

@Suite("Prompts and contexts")
struct PromptTests {
  @Test("words begin a context with as many vectors as they have tokens, for each class alike")
  func words() throws {
    let (clip, tokenizer) = try TinyTower.model.get()
    let embedding = try clip.tokenEmbedding()
    let width = embedding.shape.dimensions[1]
    let start = ContextInitialization.words("a_photo of a")
    let tokens = tokenizer.encode("a photo of a")
    #expect(try start.length(tokenizer) == tokens.count)
    let vectors = try start.vectors(
      contexts: 2, width: width, seed: 1, tokenizer: tokenizer, embedding: embedding)
    let table = embedding.floats()
    let rows = tokens.flatMap { Array(table[Int($0) * width..<(Int($0) + 1) * width]) }
    #expect(vectors == rows + rows)
    #expect(throws: PromptError.emptyInitialization(text: " ")) {
      try ContextInitialization.words(" ").length(tokenizer)
    }
  }

  @Test("random names are distinct and have as many tokens as the classes' own, and too few words are an error")
  func randomNames() throws {
    let tokenizer = try TinyTower.model.get().tokenizer
    let classes = ["cat", "red_house"]
    let names = try RandomNames.names(for: classes, tokenizer: tokenizer, seed: 1)
    #expect(Set(names).count == 2 && names != classes)
    for (name, own) in zip(names, classes) {
      #expect(tokenizer.encode(name).count == tokenizer.encode(own.replacing("_", with: " ")).count, "\(name)")
    }
    #expect(try RandomNames.names(for: classes, tokenizer: tokenizer, seed: 1) == names)
    #expect(throws: PromptError.self) {
      try RandomNames.names(for: (0..<50_000).map { "class \($0)" }, tokenizer: tokenizer, seed: 1)
    }
  }

  @Test("the audit lists long prompts, nameless classes, names with the same tokens and classes without images")
  func audit() throws {
    let tokenizer = try TinyTower.model.get().tokenizer
    let long = [String](repeating: "zebra", count: 60).joined(separator: " ")
    let audit = PromptAudit(
      classNames: ["cat", "Cat", long, "", "dog"], labels: [0, 1, 2, 3], tokenizer: tokenizer, contextLength: 16,
      contextLimit: 77)
    #expect(audit.tooLong.map(\.className) == [long])
    #expect(audit.nameless == [3])
    #expect(audit.indistinguishable == [["cat", "Cat"]])
    #expect(audit.withoutImages == ["dog"])
    let error = #expect(throws: PromptError.self) { try audit.check() }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(long) && text.contains("numbers 4") && text.contains("cat, Cat") && text.contains("dog"))
  }

  @Test("a unified context applies to any classes, a class-specific one only to its own, in any order")
  func transfer() throws {
    let (clip, tokenizer) = try TinyTower.model.get()
    let encoder = try clip.textEncoder()
    func classifier(_ context: LearnedContext, _ names: [String]) throws -> [Float] {
      try ContextClassifier(
        context, source: "ctx.h5", classNames: names, classPosition: .end, encoder: encoder, tokenizer: tokenizer,
        contextLimit: 77
      ).weights.floats()
    }
    let width = encoder.width
    let unified = try LearnedContext(
      vectors: Tensor(randomFloats(3 * width, seed: 5), shape: [3, width]), classNames: ["cat"], source: "ctx.h5")
    #expect(try classifier(unified, ["dog", "zebra"]).count == 2 * encoder.embedDimension)
    let specific = try LearnedContext(
      vectors: Tensor(randomFloats(3 * 2 * width, seed: 6), shape: [3, 2, width]),
      classNames: ["cat", "red car", "zebra"], source: "ctx.h5")
    let all = try classifier(specific, ["cat", "red car", "zebra"])
    let some = try classifier(specific, ["zebra", "red_car"])
    let embed = encoder.embedDimension
    #expect(largestDifference(some, Array(all[2 * embed..<3 * embed]) + Array(all[embed..<2 * embed])) < 1e-6)
    #expect(throws: PromptError.unknownClasses(source: "ctx.h5", unknown: ["dog"], known: 3)) {
      try classifier(specific, ["cat", "dog"])
    }
    let unnamed = try LearnedContext(vectors: specific.vectors, source: "ctx.h5")
    #expect(throws: PromptError.unnamedClasses(source: "ctx.h5", contexts: 3, classCount: 2)) {
      try classifier(unnamed, ["cat", "dog"])
    }
  }
}
