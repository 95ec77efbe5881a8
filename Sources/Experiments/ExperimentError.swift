import Foundation

/// An error of inputs that are valid individually but not together.
package enum ExperimentError: Error, Equatable, CustomStringConvertible {
  /// A vocabulary whose size differs from the model's token embedding.
  case vocabularySize(path: String, expected: Int, found: Int)
  /// A vocabulary whose end token isn't the one that the text tower is read at.
  case vocabularyEnd(path: String, expected: Int, found: Int)
  /// A model folder without the vocabulary that texts need.
  case noVocabulary(model: String)
  /// A path that isn't a model folder.
  case noModelFolder(path: String)
  /// An invalid text file.
  case badTexts(path: String, reason: String)
  /// A model folder without golden features.
  case noGoldenFeatures(model: String)
  /// A model of an architecture of which no published numbers are known.
  case noPublishedNumbers(model: String, architecture: String, known: String)
  /// A model whose numbers aren't the published ones.
  case notPublished(model: String, name: String, check: String, largest: Double, tolerance: Double)
  /// Features of a model that differ from the expected ones.
  case featuresDiffer(model: String, check: String, largest: Double, tolerance: Double)
  /// A context file without a run, which doesn't record its model.
  case noModel(context: String)
  /// Unknown class names.
  case noClassNames(context: String)
  /// Numbers differ from those that other software computed.
  case different(path: String, what: String, tolerance: Double)
  /// Features that don't belong to the model, the draw or the classes.
  case foreignFeatures(path: String, model: String, reason: String)
  /// A plain array that can be a context or class weights.
  case unknownArrayKind(path: String)
  /// Class weights of cosines without their scale.
  case unknownScale(path: String)
  /// An invalid plain array.
  case badArray(path: String, reason: String)
  /// A classifier that doesn't belong to the model or the classes.
  case foreignClassifier(path: String, reason: String)
  /// A context that doesn't belong to the model's token embedding.
  case foreignContext(path: String, model: String, reason: String)
  /// A run folder with other settings.
  case otherSettings(path: String, differences: [String])
  /// A folder that isn't an intact run folder.
  case badRun(path: String, reason: String)
  /// A run that doesn't belong to the model.
  case foreignRun(path: String, model: String, reason: String)
  /// An unknown setting in a grid or a task.
  case unknownSetting(source: String, name: String, known: String)
  /// A line of a task file that isn't a task.
  case badTasks(path: String, line: Int, reason: String)
  /// Failed tasks of a sweep; whether all of them failed because nothing could be written.
  case failedTasks(failed: Int, total: Int, first: String, reason: String, areUnwritable: Bool = false)
  /// Data with too few images for what is asked of them.
  case tooFewImages(data: String, reason: String)
  /// Data without test images.
  case noTestImages(data: String, reason: String)
  /// Fewer than two different classifiers.
  case nothingToCompare(found: Int)
  /// A set of images of unknown classes that holds none.
  case noUnknownImages(data: String, reason: String)
  /// A classifier whose classes have no text features, where words are to be compared with them.
  case noTextRows(classifier: String)
  /// A sweep's folder without results.
  case noResults(path: String)
  /// Images whose groups are unknown.
  case noGroups(path: String, reason: String)
  /// Data that no line through published models is known for.
  case noPublishedLine(source: String, known: [String])
  /// Sigmoid scores of a model that wasn't trained with them.
  case noLogitBias(model: String)
  /// Images of several labels, none of which has one.
  case noLabels(images: Int)
  /// A classifier whose weights for an image depend on the image.
  case noClassWeights(path: String)
  /// A class that a classifier doesn't have.
  case unknownClass(name: String, option: String, known: [String])
  /// An invalid learner of a noise experiment.
  case badLearner(reason: String)
  /// Incorrect results of the machine or the installation.
  case unsound([String])

  package var description: String {
    switch self {
    case .unsound(let subjects):
      "results cannot be trusted on this machine (\(subjects.joined(separator: "; "))); apply the remedies in the table, then run "
        + "promptlens doctor again"
    case .badLearner(let reason): reason
    case .noLabels(let images):
      "none of \(images) images has a label, so that no score can be compared with one; images without a label count "
        + "beside others"
    case .noClassWeights(let path):
      "\(path): an explanation needs the classes' weights, and CoCoOp's prompts make others for each image and adapters have none; "
        + "explain a context without a network, deep prompts, a linear probe or hand-written prompts"
    case .unknownClass(let name, let option, let known):
      "\(option) \(name): there is no such class; classes are \(known.prefix(10).joined(separator: ", "))"
        + (known.count > 10 ? " and \(known.count - 10) more" : "")
    case .noLogitBias(let model):
      "\(model): sigmoid scores need a model that was trained with them, a SigLIP, which has a logit bias; --scores softmax "
        + "goes with every model"
    case .vocabularySize(let path, let expected, let found):
      "\(path): the vocabulary has \(found) entries and the model's token embedding \(expected); give the vocabulary that "
        + "the model was trained with"
    case .vocabularyEnd(let path, let expected, let found):
      "\(path): the vocabulary's texts end in the token \(found), and the text tower is read at \(expected); give the "
        + "vocabulary that the model was trained with"
    case .noVocabulary(let model):
      "\(model): the model folder doesn't contain a vocabulary, which texts need; convert the checkpoint again with "
        + "--vocabulary"
    case .noModelFolder(let path):
      "\(path): this isn't a model folder; make one from a checkpoint with: promptlens convert \(path) --output DIR"
    case .badTexts(let path, let reason): "\(path): \(reason)"
    case .noGoldenFeatures(let model):
      "\(model): the model folder doesn't contain golden.json; convert the source again without --no-verify, or give features "
        + "computed elsewhere with --expected"
    case .noPublishedNumbers(let model, let architecture, let known):
      "\(model): no published numbers are known for \(architecture), only for \(known); give features computed elsewhere "
        + "with --expected"
    case .notPublished(let model, let name, let check, let largest, let tolerance):
      "\(model): this isn't \(name) as published: the \(check) differ by up to \(scientific(largest)), more than "
        + "\(scientific(tolerance))"
    case .featuresDiffer(let model, let check, let largest, let tolerance):
      "\(model): the \(check) differ by up to \(scientific(largest)), more than \(scientific(tolerance)): they "
        + "are of another model, or the model or the features are damaged"
    case .noModel(let context): "\(context): the file doesn't record its model; give --model DIR"
    case .nothingToCompare(let found):
      "the \(found) given differ only in their seed, so they are one subject; give others to compare with, or --zero-shot"
    case .noUnknownImages(let data, let reason):
      "\(data): \(reason); give data with other classes with --out"
    case .noTextRows(let classifier):
      "\(classifier): negative words are compared with the classes' text features, which need --model DIR and prompts"
    case .noClassNames(let context): "\(context): this context has no class names; give --classes FILE"
    case .different(let path, let what, let tolerance):
      "\(path): \(what) differ from the expected values by more than \(tolerance)"
    case .foreignFeatures(let path, let model, let reason):
      "\(path): these features don't belong to \(model): \(reason)"
    case .unknownArrayKind(let path):
      "\(path): a .npy array doesn't say whether it is a context or class weights; give --kind context or --kind classifier"
    case .unknownScale(let path):
      "\(path): a .npy array of class weights doesn't say by what its cosines are multiplied; give --model for the model's "
        + "scale, or --scale"
    case .badArray(let path, let reason), .foreignClassifier(let path, let reason), .noGroups(let path, let reason):
      "\(path): \(reason)"
    case .foreignContext(let path, let model, let reason):
      "\(path): this context does not belong to \(model): \(reason)"
    case .foreignRun(let path, let model, let reason): "\(path): this run does not belong to \(model): \(reason)"
    case .otherSettings(let path, let differences):
      "\(path): this run was begun with \(differences.joined(separator: ", and ")); give another --output, or remove "
        + "the folder first"
    case .badRun(let path, let reason): "\(path): this isn't an intact run folder: \(reason)"
    case .unknownSetting(let source, let name, let known):
      "\(source): \"\(name.prefix(60))\" isn't a setting; settings are \(known)"
    case .badTasks(let path, let line, let reason): "\(path): line \(line): \(reason)"
    case .failedTasks(let failed, let total, let first, let reason, _):
      "\(failed) of \(total) tasks failed, first \(first): \(reason)"
    case .noTestImages(let data, let reason), .tooFewImages(let data, let reason): "\(data): \(reason)"
    case .noPublishedLine(let source, let known):
      "\(source): published models are known for the source imagenet:DIR and the targets \(known.joined(separator: ", "))"
    case .noResults(let path):
      "\(path): it contains no finished runs; expected the --output folder of promptlens sweep run"
    }
  }

  private func scientific(_ number: Double) -> String { String(format: "%.1e", number) }
}
