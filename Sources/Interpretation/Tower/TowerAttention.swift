import PromptLensPrompts
import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors

/// The attention of the end token (in a tower without a causal mask of the position that is read) and of the class name to each position of the prompt, by layer and head of the text
/// tower.
///
/// Prompts differ in length, so positions are grouped by their role: a class name's tokens are taken together.
/// Attention is summed over the tokens of the role that it goes to, averaged over those of the role that it comes from,
/// and averaged over classes; every list sums to one.
///
/// Attention shows where information could flow, not its effect there: see Jain and Wallace, "Attention is not
/// Explanation" (2019). Rollout follows it through the layers: with A the mean over heads, `R = ½(A_L + I) ⋯ ½(A₁ +
/// I)`, the halves standing for the residual connection. Source: Abnar and Zuidema, "Quantifying Attention Flow in
/// Transformers" (2020), equation 1.
package struct TowerAttention: Sendable {
  /// The roles, in the order of every list.
  package let roles: [PromptRole]
  /// The attention of the end token to each role, by layer and head.
  package let fromEnd: [[[Double]]]
  /// The attention of the class name's tokens to each role, by layer and head.
  package let fromClassName: [[[Double]]]
  /// The rollout of the end token to each role, after each layer.
  package let rollout: [[Double]]
  /// The attention of the end token to each role if it were the same for every position.
  package let uniform: [Double]
  /// The number of prompts in the mean.
  package let promptCount: Int

  /// Traces prompts.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - assembly: the prompts.
  ///   - context: the context matrix.
  ///   - classes: the classes whose prompts are traced; at least one.
  /// - Throws: The errors of tracing.
  package init(encoder: TextEncoder, assembly: PromptAssembly, context: [Float], classes: [Int]) throws {
    let roles = PromptRole.all(contextLength: assembly.contextLength, hasPadding: !encoder.isCausal)
    let attentions = try encoder.traces(classes.map { assembly.prompts[$0] }, context: context) { index, trace in
      var indices = assembly.roles[classes[index]].map { roles.firstIndex(of: $0) ?? 0 }
      // A class embedding that is read behind the end token counts as the end.
      let rest = encoder.isCausal ? indices.last : roles.firstIndex(of: .padding)
      indices += [Int](repeating: rest ?? 0, count: trace.positions - indices.count)
      return PromptAttention(trace, roleIndices: indices, roles: roles)
    }
    self.init(meanOf: attentions, roles: roles)
  }

  private init(meanOf attentions: [PromptAttention], roles: [PromptRole]) {
    let share = 1 / Double(max(attentions.count, 1))
    func mean(_ values: (PromptAttention) -> [Double]) -> [Double] {
      guard let first = attentions.first.map(values) else { return [] }
      return attentions.dropFirst().reduce(first) { zip($0, values($1)).map(+) }.map { $0 * share }
    }
    let layers = attentions.first?.fromEnd.count ?? 0
    let heads = attentions.first?.fromEnd.first?.count ?? 0
    fromEnd = (0..<layers).map { layer in (0..<heads).map { head in mean { $0.fromEnd[layer][head] } } }
    fromClassName = (0..<layers).map { layer in (0..<heads).map { head in mean { $0.fromClassName[layer][head] } } }
    rollout = (0..<layers).map { layer in mean { $0.rollout[layer] } }
    uniform = mean(\.uniform)
    promptCount = attentions.count
    self.roles = roles
  }

  /// Returns the mean over heads, by layer and role.
  package static func meanOverHeads(_ attention: [[[Double]]]) -> [[Double]] {
    attention.map { heads in
      guard let first = heads.first else { return [] }
      return heads.dropFirst().reduce(first) { zip($0, $1).map(+) }.map { $0 / Double(heads.count) }
    }
  }
}

/// The attention of one prompt.
private struct PromptAttention: Sendable {
  var fromEnd: [[[Double]]]
  var fromClassName: [[[Double]]]
  var rollout: [[Double]]
  var uniform: [Double]

  /// Summarizes a trace.
  ///
  /// - Parameters:
  ///   - trace: the trace.
  ///   - roleIndices: the index in `roles` of each position's role.
  ///   - roles: the roles.
  init(_ trace: PromptTrace, roleIndices: [Int], roles: [PromptRole]) {
    let nameRole = roles.firstIndex(of: .className)
    let names = roleIndices.indices.filter { roleIndices[$0] == nameRole }
    func byRole(_ row: some Collection<Double>) -> [Double] {
      var sums = [Double](repeating: 0, count: roles.count)
      for (role, value) in zip(roleIndices, row) { sums[role] += value }
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
    let end = [trace.read]
    fromEnd = (0..<trace.layers).map { layer in (0..<trace.heads).map { attention(layer, $0, from: end) } }
    fromClassName = (0..<trace.layers).map { layer in (0..<trace.heads).map { attention(layer, $0, from: names) } }
    rollout = AttentionRollout.all(trace.meanAttention, size: trace.positions).map { matrix in
      byRole(matrix[trace.read * trace.positions..<(trace.read + 1) * trace.positions])
    }
    uniform = byRole([Double](repeating: 1 / Double(trace.positions), count: trace.positions))
  }
}

extension PromptTrace {
  /// The mean over heads of each layer, `[positions, positions]`.
  fileprivate var meanAttention: [[Double]] {
    attention.indices.map { layer in
      (0..<positions).flatMap { position in
        var sums = [Double](repeating: 0, count: positions)
        for head in 0..<heads {
          for (target, value) in attention(layer: layer, head: head, from: position).enumerated() {
            sums[target] += Double(value) / Double(heads)
          }
        }
        return sums
      }
    }
  }
}
