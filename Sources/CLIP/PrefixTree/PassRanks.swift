import PromptLensTensors

/// The division of passes over prompts among processes.
///
/// Rank 0 trains as it would alone. Each of its passes goes to all ranks; every rank computes the trunk and its own chunks,
/// with tapes for these alone, and rank 0 gets the features of all, and in the backward pass the gradients that chunks give
/// the context and the trunk. It adds them in the order of chunks, whichever rank they come from, so that the sums have the
/// bits that one process finds.
package final class PassRanks: @unchecked Sendable {
  // Unchecked: one thread of a process exchanges messages.

  private enum Message: Int64 {
    case open, forward, backward, ping, end
  }

  let group: any RankGroup
  private var passes = 0
  /// The bytes that rank 0 sent to each of the others.
  package private(set) var sentBytes = 0
  /// The bytes that rank 0 got from all others.
  package private(set) var receivedBytes = 0
  /// The number of backward passes.
  package private(set) var steps = 0

  /// Divides passes among the ranks of a group.
  package init(_ group: any RankGroup) { self.group = group }

  /// Whether this process trains.
  package var isLeader: Bool { group.isLeader }
  /// The number of processes.
  package var count: Int { group.count }

  /// Returns this rank's chunks.
  func share(of chunks: Int) -> Range<Int> { group.share(of: group.rank, in: chunks) }

  // MARK: - The leader

  /// Begins a pass, on rank 0 with a message to all ranks.
  ///
  /// - Returns: the number of the pass.
  func begin(_ tree: PromptTree, tapeLimit: Int?) throws -> Int {
    defer { passes += 1 }
    guard isLeader else { return passes }
    var numbers = tree.numbers
    try send(.open, passes, numbers.count, tapeLimit ?? -1)
    try broadcast(&numbers)
    return passes
  }

  /// Sends the context of a forward pass to all ranks; only rank 0 does.
  func sendForward(of pass: Int, _ context: FloatBuffer, _ layers: [Int: FloatBuffer]) throws {
    guard isLeader else { return }
    try send(.forward, pass, context.count, layers.count)
    try broadcast(context)
    for (layer, vectors) in layers.sorted(by: { $0.key < $1.key }) {
      var key = [Int64(layer)]
      try broadcast(&key)
      try broadcast(vectors)
    }
  }

  /// Sends the gradient of the features to all ranks; only rank 0 does.
  func sendBackward(of pass: Int, _ gradient: UnsafePointer<Float>, count: Int) throws {
    guard isLeader else { return }
    steps += 1
    try send(.backward, pass, count, 0)
    let floats = FloatBuffer(uninitialized: count)
    floats.pointer.update(from: gradient, count: count)
    try broadcast(floats)
  }

  /// Ends the work of the other ranks.
  package func end() throws {
    if isLeader { try send(.end, 0, 0, 0) }
  }

  /// Returns the mean seconds of a message to all ranks and an answer of each.
  package func latency(repetitions: Int = 50) throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    for _ in 0..<repetitions {
      try send(.ping, 0, 0, 0)
      try gather(FloatBuffer(count: count), counts: [Int](repeating: 1, count: count))
    }
    return start.duration(to: clock.now) / .seconds(1) / Double(max(repetitions, 1))
  }

  private func send(_ message: Message, _ pass: Int, _ count: Int, _ other: Int) throws {
    var header = [message.rawValue, Int64(pass), Int64(count), Int64(other)]
    try broadcast(&header)
  }

  private func broadcast(_ numbers: inout [Int64]) throws {
    sentBytes += numbers.count * MemoryLayout<Int64>.stride
    try group.broadcast(&numbers)
  }

  private func broadcast(_ floats: FloatBuffer) throws {
    sentBytes += floats.count * MemoryLayout<Float>.stride
    try group.broadcast(UnsafeMutableRawBufferPointer(floats.elements))
  }

  /// Gives rank 0 the numbers of all ranks.
  ///
  /// - Parameters:
  ///   - floats: on rank 0 memory for all, its own first; on others their own.
  ///   - counts: the numbers of each rank.
  /// - Throws: `RankError` when the exchange fails.
  func gather(_ floats: FloatBuffer, counts: [Int]) throws {
    receivedBytes += counts.dropFirst().reduce(0, +) * MemoryLayout<Float>.stride
    let own = isLeader ? floats.count : min(counts[group.rank], floats.count)
    try group.gather(
      UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: floats.elements[0..<own])),
      sizes: counts.map { $0 * MemoryLayout<Float>.stride })
  }

  // MARK: - The others

  /// Computes this rank's share of rank 0's passes until rank 0 ends.
  ///
  /// - Parameter encoder: the text tower, the same as rank 0's.
  /// - Throws: the tower's errors, and those of the exchange.
  package func serve(_ encoder: TextEncoder) throws {
    var open: [PromptPass] = []
    while true {
      var header = [Int64](repeating: 0, count: 4)
      try broadcast(&header)
      let (pass, count, other) = (Int(header[1]), Int(header[2]), Int(header[3]))
      switch Message(rawValue: header[0]) {
      case .open:
        var numbers = [Int64](repeating: 0, count: count)
        try broadcast(&numbers)
        open.append(
          try PromptPass(
            encoder: encoder, tree: PromptTree(numbers: numbers), tapeLimit: other < 0 ? nil : other, ranks: self))
      case .forward:
        let context = FloatBuffer(uninitialized: count)
        try broadcast(context)
        var layers: [Int: [Float]] = [:]
        for _ in 0..<other {
          var key: [Int64] = [0]
          try broadcast(&key)
          let vectors = FloatBuffer(uninitialized: count)
          try broadcast(vectors)
          layers[Int(key[0])] = vectors.floats
        }
        _ = try open[pass].forward(context: UnsafeBufferPointer(context.elements), layers: layers)
      case .backward:
        let gradient = FloatBuffer(uninitialized: count)
        try broadcast(gradient)
        _ = try open[pass].gradients(gradient.pointer)
      case .ping: try gather(FloatBuffer(count: 1), counts: [Int](repeating: 1, count: self.count))
      case .end, nil: return
      }
    }
  }
}
