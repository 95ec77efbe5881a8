import ArgumentParser
import Checkpoints
import Interpretation
import JSONDocuments
import Reporting
import Tensors
import Tokenization

struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "List the vocabulary words nearest to the vectors of a learned context.",
    discussion: """
      CONTEXT is a .npy, .json, .h5 or .safetensors file with vectors [M, D], one context for all classes, or [K, M, D], \
      one for each of K classes; or a checkpoint of CoOp or CoCoOp, prompt_learner/model.pth.tar-50. The paper measures Euclidean distances and warns that near words may mean little.

      Distances: l2, Euclidean; cosine, one minus the cosine; dot, minus the dot product. Smaller is nearer for each.

      Example:
        promptlens decode run/context.h5 --model mini-clip
        promptlens decode ctx.npy --model mini-clip --top 3 --metric cosine --whole-words
      """)

  @Argument(help: ArgumentHelp("A learned context.", valueName: "context"))
  var context: String

  @OptionGroup var modelOptions: ModelOptions

  @Option(help: "Words for each vector.")
  var top = 5

  @Option(help: "What near means: l2, cosine or dot.")
  var metric: WordMetric = .l2

  @Flag(help: "Only whole words: pieces that end in </w> and are made of letters.")
  var wholeWords = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard (1...1000).contains(top) else { throw ValidationError("--top is \(top), expected 1 to 1000.") }
  }

  func run() throws {
    let learned = try ContextFile.read(context)
    let model = try OpenedModel(modelOptions.model)
    let tokenizer = try model.tokenizer()
    let embedding = try model.clip.tokenEmbedding()
    try learned.check(against: model, path: context)
    let classNames = try learned.classNames(accordingTo: model.folder)
    let isCandidate = wholeWords ? tokenizer.wholeWords : [Bool](repeating: true, count: tokenizer.vocabulary.count)
    let words = try NearestWords(embedding: embedding, where: { isCandidate[$0] }).words(
      near: learned.vectors.reshaped([learned.vectors.shape.count / learned.width, learned.width]), count: top,
      metric: metric)
    let vectors = words.enumerated().map { place, words in
      DecodedVector(
        index: place % learned.length + 1, className: learned.className(place / learned.length, classNames),
        words: words.map { (tokenizer.vocabulary.pieces[$0.id], tokenizer.decode([Int32($0.id)]), $0) })
    }
    Console.print(results(vectors), as: outputOptions.format)
  }

  private func results(_ vectors: [DecodedVector]) -> Results {
    let isClassSpecific = vectors.contains { $0.className != nil }
    let classColumn: [Table.Column] = isClassSpecific ? [.text("class")] : []
    var table = Table(
      columns: classColumn + [.number("#")]
        + (1...top).flatMap { [.text($0 == 1 ? "nearest" : "\($0)."), .number(metric.rawValue)] })
    var csv = Table(
      columns: [
        .text("class"), .number("index"), .number("rank"), .text("piece"), .number("id"), .number("distance"),
      ])
    for vector in vectors {
      var row = (isClassSpecific ? [vector.className ?? ""] : []) + ["\(vector.index)"]
      for (piece, _, word) in vector.words { row += [piece, word.distance.formatted(decimals: 4)] }
      row += [String](repeating: "", count: 2 * (top - vector.words.count))
      table.append(row)
      for (rank, (piece, _, word)) in vector.words.enumerated() {
        csv.append(
          vector.className ?? "", "\(vector.index)", "\(rank + 1)", piece, "\(word.id)", "\(word.distance)")
      }
    }
    let json: JSON = [
      "metric": .string(metric.rawValue),
      "vectors": .array(vectors.map(\.json)),
    ]
    return Results(json: json, tables: [table], csv: csv)
  }
}

/// A context vector and its nearest words: each with its piece, its text and its distance.
private struct DecodedVector {
  /// The place in its context, from 1.
  let index: Int
  let className: String?
  let words: [(piece: String, text: String, word: NearWord)]

  var json: JSON {
    [
      "index": JSON(index), "class": className.map { .string($0) } ?? .null,
      "words": .array(
        words.map {
          [
            "piece": .string($0.piece), "text": .string($0.text), "id": JSON($0.word.id),
            "distance": .number($0.word.distance),
          ]
        }),
    ]
  }
}

extension LearnedContext {
  /// The class that a context is for: its name, or its number from 1; `nil` when all classes share the context.
  fileprivate func className(_ place: Int, _ names: [String]?) -> String? {
    guard classCount != nil else { return nil }
    return names?[place] ?? "\(place + 1)"
  }
}

extension Tokenizer {
  /// For each id whether its piece is a whole word: it ends a word and is made of letters.
  fileprivate var wholeWords: [Bool] {
    vocabulary.pieces.indices.map { id in
      vocabulary.pieces[id].hasSuffix("</w>")
        && decode([Int32(id)]).unicodeScalars.allSatisfy { $0.properties.isAlphabetic }
    }
  }
}

extension WordMetric: ExpressibleByArgument {}
