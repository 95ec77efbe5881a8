import CLIP
import PromptLearning
import Tensors

/// The words nearest to what a context's positions become, layer by layer.
///
/// From a state its positional vector is subtracted, and it is compared with the token embedding by the cosine after the mean
/// word was subtracted from both: states grow from layer to layer, so that lengths say nothing. Before the first layer these
/// are the context's own vectors. Nothing makes later layers speak in token embeddings: a word there is a hint.
public struct HiddenWords: Sendable {
  /// A context position after some layers.
  public struct Place: Sendable, Equatable {
    /// Layers before this reading; 0 for the tower's input.
    public let depth: Int
    /// The place in the context, from 0.
    public let vector: Int
    /// The nearest words, nearest first, with one minus the cosine.
    public let words: [NearWord]
  }

  /// Layer after layer, vector after vector.
  public let places: [Place]

  /// Reads a prompt.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompt: the prompt.
  ///   - roles: what its positions are for.
  ///   - context: the context matrix.
  ///   - words: the words, by ``WordMetric/cosine`` and centred.
  ///   - count: words for each place.
  /// - Throws: what tracing throws, and `TensorError` when the words are of another width.
  public init(
    encoder: TextEncoder, prompt: [PromptElement], roles: [PromptRole], context: [Float], words: NearestWords, count: Int
  ) throws {
    let trace = try encoder.trace(prompt, context: context)
    let positions = roles.enumerated().compactMap { position, role -> (vector: Int, position: Int)? in
      if case .context(let vector) = role { (vector, position) } else { nil }
    }
    let offsets = positions.map { encoder.positionalVector($0.position) }
    var rows: [Float] = []
    for depth in trace.states.indices {
      for (index, place) in positions.enumerated() {
        rows += zip(trace.state(after: depth, at: place.position), offsets[index]).map { $0 - $1 }
      }
    }
    let near = try words.words(
      near: Tensor(rows, shape: [rows.count / encoder.width, encoder.width], name: "states"), count: count)
    places = near.enumerated().map { index, list in
      Place(depth: index / positions.count, vector: positions[index % positions.count].vector, words: list)
    }
  }
}
