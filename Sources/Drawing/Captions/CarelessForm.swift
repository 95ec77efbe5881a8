import PromptLensTensors

/// A form of careless captions. Half of them are plain; the others have filling words that don't describe
/// the picture.
enum CarelessForm {
  /// "a photo of a star.", and with "the".
  case pictureOfA, pictureOfThe
  /// "a star.", "star" and "this is a star."
  case withArticle, nameAlone, thisIs
  /// The caption has filling words, and names the kind of picture.
  case filledPicture
  /// The caption has filling words, and doesn't name the kind of picture.
  case filled

  /// Returns a random form, according to the shares.
  static func any(_ numbers: inout RandomStream) -> CarelessForm {
    switch numbers.integer(below: 12) {
    case 0, 1: .pictureOfA
    case 2: .pictureOfThe
    case 3: .withArticle
    case 4: .nameAlone
    case 5: .thisIs
    case 6, 7, 8: .filledPicture
    default: .filled
    }
  }

  /// Whether the caption doesn't name the kind of picture either. Such captions are wrong more often.
  var isBriefest: Bool {
    switch self {
    case .pictureOfA, .pictureOfThe, .filledPicture: false
    case .withArticle, .nameAlone, .thisIs, .filled: true
    }
  }
}
