import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

/// Contexts with known answers beside the checkout, with values that were computed apart from this project.
@Suite("Contexts with known answers", .enabled(if: KnownContexts.areAvailable))
struct KnownContextTests {
  private func expectNear(
    _ found: [Double], _ expected: [Double], within tolerance: Double = 1e-3,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: location)
    for (left, right) in zip(found, expected) {
      #expect(abs(left - right) < tolerance, "\(found) instead of \(expected)", sourceLocation: location)
    }
  }

  @Test("decode --ablate has the known margins, Shapley values and losses", arguments: ["m4i1", "m8s1"])
  func ablation(name: String) throws {
    let known = try KnownContexts.values(of: name)
    let found = try KnownContexts.decode("\(name).h5", ["--ablate", "--features", KnownContexts.path("drawn-test.h5")])
      .node("ablation")
    for key in ["accuracy", "accuracy_mean_words", "margin", "margin_mean_words"] {
      expectNear([try found.number(key)], [try known.number(key)])
    }
    expectNear(try found.numbers("leave_to_mean_margin"), try known.numbers("leave_to_mean_margin"))
    let shapley = try found.node("shapley")
    #expect(try shapley.integer("coalitions") == 1 << known.integer("vectors") && shapley["permutations"] == nil)
    if name == "m4i1" {
      expectNear(try shapley.node("margin").numbers("values"), try known.numbers("shapley_margin"))
      expectNear(try shapley.numbers("values"), try known.numbers("shapley_accuracy"))
    }
    for (value, interval) in zip(
      try shapley.node("margin").numbers("values"), try shapley.node("margin").array("intervals"))
    {
      let ends = try interval.array().map { try $0.number() }
      #expect(ends[0] < value && value < ends[1] && ends[1] - ends[0] < 0.2)
    }
  }

  @Test("interpret attributes the change of the context alone", arguments: ["m4i1", "m8s1"])
  func attribution(name: String) throws {
    let known = try KnownContexts.values(of: name)
    let found = try KnownContexts.interpret("\(name).h5").node("attribution").node("context_only")
    expectNear([try found.number("change")], [try known.number("context_only_change")])
    expectNear(
      try found.numbers("integrated_gradients"), try known.numbers("context_only_integrated_gradients"),
      within: 1e-3)
    #expect(try found.number("completeness_error") <= 1e-3)
  }

  @Test("of a context with one vector that isn't the mean word, that one has all effects")
  func oneVector() throws {
    let found = try KnownContexts.interpret("drawn-one4.npy")
    let ablation = try found.node("ablation")
    let change = try ablation.number("margin") - ablation.number("margin_mean_words")
    #expect(abs(change) > 0.01)
    for list in [
      try ablation.numbers("leave_to_mean_margin"), try ablation.node("shapley").node("margin").numbers("values"),
      try found.node("attribution").node("context_only").numbers("integrated_gradients"),
    ] { expectNear(list, [0, change, 0, 0]) }
  }

  @Test("of a context with two equal vectors these have equal shares, and interact")
  func twoVectors() throws {
    let ablation = try KnownContexts.decode(
      "drawn-dup4.npy", ["--ablate", "--features", KnownContexts.path("drawn-test.h5")]
    ).node("ablation")
    let shares = try ablation.node("shapley").node("margin").numbers("values")
    let change = try ablation.number("margin") - ablation.number("margin_mean_words")
    #expect(abs(shares[2]) < 1e-3 && abs(shares[3]) < 1e-3 && abs(shares[0] + shares[1] - change) < 1e-3)
    // "Within what order does": the two stand at different positions.
    #expect(abs(shares[0] - shares[1]) < 0.35 * abs(shares[0] + shares[1]))
    let interaction = try ablation.node("interactions").array("margin")[0].array()[1].number()
    #expect(abs(interaction) > 0.1 * abs(change))
  }

  @Test("nearest words: what each constructed context is, the verdict says")
  func verdicts() throws {
    func controls(_ name: String) throws -> JSONNode {
      try KnownContexts.decode(name, ["--controls"], model: ConvertedModel.trained.get()).node("controls")
    }
    #expect(try controls("rn-meanword4.npy").string("verdict_kind") == "mean-word")
    let ends = try controls("rn-endtok4.npy")
    #expect(try ends.string("verdict_kind") == "entries")
    #expect(try ends.array("vectors").allSatisfy { try $0.string("kind") != "word" })
    #expect(try !ends.string("verdict").contains("believed") && ends.string("verdict").contains("special token"))
    let words = try controls("rn-words.npy")
    #expect(try words.string("verdict_kind") == "entries")
    #expect(try words.array("vectors").allSatisfy { try $0.string("kind") == "word" && $0.number("explained") > 0.999 })

    let mixed = try controls("rn-mix16.npy")
    #expect(try mixed.string("verdict_kind") != "closer" && mixed.number("mixture_probability") > 0.01)
    #expect(try mixed.array("vectors").count { try $0.string("verdict") == "closer" } <= 1)

    // Identity ends where the noise begins, and what the word explains falls with it.
    let noise = try controls("rn-noise16.npy").array("vectors")
    let entries = try noise.map { try $0.bool("is_entry") }
    let explained = try noise.map { try $0.number("explained") }
    #expect(entries[0] && !entries.dropFirst().contains(true), "\(entries)")
    #expect(explained[0] > 0.999 && explained[8] < 0.9 && explained[15] < explained[4], "\(explained)")
  }

  @Test("a context that is its initialization has no drift, no change between classes, and no effect of patching")
  func noDrift() throws {
    let model = try ConvertedModel.trained.get()
    try withTemporaryFolder { folder in
      let extracted = try Executable.run([
        "extract", "--model", model, "--data", "csv:\(Shared.path("data/pacs/pacs.csv"))?domain=photo",
        "--split", "test", "--output", "\(folder)/test.h5",
      ])
      try #require(extracted.status == 0, "\(extracted.errors)")
      let found = try KnownContexts.interpret("rn-words.npy", model: model, features: "\(folder)/test.h5")
      let drift = try found.node("drift")
      #expect(try drift.integer("moved") == 0)
      #expect(try drift.array("classes").allSatisfy { try $0.array("towards").isEmpty })
      #expect(try abs(drift.node("change_between_classes").number("value")) < 1e-5)
      let findings = try found.array("findings").map { try $0.string("finding") }
      #expect(findings.contains { $0.contains("there is no drift") })
      #expect(!findings.contains { $0.contains("farther apart") || $0.contains("moved farthest") })
      let patching = try found.node("patching")
      #expect(try abs(patching.node("difference").number("value")) < 1e-4)
      for row in try patching.node("sites").node("residual").array("values") {
        #expect(try row.array().allSatisfy { try abs($0.number()) < 1e-4 })
      }
    }
  }
}

/// The folder of contexts with known answers.
private enum KnownContexts {
  static let areAvailable = FileManager.default.fileExists(atPath: path("known.json"))
  static func path(_ name: String) -> String { Shared.path("cases/contexts/\(name)") }

  static func values(of name: String) throws -> JSONNode { try JSONNode(contentsOf: path("known.json")).node(name) }

  /// Runs decode, by default on the model that the repository has.
  static func decode(_ name: String, _ arguments: [String], model: String? = nil) throws -> JSONNode {
    let outcome = try Executable.run(
      ["decode", path(name), "--model", try model ?? ConvertedModel.own.get(), "--format", "json"]
        + (name.hasSuffix(".npy") && arguments.contains("--ablate") ? ["--class-position", "end"] : []) + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }

  /// Runs interpret without training images.
  static func interpret(_ name: String, model: String? = nil, features: String? = nil) throws -> JSONNode {
    try withTemporaryFolder { folder in
      let outcome = try Executable.run([
        "interpret", path(name), "--model", try model ?? ConvertedModel.own.get(), "--features",
        features ?? path("drawn-test.h5"), "--class-position", "end", "--output", "\(folder)/report", "--format",
        "json",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
    }
  }
}
