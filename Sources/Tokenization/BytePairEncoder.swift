/// A byte-pair encoder of words: of all neighboring pieces, those whose merge was learned first are merged from left to
/// right, until no merge is left.
///
/// Source: Sennrich, Haddow and Birch (2016), "Neural Machine Translation of Rare Words with Subword Units".
struct BytePairEncoder: Sendable {
  private let bytes: [Int32], lastBytes: [Int32]
  private let merges: MergeTable

  init(_ vocabulary: Vocabulary) {
    bytes = vocabulary.bytes
    lastBytes = vocabulary.lastBytes
    merges = MergeTable(vocabulary.merges)
  }

  /// The reusable memory of calls.
  struct Scratch {
    fileprivate var ids: [Int32] = []
    fileprivate var ranks: [UInt32] = []
  }

  /// The length in bytes above which words are merged in less than quadratic time.
  static let longWord = 128

  /// Appends the ids of a word's bytes.
  func encode(_ word: ArraySlice<UInt8>, into output: inout [Int32], scratch: inout Scratch) {
    guard let last = word.last else { return }
    scratch.ids.removeAll(keepingCapacity: true)
    for byte in word.dropLast() { scratch.ids.append(bytes[Int(byte)]) }
    scratch.ids.append(lastBytes[Int(last)])
    if word.count > Self.longWord { mergeLong(&scratch.ids) } else { mergeShort(&scratch.ids, &scratch.ranks) }
    output += scratch.ids
  }

  /// Merges by passes over all pieces, one for each rank.
  func mergeShort(_ ids: inout [Int32], _ ranks: inout [UInt32]) {
    // ranks[i] is that of the pair (i, i + 1); the last has no pair.
    ranks.removeAll(keepingCapacity: true)
    for index in 1..<max(ids.count, 1) { ranks.append(merges.rank(ids[index - 1], ids[index])) }
    ranks.append(MergeTable.none)
    var count = ids.count
    while true {
      var best = MergeTable.none
      var first = 0
      for index in 0..<count where ranks[index] < best {
        best = ranks[index]
        first = index
      }
      guard best != MergeTable.none else { break }
      let merged = merges.merged(ids[first], ids[first + 1])
      var read = first
      var write = first
      while read < count {
        let isPair = ranks[read] == best
        ids[write] = isPair ? merged : ids[read]
        ranks[write] = isPair ? ranks[read + 1] : ranks[read]
        read += isPair ? 2 : 1
        write += 1
      }
      count = write
      for index in max(first - 1, 0)..<count - 1 where ids[index] == merged || ids[index + 1] == merged {
        ranks[index] = merges.rank(ids[index], ids[index + 1])
      }
      ranks[count - 1] = MergeTable.none
    }
    ids.removeLast(ids.count - count)
  }

  /// Merges in time n log n: a heap gives the pairs of the lowest rank, a list gives their neighbors.
  func mergeLong(_ ids: inout [Int32]) {
    let count = ids.count
    var previous = Array(-1..<count - 1)
    var next = Array(1...count)
    var ranks = [UInt32](repeating: MergeTable.none, count: count)
    var heap = BinaryHeap<UInt64>()
    func rate(_ index: Int) {
      ranks[index] = next[index] < count ? merges.rank(ids[index], ids[next[index]]) : MergeTable.none
      if ranks[index] != MergeTable.none { heap.push(UInt64(ranks[index]) << 32 | UInt64(index)) }
    }
    for index in 0..<count { rate(index) }
    while let top = heap.first {
      // All pairs of one rank, from left to right; pairs that arise on the way wait for the next round.
      let rank = UInt32(top >> 32)
      var changed: [Int] = []
      while let entry = heap.first, UInt32(entry >> 32) == rank {
        heap.popFirst()
        let index = Int(entry & 0xFFFF_FFFF)
        guard ranks[index] == rank else { continue }
        let right = next[index]
        ids[index] = merges.merged(ids[index], ids[right])
        next[index] = next[right]
        if next[index] < count { previous[next[index]] = index }
        ranks[index] = MergeTable.none
        ranks[right] = MergeTable.none
        ids[right] = -1
        if previous[index] >= 0 { changed.append(previous[index]) }
        changed.append(index)
      }
      // A left neighbor's own pair is gone, even if its rank was lower.
      for index in changed where ids[index] >= 0 { rate(index) }
    }
    ids.removeAll { $0 < 0 }
  }
}
