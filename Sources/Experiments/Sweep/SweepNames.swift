import Foundation
import PromptLensDatasets
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensPrompts

/// Names of a sweep's tasks that say what differs between them: `uc-end-16-s1` for a unified context with the class name at
/// its end, 16 shots of each class and seed 1.
package struct SweepNames: Sendable {
  private let names: [String: String]

  /// The settings that every name has.
  private static let always: Set = ["class_specific", "class_position", "shots", "seed"]

  /// Names tasks by the settings that differ among all of them.
  package init(_ all: [SweepTask]) { self.init(all.map { ($0.id, $0.settings) }) }

  /// Names runs, by their settings as run.json and result.json record them.
  ///
  /// - Parameter all: The id of each, and its settings.
  package init(_ all: [(id: String, settings: JSON.Object)]) {
    var values: [String: Set<String>] = [:]
    for task in all {
      for field in RunField.axes {
        values[field.name, default: []].insert(task.settings[field.name]?.serialized() ?? "")
      }
    }
    let settings = all.map(\.settings)
    let varied = RunField.axes.filter {
      (values[$0.name]?.count ?? 0) > 1 && !Self.always.contains($0.name)
        && !RunGroup.isImplied($0.name, in: settings)
    }
    let ends = Ends(settings)
    let plain = all.map { Self.name(of: $0, varied.map(\.name), ends) }
    let counts = Dictionary(plain.map { ($0, 1) }, uniquingKeysWith: +)
    names = Dictionary(
      zip(all, plain).map { task, name in
        (task.id, counts[name] == 1 ? name : "\(name)-\(task.id.prefix(6))")
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Returns the name of a task; its id where it has none.
  package func callAsFunction(_ task: SweepTask) -> String { self(task.id) }

  /// Returns the name of the task with an id; the id where it has none.
  package func callAsFunction(_ id: String) -> String { names[id] ?? id }

  /// The names of data sets, and the ends of the models' paths, which distinguish them.
  private struct Ends {
    private let data: DataNames
    private let models: [String: String]

    init(_ settings: [JSON.Object]) {
      func texts(_ field: RunField) -> [String] {
        settings.compactMap { if case .string(let text)? = $0[field.name] { text } else { nil } }
      }
      data = DataNames(texts(.data))
      let paths = texts(.model)
      models = Dictionary(zip(paths, PathEnds.names(of: paths)), uniquingKeysWith: { first, _ in first })
    }

    func callAsFunction(_ text: String, of name: String) -> String {
      switch name {
      case RunField.data.name: data(text)
      case RunField.model.name: models[text] ?? text
      default: text.split(separator: "/").last.map(String.init) ?? text
      }
    }
  }

  private static func name(of task: (id: String, settings: JSON.Object), _ varied: [String], _ ends: Ends) -> String {
    func text(_ name: String) -> String {
      switch task.settings[name] {
      case .string(let text)?:
        return String(ends(text, of: name).map { ($0.isASCII && ($0.isLetter || $0.isNumber)) || $0 == "." ? $0 : "-" })
          .split(separator: "-").joined(separator: "-")
      case .bool(let value)?: return value ? "yes" : "no"
      case .null?, nil: return "none"
      case let value?: return value.serialized()
      }
    }
    let kind = task.settings[RunField.classSpecific.name] == .bool(true) ? "csc" : "uc"
    let shots = task.settings[RunField.shots.name] ?? .null == .null ? "all" : text(RunField.shots.name)
    let position = text(RunField.classPosition.name)
    let more = varied.map { name in
      task.settings[name].map { if case .string = $0 { text(name) } else { "\(name.fileNameInitials)\(text(name))" } }
        ?? "\(name.fileNameInitials)-default"
    }
    return (["\(kind)-\(position == "none" ? "end" : position)-\(shots)"] + more + ["s\(text(RunField.seed.name))"])
      .joined(separator: "-")
  }
}

extension String {
  /// The first letters of a setting's words: `cl` for `context_length`.
  fileprivate var fileNameInitials: String { split(separator: "_").compactMap(\.first).map(String.init).joined() }
}

extension SweepFolder {
  /// Returns names of tasks by the settings that their runs have recorded; a task without any is named by its id.
  package func names(of ids: [String]) -> SweepNames {
    SweepNames(ids.compactMap { id in (try? RunFolder(run(id))).map { (id, $0.description.settings) } })
  }

  /// The path of the folder of links to run folders.
  private var namesFolder: String { "\(path)/names" }

  /// Makes a link with a name to each task's run folder; what stands there under the name is left alone.
  ///
  /// - Parameters:
  ///   - tasks: the tasks.
  ///   - names: their names.
  /// - Throws: `FileError` when the folder cannot be written.
  package func link(_ tasks: [SweepTask], _ names: SweepNames) throws {
    try AtomicOutput.makeFolder(at: namesFolder)
    for task in tasks {
      let place = "\(namesFolder)/\(names(task))"
      guard symlink("../runs/\(task.id)", place) != 0, errno != EEXIST else { continue }
      throw FileError.writing(place, code: errno)
    }
  }
}
