import PromptLensDiagnosis
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

/// One view of a context: what was found, for programs and for people, and the sentences that it bears out.
struct ReportPart {
  /// Its member in the JSON, and what its files' names begin with.
  let key: String
  let json: JSON
  var tables: [(name: String, table: Table)] = []
  var charts: [(name: String, chart: any Chart)] = []
  var findings: [Finding] = []
}

/// A plain sentence and the files that bear it out.
struct Finding {
  let sentence: String
  let evidence: [String]

  init(_ sentence: String, _ evidence: String...) {
    self.sentence = sentence
    self.evidence = evidence
  }

  var json: JSON { ["finding": .string(sentence), "evidence": .array(evidence.map { .string($0) })] }
}

/// A heading of the findings, and what stands under it.
struct ReportChapter {
  let title: String
  let parts: [ReportPart]
}

extension JSON {
  /// A list of numbers.
  static func numbers(_ values: [Double]) -> JSON { .array(values.map { .number($0) }) }
  /// A list of lists of numbers.
  static func matrix(_ values: [[Double]]) -> JSON { .array(values.map { .numbers($0) }) }
  /// A number, or null.
  static func optional(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
}

extension Double {
  /// A difference of fractions in percentage points, with its sign.
  var points: String { "\(self > 0 ? "+" : "")\((self * 100).formatted(decimals: 2)) points" }

  /// A probability in a sentence.
  var asProbability: String { self < 1e-4 ? "p < 0.0001" : "p = \(formatted(decimals: self < 0.01 ? 4 : 2))" }
}

extension PredictionFlips {
  /// The difference of two accuracies over the same images, and whether it can be told from nothing.
  func verdict(images: Int) -> String {
    let difference = Double(gained.count - lost.count) / Double(max(images, 1))
    guard gained.count + lost.count > 0 else { return "no image changes sides" }
    let test = "McNemar's \(self.test.exactP.asProbability)"
    return self.test.exactP < 0.05
      ? "\(difference.points), \(test)"
      : "\(difference.points), which \(images.grouped) images cannot tell from nothing, \(test)"
  }
}
