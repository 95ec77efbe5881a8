import Foundation
import PromptLensDiagnosis
import PromptLensJSONDocuments

// The description of a run in run.json.

extension LearningRun {
  /// The description, which a run folder compares.
  package var description: RunDescription {
    RunDescription(settings: RunField.settings(of: self), record: record, classNames: data.classNames)
  }

  /// The maximum number of images whose hashes are recorded, so that run.json stays readable.
  private static let maximumHashes = 100_000

  /// The versions, paths and images of the run, which aren't compared.
  private var record: JSON.Object {
    var object = JSON.Object()
    object["tool_version"] = .string(ToolVersion.current)
    var libraries = JSON.Object()
    for (name, version) in LibraryVersions.loaded { libraries[name] = .string(version) }
    object["library_versions"] = .object(libraries)
    object["model"] = .string(URL(fileURLWithPath: model.folder.path).standardizedFileURL.path)
    object["token_embedding_fingerprint"] = .string(model.folder.manifest.tokenEmbeddingFingerprint)
    object["template"] = data.template.map { .string($0) } ?? .null
    object["images"] = .array(data.train.paths.map { .string($0) })
    if data.train.count <= Self.maximumHashes {
      let hashes = data.train.paths.map { data.trainingHashes[$0] }
      if !hashes.contains(nil) { object["image_sha256"] = .array(hashes.map { .string($0 ?? "") }) }
    }
    if let shots = data.shotCount {
      object["shots_used"] = [
        "fewest": JSON(shots.fewest), "most": JSON(shots.most), "images": JSON(shots.images),
        "short_classes": JSON(shots.short.count),
      ]
    }
    if let constants = asked.strategy.constants {
      object["strategy_constants"] = .object(constants.reduce(into: JSON.Object()) { $0[$1.name] = $1.value })
    }
    if asked.method == .promptsrc || asked.comparesWithDiverseTemplates {
      object["templates"] = JSON(DeepLearning.diverseTemplates.count)
    }
    object["labels"] = .array(data.train.labels.map { JSON($0) })
    return object
  }
}
