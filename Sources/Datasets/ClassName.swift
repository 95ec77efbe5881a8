import PromptLensTokenization

/// Returns the name of a class as prompts use it: spaces for underscores, none at the ends, letters composed.
func promptName(_ name: some StringProtocol) -> String {
  CanonicalComposition.composed(String(name).replacing("_", with: " ").trimming(while: \.isWhitespace))
}

/// A name without what differs between spellings of one class: blanks at the ends, underscores, case, Unicode form.
///
/// Single letters keep their case, since there are data sets of letters. Swift's strings are equal when they are
/// canonically equivalent.
struct ClassKey: Hashable {
  private let text: String

  init(_ name: some StringProtocol) {
    let name = promptName(name)
    text = name.count > 1 ? name.lowercased() : name
  }
}
