import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments

/// Parsers of the lists that a noise experiment varies.
enum NoiseLists {
  static func rates(_ text: String) throws -> [NoiseAmount] {
    let rates = try CommaList.parts(text).map { part in
      guard let rate = Double(part), rate >= 0, rate <= 1 else {
        throw ValidationError("\"\(part)\" isn't a rate from 0 to 1.")
      }
      return rate
    }
    guard Set(rates).count == rates.count else { throw ValidationError("\"\(text)\" has a rate twice.") }
    return rates.map { .rate($0) }
  }

  static func falsePositives(_ text: String) throws -> [NoiseAmount] {
    try CommaList.parts(text).map { part in
      guard let count = Int(part), count >= 0 else {
        throw ValidationError("\"\(part)\" isn't a whole number of false positives.")
      }
      return .falsePositives(count)
    }
  }

  static func kinds(_ text: String) throws -> [NoiseKind] {
    try CommaList.parts(text).map { part in
      guard let kind = NoiseKind(rawValue: part) else {
        throw ValidationError(
          "\"\(part)\" isn't a kind of noise; kinds are \(NoiseKind.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return kind
    }
  }

  static func learners(_ text: String) throws -> [NoiseLearner] {
    let learners = try CommaList.parts(text).map { try NoiseLearner($0) }
    guard Set(learners.map(\.name)).count == learners.count else {
      throw ValidationError("\"\(text)\" has two learners that are the same.")
    }
    return learners
  }
}
