import PromptLensJSONDocuments

/// A group of runs that differ only in their seed.
package struct RunGroup {
  /// A run: its seed, and its index in the grouped list.
  package struct Member {
    package let seed: Int?
    package let index: Int
  }

  /// The settings that all runs have in common.
  package let settings: JSON.Object
  /// The runs, by seed.
  package let members: [Member]

  /// Groups runs by their settings.
  ///
  /// - Parameter settings: each run's, as run.json and result.json record them.
  /// - Returns: the groups, in the order of their settings' values.
  package static func groups(of settings: [JSON.Object]) -> [RunGroup] {
    var common: [String: JSON.Object] = [:]
    var members: [String: [Member]] = [:]
    for (index, settings) in settings.enumerated() {
      var shared = JSON.Object()
      var seed: Int?
      for (name, value) in settings {
        if name == "seed", case .integer(let number) = value { seed = Int(number) }
        if RunField.named(name)?.variesWithSeed != true { shared[name] = value }
      }
      // The order of members in a file doesn't matter.
      var sorted = JSON.Object()
      for name in shared.keys.sorted() { sorted[name] = shared[name] }
      let key = JSON.object(sorted).serialized()
      common[key] = common[key] ?? shared
      members[key, default: []].append(Member(seed: seed, index: index))
    }
    return common.map { key, settings in
      RunGroup(
        settings: settings, members: (members[key] ?? []).sorted { ($0.seed ?? 0, $0.index) < ($1.seed ?? 0, $1.index) }
      )
    }.sorted { $0.precedes($1) }
  }

  private func precedes(_ other: RunGroup) -> Bool {
    for name in settings.keys {
      let (left, right) = (settings[name] ?? .null, other.settings[name] ?? .null)
      if left == right { continue }
      switch (left.asNumber, right.asNumber) {
      case (let left?, let right?) where left != right: return left < right
      default: return left.serialized() < right.serialized()
      }
    }
    return settings.count < other.settings.count
  }

  /// Returns the settings for comparison, without hashes.
  package static func columns(of groups: [RunGroup]) -> [String] {
    var columns: [String] = []
    for group in groups {
      for (name, value) in group.settings where !columns.contains(name) {
        if case .string(let text) = value, text.utf8.count == 64 { continue }
        columns.append(name)
      }
    }
    return columns.filter { RunField.named($0)?.isFingerprint != true }
  }

  /// Returns those columns in which groups differ.
  package static func differing(_ groups: [RunGroup], in columns: [String]) -> [String] {
    columns.filter { name in groups.contains { $0.settings[name] != groups.first?.settings[name] } }
  }

  /// Returns a Boolean value that indicates whether runs with equal values of one setting have equal values of another, as
  /// a method's own constants follow from the method.
  ///
  /// - Parameters:
  ///   - name: The setting that may follow.
  ///   - cause: The setting that it may follow from, of which there are several values.
  ///   - settings: The runs' settings.
  /// - Returns: Whether it follows.
  package static func follows(_ name: String, from cause: String, in settings: [JSON.Object]) -> Bool {
    var values: [String: String] = [:]
    let isSame = settings.allSatisfy { settings in
      let value = (settings[name] ?? .null).serialized()
      let known = values.updateValue(value, forKey: (settings[cause] ?? .null).serialized())
      return known == nil || known == value
    }
    return isSame && values.count > 1
  }

  /// Returns a Boolean value that indicates whether a setting sets runs apart only as the method or the number of shots
  /// does, from which its value follows.
  package static func isImplied(_ name: String, in settings: [JSON.Object]) -> Bool {
    if [RunField.method.name, RunField.shots.name, RunField.data.name, RunField.seed.name].contains(name) {
      return false
    }
    let followsShots = [RunField.epochs.name, RunField.batchSize.name].contains(name)
    return follows(name, from: RunField.method.name, in: settings)
      || (followsShots && follows(name, from: RunField.shots.name, in: settings))
  }

  /// Returns settings for a file without any, with its path as the method.
  package static func settings(ofUnknown path: String) -> JSON.Object {
    var settings = JSON.Object()
    settings["method"] = .string(path)
    return settings
  }

  /// Returns names of groups: their methods, and the settings in which they differ.
  package static func names(of groups: [RunGroup]) -> [String] {
    let columns = differing(groups, in: columns(of: groups))
    return groups.map { $0.name(columns) }
  }

  /// Returns a setting as the text of a cell.
  package func text(_ name: String) -> String {
    switch settings[name] {
    case nil, .null?: ""
    case .string(let text)?: text
    case let value?: value.serialized()
    }
  }

  /// Returns the name of the group: its method, and the values of some settings.
  package func name(_ columns: [String]) -> String {
    let others = columns.filter { $0 != "method" && $0 != "data" }.compactMap { name -> String? in
      guard let value = settings[name] else { return nil }
      let label = RunField.named(name)?.label
      // All images are stated in words; other settings that are null aren't listed.
      if value == .null, name != RunField.shots.name { return nil }
      return label?(value) ?? "\(name.replacing("_", with: " ")) \(text(name))"
    }
    return ([text("method")] + others).joined(separator: ", ")
  }
}

extension JSON {
  fileprivate var asNumber: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
}
