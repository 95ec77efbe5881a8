/// CPython's `random.Random`, with which the reference draws its shots.
///
/// Source: Matsumoto and Nishimura, "Mersenne Twister" (1998), MT19937 and its `init_by_array`; the use of numbers
/// for choices follows CPython 3 (`Lib/random.py`, `Modules/_randommodule.c`).
package struct MersenneTwister: Sendable {
  private static let size = 624
  private var state = [UInt32](repeating: 0, count: size)
  private var offset = size

  /// Creates the generator of `random.seed(seed)`, which ignores the sign.
  package init(seed: Int) {
    let magnitude = UInt64(seed.magnitude)
    let low = UInt32(truncatingIfNeeded: magnitude)
    let high = UInt32(truncatingIfNeeded: magnitude >> 32)
    self.init(key: high == 0 ? [low] : [low, high])
  }

  /// Creates the generator of `init_by_array`; the key has at least one number.
  init(key: [UInt32]) {
    state[0] = 19_650_218
    for index in 1..<Self.size {
      state[index] = 1_812_433_253 &* (state[index - 1] ^ (state[index - 1] >> 30)) &+ UInt32(index)
    }
    var index = 1
    var keyIndex = 0
    func advance(_ state: inout [UInt32]) {
      index += 1
      if index >= Self.size {
        state[0] = state[Self.size - 1]
        index = 1
      }
    }
    for _ in 0..<max(Self.size, key.count) {
      let mixed = (state[index - 1] ^ (state[index - 1] >> 30)) &* 1_664_525
      state[index] = (state[index] ^ mixed) &+ key[keyIndex] &+ UInt32(keyIndex)
      keyIndex = keyIndex + 1 < key.count ? keyIndex + 1 : 0
      advance(&state)
    }
    for _ in 1..<Self.size {
      let mixed = (state[index - 1] ^ (state[index - 1] >> 30)) &* 1_566_083_941
      state[index] = (state[index] ^ mixed) &- UInt32(index)
      advance(&state)
    }
    state[0] = 0x8000_0000
  }

  /// Returns the next 32 bits.
  package mutating func next() -> UInt32 {
    if offset >= Self.size { twist() }
    var bits = state[offset]
    offset += 1
    bits ^= bits >> 11
    bits ^= (bits << 7) & 0x9D2C_5680
    bits ^= (bits << 15) & 0xEFC6_0000
    return bits ^ (bits >> 18)
  }

  private mutating func twist() {
    for index in 0..<Self.size {
      let joined = (state[index] & 0x8000_0000) | (state[(index + 1) % Self.size] & 0x7FFF_FFFF)
      state[index] = state[(index + 397) % Self.size] ^ (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_B0DF)
    }
    offset = 0
  }
}

// MARK: - Choices

extension MersenneTwister {
  /// Returns `getrandbits(count)` for 0 to 63 bits: words of 32 bits, the lowest first, the last one's top bits.
  mutating func bits(_ count: Int) -> Int {
    var result = 0
    for start in stride(from: 0, to: count, by: 32) {
      let wanted = min(count - start, 32)
      result |= Int(next() >> UInt32(32 - wanted)) << start
    }
    return result
  }

  /// Returns `randrange(bound)`: evenly from 0 to below `bound`, by drawing until a number fits.
  package mutating func integer(below bound: Int) -> Int {
    guard bound > 0 else { return 0 }
    let width = Int.bitWidth - bound.leadingZeroBitCount
    var number = bits(width)
    while number >= bound { number = bits(width) }
    return number
  }

  /// Returns `sample(range(count), size)`: distinct indices in the order drawn.
  ///
  /// Small populations are drawn from a shrinking pool, large ones by redrawing repeated numbers.
  package mutating func sample(_ size: Int, of count: Int) -> [Int] {
    let size = min(max(size, 0), count)
    var setSize = 21
    if size > 5 {
      // 4 to the power of ⌈log₄ 3·size⌉; 3·size is never such a power itself.
      var power = 1
      while power < 3 * size { power *= 4 }
      setSize += power
    }
    if count <= setSize {
      var pool = Array(0..<count)
      return (0..<size).map { drawn in
        let offset = integer(below: count - drawn)
        let chosen = pool[offset]
        pool[offset] = pool[count - drawn - 1]
        return chosen
      }
    }
    var selected: Set<Int> = []
    return (0..<size).map { _ in
      var offset = integer(below: count)
      while !selected.insert(offset).inserted { offset = integer(below: count) }
      return offset
    }
  }

  /// Shuffles like `shuffle`: from the last index down, each element is exchanged with one at or before it.
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    for index in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(index, integer(below: index + 1))
    }
  }
}
