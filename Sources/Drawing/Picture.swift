import PromptLensTensors

/// A picture with its description.
package struct Picture: Sendable {
  /// The number of columns, and of rows.
  package let size: Int
  /// The red, green and blue bytes, `[size, size, 3]`.
  package let pixels: [UInt8]
  /// The thing that it shows.
  package let thing: String
  /// The style that it was drawn in.
  package let style: PictureStyle
  /// The color of the main thing.
  package let color: String
  /// The pattern of the main thing.
  package let texture: String
  /// The background.
  package let background: String
  /// The caption of the picture.
  package let caption: String

  /// Draws a picture: the same for the same arguments, on any machine.
  ///
  /// - Parameters:
  ///   - thing: its main thing.
  ///   - style: the style.
  ///   - seed: the seed of all pictures.
  ///   - part: which part of the data it belongs to; parts have no picture in common.
  ///   - number: which of the thing's pictures.
  ///   - size: columns and rows.
  ///   - wording: how the caption is worded; it does not change the picture.
  ///   - given: its background; nil for a random one.
  package init(
    of thing: Thing, style: PictureStyle, seed: Int, part: Int, number: Int, size: Int, wording: Wording = .plain,
    background given: Background? = nil
  ) {
    let key = PictureKey(
      thing: Thing.all.firstIndex { $0.name == thing.name } ?? 0, style: style, part: part, number: number)
    var numbers = RandomStream.picture(key, .scene, seed: seed)
    var scene = Scene(of: thing, numbers: &numbers)
    if let given { scene.background = given }
    var brush = RandomStream.picture(key, .brush, seed: seed)
    var words = RandomStream.picture(key, .caption, seed: seed)
    self.size = size
    pixels = Painter(scene, style: style, numbers: &brush).canvas(size: size).bytes
    self.thing = thing.name
    self.style = style
    color = scene.main.color.name
    texture = scene.main.texture.rawValue
    background = scene.background.rawValue
    caption = Caption(scene: scene, style: style, wording: wording).text(numbers: &words)
  }
}
