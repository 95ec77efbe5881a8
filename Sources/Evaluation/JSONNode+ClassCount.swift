import PromptLensJSONDocuments

extension JSONNode {
  /// Returns the number of classes of a document: `class_count`, or `ways`, its name in documents of earlier versions.
  ///
  /// - Parameter part: the part of the classes, as `base` of `base_class_count`; nil for all of them.
  /// - Returns: the number.
  /// - Throws: `JSONError` when neither is there, or isn't a whole number.
  package func classCount(of part: String? = nil) throws(JSONError) -> Int {
    let prefix = part.map { "\($0)_" } ?? ""
    if let earlier = try optionalInteger("\(prefix)ways"), self["\(prefix)class_count"] == nil { return earlier }
    return try integer("\(prefix)class_count")
  }
}
