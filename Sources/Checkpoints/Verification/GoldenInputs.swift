import PromptLensCLIP
import PromptLensImages

/// Two texts and two images that any CLIP can take, given by formulas, so that no file has to carry them.
enum GoldenInputs {
  /// The images' formula, for `golden.json`.
  static let imageFormula =
    "pixel[image][channel][y][x] = ((7 x + 13 y + 29 channel + 5 ((x + image) (y + 3) mod 31)) (1 + 2 image) mod 256) / 127.5 - 1"
  /// The number of images.
  static let imageCount = 2

  /// Returns a short text and one that takes all positions, with start and end. Ids run through the vocabulary by a
  /// stride that is prime to most sizes, and are never start or end.
  static func tokens(_ text: TextTowerConfiguration) -> [[Int32]] {
    switch text.pooling {
    case .first(let end), .last(let end): return tokens(text, endingAt: end)
    case .largestID, .classEmbedding: break
    }
    let ordinary = text.vocabularySize - 2
    let lengths = [min(6, text.contextLength - 2), text.contextLength - 2]
    return lengths.enumerated().map { sequence, length in
      let ids = (0..<length).map { Int32((($0 + 1) * 7919 + sequence * 104_729 + 13) % ordinary) }
      return [Int32(ordinary)] + ids + [Int32(ordinary + 1)]
    }
  }

  /// The same for a vocabulary whose end may have any id: the first id is another, since none need begin a text.
  private static func tokens(_ text: TextTowerConfiguration, endingAt end: Int) -> [[Int32]] {
    let lengths = [min(7, text.contextLength - 1), text.contextLength - 1]
    return lengths.enumerated().map { sequence, length in
      let ids = (0..<length).map { position in
        let id = ((position + 1) * 7919 + sequence * 104_729 + 13) % (text.vocabularySize - 1)
        return Int32(id < end ? id : id + 1)
      }
      return ids + [Int32(end)]
    }
  }

  /// Writes an image as normalized pixels, `[3, height, width]`.
  static func draw(_ image: Int, size: PixelSize, into pixels: UnsafeMutableBufferPointer<Float>) {
    var index = 0
    for channel in 0..<3 {
      for y in 0..<size.height {
        for x in 0..<size.width {
          let texture = 5 * (((x + image) * (y + 3)) % 31)
          let value = ((7 * x + 13 * y + 29 * channel + texture) * (1 + 2 * image)) % 256
          pixels[index] = Float(value) / 127.5 - 1
          index += 1
        }
      }
    }
  }
}
