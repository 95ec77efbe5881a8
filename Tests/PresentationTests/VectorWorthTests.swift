import PromptLensDatasets
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensPresentation
import PromptLensTensors
import Testing

/// A measure to which each vector that still holds its own number adds a share of its own.
private struct AdditiveWorth: ContextMeasure {
  let shares: [Double]

  func worth(_ count: Int, of context: (Int) -> ContextMatrix) -> [Double] {
    (0..<count).map { index in
      let changed = context(index)
      return shares.indices.reduce(0) {
        $0 + (changed.omitted != $1 && changed.vectors[$1] == Float($1 + 1) ? shares[$1] : 0)
      }
    }
  }
}

@Suite("Tables of the vectors' contributions to accuracy")
struct VectorWorthTests {
  private func analysis() throws -> VectorWorthAnalysis {
    let context = try ContextMatrix(Tensor([1, 2], shape: [2, 1]))
    let measure = AdditiveWorth(shares: [0.5, 0.25])
    return VectorWorthAnalysis(
      ablation: try Ablation(of: context, meanWord: [9], measure: measure),
      shapley: try ShapleyValues(of: context, meanWord: [9], permutations: 4, measure: measure),
      subject: EvaluationSubject(images: 1200, classes: 2, data: "pets", split: .test, classPosition: .end))
  }

  @Test("Each vector's row holds its losses and its Shapley value in percentage points")
  func rows() throws {
    let table = try analysis().tables[0]
    #expect(table.rows.map(\.last) == ["50.00 ± 0.00", "25.00 ± 0.00"])
    #expect(table.rows[1].prefix(3) == ["2", "25.00", "25.00"])
    #expect(table.title.contains("1,200 images of pets, test, 2 classes, class name at the end"))
  }

  @Test("Pairs that don't interact aren't listed")
  func pairs() throws {
    #expect(try analysis().tables[1].rows.isEmpty)
  }
}
