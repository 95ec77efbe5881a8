import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning

/// A run among others, with what it came to.
struct ComparedRun {
  let run: RunFolder
  let name: String
  let accuracy: Double?
  let zeroShot: Double?
  /// What differs when the test images or the classes do.
  let measuredOn: String

  init(_ run: RunFolder) {
    self.run = run
    name = URL(fileURLWithPath: run.path).standardizedFileURL.lastPathComponent
    let result = JSONNode(source: run.path, value: run.result ?? .null)
    accuracy = (try? result.optionalNumber("accuracy")) ?? nil
    zeroShot = (try? result.optionalNumber("zeroShotAccuracy")) ?? nil
    let counts = ["n", "ways"].map { name in "\((try? result.optionalInteger(name)) ?? nil ?? 0)" }
    measuredOn = ([Self.text("data", of: run), Self.text("classes", of: run)] + counts).joined(separator: "\n")
  }

  /// A setting as text; empty when the run has none of the name.
  func text(_ setting: String) -> String { Self.text(setting, of: run) }

  private static func text(_ setting: String, of run: RunFolder) -> String {
    switch run.description.settings[setting] {
    case nil, .null?: ""
    case .string(let text)?: text
    case let value?: value.serialized()
    }
  }

  /// A setting as a number; nil when it is none.
  func number(_ setting: String) -> Double? {
    switch run.description.settings[setting] {
    case .integer(let value)?: Double(value)
    case .number(let value)?: value
    default: nil
    }
  }

  /// How the run learned, in a few words: its method, and what it has of some settings.
  ///
  /// - Parameter settings: those that differ between the runs.
  /// - Returns: "coop, middle, class-specific".
  func way(_ settings: [String]) -> String {
    let words = settings.compactMap { setting -> String? in
      switch run.description.settings[setting] {
      case nil, .null?, .bool(false)?: nil
      case .bool(true)?: Self.spelled(setting, "-")
      case .string(let text)?: text.isEmpty ? nil : text
      case let value?: "\(Self.spelled(setting, " ")) \(value.serialized())"
      }
    }
    return ([text("method")] + words).joined(separator: ", ")
  }

  /// A setting's name in words: "contextLength" as "context length".
  private static func spelled(_ name: String, _ separator: String) -> String {
    name.replacing(/[A-Z]/) { separator + $0.output.lowercased() }
  }
}
