import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments

/// Parsers of the lists that a noise experiment varies.
enum NoiseLists {
  static func rates(_ text: String) throws -> [NoiseAmount] {
    let rates = try CommaList.values(text, "a rate from 0 to 1") { part in
      Double(part).flatMap { (0...1).contains($0) ? $0 : nil }
    }
    guard Set(rates).count == rates.count else { throw ValidationError("\"\(text)\" has a rate twice.") }
    return rates.map { .rate($0) }
  }

  static func falsePositives(_ text: String) throws -> [NoiseAmount] {
    try CommaList.values(text, "a whole number of false positives") { part in
      Int(part).flatMap { $0 >= 0 ? .falsePositives($0) : nil }
    }
  }

  static func kinds(_ text: String) throws -> [NoiseKind] {
    let known = NoiseKind.allCases.map(\.rawValue).joined(separator: ", ")
    return try CommaList.values(text, "a kind of noise; kinds are \(known)") { NoiseKind(rawValue: $0) }
  }

  static func learners(_ text: String) throws -> [NoiseLearner] {
    let learners = try CommaList.parts(text).map { try NoiseLearner($0) }
    guard Set(learners.map(\.name)).count == learners.count else {
      throw ValidationError("\"\(text)\" has two learners that are the same.")
    }
    return learners
  }
}
