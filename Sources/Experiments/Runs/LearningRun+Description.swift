import PromptLensDiagnosis
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning

// What run.json says of a run.

extension LearningRun {
  /// Everything that must be the same for a run to go on.
  package static func settings(
    _ asked: LearningSettings, _ strategy: any SampleStrategy, _ model: OpenedModel, _ data: LearningData,
    _ settings: TrainingSettings,
    _ initialization: ContextInitialization, _ length: Int
  ) -> JSON.Object {
    let entries: [(String, JSON)] = [
      ("method", .string(asked.method.rawValue)), ("loss", .string(asked.loss.name)), ("data", .string(data.name)),
      ("shots", data.shots.map { JSON($0) } ?? .null), ("seed", JSON(data.seed)),
      ("views", JSON(data.train.views)), ("contextLength", JSON(length)),
      ("classPosition", .string(asked.classPosition.rawValue)), ("classSpecific", .bool(asked.isClassSpecific)),
      ("initialization", .string("\(initialization)")), ("epochs", JSON(settings.epochs)),
      ("batchSize", JSON(settings.batchSize)), ("learningRate", .number(asked.learningRate)),
      ("warmupRate", .number(settings.schedule.warmupRate)), ("warmupEpochs", JSON(settings.schedule.warmupEpochs)),
      ("momentum", JSON(settings.optimizer.momentum)), ("weightDecay", JSON(settings.optimizer.weightDecay)),
      ("precision", .string(asked.precision.rawValue)),
      ("modelFingerprint", .string(model.folder.manifest.fingerprint)),
      ("trainingFeatures", .string(data.trainFingerprint)),
      ("testFeatures", data.test.map { .string($0.identifier) } ?? .null),
    ]
    var object = JSON.Object()
    for (name, value) in entries { object[name] = value }
    // What is not asked for is not written, so that runs from before these settings read as they did.
    if data.subset != .all { object["classes"] = .string(data.subset.rawValue) }
    if asked.strategy != .all { object["strategy"] = .string(strategy.name) }
    if let patience = asked.patience {
      object["earlyStopping"] = JSON(patience)
      object["validationFeatures"] = data.validation.map { .string($0.identifier) }
    }
    if let noise = data.noise {
      object["noise"] = .string(noise.origin)
      object["noiseSeed"] = noise.seed.map { JSON($0) } ?? .null
      object["noiseRate"] = .number(noise.rate)
    }
    if let noise = data.validationNoise { object["validationNoiseRate"] = .number(noise.rate) }
    if data.renewal != nil {
      object["views"] = .null
      object["augmentation"] = .string(Augmentation.online.rawValue)
    }
    return object
  }

  /// What a run is of, for people and other tools.
  package static func record(_ model: OpenedModel, _ data: LearningData) -> JSON.Object {
    var object = JSON.Object()
    object["toolVersion"] = .string(ToolVersion.current)
    var libraries = JSON.Object()
    for (name, version) in LibraryVersions.loaded { libraries[name] = .string(version) }
    object["libraryVersions"] = .object(libraries)
    object["model"] = .string(URL(fileURLWithPath: model.folder.path).standardizedFileURL.path)
    object["tokenEmbeddingFingerprint"] = .string(model.folder.manifest.tokenEmbeddingFingerprint)
    object["template"] = data.template.map { .string($0) } ?? .null
    object["images"] = .array(data.paths.map { .string($0) })
    object["labels"] = .array(data.train.labels.map { JSON($0) })
    return object
  }
}
