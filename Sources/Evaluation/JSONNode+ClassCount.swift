import PromptLensJSONDocuments

extension JSONNode {
  /// Returns the number of classes of a document: `class_count`, or `ways`, its only name in documents of earlier versions.
  ///
  /// - Throws: `JSONError` when neither is there, or isn't a whole number.
  package func classCount() throws(JSONError) -> Int {
    if let count = try optionalInteger("class_count") { return count }
    return try integer("ways")
  }
}
