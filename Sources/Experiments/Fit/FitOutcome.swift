import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensFiles
import PromptLensTensors

/// A held-out photograph that the kept classifier takes for another class.
package struct FitMistake: Sendable, Equatable {
  /// The image's path in its data set.
  package let path: String
  /// Its class.
  package let label: Int
  /// The predicted class.
  package let prediction: Int
  /// The predicted class's probability.
  package let probability: Double

  /// Returns the mistakes, the most confident first.
  static func all(_ predictions: [Int], _ images: LabeledFeatures, logits: Tensor) -> [FitMistake] {
    let values = logits.floats()
    let classCount = values.count / max(predictions.count, 1)
    let mistakes = predictions.enumerated().compactMap { image, prediction -> FitMistake? in
      guard prediction != images.labels[image] else { return nil }
      let row = values[image * classCount..<(image + 1) * classCount]
      return FitMistake(
        path: images.paths[image], label: images.labels[image], prediction: prediction,
        probability: Softmax.probabilities(row)[prediction])
    }
    return mistakes.sorted { ($1.probability, $0.path) < ($0.probability, $1.path) }
  }
}

/// A fitted classifier with its measures and what is written about it.
package struct FitOutcome {
  /// The measures.
  package let result: FitResult
  let classifier: any StorableClassifier
  let notes: [(name: String, text: String)]
  let identifiers: [String]?
  let trainingHashes: [String]
  let division: Dataset
  let name: String
  /// The held-out photographs that are taken for another class, the most confident mistakes first.
  package let mistakes: [FitMistake]

  /// The folder that the mistakes' paths start from.
  package var root: String { division.root }

  /// Writes the classifier, and which photographs were held out, into a folder.
  ///
  /// - Throws: `FileError` when the folder can't be written.
  package func write(to folder: String) throws {
    var file = ClassifierFile(
      kind: type(of: classifier).kind, parts: classifier.parts, settings: classifier.settings,
      classNames: result.classNames, classIdentifiers: identifiers, modelFingerprint: result.modelFingerprint,
      notes: notes)
    file.imageHashes = trainingHashes
    try file.write(to: "\(folder)/\(StoredClassifier.fileName)")
    let manifest = SplitFile.document(division, name: name, hashes: nil)
    try AtomicOutput.text(manifest.serialized() + "\n", to: "\(folder)/\(Dataset.holdOutFile)")
  }
}
