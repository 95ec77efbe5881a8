import PromptLensPrompts
import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors

/// The words nearest to the states of a context's positions, layer by layer.
///
/// The positional vector is subtracted from a state, which is then compared with the token embedding by the cosine
/// after the mean word was subtracted from both: states grow from layer to layer, so that their lengths carry no
/// information. Before the first layer these are the context's own vectors. Later layers need not represent anything as
/// token embeddings do: a word there is a hint.
package struct HiddenWords: Sendable {
  /// The words nearest to a context position's state after some layers.
  package struct Reading: Sendable, Equatable {
    /// The number of layers before this reading; 0 for the tower's input.
    package let depth: Int
    /// The index of the vector in the context.
    package let vector: Int
    /// The nearest words, nearest first, with one minus the cosine.
    package let words: [WordNeighbor]
  }

  /// The readings, layer after layer, vector after vector.
  package let readings: [Reading]

  /// Reads a prompt.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompt: the prompt.
  ///   - roles: the roles of its positions.
  ///   - context: the context matrix.
  ///   - words: the words, by ``WordMetric/cosine`` and centered.
  ///   - count: the number of words of each reading.
  /// - Throws: The errors of tracing, and `TensorError` if the words have another width.
  package init(
    encoder: TextEncoder, prompt: [PromptElement], roles: [PromptRole], context: [Float], words: NearestWords,
    count: Int
  ) throws {
    let trace = try encoder.trace(prompt, context: context)
    let positions = roles.enumerated().compactMap { position, role -> (vector: Int, position: Int)? in
      if case .context(let vector) = role { (vector, position) } else { nil }
    }
    let offsets = positions.map { encoder.positionalVector($0.position) }
    var rows: [Float] = []
    for depth in trace.states.indices {
      for (index, occurrence) in positions.enumerated() {
        rows += zip(trace.state(after: depth, at: occurrence.position), offsets[index]).map { $0 - $1 }
      }
    }
    let near = try words.words(
      near: Tensor(rows, shape: [rows.count / encoder.width, encoder.width], name: "states"), count: count)
    readings = near.enumerated().map { index, list in
      Reading(depth: index / positions.count, vector: positions[index % positions.count].vector, words: list)
    }
  }

  /// The number of vectors with the same nearest word as before the first layer, for the input and after each layer.
  package var keptWords: [Int] {
    let first = Dictionary(
      readings.filter { $0.depth == 0 }.map { ($0.vector, $0.words.first?.id) }, uniquingKeysWith: { first, _ in first }
    )
    let depths = (readings.last?.depth ?? -1) + 1
    return (0..<depths).map { depth in
      readings.count { $0.depth == depth && $0.words.first?.id == first[$0.vector] }
    }
  }
}
