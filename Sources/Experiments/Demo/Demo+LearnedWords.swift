import PromptLensPrompts
import PromptLensCheckpoints
import PromptLensInterpretation

extension Demo {
  /// Decodes the context that was learned from 16 photos of each class.
  func learnedWords() throws -> DemoStage {
    let run = try RunFolder("\(folder)/runs/uc-end-16")
    let context = try ContextFile.read(run.contextPath)
    let tokenizer = try model.tokenizer()
    let words = try NearestWords(embedding: model.clip.tokenEmbedding())
    let controls = try ContextControls(
      words: words, vectors: context.vectors, length: context.length,
      initial: run.description.initialContext(of: context, tokenizer: tokenizer, embedding: words.embedding),
      kind: tokenizer.kind,
      seed: UInt64(bitPattern: Int64(settings.seed)))
    let rows = try words.words(near: context.vectors, count: 3).enumerated().map { index, near -> [DemoStage.Value] in
      [.count(index + 1), .text(tokenizer.piece(near[0].id)), .distance(near[0].distance)]
        + near.dropFirst().map { .text(tokenizer.piece($0.id)) } + [.control(controls.vectors[index])]
    }
    return DemoStage(kind: .words, rows: rows, controls: controls)
  }
}
