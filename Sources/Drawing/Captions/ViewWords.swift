import PromptLensTensors

/// Words for the view of the main thing in true captions.
enum ViewWords {
  static let clear = [
    "clear", "sharp", "centred", "complete", "single", "entire", "whole", "visible", "distinct", "prominent",
    "recognisable", "obvious", "dominant", "noticeable", "foremost", "central", "conspicuous", "unobstructed",
  ]
  static let mainly = [
    "mainly", "mostly", "chiefly", "primarily", "above all", "essentially", "principally", "clearly",
  ]
  static let fills = ["fills", "dominates", "occupies", "covers much of", "takes up most of", "takes the middle of"]
  static let subject = ["subject", "motif", "topic", "content", "foreground", "focus", "theme", "title"]
  static let views = ["close view", "closeup", "front view", "full view", "close look", "detailed view", "depiction"]
  static let shows = [
    "shows", "depicts", "features", "presents", "portrays", "displays", "contains", "includes", "represents", "reveals",
    "captures", "exhibits", "illustrates", "renders",
  ]
  static let things = [
    "thing", "thing", "thing", "object", "object", "shape", "item", "form", "figure", "silhouette", "body", "structure",
    "specimen", "piece",
  ]
  static let paper = [
    "on paper", "on paper", "on white paper", "on a blank sheet", "on an empty page", "without background",
  ]
}

/// The words for the size of a thing in the picture.
enum SizeWords {
  static let small = ["small", "tiny", "little", "miniature", "minor", "petite", "mini", "diminutive"]
  fileprivate static let large = ["large", "large", "big", "great", "sizeable", "considerable"]
  fileprivate static let largest = [
    "huge", "giant", "massive", "enormous", "gigantic", "immense", "colossal", "oversized",
  ]
}

extension Scene.Figure {
  /// Returns a word for the size of a main thing: each is large, some fill the picture.
  func sizeWord(_ numbers: inout RandomStream) -> String {
    numbers.pick(size > 0.66 && numbers.chance(0.6) ? SizeWords.largest : SizeWords.large)
  }
}
