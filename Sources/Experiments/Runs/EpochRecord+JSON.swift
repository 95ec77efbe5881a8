import PromptLensJSONDocuments
import PromptLensPromptLearning

// A line of log.jsonl.

extension EpochRecord {
  /// The version of lines; lines of earlier versions state none.
  private static let version = 1

  /// The record as an object.
  var json: JSON {
    var object = JSON.Object()
    object["format_version"] = JSON(Self.version)
    object["epoch"] = JSON(epoch)
    object["steps"] = JSON(steps)
    object["loss"] = .number(loss)
    object["accuracy"] = .number(accuracy)
    object["validation_accuracy"] = validationAccuracy.map { .number($0) }
    object["learning_rate"] = .number(learningRate)
    object["seconds_per_step"] = .number(secondsPerStep)
    return .object(object)
  }

  /// Decodes a record.
  ///
  /// Earlier versions wrote camelCase keys. Such a log is continued in snake_case, so each line is decoded
  /// separately.
  ///
  /// - Throws: `JSONError` when the line is of a newer version, or naming the key that is missing or of another kind.
  init(decoding node: JSONNode) throws {
    _ = try node.formatVersion(atMost: Self.version)
    let node = JSONNode(source: node.source, value: .object(try node.object().withSnakeCaseKeys))
    self.init(
      epoch: try node.integer("epoch"), steps: try node.integer("steps"), loss: try node.number("loss"),
      accuracy: try node.share("accuracy"), learningRate: try node.number("learning_rate"),
      secondsPerStep: try node.number("seconds_per_step"),
      validationAccuracy: try node.optionalShare("validation_accuracy"))
  }
}
