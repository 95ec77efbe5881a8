import PromptLensCLIP
import PromptLensInterpretation
import PromptLensPrompts
import PromptLensTensors
import TestSupport
import Testing

@Suite("Patching activations and dividing features")
struct ActivationTests {
  private let tower: SmallTower
  private let assembly: PromptAssembly
  private let images: ImageScorer

  init() throws {
    tower = try SmallTower()
    assembly = try tower.assembly(length: 3, .middle)
    images = try ImageScorer(features: tower.features { "photo of \($0)." }, labels: SmallTower.labels)
  }

  private func patching(_ learned: [Float], _ handwritten: [Float]) throws -> ActivationPatching {
    try ActivationPatching(
      encoder: tower.encoder, prompts: assembly.prompts, promptRoles: assembly.roles, contextLength: 3,
      learned: learned, handwritten: handwritten, images: images, scale: tower.scale, seed: 1)
  }

  private func features(_ context: [Float]) throws -> [Float] {
    let pass = try PromptPass(encoder: tower.encoder, tree: tower.encoder.tree(assembly.prompts))
    return try context.withUnsafeBufferPointer { try pass.forward(context: $0) }.floats
  }

  @Test("a run without patches has the prompts' own features, and patching every input row those of the other context")
  func ends() throws {
    let (first, second) = (try tower.context("photo of the").vectors, randomFloats(3 * SmallTower.width, seed: 4))
    let base = try tower.encoder.activations(assembly.prompts, context: first)
    let source = try tower.encoder.activations(assembly.prompts, context: second)
    func patched(_ site: ActivationSite, _ depth: Int, _ rows: [Int]) throws -> [Float] {
      try tower.encoder.features(patching: base, with: source, at: site, depth: depth, rows: rows).floats
    }
    func distance(_ left: [Float], _ right: [Float]) -> Float { zip(left, right).map { abs($0 - $1) }.max() ?? 0 }
    let (own, other) = (try features(first), try features(second))
    #expect(distance(own, other) > 0.1)
    for site in ActivationSite.allCases {
      for depth in base.depths(of: site) { #expect(try distance(patched(site, depth, []), own) < 1e-4) }
    }
    let rows = Set(base.rows.joined()).sorted()
    for depth in 0...base.layers { #expect(try distance(patched(.residual, depth, rows), other) < 1e-4) }
    // The end tokens' last state is all that a feature is made of; the inputs of other positions act through layers.
    let ends = base.rows.compactMap(\.last)
    #expect(try distance(patched(.residual, base.layers, ends), other) < 1e-4)
    #expect(try distance(patched(.residual, 0, ends), own) < 1e-4)
    #expect(try distance(patched(.residual, base.layers, rows.filter { !ends.contains($0) }), own) < 1e-4)
  }

  @Test("the end token after the last layer carries the whole difference, and equal prompts have no effect anywhere")
  func shares() throws {
    let learned = try tower.context("photo of the").vectors
    let found = try patching(learned, randomFloats(learned.count, seed: 5))
    let end = try #require(found.roles.firstIndex(of: .end))
    let residual = try #require(found.effects[.residual])
    #expect(residual.count == 4 && found.effects[.mlp]?.count == 3 && found.images == 5)
    #expect(abs(try #require(found.share(residual[3][end])) - 1) < 1e-4)
    #expect(abs(residual[0][end].value) < 1e-5)
    // Before the first layer the context is all that differs.
    let context = try #require(found.roles.firstIndex(of: .context(1)))
    #expect(abs(residual[0][context].value) > 1e-4 && abs(residual[3][context].value) < 1e-5)
    let same = try patching(learned, learned)
    #expect(same.effects.values.joined().joined().allSatisfy { abs($0.value) < 1e-6 })
    #expect(same.share(same.difference) == nil)
  }

  @Test("the states that are read are those of each prompt's own trace, in more groups than one")
  func readStates() throws {
    let context = try tower.context("photo of the").vectors
    let prompts = (0..<14).flatMap { _ in assembly.prompts }
    let found = try tower.encoder.readStates(prompts, context: context)
    let trace = try assembly.prompts.map { try tower.encoder.trace($0, context: context) }
    let width = tower.encoder.width
    #expect(found.count == 4 && found.allSatisfy { $0.count == prompts.count * width })
    for (depth, states) in found.enumerated() {
      for index in prompts.indices {
        let own = trace[index % 5].state(after: depth, at: trace[index % 5].read)
        #expect(zip(states[index * width..<(index + 1) * width], own).allSatisfy { abs($0 - $1) < 1e-4 })
      }
    }
    #expect(try tower.encoder.readStates([]).isEmpty)
    let traces = try tower.encoder.traces(prompts, context: context) { $1 }
    #expect(traces.count == prompts.count)
    for (index, found) in traces.enumerated() {
      let own = trace[index % 5]
      #expect(found.positions == own.positions && found.read == own.read)
      for (left, right) in zip(found.states + found.attention, own.states + own.attention) {
        #expect(left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < 1e-4 })
      }
    }
  }

  @Test("heads, MLPs and the rest add up to the projected feature")
  func terms() throws {
    let context = try tower.context("photo of the").vectors
    let whole = try features(context)
    let width = tower.encoder.embedDimension
    for (label, prompt) in assembly.prompts.enumerated() {
      let found = try tower.encoder.terms(of: prompt, context: context)
      // The embedding, three layers of two heads, a bias and an MLP, and the final shift.
      #expect(found.terms.count == 1 + 3 * 4 + 1)
      for index in 0..<width {
        let sum = found.terms.indices.reduce(0.0) { $0 + Double(found.values[$1 * width + index]) }
        #expect(
          abs(sum - Double(whole[label * width + index])) < 1e-5 * max(1, abs(Double(whole[label * width + index]))))
      }
    }
  }

  @Test("the parts of the logits add up to the logit of the label less the others' mean")
  func logits() throws {
    let context = try tower.context("photo of the").vectors
    let features = try tower.features { "photo of \($0)." }
    let found = try DirectLogitAttribution(
      encoder: tower.encoder, prompts: assembly.prompts, context: context, images: tower.unit(features),
      labels: SmallTower.labels, scale: tower.scale, seed: 1)
    #expect(found.largestError < 1e-5)
    #expect(abs(found.parts.reduce(0) { $0 + $1.value } - found.total) < 1e-4)
    #expect(found.parts.count == found.terms.count && found.outputs.count == found.terms.count)
    // All prompts end in the same embedding and shift: they hardly tell classes apart.
    let (text, image) = (try tower.unit(Tensor(self.features(context), shape: [5, 12])), tower.unit(features))
    var expected = 0.0
    for label in 0..<5 {
      let cosines = (0..<5).map { other in
        (0..<12).reduce(0.0) {
          $0 + Double(text.rows.floats[other * 12 + $1]) * Double(image.rows.floats[label * 12 + $1])
        }
      }
      expected += (cosines[label] - (cosines.reduce(0, +) - cosines[label]) / 4) * Double(tower.scale) / 5
    }
    #expect(abs(found.total - expected) < 1e-4)
  }

  @Test("words whose directions a head writes are found in the order of their variance")
  func headWords() {
    let width = 16
    var directions = (0..<40).map { randomFloats(width, seed: UInt64(60 + $0)).map(Double.init) }
    for index in 0..<3 { directions[index * 7] = (0..<width).map { $0 == index ? 2 : 0 } }
    let outputs = (0..<30).map { row -> [Float] in
      let numbers = randomFloats(3, seed: UInt64(500 + row))
      return (0..<width).map { $0 < 3 ? numbers[$0] * [1, 9, 3][$0] + 4 : 4 }
    }
    let found = HeadWords(outputs, directions: directions)
    #expect(found.words == [7, 14, 0] && abs((found.explained.last ?? 0) - 1) < 1e-9)
    #expect(found.explained[0] > 0.8 && found.explained[0] < found.explained[1])
    #expect(HeadWords([[1, 2], [1, 2]], directions: [[1, 0]]).words.isEmpty)
  }
}
