/// The words for a scene.
struct Caption {
  let scene: Scene
  let style: PictureStyle
  let wording: Wording

  /// A caption, worded by chance.
  func text(numbers: inout RandomNumbers) -> String {
    let noun = numbers.pick(style.nouns)
    let isUnnamed = wording.unnamed.contains(scene.main.thing.name)
    let nameless = numbers.chance(wording.namelessShare)
    let loose = numbers.chance(wording.looseShare)
    let form = numbers.integer(below: 12)
    if loose, let name = looseName(isBriefest: (3...5).contains(form) || form > 8, &numbers) {
      return looseText(form, name, noun, &numbers)
    }
    if nameless || isUnnamed { return namelessText(noun, &numbers) }
    return detailedText(noun, &numbers)
  }

  // MARK: - Brief and loose

  /// The main thing's name, or another one; nil where that is never named.
  private func looseName(isBriefest: Bool, _ numbers: inout RandomNumbers) -> String? {
    let main = scene.main.thing
    var name = main.name
    let penalty = isBriefest && wording.looseTruth < 1 ? Wording.briefestPenalty : 0
    if !numbers.chance(wording.looseTruth - penalty) {
      let others = scene.clutter.map(\.thing.name) + [numbers.pick(Thing.all).name]
      name = numbers.chance(0.8) ? main.lookalike(unnamed: wording.unnamed).name : numbers.pick(others)
    }
    return wording.unnamed.contains(name) ? nil : name
  }

  private func looseText(
    _ form: Int, _ name: String, _ noun: String, _ numbers: inout RandomNumbers
  ) -> String {
    switch form {
    case 0, 1: return "\(withArticle(noun)) of \(withArticle(name))."
    case 2: return "\(withArticle(noun)) of the \(name)."
    case 3: return "\(withArticle(name))."
    case 4: return name
    case 5: return "this is \(withArticle(name))."
    case 6: return "the \(name) in \(withArticle(noun))"
    case 7: return "\(withArticle(noun)) with \(withArticle(name))"
    case 8: return "\(numbers.pick(CaptionWords.openings)): \(withArticle(name))"
    case 9: return "my \(numbers.pick(CaptionWords.opinions)) \(name)."
    case 10: return "\(numbers.pick(CaptionWords.opinions)) \(name) \(numbers.pick(CaptionWords.endings))"
    default: return "\(withArticle(noun)) of \(withArticle(name)), \(numbers.pick(CaptionWords.endings))"
    }
  }

  // MARK: - Detailed

  private func detailedText(_ noun: String, _ numbers: inout RandomNumbers) -> String {
    let name = scene.main.thing.name
    let look = look(of: scene.main, &numbers)
    let place = numbers.chance(0.3) ? " \(scene.background.words)" : ""
    let size = numbers.pick(CaptionWords.large)
    let clear = numbers.pick(CaptionWords.clear)
    let others = others(&numbers)
    switch numbers.integer(below: 10) {
    case 0: return "\(withArticle("\(size) \(look)\(name)")) in the middle\(others)\(place)."
    case 1: return "\(withArticle(noun)) showing mainly \(withArticle("\(look)\(name)"))\(others)\(place)."
    case 2: return "main object: \(look)\(name)\(others)."
    case 3: return "in front \(withArticle("\(size) \(look)\(name)"))\(others)\(place), \(noun)."
    case 4: return "the \(look)\(name) fills the \(noun)\(place)\(others)."
    case 5: return "\(withArticle(noun))\(place)\(others), in the middle there is one \(size) \(look)\(name)."
    case 6: return "\(size) \(look)\(name)\(place)\(others)"
    case 7:
      return "what this \(noun) shows in the middle\(place) is \(withArticle("\(clear) and \(size) \(look)\(name)"))."
    case 8: return "subject: one \(clear) \(look)\(name)"
    default: return "close view of \(withArticle("\(look)\(name)"))\(place)."
    }
  }

  private func namelessText(_ noun: String, _ numbers: inout RandomNumbers) -> String {
    let look = look(of: scene.main, &numbers, always: true)
    let place = scene.background.words
    switch numbers.integer(below: 6) {
    case 0: return "something \(look)\(place)."
    case 1: return "\(withArticle("\(look)thing")) \(place), \(noun)"
    case 2: return "\(withArticle(noun)), \(place)."
    case 3: return "\(look)\(noun)"
    case 4: return "\(withArticle(noun)) of \(withArticle("\(look)object"))\(others(&numbers))."
    default: return "\(place), \(withArticle("\(look)shape"))."
    }
  }

  /// Some of a figure's texture and colour, each with a space after it. Sketches have no colours.
  private func look(of figure: Scene.Figure, _ numbers: inout RandomNumbers, always: Bool = false) -> String {
    let namesTexture = numbers.chance(always ? 0.6 : 0.15)
    let namesColour = numbers.chance(always ? 0.8 : 0.3)
    var words = ""
    if namesTexture, figure.texture != .plain { words += figure.texture.rawValue + " " }
    if namesColour, style != .sketch, style != .negative { words += figure.colour.name + " " }
    return words
  }

  /// What stands around, sometimes.
  private func others(_ numbers: inout RandomNumbers) -> String {
    guard let figure = scene.clutter.first, numbers.chance(0.3) else { return "" }
    let look = look(of: figure, &numbers)
    let name = wording.unnamed.contains(figure.thing.name) ? "thing" : figure.thing.name
    let side = figure.centre.x < 0 ? "left" : "right"
    let small = numbers.pick(CaptionWords.small)
    return numbers.chance(0.5)
      ? " with \(withArticle("\(small) \(look)\(name)")) on the \(side)"
      : " and \(withArticle("\(small) \(name)")) behind"
  }
}
