import PromptLensTensors

// A pass that is divided among processes: each computes its chunks, and rank 0 the trunk and all sums, in chunk order.

extension PromptPass {
  /// Gives rank 0 the features of all ranks' chunks, one after the other.
  func gatherFeatures(from ranks: PassRanks) throws {
    let counts = (0..<ranks.count).map { rank in
      partition.chunks[ranks.group.share(of: rank, in: partition.chunks.count)].reduce(0) {
        $0 + $1.layout.ends.count * encoder.embedDimension
      }
    }
    guard !ranks.isLeader else { return try ranks.gather(features, counts: counts) }
    let share = FloatBuffer(uninitialized: counts[ranks.group.rank])
    if let first = partition.chunks[own].first {
      share.pointer.update(from: features.pointer + first.firstEnd * encoder.embedDimension, count: share.count)
    }
    try ranks.gather(share, counts: counts)
  }

  /// The numbers that the trunk gets from each chunk.
  private var trunkGradientCount: Int { encoder.blocks.count * partition.trunk.rows.count * 2 * encoder.width }

  /// Returns the gradients of the parts on rank 0, and nothing on others, which send theirs: of each chunk what it gives
  /// the trunk, and then the gradients of its rows that are the context's, and of those of deeper blocks.
  func partGradients(_ ends: FloatBuffer, from ranks: PassRanks) throws -> [PartGradients?] {
    let (width, chunks, deeper) = (encoder.width, partition.chunks, layers.keys.sorted())
    let trunkCount = trunkGradientCount
    let sizes = chunks.map { trunkCount + (1 + deeper.count) * $0.contextRows.count * width }
    let counts = (0..<ranks.count).map { rank in
      sizes[ranks.group.share(of: rank, in: chunks.count)].reduce(0, +)
    }
    // Chunks don't wait for the trunk, which begins when all of them have arrived.
    let gate = LayerGate(layers: encoder.blocks.count, parts: 0)
    let (tower, own) = (self.unsafelyShared, own)
    let first = ranks.isLeader ? 0 : own.lowerBound
    let starts = chunks.indices.map { chunk in
      chunk < first ? 0 : sizes[first..<chunk].reduce(0, +)
    }
    let message = FloatBuffer(uninitialized: ranks.isLeader ? counts.reduce(0, +) : counts[ranks.group.rank])
    try Parallel.forEach(own.count, threads: encoder.blocks.threads) { index in
      let chunk = own.lowerBound + index
      let trunkGradient = FloatBuffer(count: trunkCount)
      let found = try tower.pass.backward(chunk, ends: ends, trunkGradient: trunkGradient, gate)
      var target = message.pointer + starts[chunk]
      func append(_ source: UnsafeMutablePointer<Float>, _ count: Int) {
        target.update(from: source, count: count)
        target += count
      }
      append(trunkGradient.pointer, trunkCount)
      for (row, _) in chunks[chunk].contextRows { append(found.inputs.pointer + row * width, width) }
      for layer in deeper {
        if let vectors = found.layers[layer] { append(vectors.pointer, vectors.count) }
      }
    }
    try ranks.gather(message, counts: counts)
    guard ranks.isLeader else { return [] }
    var trunkGradients: [FloatBuffer] = []
    var result: [PartGradients?] = []
    for (chunk, part) in chunks.enumerated() {
      var source = message.pointer + starts[chunk]
      func take(_ count: Int) -> FloatBuffer {
        let taken = FloatBuffer(uninitialized: count)
        taken.pointer.update(from: source, count: count)
        source += count
        return taken
      }
      trunkGradients.append(take(trunkCount))
      let rows = take(part.contextRows.count * width)
      var gradients = PartGradients(inputs: FloatBuffer(count: part.rows.count * width))
      for (index, (row, _)) in part.contextRows.enumerated() {
        (gradients.inputs.pointer + row * width).update(from: rows.pointer + index * width, count: width)
      }
      for layer in deeper { gradients.layers[layer] = take(part.contextRows.count * width) }
      result.append(gradients)
    }
    return result + [try backwardTrunk(trunkGradients, gate)]
  }
}
