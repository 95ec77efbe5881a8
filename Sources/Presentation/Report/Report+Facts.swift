import PromptLensJSONDocuments
import PromptLensReporting

extension Report {
  /// Returns the members of a document that are single values, and those of its settings.
  package static func facts(of document: JSON) -> [(name: String, value: String)] {
    guard case .object(let members) = document else { return [] }
    var all = members.filter { name, _ in name != "format" && name != "format_version" }
    if case .object(let settings)? = members["settings"] { all += Array(settings) }
    return all.compactMap { name, value in
      let label = name.replacing("_", with: " ")
      switch value {
      case .string(let text): return (label, text)
      case .number(let number): return (label, number.fewDigits)
      case .integer, .bool: return (label, value.serialized())
      default: return nil
      }
    }
  }
}
