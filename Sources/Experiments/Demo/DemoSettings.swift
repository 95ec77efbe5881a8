import PromptLensJSONDocuments

/// The settings of a demo, the file `demo.json`; a folder contains a demo of one version with the same settings.
package struct DemoSettings: JSONDocument, Equatable {
  /// The version of the program.
  package let toolVersion: String
  /// The seed of all random numbers.
  package let seed: Int
  /// The number of training pictures of each class.
  package let trainPictures: Int
  /// The number of test pictures of each class in each style.
  package let testPictures: Int
  package let shots: [Int]
  package let contextLength: Int
  package let epochs: Int
  package let learningRate: Double
  /// The classes of the pictures.
  package let classes: [String]

  /// Plants, animals, vehicles and tools; the model was trained without the names of hammer, leaf and snail.
  private static let things = [
    "apple", "balloon", "bird", "boat", "butterfly", "cactus", "car", "cat", "cloud", "fish", "flower", "fork",
    "hammer", "key", "kite", "ladder", "leaf", "mushroom", "rocket", "scissors", "snail", "spoon", "tree", "umbrella",
  ]

  /// Five plain templates.
  package static let templates = ["{}", "a {}.", "a photo of a {}.", "a picture of the {}.", "this is a {}."]

  /// Returns the settings of the whole demo.
  package static func full(seed: Int) -> DemoSettings {
    DemoSettings(
      toolVersion: ToolVersion.current, seed: seed, trainPictures: 32, testPictures: 40, shots: [1, 2, 4, 8, 16],
      contextLength: 8, epochs: 60, learningRate: 0.02, classes: things)
  }

  /// Returns settings with fewer pictures, shots and epochs.
  package static func quick(seed: Int) -> DemoSettings {
    DemoSettings(
      toolVersion: ToolVersion.current, seed: seed, trainPictures: 16, testPictures: 20, shots: [1, 4, 16],
      contextLength: 4, epochs: 30, learningRate: 0.02, classes: things)
  }
}

// MARK: - The document

extension DemoSettings {
  package static let format = "promptlens-demo"
  package static let version = 1

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["tool_version"] = .string(toolVersion)
    object["seed"] = JSON(seed)
    object["train_pictures"] = JSON(trainPictures)
    object["test_pictures"] = JSON(testPictures)
    object["shots"] = .array(shots.map { JSON($0) })
    object["context_length"] = JSON(contextLength)
    object["epochs"] = JSON(epochs)
    object["learning_rate"] = .number(learningRate)
    object["classes"] = .array(classes.map { .string($0) })
    return object
  }

  package init(decoding document: JSONNode) throws {
    toolVersion = try document.string("tool_version")
    seed = try document.integer("seed")
    trainPictures = try document.integer("train_pictures")
    testPictures = try document.integer("test_pictures")
    shots = try document.array("shots").map { try $0.integer() }
    contextLength = try document.integer("context_length")
    epochs = try document.integer("epochs")
    learningRate = try document.number("learning_rate")
    classes = try document.array("classes").map { try $0.string() }
  }

  /// Converts the camelCase keys of documents without a version.
  package static func upgrade(_ document: JSON, from version: Int) -> JSON { document.withSnakeCaseKeys(in: []) }
}
