import Foundation
import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensTensorFiles

// Run folders of promptlens train.

extension FileInspector {
  /// Describes a run folder: its settings, its result if it is finished, and its context.
  ///
  /// - Throws: the errors of reading its documents.
  package static func describe(run path: String) throws -> Inspection {
    let run = try RunFolder(path)
    var inspection = Inspection(kind: "run folder", path: path)
    func add(_ members: JSON.Object) {
      for (name, value) in members where value != .null { inspection.add(name, value) }
    }
    inspection.add("classes", run.description.classNames)
    add(run.description.settings)
    inspection.add("model", run.description.model ?? "not recorded")
    guard let result = try run.result else {
      inspection.add("state", "not finished; the same promptlens train continues it")
      return inspection
    }
    inspection.add("state", "finished")
    if let accuracy = result.accuracy {
      let percentage = String(format: "%.2f %%", accuracy * 100)
      inspection.add("accuracy", percentage, data: [("accuracy", .number(accuracy))])
    }
    if DeepPromptFile.exists(at: run.contextPath) {
      let file = try DeepPromptFile(path: run.contextPath)
      inspection.facts += describe(file).facts.filter { $0.name != "classes" && $0.name != "method" }
      inspection.tensors = try HDF5File(path: run.contextPath).datasets.map(entry)
      return inspection
    }
    let stored = try StoredContext(path)
    if let epoch = stored.context.provenance?.epoch { inspection.add("epoch of the context", epoch) }
    inspection.tensors = describe(stored.context, path: stored.path).tensors
    return inspection
  }
}
