import PromptLensPrompts
import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors

/// Where the text tower looks: how much the end token and the class name attend to each place of the prompt.
///
/// Prompts differ in length, so places are counted by their role: a class name's tokens are taken together. What is looked at
/// is summed over a role's tokens, what looks is averaged over them, and both are averaged over classes; every list sums to one.
///
/// Attention says where information could flow, not what it does there: see Jain and Wallace, "Attention is not Explanation"
/// (2019). Rollout follows it through the layers: with A the mean over heads, `R = ½(A_L + I) ⋯ ½(A₁ + I)`, the halves standing
/// for the residual connection. Source: Abnar and Zuidema, "Quantifying Attention Flow in Transformers" (2020), equation 1.
package struct TowerAttention: Sendable {
  /// The roles, in the order of every list.
  package let roles: [PromptRole]
  /// For each layer and head what the end token looks at, by role.
  package let fromEnd: [[[Double]]]
  /// For each layer and head what the class name's tokens look at, by role.
  package let fromClassName: [[[Double]]]
  /// For each number of layers, from 1, the rollout of the end token, by role.
  package let rollout: [[Double]]
  /// What the end token would look at if it looked at every position alike, by role.
  package let uniform: [Double]
  /// The number of prompts that this is the mean of.
  package let promptCount: Int

  /// Traces prompts.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - assembly: the prompts.
  ///   - context: the context matrix.
  ///   - classes: which prompts are traced; at least one.
  /// - Throws: what tracing throws.
  package init(encoder: TextEncoder, assembly: PromptAssembly, context: [Float], classes: [Int]) throws {
    let roles = PromptRole.all(contextLength: assembly.contextLength)
    let parts = try Parallel.map(classes.count) { index in
      let prompt = classes[index]
      let trace = try encoder.trace(assembly.prompts[prompt], context: context)
      return PromptAttention(trace, places: assembly.roles[prompt].map { roles.firstIndex(of: $0) ?? 0 }, roles: roles)
    }
    self.init(meanOf: parts, roles: roles)
  }

  private init(meanOf parts: [PromptAttention], roles: [PromptRole]) {
    let share = 1 / Double(max(parts.count, 1))
    func mean(_ values: (PromptAttention) -> [Double]) -> [Double] {
      guard let first = parts.first.map(values) else { return [] }
      return parts.dropFirst().reduce(first) { zip($0, values($1)).map(+) }.map { $0 * share }
    }
    let layers = parts.first?.fromEnd.count ?? 0
    let heads = parts.first?.fromEnd.first?.count ?? 0
    fromEnd = (0..<layers).map { layer in (0..<heads).map { head in mean { $0.fromEnd[layer][head] } } }
    fromClassName = (0..<layers).map { layer in (0..<heads).map { head in mean { $0.fromClassName[layer][head] } } }
    rollout = (0..<layers).map { layer in mean { $0.rollout[layer] } }
    uniform = mean(\.uniform)
    promptCount = parts.count
    self.roles = roles
  }

  /// The mean over heads, by layer and role.
  package static func meanOverHeads(_ attention: [[[Double]]]) -> [[Double]] {
    attention.map { heads in
      guard let first = heads.first else { return [] }
      return heads.dropFirst().reduce(first) { zip($0, $1).map(+) }.map { $0 / Double(heads.count) }
    }
  }
}

/// The same for one prompt.
private struct PromptAttention: Sendable {
  var fromEnd: [[[Double]]]
  var fromClassName: [[[Double]]]
  var rollout: [[Double]]
  var uniform: [Double]

  /// `places` holds for each position the place of its role.
  init(_ trace: PromptTrace, places: [Int], roles: [PromptRole]) {
    let nameRole = roles.firstIndex(of: .className)
    let names = places.indices.filter { places[$0] == nameRole }
    func byRole(_ row: some Collection<Double>) -> [Double] {
      var sums = [Double](repeating: 0, count: roles.count)
      for (place, value) in zip(places, row) { sums[place] += value }
      return sums
    }
    func attention(_ layer: Int, _ head: Int, from positions: [Int]) -> [Double] {
      var sums = [Double](repeating: 0, count: roles.count)
      for position in positions {
        let row = byRole(trace.attention(layer: layer, head: head, from: position).map(Double.init))
        for role in sums.indices { sums[role] += row[role] / Double(positions.count) }
      }
      return sums
    }
    let end = [trace.positions - 1]
    fromEnd = (0..<trace.layers).map { layer in (0..<trace.heads).map { attention(layer, $0, from: end) } }
    fromClassName = (0..<trace.layers).map { layer in (0..<trace.heads).map { attention(layer, $0, from: names) } }
    rollout = AttentionRollout.all(trace.meanAttention, size: trace.positions).map { matrix in
      byRole(matrix[(trace.positions - 1) * trace.positions..<trace.positions * trace.positions])
    }
    uniform = byRole([Double](repeating: 1 / Double(trace.positions), count: trace.positions))
  }
}

extension PromptTrace {
  /// For each layer the mean over heads, `[positions, positions]`.
  fileprivate var meanAttention: [[Double]] {
    attention.indices.map { layer in
      (0..<positions).flatMap { position in
        var sums = [Double](repeating: 0, count: positions)
        for head in 0..<heads {
          for (place, value) in attention(layer: layer, head: head, from: position).enumerated() {
            sums[place] += Double(value) / Double(heads)
          }
        }
        return sums
      }
    }
  }
}
