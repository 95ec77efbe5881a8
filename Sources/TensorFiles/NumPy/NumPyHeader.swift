/// The header of a `.npy` file: a Python dictionary literal with three known keys.
///
/// Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays"; versions 1.0, 2.0 and 3.0.
struct NumPyHeader: Equatable {
  /// The element type in NumPy's notation: `<f4`.
  var descriptor: String
  /// A Boolean value that indicates whether the first axis is the innermost.
  var fortranOrder: Bool
  /// The sizes of the axes.
  var shape: [Int]

  /// Parses `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`; returns nil for other text.
  init?(parsing text: String) {
    var scanner = Scanner(text)
    var descriptor: String?
    var fortranOrder: Bool?
    var shape: [Int]?
    guard scanner.take("{") else { return nil }
    while !scanner.take("}") {
      guard let key = scanner.string(), scanner.take(":") else { return nil }
      switch key {
      case "descr":
        guard descriptor == nil, let value = scanner.string() else { return nil }
        descriptor = value
      case "fortran_order":
        guard fortranOrder == nil else { return nil }
        if scanner.take("False") { fortranOrder = false } else if scanner.take("True") { fortranOrder = true }
      case "shape":
        guard shape == nil, let value = scanner.tuple() else { return nil }
        shape = value
      default: return nil
      }
      guard scanner.take(",") || scanner.peek("}") else { return nil }
    }
    guard scanner.isAtEnd, let descriptor, let fortranOrder, let shape else { return nil }
    self.descriptor = descriptor
    self.fortranOrder = fortranOrder
    self.shape = shape
  }

  /// Returns the literal, as in NumPy.
  static func literal(descriptor: String, shape: [Int]) -> String {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    return "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': (\(sizes)), }"
  }

  /// A scanner that takes tokens from the front of a text and skips whitespace.
  private struct Scanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    private mutating func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 } }

    var isAtEnd: Bool {
      mutating get {
        skipSpace()
        return rest.isEmpty
      }
    }

    mutating func peek(_ token: String) -> Bool {
      skipSpace()
      return rest.starts(with: token.utf8)
    }

    mutating func take(_ token: String) -> Bool {
      guard peek(token) else { return false }
      rest = rest.dropFirst(token.utf8.count)
      return true
    }

    mutating func string() -> String? {
      skipSpace()
      guard let quote = rest.first, quote == 0x27 || quote == 0x22 else { return nil }
      rest = rest.dropFirst()
      let content = rest.prefix { $0 != quote && $0 != 0x5C }
      rest = rest.dropFirst(content.count)
      guard rest.first == quote else { return nil }
      rest = rest.dropFirst()
      return String(Substring(content))
    }

    mutating func tuple() -> [Int]? {
      guard take("(") else { return nil }
      var sizes: [Int] = []
      while !take(")") {
        skipSpace()
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty, sizes.count < 32, let size = Int(Substring(digits)) else { return nil }
        sizes.append(size)
        rest = rest.dropFirst(digits.count)
        // A Python 2 NumPy wrote long integers with their suffix.
        _ = take("L")
        guard take(",") || peek(")") else { return nil }
      }
      return sizes
    }
  }
}
