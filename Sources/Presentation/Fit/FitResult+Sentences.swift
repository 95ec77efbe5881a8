import PromptLensExperiments
import PromptLensReporting

extension FitResult {
  /// The result in a sentence or two: "92.4 % on 210 photographs that it never saw (95 % CI 88 to 95); zero-shot 81.0 %.
  /// Weakest: cougar (63 %), taken for leopard."
  package var sentence: String {
    let interval = metrics.wilsonInterval.map {
      " (95 % CI \(Self.whole($0.lowerBound)) to \(Self.whole($0.upperBound)))"
    }
    let weakest = weakest.map {
      " Weakest: \(classNames[$0.label]) (\(Self.whole($0.accuracy)) %), taken for \(classNames[$0.takenFor])."
    }
    return
      "\(Self.tenth(metrics.accuracy)) % on \(metrics.total.counting("photograph")) that it never saw\(interval ?? ""); "
      + "zero-shot \(Self.tenth(zeroShotAccuracy)) %.\(weakest ?? "")"
  }

  /// Why this method was kept, in a sentence; nil where nothing else was compared.
  package var reason: String? {
    let tried = candidates.filter { $0.accuracy != nil }
    let top = tried.reduce(tried.first) { ($1.accuracy ?? 0) > ($0?.accuracy ?? 0) ? $1 : $0 }
    guard tried.count > 1, let first = tried.first, let best = top, let highest = best.accuracy,
      let kept = tried.first(where: { $0.method == method })
    else { return nil }
    let limit = "within one standard error of the best"
    guard let p = kept.p else {
      // The simplest of all is kept on its own account, or since what would be kept isn't significantly better.
      let least = highest - (best.standardError ?? 0)
      guard let other = tried.first(where: { ($0.accuracy ?? 0) >= least }), other.method != method else {
        return "\(named(kept).firstUppercased) is the simplest method, and \(limit)."
      }
      return "The simplest method \(limit), \(named(other)), is not significantly more accurate than \(named(first)): "
        + "\(Self.equation(other.p ?? 1)), McNemar's test."
    }
    let rank =
      highest > (kept.accuracy ?? 0)
      ? "the simplest method \(limit) (\(Self.tenth(highest)) %)" : "the most accurate method"
    return "\(named(kept).firstUppercased) is \(rank), and significantly better than \(named(first)): "
      + "\(Self.equation(p)), McNemar's test."
  }

  /// The compared methods and the reason for the kept one, for a report.
  var comparison: String {
    let names = candidates.filter { $0.accuracy != nil }.map { Self.title($0.method) }
    let list =
      names.count > 1 ? names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "") : names.first ?? ""
    return "Compared by \(folds)-fold cross-validation on \(trainImages.grouped) photographs: \(list)."
      + (reason.map { " \($0)" } ?? "")
  }

  /// Returns a method with its accuracy: "linear probe (93.3 %)".
  private func named(_ candidate: FitCandidate) -> String {
    "\(Self.title(candidate.method)) (\(Self.tenth(candidate.accuracy ?? 0)) %)"
  }

  private static func equation(_ p: Double) -> String { p < 0.0001 ? "p < 0.0001" : "p = \(p.formatted(decimals: 4))" }

  /// Returns a method's name for people.
  static func title(_ method: String) -> String { FitMethod(rawValue: method)?.title ?? method }

  private static func whole(_ share: Double) -> String { (share * 100).formatted(decimals: 0) }
  private static func tenth(_ share: Double) -> String { (share * 100).formatted(decimals: 1) }
}

extension String {
  /// The text with a capital first letter.
  fileprivate var firstUppercased: String { prefix(1).uppercased() + dropFirst() }
}
