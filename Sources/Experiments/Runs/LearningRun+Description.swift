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
      ("views", JSON(data.train.views)), ("context_length", JSON(length)),
      ("class_position", .string(asked.classPosition.rawValue)), ("class_specific", .bool(asked.isClassSpecific)),
      ("initialization", .string("\(initialization)")), ("epochs", JSON(settings.epochs)),
      ("batch_size", JSON(settings.batchSize)), ("learning_rate", .number(asked.learningRate)),
      ("warmup_rate", .number(settings.schedule.warmupRate)), ("warmup_epochs", JSON(settings.schedule.warmupEpochs)),
      ("momentum", JSON(settings.optimizer.momentum)), ("weight_decay", JSON(settings.optimizer.weightDecay)),
      ("precision", .string(asked.precision.rawValue)),
      ("model_fingerprint", .string(model.folder.manifest.fingerprint)),
      ("training_features", .string(data.train.identifier)),
      ("test_features", data.test.map { .string($0.identifier) } ?? .null),
    ]
    var object = JSON.Object()
    for (name, value) in entries { object[name] = value }
    // What is not asked for is not written, so that runs from before these settings read as they did.
    if data.subset != .all { object["classes"] = .string(data.subset.rawValue) }
    if asked.strategy != .all { object["strategy"] = .string(strategy.name) }
    if let patience = asked.patience {
      object["early_stopping"] = JSON(patience)
      object["validation_features"] = data.validation.map { .string($0.identifier) }
    }
    if let noise = data.noise {
      object["noise"] = .string(noise.origin)
      object["noise_seed"] = noise.seed.map { JSON($0) } ?? .null
      object["noise_rate"] = .number(noise.rate)
    }
    if let noise = data.validationNoise { object["validation_noise_rate"] = .number(noise.rate) }
    if data.train.renewal != nil {
      object["views"] = .null
      object["augmentation"] = .string(Augmentation.online.rawValue)
    }
    return object
  }

  /// What a run is of, for people and other tools.
  package static func record(_ model: OpenedModel, _ data: LearningData) -> JSON.Object {
    var object = JSON.Object()
    object["tool_version"] = .string(ToolVersion.current)
    var libraries = JSON.Object()
    for (name, version) in LibraryVersions.loaded { libraries[name] = .string(version) }
    object["library_versions"] = .object(libraries)
    object["model"] = .string(URL(fileURLWithPath: model.folder.path).standardizedFileURL.path)
    object["token_embedding_fingerprint"] = .string(model.folder.manifest.tokenEmbeddingFingerprint)
    object["template"] = data.template.map { .string($0) } ?? .null
    object["images"] = .array(data.train.paths.map { .string($0) })
    object["labels"] = .array(data.train.labels.map { JSON($0) })
    return object
  }
}
