import ArgumentParser
import Foundation
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors

/// Steps of prompts in deeper layers: both towers forward and backward, the objective, and the optimizer's step.
struct DeepBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deep", abstract: "Seconds of a step of MaPLe, PromptSRC or VPT, with their papers' settings.")

  @Argument var model: String
  @Argument(help: "{\"prompts\": [[a token id, …], …]}, of which the learned vectors replace the first words.")
  var prompts: String
  @Option(help: "maple, promptsrc or vpt.") var method = "maple"
  @Option var images = 4
  @Option var steps = 3
  @Option var precision: ComputePrecision = .float32
  @Option(help: "Bytes that the text tower's tapes may take.") var tapeLimit: Int?

  private struct Prompts: Decodable { let prompts: [[Int32]] }

  func run() throws {
    let folder = try ModelFolder.open(model)
    let clip = try CLIPModel(configuration: folder.configuration, source: folder.source, precision: precision)
    guard case .visionTransformer(let vision) = clip.configuration.image else {
      throw ValidationError("The image tower takes no prompts.")
    }
    let (text, image) = (clip.configuration.text.transformer, vision.transformer)
    let form: any PromptForm
    switch method {
    case "maple":
      form = CoupledPrompts(
        length: 2, depth: 9, textWidth: text.width, imageWidth: image.width, textLayers: text.layers,
        imageLayers: image.layers)
    case "promptsrc":
      form = IndependentPrompts(
        text: .init(length: 4, depth: 9, width: text.width, layers: text.layers),
        image: .init(length: 4, depth: 9, width: image.width, layers: image.layers))
    case "vpt":
      form = IndependentPrompts(text: nil, image: .init(length: 8, depth: 12, width: image.width, layers: image.layers))
    default: throw ValidationError("--method is \(method), expected maple, promptsrc or vpt.")
    }
    let tokens = try JSONDecoder().decode(Prompts.self, from: Data(contentsOf: URL(fileURLWithPath: prompts))).prompts
    let elements = try form.elements(tokens, end: Int32(clip.configuration.text.endToken))
    let towers = try PromptedTowers(form, clip: clip, prompts: elements, tapeLimit: tapeLimit)
    func numbers(_ count: Int, _ step: Float) -> FloatBuffer {
      let buffer = FloatBuffer(count: count)
      for index in 0..<count { buffer.pointer[index] = Float((index * 7) % 31 - 15) * step }
      return buffer
    }
    var objective = JointObjective()
    let width = clip.configuration.embedDimension
    if method == "promptsrc" {
      objective.regulation = JointObjective.Regulation(
        text: UnitRows(numbers(tokens.count * width, 0.01), width: width))
    }
    let parameters = PromptParameters(
      of: form, context: numbers(form.contextLength * text.width, 0.002).floats, seed: 1)
    var learner = JointLearner(
      towers: towers, objective: objective, scale: clip.logitScale, parameters: parameters,
      optimizer: .descent(StochasticGradientDescent()))
    let size = vision.inputSize
    let pixels = try Tensor(numbers(images * 3 * size.count, 0.1), shape: [images, 3, size.height, size.width])
    let labels = (0..<images).map { $0 % tokens.count }
    let teacher = UnitRows(numbers(images * width, 0.01), width: width)
    guard let pass = towers.imagePass else { throw ValidationError("The form has no image prompts.") }
    let seconds = try medianSeconds(runs: steps) {
      let batch = JointLearner.Batch(images: .embedded(try pass.embed(pixels)), teacher: teacher, labels: labels)
      _ = try learner.step(batch, rate: 1e-5)
    }
    let embedding = try medianSeconds(runs: steps) { _ = try pass.embed(pixels) }
    let rows = vision.positions + form.imageTokens
    let patches = vision.grid.count * 3 * vision.patchSize * vision.patchSize * image.width
    // Backward as much as forward, except for the patches.
    let imageOperations = images * 2 * (2 * image.operations(rows: rows, isReadAtOne: true) + patches)
    let encoder = try clip.textEncoder()
    let textOperations =
      try form.contextLength == 0
      ? 0 : 2 * PromptPass(encoder: encoder, tree: encoder.tree(elements), tapeLimit: 0).cost.operations
    print(
      """
      {"step_seconds": \(seconds), "embedding_seconds": \(embedding), "text_operations": \(textOperations), "image_operations": \(imageOperations)}
      """)
  }
}
