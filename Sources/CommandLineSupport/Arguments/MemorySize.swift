import ArgumentParser

/// A number of bytes with a unit: `1GiB`, `512MiB`, `2GB`, `1000000`.
package struct MemorySize: ExpressibleByArgument, Equatable {
  package let bytes: Int

  package init?(argument: String) {
    let units = [
      ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("kB", 1_000), ("MB", 1_000_000),
      ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
    ]
    let text = argument.filter { $0 != " " }
    let digits = text.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), number.isFinite, number >= 0,
      let unit = units.first(where: { $0.0.lowercased() == text.dropFirst(digits.count).lowercased() })
    else { return nil }
    let bytes = number * Double(unit.1)
    guard bytes < Double(1 << 60) else { return nil }
    self.bytes = Int(bytes)
  }
}
