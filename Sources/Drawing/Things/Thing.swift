/// A kind of thing that can be drawn: a class.
public struct Thing: Sendable {
  /// What it is called.
  public let name: String
  /// Its parts from back to front, within ±1.
  let parts: @Sendable (Variation) -> [Part]

  init(_ name: String, _ parts: @escaping @Sendable (Variation) -> [Part]) {
    self.name = name
    self.parts = parts
  }

  /// All things, in alphabetical order.
  public static let all = (solids + signs + nature + animals + buildings + vehicles + tools + household)
    .sorted { $0.name < $1.name }

  /// The thing of a name.
  public static func named(_ name: String) -> Thing? { all.first { $0.name == name } }
}

/// How one example of a thing differs from others: numbers from -1 to 1, whose meaning is each thing's own.
struct Variation: Sendable {
  let first: Float
  let second: Float
}
