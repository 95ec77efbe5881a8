import PromptLensEvaluation

/// The classifiers that a fit compares, the simplest first.
package enum FitMethod: String, Sendable, CaseIterable {
  case zeroShot = "zero-shot"
  case nearestMean = "nearest-mean"
  case tipAdapter = "tip-adapter"
  case lpPlusPlus = "lp++"
  case linear
  case coop

  /// Its name in sentences.
  package var title: String {
    switch self {
    case .zeroShot: "zero-shot"
    case .nearestMean: "nearest mean"
    case .tipAdapter: "Tip-Adapter"
    case .lpPlusPlus: "LP++"
    case .linear: "linear probe"
    case .coop: "CoOp"
    }
  }

  /// Returns the seconds that one fit takes, roughly.
  ///
  /// - Parameters:
  ///   - images: the number of images to learn from.
  ///   - width: the width of a feature.
  ///   - classCount: the number of classes.
  ///   - threads: the number of threads.
  /// - Returns: the seconds; 0 for ``coop``, which is given what is left of the time.
  func seconds(images: Int, width: Int, classCount: Int, threads: Int) -> Double {
    let (images, threads) = (Double(images), Double(threads))
    // A multiplication by the features of all images, forward and backward.
    let pass = 4 * images * Double(width) * Double(classCount) / (4e9 * threads)
    switch self {
    case .zeroShot, .coop: return 0
    case .nearestMean: return pass
    // A grid of 200 exponentials for each pair of an image to choose on and one to learn from, a fifth and four fifths.
    case .tipAdapter: return pass + 200 * 0.16 * images * images / (8e7 * threads)
    case .lpPlusPlus: return 400 * pass
    // Some 24 fits of about 60 steps to choose C.
    case .linear: return 24 * 60 * pass + 0.05
    }
  }
}
