import PromptLensTensors

/// The record of a part's forward pass that the backward pass reads: a slice of memory for each layer.
///
/// A tape that is not kept reuses one slice for all layers but the last.
final class PartTape: @unchecked Sendable {
  // Unchecked: a part belongs to one worker at a time; others read the trunk's keys and values after they are
  // announced.

  /// A layer that updates every row.
  struct Layer {
    /// The layer's input, `[rows, width]`.
    let input: UnsafeMutablePointer<Float>
    /// The first norm's statistics, `[rows, 2]`.
    let statistics: UnsafeMutablePointer<Float>
    /// Queries, keys and values, `[rows, 3 · width]`.
    let projected: UnsafeMutablePointer<Float>
    /// The segments' attention probabilities.
    let probabilities: UnsafeMutablePointer<Float>
    let feedForward: FeedForward.Tape
  }

  /// The last layer, of which only the ends are used.
  struct LastLayer {
    /// The layer's input, `[rows, width]`.
    let input: UnsafeMutablePointer<Float>
    /// The first norm's statistics, `[rows, 2]`.
    let statistics: UnsafeMutablePointer<Float>
    /// Keys and values, `[rows, 2 · width]`.
    let keysValues: UnsafeMutablePointer<Float>
    /// The ends' queries, `[ends, width]`.
    let queries: UnsafeMutablePointer<Float>
    /// The ends' attention probabilities.
    let probabilities: UnsafeMutablePointer<Float>
    let feedForward: FeedForward.Tape
    /// The final norm's input, `[ends, width]`.
    let finalInput: UnsafeMutablePointer<Float>
    /// The final norm's statistics, `[ends, 2]`.
    let finalStatistics: UnsafeMutablePointer<Float>
  }

  private let layout: RowLayout
  private let configuration: TransformerConfiguration
  /// Memory of at least ``floats(_:_:isKept:)`` elements.
  private let memory: FloatBuffer
  private let layerFloats: Int
  private let isKept: Bool

  /// Creates a tape in new memory, or in given memory that is large enough.
  init(_ layout: RowLayout, _ configuration: TransformerConfiguration, isKept: Bool, in memory: FloatBuffer? = nil) {
    self.layout = layout
    self.configuration = configuration
    self.isKept = isKept
    layerFloats = Self.layerFloats(layout, configuration)
    self.memory = memory ?? FloatBuffer(uninitialized: Self.floats(layout, configuration, isKept: isKept))
  }

  /// Returns the number of bytes of a tape that is kept.
  static func bytes(_ layout: RowLayout, _ configuration: TransformerConfiguration) -> Int {
    floats(layout, configuration, isKept: true) * MemoryLayout<Float>.stride
  }

  /// Returns the number of floats that a tape takes.
  static func floats(_ layout: RowLayout, _ configuration: TransformerConfiguration, isKept: Bool) -> Int {
    let width = configuration.width
    let (rows, ends) = (layout.rowCount, layout.ends.count)
    let last =
      rows * (3 * width + 2) + ends * (2 * width + 2) + layout.endProbabilityCount
      + FeedForward.Tape.floats(rows: ends, configuration)
    return (isKept ? configuration.layers - 1 : 1) * layerFloats(layout, configuration) + last
  }

  private static func layerFloats(_ layout: RowLayout, _ configuration: TransformerConfiguration) -> Int {
    let rows = layout.rowCount
    return rows * (4 * configuration.width + 2) + layout.probabilityCount
      + FeedForward.Tape.floats(rows: rows, configuration)
  }

  func layer(_ index: Int) -> Layer {
    let (rows, width) = (layout.rowCount, configuration.width)
    let input = memory.pointer + (isKept ? index * layerFloats : 0)
    let statistics = input + rows * width
    let projected = statistics + rows * 2
    let probabilities = projected + rows * 3 * width
    return Layer(
      input: input, statistics: statistics, projected: projected, probabilities: probabilities,
      feedForward: FeedForward.Tape(in: probabilities + layout.probabilityCount, rows: rows, configuration))
  }

  var lastLayer: LastLayer {
    let (rows, ends, width) = (layout.rowCount, layout.ends.count, configuration.width)
    let input = memory.pointer + (isKept ? configuration.layers - 1 : 1) * layerFloats
    let statistics = input + rows * width
    let keysValues = statistics + rows * 2
    let queries = keysValues + rows * 2 * width
    let probabilities = queries + ends * width
    let feedForward = probabilities + layout.endProbabilityCount
    let finalInput = feedForward + FeedForward.Tape.floats(rows: ends, configuration)
    return LastLayer(
      input: input, statistics: statistics, keysValues: keysValues, queries: queries, probabilities: probabilities,
      feedForward: FeedForward.Tape(in: feedForward, rows: ends, configuration), finalInput: finalInput,
      finalStatistics: finalInput + ends * width)
  }
}
