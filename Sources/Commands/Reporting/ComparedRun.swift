import Foundation
import PromptLensExperiments
import PromptLensJSONDocuments

/// A run among others, with its result.
struct ComparedRun {
  let run: RunFolder
  let name: String
  /// The result; nil while the run isn't finished.
  let result: RunResult?
  /// A text that differs when the test images or the classes do.
  let measuredOn: String

  init(_ run: RunFolder) throws {
    self.run = run
    name = URL(fileURLWithPath: run.path).standardizedFileURL.lastPathComponent
    result = try run.result
    let counts = ["\(result?.total ?? 0)", "\(result?.ways ?? 0)"]
    measuredOn = ([run.description.text("data"), run.description.text("classes")] + counts).joined(separator: "\n")
  }

  /// The accuracy on the test images, where there are some.
  var accuracy: Double? { result?.accuracy }
  /// The accuracy of zero-shot CLIP on the same images.
  var zeroShot: Double? { result?.zeroShotAccuracy }

  /// Returns a setting as text; empty when the run doesn't have it.
  func text(_ setting: String) -> String { run.description.text(setting) }

  /// Returns a setting as a number; nil when it isn't one.
  func number(_ setting: String) -> Double? { run.description.number(setting) }

  /// Returns how the run learned, in a few words: its method, and its values of some settings.
  ///
  /// - Parameter settings: those that differ between the runs.
  /// - Returns: "coop, middle, class-specific".
  func way(_ settings: [String]) -> String {
    let words = settings.compactMap { setting -> String? in
      switch run.description.settings[setting] {
      case nil, .null?, .bool(false)?: nil
      case .bool(true)?: setting.replacing("_", with: "-")
      case .string(let text)?: text.isEmpty ? nil : text
      case let value?: "\(setting.replacing("_", with: " ")) \(value.serialized())"
      }
    }
    return ([text("method")] + words).joined(separator: ", ")
  }
}
