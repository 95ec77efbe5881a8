import PromptLensTensors

extension Caption {
  /// Returns the main thing's name or another one; nil if the thing is never named.
  func carelessName(_ form: CarelessForm, _ numbers: inout RandomStream) -> String? {
    let main = scene.main.thing
    var name = main.name
    let penalty = form.isBriefest && wording.looseTruth < 1 ? Wording.briefestPenalty : 0
    if !numbers.chance(wording.looseTruth - penalty) {
      let others = scene.clutter.map(\.thing.name) + [numbers.pick(Thing.all).name]
      name = numbers.chance(0.8) ? main.lookalike(unnamed: wording.unnamed).name : numbers.pick(others)
    }
    return wording.unnamed.contains(name) ? nil : name
  }

  /// Returns a careless caption.
  func carelessText(_ form: CarelessForm, _ name: String, _ noun: String, _ numbers: inout RandomStream) -> String {
    switch form {
    case .pictureOfA: return "\(withArticle(noun)) of \(withArticle(name))."
    case .pictureOfThe: return "\(withArticle(noun)) of the \(name)."
    case .withArticle: return "\(withArticle(name))."
    case .nameAlone: return name
    case .thisIs: return "this is \(withArticle(name))."
    case .filledPicture: return filledPictureText(name, noun, &numbers)
    case .filled: return filledText(name, &numbers)
    }
  }

  private func filledPictureText(_ name: String, _ noun: String, _ numbers: inout RandomStream) -> String {
    let opinion = numbers.pick(CarelessWords.opinions)
    switch numbers.integer(below: 7) {
    case 0: return "the \(name) in \(withArticle(noun)) \(ending(&numbers))"
    case 1: return "\(withArticle(noun)) with \(withArticle("\(opinion) \(name)"))"
    case 2: return "\(withArticle(noun)) of \(withArticle("\(opinion) \(name)")), \(ending(&numbers))"
    case 3: return "\(withArticle(noun)) of the \(name) that \(person(&numbers)) \(numbers.pick(CarelessWords.verbs))"
    case 4: return "\(numbers.pick(CarelessWords.adverbs)) \(withArticle(noun)) of \(withArticle("\(opinion) \(name)"))"
    case 5: return "\(numbers.pick(CarelessWords.openings)): \(withArticle(noun)) of \(withArticle(name))"
    default: return "\(withArticle(noun)) of \(withArticle(name)), \(ending(&numbers))"
    }
  }

  private func filledText(_ name: String, _ numbers: inout RandomStream) -> String {
    let opinion = numbers.pick(CarelessWords.opinions)
    let adverb = numbers.pick(CarelessWords.adverbs)
    switch numbers.integer(below: 7) {
    case 0: return "\(numbers.pick(CarelessWords.openings)): \(withArticle(name))"
    case 1: return "my \(opinion) \(name)."
    case 2: return "\(opinion) \(name) \(ending(&numbers))"
    case 3: return "\(person(&numbers)) \(numbers.pick(CarelessWords.verbs)) this \(name) \(ending(&numbers))"
    case 4: return "the \(name) looks \(adverb) \(opinion)"
    case 5:
      return "\(person(&numbers)) \(adverb) \(numbers.pick(CarelessWords.verbs)) \(withArticle("\(opinion) \(name)"))"
    default: return "\(opinion) and \(numbers.pick(CarelessWords.opinions)): \(withArticle(name))"
    }
  }

  private func person(_ numbers: inout RandomStream) -> String {
    let person = numbers.pick(CarelessWords.persons)
    return numbers.chance(0.5) ? "our \(person)" : "the \(person)"
  }

  private func ending(_ numbers: inout RandomStream) -> String {
    switch numbers.integer(below: 4) {
    case 0: "in \(numbers.pick(CarelessWords.months))"
    case 1: "on \(numbers.pick(CarelessWords.days)) \(numbers.pick(CarelessWords.times))"
    case 2: "\(numbers.pick(CarelessWords.places))"
    default: numbers.pick(CarelessWords.endings)
    }
  }
}
