import PromptLensEvaluation
import PromptLensJSONDocuments
import Testing

@Suite("Accuracy by groups")
struct GroupAccuracyTests {
  private static let names = ["water, land", "land, land", "water, water"]
  /// 40, 30 and 10 images, of which 36, 21 and 5 are right.
  private static let sample: (correct: [Double], groups: [String]) = {
    let parts = [(40, 36), (30, 21), (10, 5)]
    var (correct, groups): ([Double], [String]) = ([], [])
    for (name, (count, right)) in zip(names, parts) {
      correct += (0..<count).map { $0 < right ? 1 : 0 }
      groups += [String](repeating: name, count: count)
    }
    return (correct, groups)
  }()

  @Test("groups have their accuracies with SciPy's Wilson intervals, and the worst its gap")
  func groups() throws {
    let found = try GroupAccuracy(correct: Self.sample.correct, groups: Self.sample.groups)
    #expect(found.groups.map(\.name) == ["land, land", "water, land", "water, water"])
    #expect(found.groups.map(\.accuracy) == [0.7, 0.9, 0.5])
    // binomtest(21, 30).proportion_ci(method="wilson") and (5, 10).
    let intervals = [0.5212421254128505, 0.833352517317562, 0.236593090512564, 0.7634069094874361]
    let bounds = [found.groups[0].interval, found.groups[2].interval].flatMap { [$0.lowerBound, $0.upperBound] }
    for (bound, expected) in zip(bounds, intervals) { #expect(abs(bound - expected) < 1e-9, "\(bound) \(expected)") }
    #expect(found.worst.name == "water, water" && found.worst.accuracy == 0.5)
    #expect(abs(found.gap - (62.0 / 80 - 0.5)) < 1e-12)
    #expect(abs(found.meanOfGroups - 0.7) < 1e-12)
  }

  @Test("the worst of equal groups is biased low, and the correction raises it towards the truth")
  func bias() throws {
    // Ten groups of 50 images with the same chance of 0.8: the lowest lies some points lower.
    var (correct, groups): ([Double], [String]) = ([], [])
    for group in 0..<10 {
      for image in 0..<50 {
        let number = image * 7919 + group * 104_729 + image * image * group
        correct.append(number % 100 < 80 ? 1 : 0)
        groups.append("group \(group)")
      }
    }
    let found = try GroupAccuracy(correct: correct, groups: groups)
    #expect(found.worst.corrected > found.worst.accuracy && found.worst.corrected <= found.mean)
    #expect(found.worst.interval.upperBound > found.worst.accuracy)
    // A single group needs no correction: the plain percentiles, up to ties.
    let one = try GroupAccuracy(correct: correct, groups: correct.map { _ in "all" })
    #expect(abs(one.worst.corrected - one.mean) < 0.005)
    #expect(one.worst.interval.contains(one.mean) && one.gap == 0)
    #expect(try GroupAccuracy(correct: correct, groups: groups) == found, "the draws depend on the seed alone")
  }

  @Test("results are read back as they were written, and other numbers of groups are refused")
  func document() throws {
    let found = try GroupAccuracy(correct: Self.sample.correct, groups: Self.sample.groups)
    var object = JSON.Object()
    for (name, value) in found.members { object[name] = value }
    #expect(try GroupAccuracy(decoding: JSONNode(source: "test", value: .object(object))) == found)
    #expect(try GroupAccuracy(decoding: JSONNode(source: "test", value: .object(JSON.Object()))) == nil)
    #expect(throws: EvaluationError.unpairedCounts(first: 2, second: 1)) {
      try GroupAccuracy(correct: [1, 0], groups: ["a"])
    }
    #expect(throws: EvaluationError.noImages) { try GroupAccuracy(correct: [], groups: []) }
  }
}
