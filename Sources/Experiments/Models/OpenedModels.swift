import Foundation

/// A cache of the models of runs, each of which is opened once.
package final class OpenedModels {
  private let override: String?
  private var models: [String: OpenedModel] = [:]

  /// Creates a cache.
  ///
  /// - Parameter override: A model folder that replaces the recorded ones.
  package init(override: String? = nil) { self.override = override }

  /// Opens the learned prompt of a run with its model.
  ///
  /// - Throws: ``ExperimentError`` when the model is unknown or another's; the errors of opening the model and the
  ///   context.
  package func prompt(of run: RunFolder) throws -> LearnedPrompt {
    guard let folder = override ?? run.description.model else { throw ExperimentError.noModel(context: run.path) }
    let path = URL(fileURLWithPath: folder).standardizedFileURL.path
    let model = try models[path] ?? OpenedModel(folder, precision: .float32)
    models[path] = model
    return try LearnedPrompt(run.path, on: model)
  }
}
