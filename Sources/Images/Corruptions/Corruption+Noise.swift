import PromptLensTensors

// Noise takes one random word for each value, by tables: 300 pictures of 224 pixels a second and core are wanted.

extension Corruption {
  /// A number that grows when the same seed gives other pictures, so that features of earlier ones aren't taken for theirs.
  package var drawing: Int {
    switch kind {
    case .gaussianNoise, .speckleNoise, .shotNoise, .impulseNoise, .frost: 2
    default: 1
    }
  }

  func gaussianNoise(_ picture: FloatPicture, _ numbers: inout RandomStream) -> FloatPicture {
    let deviation: Float = constant([0.08, 0.12, 0.18, 0.26, 0.38])
    let table = NormalTable.shared
    return picture.mapped(&numbers) { value, word in value + deviation * table.number(word) }
  }

  func speckleNoise(_ picture: FloatPicture, _ numbers: inout RandomStream) -> FloatPicture {
    let deviation: Float = constant([0.15, 0.2, 0.35, 0.45, 0.6])
    let table = NormalTable.shared
    return picture.mapped(&numbers) { value, word in value * (1 + deviation * table.number(word)) }
  }

  /// Draws the number of photons of each value.
  func shotNoise(_ pixels: [UInt8], _ width: Int, _ height: Int, _ numbers: inout RandomStream) -> FloatPicture {
    let table = constant(PhotonTable.all)
    var result = FloatPicture(width: width, height: height, channels: 3)
    pixels.withUnsafeBufferPointer { pixels in
      result.values.withUnsafeMutableBufferPointer { values in
        numbers.forEachWord(pixels.count) { index, word in values[index] = table.level(of: pixels[index], word) }
      }
    }
    return result
  }

  /// Replaces a share of the values by black and white in equal parts, each channel by itself.
  func impulseNoise(_ picture: FloatPicture, _ numbers: inout RandomStream) -> FloatPicture {
    let amount: Double = constant([0.03, 0.06, 0.09, 0.17, 0.27])
    let limit = UInt32(amount * 4_294_967_296)
    return picture.mapped(&numbers) { value, word in word < limit ? (word & 1 == 0 ? 0 : 1) : value }
  }
}

extension FloatPicture {
  /// Returns the picture with a function of each value and a random word.
  fileprivate func mapped(_ numbers: inout RandomStream, _ body: (Float, UInt32) -> Float) -> FloatPicture {
    var result = self
    result.values.withUnsafeMutableBufferPointer { values in
      numbers.forEachWord(values.count) { index, word in values[index] = body(values[index], word) }
    }
    return result
  }
}

extension RandomStream {
  /// Calls `body` with each index below `count` and a random word, four from each block.
  @inline(__always)
  fileprivate mutating func forEachWord(_ count: Int, _ body: (Int, UInt32) -> Void) {
    var index = 0
    while index + 4 <= count {
      let words = nextBlock()
      body(index, words.x)
      body(index + 1, words.y)
      body(index + 2, words.z)
      body(index + 3, words.w)
      index += 4
    }
    guard index < count else { return }
    let words = nextBlock()
    for lane in 0..<count - index { body(index + lane, words[lane]) }
  }
}
