import CLIP
import Checkpoints
import Foundation
import PromptLearning
import Tensors

/// Times steps of prompt learning, forward and backward through the text tower with features given, and prints JSON.
///
/// Tools/benchmark_prompts.py runs it in turn with PyTorch on the same prompts.
///
///     prompt-benchmark MODEL PROMPTS.json STEPS [f32|bf16] [tape limit in bytes]
///
/// `PROMPTS.json` holds `{"prompts": [[id or -1-row of the context, …], …], "context_rows": n}`.
@main
struct PromptBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 4, let steps = Int(arguments[3]) else {
      FileHandle.standardError.write(Data("usage: prompt-benchmark MODEL PROMPTS.json STEPS [f32|bf16] [bytes]\n".utf8))
      exit(64)
    }
    let precision = arguments.count > 4 ? ComputePrecision(rawValue: arguments[4]) ?? .float32 : .float32
    let folder = try ModelFolder.open(arguments[1])
    let encoder = try CLIPModel(configuration: folder.configuration, source: folder.source, precision: precision)
      .textEncoder()
    struct Prompts: Decodable { let prompts: [[Int]] }
    let data = try Data(contentsOf: URL(fileURLWithPath: arguments[2]))
    let prompts = try JSONDecoder().decode(Prompts.self, from: data).prompts.map { prompt in
      prompt.map { $0 >= 0 ? PromptElement.token(Int32($0)) : .context(-1 - $0) }
    }
    let clock = ContinuousClock()
    let pass = try PromptPass(
      encoder: encoder, tree: PromptTree(prompts), tapeLimit: arguments.count > 5 ? Int(arguments[5]) : nil)
    let rows = prompts.joined().reduce(0) { largest, element in
      if case .context(let row) = element { return max(largest, row + 1) }
      return largest
    }
    let context = FloatBuffer(count: rows * encoder.width)
    for index in 0..<context.count { context.pointer[index] = Float(index % 17 - 8) * 0.002 }
    let gradient = FloatBuffer(count: prompts.count * encoder.embedDimension)
    for index in 0..<gradient.count { gradient.pointer[index] = Float(index % 13 - 6) * 0.01 }

    func seconds(_ duration: Duration) -> Double {
      Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
    var forward: [Double] = []
    var total: [Double] = []
    var norm = 0.0
    for _ in 0..<steps + 1 {
      let start = clock.now
      _ = try pass.forward(context: UnsafeBufferPointer(context.elements))
      forward.append(seconds(start.duration(to: clock.now)))
      let result = try pass.backward(gradient.pointer)
      total.append(seconds(start.duration(to: clock.now)))
      norm = result.floats.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    let cost = pass.cost
    func median(_ values: [Double]) -> Double { values.dropFirst().sorted()[(values.count - 1) / 2] }
    print(
      """
      {"step_seconds": \(median(total)), "forward_seconds": \(median(forward)), "first_step_seconds": \(total[0]), \
      "rows": \(cost.rows), "trunk_rows": \(cost.trunkRows), "chunks": \(cost.chunks), \
      "operations": \(2 * cost.operations), "operations_per_second": \(Double(2 * cost.operations) / median(total)), \
      "gradient_norm": \(norm)}
      """)
  }
}
