import PromptLensCLIP
import PromptLensTokenization

/// An audit of a list of classes before learning: faults, which make learning impossible, and warnings.
package struct PromptAudit: Sendable, Equatable {
  /// Classes whose prompts do not fit the tower.
  package let tooLong: [PromptError.LongPrompt]
  /// The number of positions of the text tower.
  package let limit: Int
  /// Groups of classes whose names are the same tokens: prompts can't distinguish them, unless contexts are
  /// class-specific.
  package let indistinguishable: [[String]]
  /// Classes whose names have no tokens.
  package let nameless: [Int]
  /// Classes without a training image.
  package let withoutImages: [String]

  /// Audits classes.
  ///
  /// - Parameters:
  ///   - classNames: the classes.
  ///   - labels: the training images' labels; nil when nothing is learned.
  ///   - tokenizer: CLIP's.
  ///   - contextLength: M.
  ///   - contextLimit: the positions that the text tower has.
  package init(
    classNames: [String], labels: [Int]?, tokenizer: any Tokenizer, contextLength: Int, contextLimit: Int
  ) {
    let tokens = classNames.map { tokenizer.encode($0.replacing("_", with: " ")) }
    limit = contextLimit
    tooLong = classNames.compactMap { name in
      // Start, context, name with its full stop, end.
      let positions = contextLength + tokenizer.framed(tokenizer.encode(name.replacing("_", with: " ") + ".")).count
      return positions > contextLimit ? PromptError.LongPrompt(className: name, positions: positions) : nil
    }
    nameless = tokens.indices.filter { tokens[$0].isEmpty }
    var groups: [[Int32]: [String]] = [:]
    for (name, tokens) in zip(classNames, tokens) { groups[tokens, default: []].append(name) }
    var told: Set<[Int32]> = []
    indistinguishable = tokens.compactMap { tokens in
      guard let group = groups[tokens], group.count > 1, told.insert(tokens).inserted else { return nil }
      return group
    }
    let seen = Set(labels ?? Array(classNames.indices))
    withoutImages = classNames.indices.filter { !seen.contains($0) }.map { classNames[$0] }
  }

  /// The faults that make learning impossible.
  package var faults: [String] {
    var faults: [String] = []
    if !tooLong.isEmpty {
      faults.append(
        "prompts of more than the \(limit) positions that the text tower has: "
          + tooLong.map { "\($0.className) (\($0.positions))" }.joined(separator: ", "))
    }
    if !nameless.isEmpty {
      faults.append("classes without a name: numbers \(nameless.map { "\($0 + 1)" }.joined(separator: ", "))")
    }
    return faults
  }

  /// The warnings to report with results.
  package var warnings: [String] {
    var warnings = indistinguishable.map { group in
      "\(group.count) classes share a token sequence, so one context can't distinguish them: "
        + group.joined(separator: ", ")
    }
    if !withoutImages.isEmpty {
      warnings.append(
        "\(withoutImages.count == 1 ? "1 class has" : "\(withoutImages.count) classes have") no training image: "
          + withoutImages.joined(separator: ", "))
    }
    return warnings
  }

  /// Throws an error with all faults and warnings if there are faults.
  ///
  /// - Throws: ``PromptError/failedAudit(findings:)``.
  package func check() throws(PromptError) {
    guard faults.isEmpty else { throw .failedAudit(findings: faults + warnings) }
  }
}
