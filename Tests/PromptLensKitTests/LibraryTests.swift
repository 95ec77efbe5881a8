import PromptLensKit
import TestSupport
import Testing

@Suite("The library, used from another package")
struct LibraryTests {
  private func withModel(_ body: (_ folder: String, _ model: Model) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try body(folder, try Model.converted(from: "mini-clip", to: "\(folder)/model"))
    }
  }

  @Test("texts embed to rows of the model's width, and a text is nearest to itself")
  func embeddings() throws {
    try withModel { _, model in
      let texts = try model.embed(texts: ["a photo of a star", "a sketch of a moon"])
      #expect(texts.count == 2 && texts.width == model.embeddingWidth && texts[1].count == texts.width)
      let cosines = try texts.cosines(with: texts)
      #expect(abs(cosines[0][0] - 1) < 1e-5 && cosines[0][1] < cosines[0][0])
    }
  }

  @Test("probabilities of a classifier sum to one, and its predictions are their largest")
  func classifier() throws {
    try withModel { _, model in
      let names = ["star", "moon", "fish"]
      let texts = try model.embed(texts: names.map { "a photo of a \($0)." })
      let classifier = try model.zeroShotClassifier(classNames: names)
      for row in try classifier.probabilities(of: texts) { #expect(abs(row.reduce(0, +) - 1) < 1e-9) }
      #expect(try classifier.predictions(for: texts) == [0, 1, 2])
    }
  }

  @Test("a prompt is learned, saved, opened and classifies as before; the same seed gives the same numbers")
  func prompt() throws {
    try withModel { folder, model in
      let names = ["star", "moon"]
      let texts = try model.embed(texts: ["a star", "a moon", "one star", "the moon"])
      let features = try LabeledFeatures(texts, labels: [0, 1, 0, 1], classNames: names)
      var recipe = PromptRecipe()
      recipe.contextLength = 3
      recipe.epochs = 3
      recipe.classPosition = .middle
      let prompt = try model.learnPrompt(from: features, recipe: recipe)
      let again = try model.learnPrompt(from: features, recipe: recipe)
      #expect(try prompt.vectors.values == again.vectors.values)
      #expect(try prompt.nearestWords(count: 2).map(\.count) == [2, 2, 2])

      try prompt.save(to: "\(folder)/prompt.h5")
      let opened = try Prompt(contentsOf: "\(folder)/prompt.h5", model: model)
      #expect(opened.classNames == names && opened.contextLength == 3 && !opened.isClassSpecific)
      #expect(
        try opened.classifier().probabilities(of: texts) == prompt.classifier().probabilities(of: texts))
      #expect(
        try opened.classifier(for: ["fish", "star"]).evaluate(
          on: LabeledFeatures(texts, labels: [1, 0, 1, 0], classNames: ["fish", "star"])
        ).count == 4)
    }
  }

  @Test("errors say their kind and a sentence")
  func errors() throws {
    let missing = #expect(throws: PromptLensError.self) { try Model(contentsOf: "/nowhere") }
    #expect(missing?.kind == .missingInput)
    #expect(missing?.description.hasPrefix("/nowhere: ") == true)
    try withModel { _, model in
      let texts = try model.embed(texts: ["a star"])
      let label = #expect(throws: PromptLensError.self) {
        try LabeledFeatures(texts, labels: [2], classNames: ["star"])
      }
      #expect(label?.kind == .usage)
      let template = #expect(throws: PromptLensError.self) {
        try model.zeroShotClassifier(classNames: ["star"], templates: ["a photo"])
      }
      #expect(template?.description.contains("{}") == true)
    }
  }
}
