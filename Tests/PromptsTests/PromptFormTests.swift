import PromptLensPrompts
import PromptLensTensors
import TestSupport
import Testing

@Suite("Forms of prompts in deep layers")
struct PromptFormTests {
  private static func features(_ count: Int, width: Int) -> UnitRows {
    let rows = FloatBuffer(count: count * width)
    for (index, value) in randomFloats(rows.count, seed: 2).enumerated() { rows.pointer[index] = value }
    return UnitRows(rows, width: width)
  }

  private static let forms: [any PromptForm] = [
    IndependentPrompts(
      text: .init(length: 2, depth: 3, width: 5, layers: 4), image: .init(length: 3, depth: 9, width: 4, layers: 2)),
    CoupledPrompts(length: 2, depth: 3, textWidth: 5, imageWidth: 7, textLayers: 12, imageLayers: 12),
    ClassAwarePrompts(length: 2, width: 5, hidden: 3, features: features(4, width: 6)),
    AttributedPrompts(
      CoupledPrompts(length: 2, depth: 3, textWidth: 5, imageWidth: 7, textLayers: 12, imageLayers: 12),
      attributes: [2, 2], width: 5),
    CoupledPrompts(length: 2, depth: 4, textWidth: 5, imageWidth: 7, textLayers: 12, imageLayers: 2),
    CoupledPrompts(length: 2, depth: 9, textWidth: 5, imageWidth: 7, textLayers: 1, imageLayers: 3),
  ]

  private static func random(_ shapes: [String: [Int]], seed: UInt64) -> PromptParameters {
    var parameters = PromptParameters(shapes: shapes)
    for (index, name) in parameters.names.enumerated() {
      parameters[name] = randomFloats(parameters[name].count, seed: seed + UInt64(index))
    }
    return parameters
  }

  private static func product(_ left: TowerPrompts, _ right: TowerPrompts) -> Double {
    func sum(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    return sum(left.context, right.context) + left.text.reduce(0) { $0 + sum($1.value, right.text[$1.key] ?? []) }
      + left.image.reduce(0) { $0 + sum($1.value, right.image[$1.key] ?? []) }
  }

  @Test("the gradient of parameters agrees with finite differences of the towers' vectors", arguments: 0..<6)
  func gradient(index: Int) {
    let form = Self.forms[index]
    let parameters = Self.random(form.shapes, seed: 11)
    var slopes = form.vectors(Self.random(form.shapes, seed: 40))
    slopes.context = slopes.context.map { $0 + 0.5 }
    let gradient = form.backward(slopes, at: parameters)
    #expect(gradient.shapes == form.shapes)
    let direction = Self.random(form.shapes, seed: 70)
    func value(_ step: Float) -> Double {
      var moved = parameters
      moved.add(direction, times: step)
      return Self.product(form.vectors(moved), slopes)
    }
    let expected = (value(0.01) - value(-0.01)) / 0.02
    let found = gradient.names.reduce(0.0) { sum, name in
      sum + zip(gradient[name], direction[name]).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    #expect(abs(found - expected) < 2e-3 * max(abs(expected), 1))
  }

  @Test("of more prompts than the towers have blocks, MaPLe's last ones are none's")
  func surplus() {
    let form = CoupledPrompts(length: 2, depth: 5, textWidth: 4, imageWidth: 3, textLayers: 3, imageLayers: 3)
    #expect(form.depth == 3 && form.isUnused("prompt_learner.compound_prompts_text.2"))
    #expect(form.isUnused("prompt_learner.compound_prompt_projections.11.weight"))
    #expect(!form.isUnused("prompt_learner.compound_prompts_text.1") && !form.isUnused("prompt_learner.ctx"))
    // A form of fewer blocks has no prompts to spare.
    let shallow = CoupledPrompts(length: 2, depth: 2, textWidth: 4, imageWidth: 3, textLayers: 3, imageLayers: 3)
    #expect(!shallow.isUnused("prompt_learner.compound_prompts_text.2"))
  }

  @Test("where one tower has more blocks, MaPLe's last prompts stand in it alone")
  func unequalTowers() {
    func blocks(_ textLayers: Int, _ imageLayers: Int) -> (text: Set<Int>, image: Set<Int>) {
      let form = CoupledPrompts(
        length: 2, depth: 4, textWidth: 5, imageWidth: 7, textLayers: textLayers, imageLayers: imageLayers)
      let vectors = form.vectors(Self.random(form.shapes, seed: 3))
      return (Set(vectors.text.keys), Set(vectors.image.keys))
    }
    #expect(blocks(12, 2) == ([1, 2, 3], [0, 1]))
    #expect(blocks(2, 12) == ([1], [0, 1, 2, 3]))
    #expect(blocks(2, 3) == ([1], [0, 1, 2]))
    let form = CoupledPrompts(length: 2, depth: 4, textWidth: 5, imageWidth: 7, textLayers: 12, imageLayers: 2)
    #expect(form.shapes["prompt_learner.compound_prompts_text.2"] == [2, 5])
    #expect(form.shapes["prompt_learner.compound_prompt_projections.1.weight"] == nil)
    #expect(form.isUnused("prompt_learner.compound_prompt_projections.1.weight"))
    #expect(!form.isUnused("prompt_learner.compound_prompt_projections.0.weight"))
    #expect(!form.isUnused("prompt_learner.compound_prompts_text.2"))
    #expect(!form.isUnused("prompt_learner.compound_prompts_text.3"))
  }

  @Test("layer numbers sort as numbers")
  func order() {
    let names = ["b.10.x", "b.9.x", "a", "b.9"].reduce(into: [String: [Int]]()) { $0[$1] = [1] }
    #expect(PromptParameters(shapes: names).names == ["a", "b.9", "b.9.x", "b.10.x"])
  }

  @Test("a depth beyond the tower's layers counts as all of them")
  func depth() {
    let form = IndependentPrompts(text: nil, image: .init(length: 8, depth: 12, width: 4, layers: 3))
    #expect(
      form.shapes == [
        "image_encoder.VPT": [8, 4], "image_encoder.transformer.resblocks.1.VPT_shallow": [8, 4],
        "image_encoder.transformer.resblocks.2.VPT_shallow": [8, 4],
      ])
    #expect(form.name == "VPT" && form.contextLength == 0 && form.imageTokens == 8)
  }

  @Test("two learned vectors leave the other words in place")
  func elements() throws {
    let form = CoupledPrompts(length: 2, depth: 1, textWidth: 5, imageWidth: 7, textLayers: 12, imageLayers: 12)
    let found = try form.elements([[38, 1, 2, 3, 4, 39, 0]], end: 39)
    #expect(found == [[.token(38), .context(0), .context(1), .token(3), .token(4), .token(39)]])
    #expect { try form.elements([[38, 1, 39]], end: 39) } throws: { "\($0)".contains("behind the 2 learned vectors") }
    let classAware = Self.forms[2]
    #expect(try classAware.elements([[38, 1, 2, 39], [38, 1, 2, 39]], end: 39)[1][1] == .context(2))
  }
}
