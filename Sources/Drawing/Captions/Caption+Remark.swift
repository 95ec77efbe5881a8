import PromptLensTensors

extension Caption {
  /// Returns a true remark on how the picture was made, or on the main thing's position.
  func remark(_ numbers: inout RandomStream) -> String {
    var subjects = [style.remarks, positionRemarks, postureRemarks, companyRemarks]
    if style == .photo || style == .painting { subjects.append(sideRemarks) }
    if style == .photo { subjects += [exposureRemarks, castRemarks] }
    return numbers.pick(numbers.pick(subjects))
  }

  private var positionRemarks: [String] {
    switch scene.main.center.x {
    case ..<(-0.1): ["slightly left of the centre", "shifted a bit leftwards", "somewhat off balance to the left"]
    case 0.1...: ["slightly right of the centre", "shifted a bit rightwards", "somewhat off balance to the right"]
    default: ["exactly centred", "balanced horizontally", "about halfway between both edges"]
    }
  }

  private var postureRemarks: [String] {
    let main = scene.main
    var remarks: [String] = []
    switch abs(main.direction.y) {
    case ..<0.08: remarks += ["upright", "standing straight", "level"]
    case 0.2...: remarks += ["tilted", "leaning sideways", "slanted", "rotated a little", "askew"]
    default: remarks += ["barely turned", "nearly vertical"]
    }
    if main.aspect > 1.06 { remarks += ["rather wide", "broad and squat", "stretched in width"] }
    if main.aspect < 0.94 { remarks += ["rather narrow", "slender and tall", "stretched in height"] }
    return remarks
  }

  private var companyRemarks: [String] {
    switch scene.clutter.count {
    case 0: ["alone", "all by itself", "isolated", "with nothing else around", "without company", "uncluttered"]
    case 1: ["with one companion", "accompanied by another thing", "with a neighbour in the corner"]
    default: ["with two companions", "with several neighbours", "surrounded by minor things", "with clutter behind"]
    }
  }

  private var sideRemarks: [String] {
    scene.light.x < 0
      ? ["lit from the left", "light falls from the left"] : ["lit from the right", "light falls from the right"]
  }

  private var exposureRemarks: [String] {
    switch scene.exposure {
    case ..<0.78: ["dim", "underexposed", "gloomy", "in weak light", "rather murky"]
    case 0.98...: ["brightly lit", "overexposed", "glowing", "in strong light", "luminous"]
    default: ["evenly exposed", "in moderate light", "of medium brightness"]
    }
  }

  private var castRemarks: [String] {
    let warmth = scene.cast.x - scene.cast.z
    if warmth > 0.05 { return ["in warm light", "with a reddish cast", "warmly toned"] }
    if warmth < -0.05 { return ["in cool light", "with a bluish cast", "coldly toned"] }
    return ["in neutral light", "with natural balance"]
  }
}
