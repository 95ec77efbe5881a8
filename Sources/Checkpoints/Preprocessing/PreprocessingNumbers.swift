import PromptLensCLIP
import PromptLensImages
import PromptLensJSONDocuments

/// The reading of numbers in preprocessing files.
enum PreprocessingNumbers {
  /// Reads a number for each of three channels; a single one stands for all.
  static func channels(_ node: JSONNode) throws -> [Float] {
    switch node.value {
    case .integer, .number: return [Float](repeating: Float(try node.number()), count: 3)
    default: return try node.array().map { Float(try $0.number()) }
    }
  }

  /// Checks that every setting is within its range.
  static func checked(_ preprocessing: Preprocessing, source: String) throws(CLIPError) -> Preprocessing {
    guard let problem = preprocessing.problem else { return preprocessing }
    throw .badConfiguration(
      source: source, setting: problem.setting, expected: problem.expected, found: problem.found)
  }
}
