import PromptLensDatasets
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensTensors
import Testing

/// A measure to which each vector that still holds its own number adds a share of its own, on two images.
private struct AdditiveWorth: ContextMeasure {
  let shares: [Double]

  func scores(
    _ count: Int, of context: (Int) -> ContextMatrix, _ receive: (Int, ContextScores) throws -> Void
  ) throws {
    for index in 0..<count {
      let changed = context(index)
      let worth = shares.indices.reduce(Float(0)) {
        $0 + (changed.omitted != $1 && changed.vectors[$1] == Float($1 + 1) ? Float(shares[$1]) : 0)
      }
      try receive(index, ContextScores(correct: [worth, worth], margins: [2 * worth, 2 * worth]))
    }
  }
}

@Suite("The tables of the effects of vectors")
struct VectorWorthTests {
  private func analysis(_ shares: [Double] = [0.5, 0.25]) throws -> VectorWorthAnalysis {
    let context = try ContextMatrix(Tensor([1, 2], shape: [2, 1]))
    let measure = AdditiveWorth(shares: shares)
    return VectorWorthAnalysis(
      ablation: try Ablation(of: context, meanWord: [9], measure: measure),
      shapley: try ShapleyValues(of: context, meanWord: [9], measure: measure),
      subject: EvaluationSubject(images: 1200, classes: 2, data: "pets", split: .test, classPosition: .end))
  }

  @Test("Each vector's row holds its losses and its Shapley value with intervals, in points and in margin")
  func rows() throws {
    let tables = try analysis().tables
    #expect(tables[0].rows.map(\.last) == ["50.00 [50.00, 50.00]", "25.00 [25.00, 25.00]"])
    #expect(tables[1].rows.map(\.last) == ["1.000 [1.000, 1.000]", "0.500 [0.500, 0.500]"])
    #expect(tables[0].title.contains("1,200 images of pets, test, 2 classes, class name at the end"))
  }

  @Test("Pairs that don't interact aren't listed")
  func pairs() throws {
    #expect(try analysis().tables[2].rows.isEmpty)
  }

  @Test("The document holds Shapley values in margin with their intervals, under their names")
  func document() throws {
    let json = JSONNode(source: "worth", value: try analysis().json)
    let margin = try json.node("shapley").node("margin")
    #expect(try margin.array("values").map { try $0.number() } == [1, 0.5])
    #expect(try margin.array("intervals")[0].array().map { try $0.number() } == [1, 1])
    #expect(try json.array("leave_to_mean_margin").map { try $0.number() } == [1, 0.5])
    #expect(try json.node("added").node("margin").number("value") == 1.5)
  }
}
