import ArgumentParser
import Datasets
import PromptLearning

/// Lists on the command line, separated by commas.
enum NoiseLists {
  /// The losses that are compared unless others are asked for.
  static let defaultLearners = LossName.all.joined(separator: ",")

  private static func parts(_ text: String) throws -> [String] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy({ !$0.isEmpty }), Set(parts).count == parts.count else {
      throw ValidationError("\"\(text)\" has an empty or repeated entry; write a list as 1,2,3.")
    }
    return parts
  }

  static func rates(_ text: String) throws -> [NoiseAmount] {
    try parts(text).map { part in
      guard let rate = Double(part), rate >= 0, rate <= 1 else {
        throw ValidationError("\"\(part)\" is no rate from 0 to 1.")
      }
      return .rate(rate)
    }
  }

  static func falsePositives(_ text: String) throws -> [NoiseAmount] {
    try parts(text).map { part in
      guard let count = Int(part), count >= 0 else {
        throw ValidationError("\"\(part)\" is no whole number of false positives.")
      }
      return .falsePositives(count)
    }
  }

  static func kinds(_ text: String) throws -> [NoiseKind] {
    try parts(text).map { part in
      guard let kind = NoiseKind(rawValue: part) else {
        throw ValidationError(
          "\"\(part)\" is no kind of noise; kinds are \(NoiseKind.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return kind
    }
  }

  static func learners(_ text: String) throws -> [NoiseLearner] {
    let learners = try parts(text).map { try NoiseLearner($0) }
    guard Set(learners.map(\.name)).count == learners.count else {
      throw ValidationError("\"\(text)\" has two learners that are the same.")
    }
    return learners
  }

  static func seeds(_ text: String) throws -> [Int] {
    try parts(text).map { part in
      guard let seed = Int(part) else { throw ValidationError("\"\(part)\" is no whole number for a seed.") }
      return seed
    }
  }
}
