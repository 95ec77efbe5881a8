import PromptLensTensors

extension Caption {
  /// Returns a true caption that names the main thing and says that it is the main one.
  func detailedText(_ noun: String, _ numbers: inout RandomStream) -> String {
    let look = look(of: scene.main, &numbers)
    let thing = look + scene.main.thing.name
    let place = numbers.chance(0.3) ? " \(place(&numbers))" : ""
    let size = scene.main.sizeWord(&numbers)
    let clear = numbers.pick(ViewWords.clear)
    let addition = addition(&numbers)
    switch numbers.integer(below: 14) {
    case 0: return "\(withArticle("\(size) \(thing)")) in the middle\(place)\(addition)."
    case 1:
      return "\(withArticle(noun)) showing \(numbers.pick(ViewWords.mainly)) \(withArticle(thing))\(place)\(addition)."
    case 2: return "main object: \(thing)\(addition)."
    case 3: return "in front \(withArticle("\(size) \(thing)"))\(place), \(noun)\(addition)."
    case 4: return "the \(thing) \(numbers.pick(ViewWords.fills)) the \(noun)\(place)\(addition)."
    case 5: return "\(withArticle(noun))\(place)\(addition), in the middle there is one \(size) \(thing)."
    case 6: return "\(size) \(thing)\(place)\(addition)"
    case 7: return "what this \(noun) shows in the middle\(place) is \(withArticle("\(clear) and \(size) \(thing)"))."
    case 8: return "\(numbers.pick(ViewWords.subject)): one \(clear) \(thing)"
    case 9: return "\(numbers.pick(ViewWords.views)) of \(withArticle(thing))\(place)."
    case 10:
      return "the \(noun) \(numbers.pick(ViewWords.shows)) \(withArticle("\(size) \(thing)"))\(place)\(addition)."
    case 11: return "\(numbers.pick(ViewWords.mainly)) \(withArticle(thing)), \(remark(&numbers))."
    case 12: return "one \(thing), \(size) and \(clear)\(place)."
    default: return "\(remark(&numbers)): \(withArticle("\(size) \(thing)"))\(place)."
    }
  }

  /// Returns a true caption that doesn't name the main thing.
  func namelessText(_ noun: String, _ numbers: inout RandomStream) -> String {
    let look = look(of: scene.main, &numbers, always: true)
    let place = place(&numbers)
    let thing = look + numbers.pick(ViewWords.things)
    switch numbers.integer(below: 8) {
    case 0: return "something \(look)\(place)."
    case 1: return "\(withArticle(thing)) \(place), \(noun)"
    case 2: return "\(withArticle(noun)), \(place)."
    case 3: return "\(look)\(noun)"
    case 4: return "\(withArticle(noun)) of \(withArticle(thing))\(addition(&numbers))."
    case 5: return "\(place), \(withArticle(thing))."
    case 6: return "\(withArticle(thing)), \(remark(&numbers))."
    default: return "the \(noun) \(numbers.pick(ViewWords.shows)) \(withArticle(thing)), \(remark(&numbers))"
    }
  }

  /// Returns a phrase for the setting of the picture. Sketches show only the paper.
  private func place(_ numbers: inout RandomStream) -> String {
    numbers.pick(style == .sketch ? ViewWords.paper : scene.background.places)
  }
}
