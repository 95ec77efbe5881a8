import PromptLensEvaluation
import PromptLensTensors

/// A patch of an image near a prompt of the image tower.
package struct PatchNeighbor: Sendable, Equatable {
  /// The index of the image.
  package let image: Int
  /// The index of the patch in its image, row by row.
  package let patch: Int
  /// The cosine with the prompt after the mean patch was subtracted from both.
  package let similarity: Double
}

/// A search for the patches nearest to the prompts of one block of the image tower, image after image, with its controls.
///
/// Prompts and the patches' states before the block are compared by the cosine after the mean patch was subtracted from both.
/// The same patches are compared with random directions and with mixtures, means of three patches, which mean none of them:
/// a prompt counts as near when few of these have a patch as near.
package struct PatchSearch: Sendable {
  /// The block.
  package let block: Int
  /// The number of random directions, and of mixtures.
  package let nullCount: Int
  /// The patches nearest to each prompt, nearest first.
  package private(set) var nearest: [[PatchNeighbor]]
  private var best: [Float]
  private let mean: [Float]
  private let layer: LinearLayer
  private let promptCount: Int
  private let top: Int

  /// The number of patches in a mixture.
  package static let mixtureSize = 3

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - block: the block.
  ///   - prompts: its prompts as they stand before it, `[count, width]`.
  ///   - sample: the states of some images' patches, whose mean is subtracted and of which mixtures are made.
  ///   - width: the width of a state.
  ///   - nullCount: the number of random directions, and of mixtures.
  ///   - top: the number of patches to list for each prompt.
  ///   - seed: the seed of both.
  /// - Throws: `TensorError`, which would be a bug in this program.
  package init(
    block: Int, prompts: [Float], sample: [FloatBuffer], width: Int, nullCount: Int, top: Int, seed: UInt64
  ) throws {
    self.block = block
    self.nullCount = nullCount
    self.top = top
    promptCount = prompts.count / width
    var sum = [Double](repeating: 0, count: width)
    var count = 0.0
    for states in sample {
      for (index, value) in states.elements.enumerated() { sum[index % width] += Double(value) }
      count += Double(states.count / width)
    }
    let mean = sum.map { Float($0 / max(count, 1)) }
    self.mean = mean
    var draws = SplitMix64(seed: seed)
    var rows = prompts.enumerated().map { $0.element - mean[$0.offset % width] }
    for _ in 0..<nullCount { rows += draws.vector(width: width, length: 1) }
    for _ in 0..<nullCount {
      var mixture = [Float](repeating: 0, count: width)
      for _ in 0..<Self.mixtureSize {
        let states = sample[Int.random(in: 0..<max(sample.count, 1), using: &draws)]
        let patch = Int.random(in: 0..<max(states.count / width, 1), using: &draws)
        for column in 0..<width { mixture[column] += states.pointer[patch * width + column] - mean[column] }
      }
      rows += mixture
    }
    let directions = promptCount + 2 * nullCount
    let matrix = FloatBuffer(copying: rows, count: directions * width)
    matrix.normalizeRows(width: width)
    layer = try LinearLayer(
      weight: Tensor(matrix, shape: [directions, width], name: "prompts"), name: "prompts")
    nearest = [[PatchNeighbor]](repeating: [], count: promptCount)
    best = [Float](repeating: -.infinity, count: 2 * nullCount)
  }

  /// The finding in one image.
  package struct Finding: Sendable {
    fileprivate let nearest: [[(patch: Int, similarity: Float)]]
    fileprivate let best: [Float]
  }

  /// Looks through the patches of an image.
  ///
  /// - Parameter states: the patches' states before the block, `[patches, width]`.
  /// - Returns: the finding, for ``add(_:image:)``.
  /// - Throws: `TensorError` when oneDNN fails.
  package func look(through states: FloatBuffer) throws -> Finding {
    let (width, outputs) = (layer.inputs, layer.outputs)
    let patches = states.count / width
    let rows = FloatBuffer(uninitialized: states.count)
    for index in 0..<states.count { rows.pointer[index] = states.pointer[index] - mean[index % width] }
    rows.normalizeRows(width: width)
    let cosines = FloatBuffer(uninitialized: patches * outputs)
    try layer.apply(rows.pointer, rows: patches, to: cosines.pointer)
    var best = [Float](repeating: -.infinity, count: outputs - promptCount)
    for patch in 0..<patches {
      let row = cosines.pointer + patch * outputs + promptCount
      for index in best.indices where row[index] > best[index] { best[index] = row[index] }
    }
    let nearest = (0..<promptCount).map { prompt in
      Array(
        (0..<patches).map { (patch: $0, similarity: cosines.pointer[$0 * outputs + prompt]) }
          .sorted { ($1.similarity, $0.patch) < ($0.similarity, $1.patch) }.prefix(top))
    }
    return Finding(nearest: nearest, best: best)
  }

  /// Adds the finding in an image.
  package mutating func add(_ finding: Finding, image: Int) {
    for (index, value) in finding.best.enumerated() { best[index] = max(best[index], value) }
    for (prompt, found) in finding.nearest.enumerated() {
      let all =
        nearest[prompt]
        + found.map {
          PatchNeighbor(image: image, patch: $0.patch, similarity: Double($0.similarity))
        }
      nearest[prompt] = Array(
        all.sorted { ($1.similarity, $0.image, $0.patch) < ($0.similarity, $1.image, $1.patch) }.prefix(top))
    }
  }

  /// Returns the comparison of a prompt's nearest patch with those of other directions.
  fileprivate func test(_ prompt: Int, _ others: Range<Int>) -> NearnessTest {
    let own = Float(nearest[prompt].first?.similarity ?? -1)
    let nearer = others.count { best[$0] >= own }
    let p = Double(nearer + 1) / Double(others.count + 1)
    return NearnessTest(certainty: 1 - Double(nearer) / Double(max(others.count, 1)), p: p, correctedP: p)
  }
}

/// The patches nearest to one prompt of the image tower.
package struct PatchReading: Sendable {
  /// The block.
  package let block: Int
  /// The index of the prompt in its block.
  package let index: Int
  /// The patches, nearest first.
  package let nearest: [PatchNeighbor]
  /// The comparison of the nearest patch with those of random directions.
  package private(set) var random: NearnessTest
  /// The comparison with those of mixtures of three patches.
  package private(set) var mixtures: NearnessTest

  /// The conclusion; `word` stands for nothing here.
  package var verdict: WordVerdict {
    guard random.correctedP < WordVerdict.level else { return .chance }
    return mixtures.correctedP < WordVerdict.level ? .closer : .position
  }

  /// Returns the readings of searches that have seen all images, probabilities corrected for all prompts.
  package static func all(of searches: [PatchSearch]) -> [PatchReading] {
    var readings = searches.flatMap { search in
      search.nearest.indices.map { index in
        PatchReading(
          block: search.block, index: index, nearest: search.nearest[index],
          random: search.test(index, 0..<search.nullCount),
          mixtures: search.test(index, search.nullCount..<2 * search.nullCount))
      }
    }
    let random = HolmCorrection.corrected(readings.map(\.random.p))
    let mixtures = HolmCorrection.corrected(readings.map(\.mixtures.p))
    for index in readings.indices {
      readings[index].random.correctedP = random[index]
      readings[index].mixtures.correctedP = mixtures[index]
    }
    return readings
  }
}
