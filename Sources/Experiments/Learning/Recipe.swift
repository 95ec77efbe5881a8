/// A recipe of learning: whose constants are used where nothing is asked for.
///
/// A further recipe is a case here, its constants in ``MethodName/constants(_:for:)``, and an optimizer of its own in
/// ``LearningSettings/training(on:logitScale:)``.
package enum Recipe: String, CaseIterable, Sendable {
  /// Those of the method's paper, for its protocol and data set.
  case paper
  /// CoOp's for every method: 16 random vectors, batches of 32, and 50, 100 or 200 epochs by the shots.
  case coop
  /// CoOp's beginning, and few steps on all images at once: ``FastRecipe``.
  case fast
}

/// A protocol of the field, on which a paper's constants depend.
package enum LearningProtocol: String, CaseIterable, Sendable {
  /// Half of the classes are learned, and both halves are tested.
  case baseToNew = "base-to-new"
  /// All classes are learned and tested.
  case fewShot = "few-shot"
  /// All classes of one data set are learned, and other data sets tested.
  case crossData = "cross-data"
  /// All classes are learned in one domain, and tested in others.
  case domain

  /// Returns the protocol of a name.
  ///
  /// - Throws: ``ExperimentError/badLearner(reason:)`` with the names that there are.
  static func named(_ name: String) throws(ExperimentError) -> LearningProtocol {
    guard let found = LearningProtocol(rawValue: name) else {
      let names = allCases.map(\.rawValue).joined(separator: ", ")
      throw .badLearner(reason: "\"\(name.prefix(60))\" isn't a protocol; expected one of \(names)")
    }
    return found
  }
}

/// The facts about some training images on which a recipe's constants depend.
package struct RecipeSubject: Sendable, Equatable {
  /// The protocol.
  package var studyProtocol: LearningProtocol
  /// The number of training images of each class; nil for all of them.
  package var shots: Int?
  /// The key of the known data set; nil for others.
  package var dataset: String?

  /// Creates the facts.
  package init(studyProtocol: LearningProtocol = .fewShot, shots: Int? = nil, dataset: String? = nil) {
    self.studyProtocol = studyProtocol
    self.shots = shots
    self.dataset = dataset
  }
}

/// The numbers of the training images and of their classes.
package struct ImageCounts: Sendable, Equatable {
  /// The number of training images.
  package let images: Int
  /// The number of classes.
  package let classes: Int

  /// Creates the numbers.
  package init(images: Int, classes: Int) {
    self.images = images
    self.classes = classes
  }
}
