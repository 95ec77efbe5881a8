import Foundation
import PromptLensCLIP
import PromptLensTensors

/// An image tower in f64, written as the formulas are, whose attention can be changed behind its softmax.
struct ReferenceImageTower {
  private let configuration: VisionTransformerConfiguration
  private let tensors: [String: [Double]]
  private let outputs: Int

  init(_ configuration: VisionTransformerConfiguration, embedDimension: Int, _ source: some TensorSource) throws {
    self.configuration = configuration
    outputs = embedDimension
    tensors = try Dictionary(
      uniqueKeysWithValues: source.names.filter { $0.hasPrefix("visual.") }.map { name in
        (String(name.dropFirst(7)), try source.tensor(name).floats().map(Double.init))
      })
  }

  /// Returns the feature of the rows before the input norm, before normalization.
  ///
  /// - Parameters:
  ///   - rows: `[positions, width]`.
  ///   - change: added to the attention of a layer, from a row to a key in a head.
  /// - Returns: `[embedDimension]`.
  func feature(
    of rows: [Double], adding change: (_ layer: Int, _ row: Int, _ head: Int, _ key: Int) -> Double
  ) -> [Double] {
    let width = configuration.transformer.width
    let headWidth = configuration.transformer.headWidth
    var states = stride(from: 0, to: rows.count, by: width).map { norm(Array(rows[$0..<$0 + width]), "ln_pre") }
    for layer in 0..<configuration.transformer.layers {
      let name = "transformer.resblocks.\(layer)"
      let projected = states.map {
        linear(norm($0, "\(name).ln_1"), "\(name).attn.in_proj_weight", "\(name).attn.in_proj_bias")
      }
      for row in states.indices {
        let mixed = (0..<configuration.transformer.heads).flatMap { head -> [Double] in
          let columns = head * headWidth..<(head + 1) * headWidth
          let weights = states.indices.map { key in
            exp(
              columns.reduce(0.0) { $0 + projected[row][$1] * projected[key][width + $1] }
                / Double(headWidth).squareRoot())
          }
          let total = weights.reduce(0, +)
          let attention = weights.indices.map { weights[$0] / total + change(layer, row, head, $0) }
          return columns.map { column in
            attention.indices.reduce(0.0) { $0 + attention[$1] * projected[$1][2 * width + column] }
          }
        }
        add(linear(mixed, "\(name).attn.out_proj.weight", "\(name).attn.out_proj.bias"), to: &states[row])
        let inner = linear(norm(states[row], "\(name).ln_2"), "\(name).mlp.c_fc.weight", "\(name).mlp.c_fc.bias")
          .map { $0 / (1 + exp(-1.702 * $0)) }
        add(linear(inner, "\(name).mlp.c_proj.weight", "\(name).mlp.c_proj.bias"), to: &states[row])
      }
    }
    let (state, projection) = (norm(states[0], "ln_post"), tensors["proj"] ?? [])
    return (0..<outputs).map { output in
      state.indices.reduce(0) { $0 + state[$1] * projection[$1 * outputs + output] }
    }
  }

  private func linear(_ x: [Double], _ weight: String, _ bias: String) -> [Double] {
    let (weights, biases) = (tensors[weight] ?? [], tensors[bias] ?? [])
    return biases.indices.map { output in
      x.indices.reduce(biases[output]) { $0 + x[$1] * weights[output * x.count + $1] }
    }
  }

  private func norm(_ x: [Double], _ name: String) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    let (scale, shift) = (tensors["\(name).weight"] ?? [], tensors["\(name).bias"] ?? [])
    let deviation = (variance + Double(configuration.transformer.normEpsilon)).squareRoot()
    return x.indices.map { scale[$0] * (x[$0] - mean) / deviation + shift[$0] }
  }

  private func add(_ values: [Double], to row: inout [Double]) {
    for index in row.indices { row[index] += values[index] }
  }
}
