extension Preprocessing {
  /// Returns the size that a picture is resized to; sides of 0 are possible for pictures of extreme ratios.
  func resizedSize(of picture: PixelSize) -> PixelSize {
    switch resize {
    case .none: return picture
    case .exact(let size): return size
    case .shortestEdge(let shortest, let longest): return Self.resized(picture, shortest: shortest, longest: longest)
    case .covering(let size):
      let ratios = Self.ratios(picture, size)
      return Self.scaled(picture, by: min(ratios.height, ratios.width))
    case .inside(let size):
      let ratios = Self.ratios(picture, size)
      return Self.scaled(picture, by: max(ratios.height, ratios.width))
    }
  }

  /// Returns the columns or rows of a resized picture that a crop takes; those below 0 and from `side` on are border.
  func cropped(_ side: Int, to crop: Int) -> Range<Int> {
    let rest = side - crop
    let start: Int
    switch cropRounding {
    // Shifting rounds down, also below zero.
    case .down: start = rest >> 1
    case .halfToEven:
      start = rest < 0 ? -(-rest >> 1) : Int((Double(rest) / 2).rounded(.toNearestOrEven))
    }
    return start..<start + crop
  }

  /// Resizes by the shorter side, as torchvision's `Resize` and transformers' `get_size_with_aspect_ratio`; products of
  /// whole numbers are exact before they are divided, and the longer side is cut to whole pixels.
  private static func resized(_ picture: PixelSize, shortest: Int, longest: Int?) -> PixelSize {
    let (short, long) = (min(picture.height, picture.width), max(picture.height, picture.width))
    var newShort = shortest
    var newLong = Int(Double(shortest * long) / Double(short))
    if let longest, Double(long) / Double(short) * Double(shortest) > Double(longest) {
      let raw = Double(longest * short) / Double(long)
      newShort = Int(raw.rounded(.toNearestOrEven))
      newLong = short == newShort ? long : Int(raw * Double(long) / Double(short))
    }
    return picture.height <= picture.width
      ? PixelSize(height: newShort, width: newLong) : PixelSize(height: newLong, width: newShort)
  }

  private static func ratios(_ picture: PixelSize, _ size: PixelSize) -> (height: Double, width: Double) {
    (Double(picture.height) / Double(size.height), Double(picture.width) / Double(size.width))
  }

  /// Returns a picture's size divided by a ratio, as open_clip's `ResizeKeepRatio` does.
  private static func scaled(_ picture: PixelSize, by ratio: Double) -> PixelSize {
    func side(_ side: Int) -> Int { Int((Double(side) / ratio).rounded(.toNearestOrEven)) }
    return PixelSize(height: side(picture.height), width: side(picture.width))
  }
}
