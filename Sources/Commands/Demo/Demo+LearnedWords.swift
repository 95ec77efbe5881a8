import PromptLensPrompts
import PromptLensCheckpoints
import PromptLensInterpretation
import PromptLensReporting

extension Demo {
  /// The words nearest to the vectors of the context that was learned from 16 photos of each class.
  func learnedWords() throws -> DemoStage {
    let path = "\(folder)/runs/uc-end-16/context.h5"
    let context = try ContextFile.read(path)
    let pieces = try model.tokenizer().vocabulary.pieces
    let words = try NearestWords(embedding: model.clip.tokenEmbedding())
    let controls = try ContextControls(
      words: words, vectors: context.vectors, length: context.length, seed: UInt64(bitPattern: Int64(settings.seed)))
    var table = Table(
      columns: [.number("#"), .text("nearest"), .number("l2"), .text("2."), .text("3."), .text("believable")])
    for (place, near) in try words.words(near: context.vectors, count: 3).enumerated() {
      table.append(
        ["\(place + 1)", pieces[near[0].id], near[0].distance.formatted(decimals: 4)]
          + near.dropFirst().map { pieces[$0.id] } + [controls.vectors[place].sentence])
    }
    return DemoStage(
      key: "words", title: "Reading the context: the vocabulary words nearest to each learned vector.",
      command: "promptlens decode \(path) --model \(folder)/model --controls", table: table, note: controls.sentence)
  }
}
