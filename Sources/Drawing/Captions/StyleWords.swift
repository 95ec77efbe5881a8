import PromptLensTensors

extension PictureStyle {
  /// Returns a noun for a picture in the style, in most cases one of a few usual names.
  func noun(_ numbers: inout RandomStream) -> String {
    numbers.chance(0.85) ? numbers.pick(nouns) : numbers.pick(rareNouns)
  }

  private var nouns: [String] {
    switch self {
    case .photo: ["photo", "photo", "picture", "photograph", "snapshot", "image"]
    case .painting: ["painting", "painting", "picture", "oil painting", "artwork"]
    case .cartoon: ["cartoon", "cartoon", "picture", "comic", "illustration"]
    case .sketch: ["sketch", "sketch", "drawing", "pencil drawing", "picture"]
    case .negative: ["negative", "negative", "film negative", "inverted photo", "picture"]
    }
  }

  private var rareNouns: [String] {
    switch self {
    case .photo: ["shot", "photography", "camera frame", "thumbnail", "colour print", "film still"]
    case .painting: ["canvas", "masterpiece", "brushwork", "impressionist study", "art print"]
    case .cartoon: ["clipart", "graphic", "animation frame", "sticker", "emoji", "icon"]
    case .sketch: ["doodle", "scribble", "draft", "etching", "pencil study", "rendition"]
    case .negative: ["colour inversion", "reversal film", "undeveloped film", "complement"]
    }
  }

  /// The remarks that are true of every picture in the style.
  var remarks: [String] {
    switch self {
    case .photo:
      ["with soft shadows", "slightly grainy", "through a lens", "realistic", "taken by a camera", "blurred a little"]
    case .painting:
      ["with visible brushstrokes", "on rough canvas", "painted in oil", "in thick paint", "in few tones"]
    case .cartoon:
      ["with bold outlines", "in flat pastel colours", "inked", "as in comics", "with thick contours", "simplified"]
    case .sketch:
      ["in graphite", "with hatching", "drawn by pencil", "monochrome", "without any colour", "with thin lines"]
    case .negative:
      ["with reversed colours", "with inverted tones", "developed wrongly", "with opposite hues", "as on film"]
    }
  }
}
