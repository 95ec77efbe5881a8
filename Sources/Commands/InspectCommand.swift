import PromptLensExperiments
import PromptLensPromptLearning
import ArgumentParser
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensReporting

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a model folder, checkpoint, context or feature file is and holds.",
    discussion: """
      Nothing of the tensors' contents is read, so a file of any size is described at once.

      Example:
        promptlens inspect mini-clip
        promptlens inspect tf_model.h5 --tensors --format csv
        promptlens inspect prompt_learner/model.pth.tar-50 --model rn50 vit-b16
      """)

  @Argument(help: ArgumentHelp("A folder or file.", valueName: "path"))
  var path: String

  @Flag(help: "List every tensor with its shape, element type and size; --format csv prints that list.")
  var tensors = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Model folders that a context may have been learned on: says which fits, and the classes that a CoOp checkpoint was "
        + "learned for.", valueName: "dir"))
  var model: [String] = []

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let inspection =
      model.isEmpty ? try FileInspector.describe(path) : try FileInspector.describe(path, models: model)
    var facts = Table(columns: [.text(inspection.kind), .text("")])
    facts.append("path", inspection.path)
    for fact in inspection.facts { facts.append(fact.name, fact.value) }
    facts.append("tensors", inspection.tensors.count.grouped)
    facts.append("size of all tensors", inspection.tensors.reduce(0) { $0 + $1.bytes }.byteSize)

    var list = Table(columns: [.text("tensor"), .text("shape"), .text("type"), .number("bytes")])
    for tensor in inspection.tensors { list.append(tensor.name, "\(tensor.shape)", tensor.type, "\(tensor.bytes)") }

    var json: JSON.Object = JSON.Object()
    json["kind"] = .string(inspection.kind)
    json["path"] = .string(inspection.path)
    var factsJSON = JSON.Object()
    for fact in inspection.facts {
      // A name may come again: a model has several source files.
      var value = fact.value
      if case .string(let earlier)? = factsJSON[fact.name] { value = "\(earlier); \(value)" }
      factsJSON[fact.name] = .string(value)
    }
    json["facts"] = .object(factsJSON)
    json["tensor_count"] = JSON(inspection.tensors.count)
    if tensors {
      json["tensors"] = .array(
        inspection.tensors.map {
          [
            "name": .string($0.name), "shape": .array($0.shape.map { JSON($0) }), "type": .string($0.type),
            "bytes": JSON($0.bytes),
          ]
        })
    }
    Console.print(
      Results(json: .object(json), tables: tensors ? [facts, list] : [facts], csv: tensors ? list : facts),
      as: outputOptions.format)
  }
}
