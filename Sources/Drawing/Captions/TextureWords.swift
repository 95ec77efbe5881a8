import PromptLensTensors

extension Texture {
  /// Returns a caption's word for the texture, in most cases its name.
  func word(_ numbers: inout RandomStream) -> String { numbers.chance(0.5) ? rawValue : numbers.pick(synonyms) }

  private var synonyms: [String] {
    switch self {
    case .plain: ["plain"]
    case .striped: ["stripy", "banded", "lined", "barred", "ribboned"]
    case .dotted: ["spotted", "spotty", "polka dot", "dotty", "studded"]
    case .checked: ["chequered", "checkered", "chessboard", "plaid", "gridded"]
    case .speckled: ["mottled", "flecked", "blotchy", "dappled", "patchy", "marbled"]
    }
  }
}
