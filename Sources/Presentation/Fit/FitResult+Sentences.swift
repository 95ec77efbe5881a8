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

  /// Why this method was kept, in a sentence.
  package var reason: String {
    let tried = candidates.filter { $0.accuracy != nil }
    let names = tried.map { Self.title($0.method) }
    let list =
      names.count > 1 ? names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "") : names.first ?? ""
    let compared = "Compared by \(folds)-fold cross-validation on \(trainImages.grouped) photographs: \(list)."
    guard let kept = tried.first(where: { $0.method == method }), let accuracy = kept.accuracy else { return compared }
    guard let p = kept.p, let base = tried.first?.accuracy else {
      return "\(compared) \(Self.title(method).firstUppercased) is kept: the simplest of those within one standard "
        + "error of the best is not better beyond chance (p < 0.05 by McNemar's test)."
    }
    let best = tried.compactMap(\.accuracy).max() ?? accuracy
    let rule =
      best > accuracy
      ? "the simplest within one standard error of the best (\(Self.tenth(best)) %)" : "the most accurate"
    return
      "\(compared) \(Self.title(method).firstUppercased) (\(Self.tenth(accuracy)) %) is kept: \(rule), and better than "
      + "\(Self.title(tried[0].method)) (\(Self.tenth(base)) %, p \(p.probability)"
      + ")."
  }

  /// Returns a method's name for people.
  static func title(_ method: String) -> String { FitMethod(rawValue: method)?.title ?? method }

  private static func whole(_ share: Double) -> String { (share * 100).formatted(decimals: 0) }
  private static func tenth(_ share: Double) -> String { (share * 100).formatted(decimals: 1) }
}

extension String {
  /// The text with a capital first letter.
  fileprivate var firstUppercased: String { prefix(1).uppercased() + dropFirst() }
}
