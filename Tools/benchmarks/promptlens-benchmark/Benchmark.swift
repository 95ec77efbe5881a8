import PromptLensJSONDocuments
import ArgumentParser
import PromptLensCLIP
import PromptLensCheckpoints
import Foundation
import PromptLensImages
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors

/// Measures parts of promptlens inside one process, for the scripts beside it that compare with other software.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promptlens-benchmark", abstract: "Measure parts of promptlens; each subcommand prints JSON.",
    subcommands: [
      CeilingBenchmark.self, TowerBenchmark.self, PromptsBenchmark.self, DeepBenchmark.self, PicturesBenchmark.self,
    ])
}

/// The median of the seconds that some runs of `body` take, after one that does not count.
func medianSeconds(runs: Int, _ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  var seconds: [Double] = []
  for run in 0...runs {
    let start = clock.now
    try body()
    let elapsed = start.duration(to: clock.now).components
    if run > 0 { seconds.append(Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18) }
  }
  return seconds.sorted()[seconds.count / 2]
}

extension ComputePrecision: ExpressibleByArgument {}

/// A measurement of the machine's matrix products: every worker multiplies its own rows with packed weights.
struct CeilingBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ceiling", abstract: "Operations a second of plain products.")

  @Argument var precision: ComputePrecision = .float32
  @Option(help: "Rows of each worker's product.") var rows = 256
  @Option(help: "The width of the block whose four products are measured.") var width = 512
  @Option var runs = 9

  func run() throws {
    func layer(_ inputs: Int, _ outputs: Int) throws -> LinearLayer {
      let weight = [Float](repeating: 0.01, count: inputs * outputs)
      return try LinearLayer(weight: Tensor(weight, shape: [outputs, inputs]), precision: precision)
    }
    let (rows, width) = (rows, width)
    let layers = try [layer(width, 3 * width), layer(width, width), layer(width, 4 * width), layer(4 * width, width)]
    let workers = Parallel.threadCount
    let source = (0..<workers).map { _ in FloatBuffer(count: rows * 4 * width) }
    let target = (0..<workers).map { _ in FloatBuffer(count: rows * 4 * width) }
    let repetitions = 40
    let seconds = try medianSeconds(runs: runs) {
      try Parallel.forEach(workers) { worker in
        for _ in 0..<repetitions {
          for layer in layers { try layer.apply(source[worker].pointer, rows: rows, to: target[worker].pointer) }
        }
      }
    }
    let operations = Double(workers * repetitions * 2 * rows * 12 * width * width)
    print("{\"operations_per_second\": \(operations / seconds)}")
  }
}

/// The image tower alone, on pixels in memory.
struct TowerBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tower", abstract: "Images a second of an image tower.")

  @Argument var model: String
  @Option var images = 32
  @Option var precision: ComputePrecision = .float32
  @Option var runs = 3

  func run() throws {
    let folder = try ModelFolder.open(model)
    let encoder = try CLIPModel(configuration: folder.configuration, source: folder.source, precision: precision)
      .imageEncoder()
    let pixels = ComputedRows { index, pixels in
      for position in pixels.indices { pixels[position] = Float((position + index) % 31) * 0.1 - 1.5 }
    }
    let seconds = try medianSeconds(runs: runs) { _ = try encoder.encode(count: images, of: pixels) }
    let rate = Double(images) / seconds
    let image = folder.configuration.image
    print(
      """
      {"images_per_second": \(rate), "operations_per_second": \(Double(image.operations) * rate), \
      "depthwise_operations_per_second": \(Double(image.depthwiseOperations) * rate)}
      """)
  }
}

/// Steps of prompt learning, forward and backward through the text tower, with features given.
struct PromptsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prompts", abstract: "Seconds of a step of prompt learning.")

  @Argument var model: String
  @Argument(help: "{\"prompts\": [[a token id, or -1-row for a row of the context, …], …]}") var prompts: String
  @Option var steps = 3
  @Option var precision: ComputePrecision = .float32
  @Option(help: "Bytes that tapes may take; chunks beyond it are computed again.") var tapeLimit: Int?

  private struct Prompts: Decodable { let prompts: [[Int]] }

  func run() throws {
    let folder = try ModelFolder.open(model)
    let encoder = try CLIPModel(configuration: folder.configuration, source: folder.source, precision: precision)
      .textEncoder()
    let data = try Data(contentsOf: URL(fileURLWithPath: prompts))
    let elements = try JSONDecoder().decode(Prompts.self, from: data).prompts.map { prompt in
      prompt.map { $0 >= 0 ? PromptElement.token(Int32($0)) : .context(-1 - $0) }
    }
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(elements), tapeLimit: tapeLimit)
    let rows = elements.joined().reduce(0) { largest, element in
      if case .context(let row) = element { return max(largest, row + 1) }
      return largest
    }
    let context = FloatBuffer(count: rows * encoder.width)
    for index in 0..<context.count { context.pointer[index] = Float(index % 17 - 8) * 0.002 }
    let gradient = FloatBuffer(count: elements.count * encoder.embedDimension)
    for index in 0..<gradient.count { gradient.pointer[index] = Float(index % 13 - 6) * 0.01 }
    let seconds = try medianSeconds(runs: steps) {
      _ = try pass.forward(context: UnsafeBufferPointer(context.elements))
      _ = try pass.backward(gradient.pointer)
    }
    let cost = pass.cost
    print(
      """
      {"step_seconds": \(seconds), "rows": \(cost.rows), "trunk_rows": \(cost.trunkRows), "chunks": \(cost.chunks), \
      "operations": \(2 * cost.operations), "operations_per_second": \(Double(2 * cost.operations) / seconds)}
      """)
  }
}

/// Decoding and the evaluation transform, on one core.
struct PicturesBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "pictures", abstract: "Pictures a second of one core.")

  @Argument var files: [String]
  @Option var resolution = 224
  @Option var runs = 5

  func run() throws {
    let transform = try EvaluationTransform(resolution: resolution)
    let pixels = FloatBuffer(count: transform.outputCount)
    let seconds = try medianSeconds(runs: runs) {
      for file in files { try transform.apply(to: ImageDecoder.decode(path: file), into: pixels.elements) }
    }
    print("{\"pictures_per_second\": \(Double(files.count) / seconds)}")
  }
}
