import PromptLensPrompts
import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors

/// The words nearest to what a context's positions become, layer by layer.
///
/// From a state its positional vector is subtracted, and it is compared with the token embedding by the cosine after the mean
/// word was subtracted from both: states grow from layer to layer, so that lengths say nothing. Before the first layer these
/// are the context's own vectors. Nothing makes later layers speak in token embeddings: a word there is a hint.
package struct HiddenWords: Sendable {
  /// A context position after some layers.
  package struct Reading: Sendable, Equatable {
    /// Layers before this reading; 0 for the tower's input.
    package let depth: Int
    /// The place in the context, from 0.
    package let vector: Int
    /// The nearest words, nearest first, with one minus the cosine.
    package let words: [WordNeighbor]
  }

  /// Layer after layer, vector after vector.
  package let readings: [Reading]

  /// Reads a prompt.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompt: the prompt.
  ///   - roles: what its positions are for.
  ///   - context: the context matrix.
  ///   - words: the words, by ``WordMetric/cosine`` and centred.
  ///   - count: words for each reading.
  /// - Throws: what tracing throws, and `TensorError` when the words are of another width.
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

  /// For the input and after each layer, how many vectors have the same nearest word as before the first layer.
  package var keptWords: [Int] {
    let first = Dictionary(
      readings.filter { $0.depth == 0 }.map { ($0.vector, $0.words.first?.id) }, uniquingKeysWith: { first, _ in first })
    let depths = (readings.last?.depth ?? -1) + 1
    return (0..<depths).map { depth in
      readings.count { $0.depth == depth && $0.words.first?.id == first[$0.vector] }
    }
  }
}
