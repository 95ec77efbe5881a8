/// A style of pictures, the domain of a data set.
package enum PictureStyle: String, Sendable, CaseIterable {
  /// A shaded picture with shadows, texture, light of all kinds and noise.
  case photo
  /// Strokes of few colors on canvas.
  case painting
  /// Flat bright colors with dark outlines.
  case cartoon
  /// Pencil lines and hatching on paper.
  case sketch
  /// A photo with each color replaced by its opposite.
  case negative

  var index: Int {
    switch self {
    case .photo: 0
    case .painting: 1
    case .cartoon: 2
    case .sketch: 3
    case .negative: 4
    }
  }
}
