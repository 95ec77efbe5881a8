import PromptLensCLIP
import PromptLensTensors

/// The states of prompts at the position that is read, mostly the end token's, layer by layer.
package struct EndStates: Sendable {
  /// The end states of the input and of each layer, `[prompts, width]`.
  package let layers: [[Float]]
  /// The width of a state.
  package let width: Int

  /// Traces prompts.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompts: the prompts.
  ///   - context: the context matrix.
  /// - Throws: The errors of tracing.
  package init(encoder: TextEncoder, prompts: [[PromptElement]], context: [Float]) throws {
    width = encoder.width
    let states = try Parallel.map(prompts.count) { index -> [[Float]] in
      let trace = try encoder.trace(prompts[index], context: context)
      return trace.states.indices.map { Array(trace.state(after: $0, at: trace.read)) }
    }
    layers = (states.first ?? []).indices.map { layer in states.flatMap { $0[layer] } }
  }

  /// The number of prompts.
  package var count: Int { (layers.first?.count ?? 0) / max(width, 1) }
}
