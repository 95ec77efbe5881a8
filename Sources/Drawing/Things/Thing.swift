/// A kind of thing that can be drawn: a class.
package struct Thing: Sendable {
  /// The name, as captions use it.
  package let name: String
  /// The parts of the thing from back to front, within ±1.
  let parts: @Sendable (Variation) -> [Component]

  init(_ name: String, _ parts: @escaping @Sendable (Variation) -> [Component]) {
    self.name = name
    self.parts = parts
  }

  /// The things by kind; careless captions confuse things of one kind.
  private static let groups = [
    solids + signs, nature, animals + vehicles, buildings, tools, household,
  ]

  /// All things, in alphabetical order.
  package static let all = groups.joined().sorted { $0.name < $1.name }

  /// Returns the thing that this one is confused with: the next of its kind that may be named.
  func lookalike(unnamed: Set<String>) -> Thing {
    guard let group = Self.groups.first(where: { $0.contains { $0.name == name } }) else { return self }
    let named = group.filter { !unnamed.contains($0.name) || $0.name == name }
    let index = named.firstIndex { $0.name == name } ?? 0
    return named[(index + 1) % named.count]
  }

  /// Returns the thing with a name.
  package static func named(_ name: String) -> Thing? { all.first { $0.name == name } }
}

/// The difference of one example of a thing from others: numbers from -1 to 1, whose meaning depends on the thing.
struct Variation: Sendable {
  let first: Float
  let second: Float
}
