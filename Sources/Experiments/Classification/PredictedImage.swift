import PromptLensTensors

/// An image with its most probable classes.
package struct PredictedImage: Sendable, Equatable {
  /// A class and its probability.
  package struct Class: Sendable, Equatable {
    /// The class's name.
    package let name: String
    /// The class's index among all classes.
    package let label: Int
    /// The class's probability.
    package let probability: Double

    /// Returns the most probable classes, equal ones in their order.
    ///
    /// - Parameters:
    ///   - logits: a logit for each class.
    ///   - names: the classes.
    ///   - limit: the number of classes to return.
    /// - Returns: the classes, the most probable first.
    package static func mostProbable(_ logits: [Float], names: [String], limit: Int) -> [Class] {
      let probabilities = Softmax.probabilities(logits[...])
      let order = names.indices.sorted { (-probabilities[$0], $0) < (-probabilities[$1], $1) }
      return order.prefix(limit).map { Class(name: names[$0], label: $0, probability: probabilities[$0]) }
    }
  }

  /// The image file.
  package let path: String
  /// Whether the image belongs to none of the classes, by a classifier with a threshold; nil without one.
  package let isUnknown: Bool?
  /// Whether its most probable class is less probable than was asked for; nil where nothing was.
  package let isUnsure: Bool?
  /// The most probable classes, the most probable first.
  package let classes: [Class]
  /// The temperature of the probabilities, where one was fitted.
  package let temperature: Double?
  /// Why the image was left out, a sentence; nil for one that was classified.
  package let problem: String?
  /// Where the image, or a link to it, was put; nil if it was left alone.
  package var placed: String?

  /// The folder name for images that belong to none of the classes.
  package static let unknown = "unknown"
  /// The folder name for images whose class is unsure.
  package static let unsure = "unsure"

  /// The class that is decided for, or ``unknown`` or ``unsure``; nil for an image that was left out.
  package var decision: String? {
    guard let first = classes.first else { return nil }
    return isUnknown == true ? Self.unknown : isUnsure == true ? Self.unsure : first.name
  }

  /// Creates an image's classification.
  package init(
    path: String, isUnknown: Bool? = nil, isUnsure: Bool? = nil, classes: [Class], temperature: Double? = nil,
    problem: String? = nil
  ) {
    self.path = path
    self.isUnknown = isUnknown
    self.isUnsure = isUnsure
    self.classes = classes
    self.temperature = temperature
    self.problem = problem
  }
}
