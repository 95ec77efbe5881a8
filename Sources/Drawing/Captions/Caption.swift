import PromptLensTensors

/// The words for a scene.
///
/// Captions are of three kinds: careless ones, which are brief and may be wrong; detailed ones, which are true; and
/// nameless ones, which are true and don't name the main thing.
struct Caption {
  let scene: Scene
  let style: PictureStyle
  let wording: Wording

  /// Returns a caption with random wording.
  func text(numbers: inout RandomStream) -> String {
    let noun = style.noun(&numbers)
    let isUnnamed = wording.unnamed.contains(scene.main.thing.name)
    let nameless = numbers.chance(wording.namelessShare)
    let loose = numbers.chance(wording.looseShare)
    let form = CarelessForm.any(&numbers)
    if loose, let name = carelessName(form, &numbers) { return carelessText(form, name, noun, &numbers) }
    if nameless || isUnnamed { return namelessText(noun, &numbers) }
    return detailedText(noun, &numbers)
  }

  /// Returns some of a figure's texture and color, each with a space after it. Sketches have no colors.
  func look(of figure: Scene.Figure, _ numbers: inout RandomStream, always: Bool = false) -> String {
    let namesTexture = numbers.chance(always ? 0.6 : 0.15)
    let namesColor = numbers.chance(always ? 0.8 : 0.3)
    var words = ""
    if namesTexture, figure.texture != .plain { words += figure.texture.word(&numbers) + " " }
    if namesColor, style != .sketch, style != .negative { words += figure.colorWords(&numbers) + " " }
    return words
  }

  /// Returns the things around the main one or another true remark; in most cases, an empty text.
  func addition(_ numbers: inout RandomStream) -> String {
    if let figure = scene.clutter.first, numbers.chance(0.3) { return beside(figure, &numbers) }
    return numbers.chance(0.25) ? ", " + remark(&numbers) : ""
  }

  private func beside(_ figure: Scene.Figure, _ numbers: inout RandomStream) -> String {
    let look = look(of: figure, &numbers)
    let name = wording.unnamed.contains(figure.thing.name) ? "thing" : figure.thing.name
    let side = figure.center.x < 0 ? "left" : "right"
    let small = numbers.pick(SizeWords.small)
    return numbers.chance(0.5)
      ? " with \(withArticle("\(small) \(look)\(name)")) on the \(side)"
      : " and \(withArticle("\(small) \(name)")) behind"
  }
}

func withArticle(_ words: String) -> String {
  "aeiou".contains(words.first ?? "x") ? "an \(words)" : "a \(words)"
}
