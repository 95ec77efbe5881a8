import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Explicit kinds of arrays")
struct StatedKindTests {
  @Test("classifier takes a plain array only by --kind, and class weights not at all")
  func classifier() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let plain = try plainContext(folder)
      try Data("cat\ndog\nred_house\nzebra\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/names.txt"))
      let arguments = [
        "classifier", plain, "--model", model, "--classes", "\(folder)/names.txt", "--class-position", "end",
        "--output", "\(folder)/w.json",
      ]
      let unstated = try Executable.run(arguments)
      #expect(unstated.status == 65 && unstated.errors.contains("give --kind context or --kind classifier"))
      let weights = try Executable.run(arguments + ["--kind", "classifier"])
      #expect(weights.status == 65 && weights.errors.contains("already is class weights"), "\(weights.errors)")
      let stated = try Executable.run(arguments + ["--kind", "context"])
      try #require(stated.status == 0, "\(stated.errors)")
      #expect(try JSONNode(contentsOf: "\(folder)/w.json").bool("normalizes"))
    }
  }

  @Test("verify asks for the class position where neither the numbers nor the context have it")
  func classPosition() throws {
    try SmallStudy.with { folder in
      let outputs = try CommandOutputs(in: folder)
      let arguments = [
        "verify", "--model", try ConvertedModel.modifiedResNet.get(), "--context", "\(folder)/plain.npy", "--expected",
        "\(folder)/expected.json",
      ]
      let unstated = try Executable.run(arguments)
      #expect(unstated.status == 65 && unstated.errors.contains("give --class-position"), "\(unstated.errors)")
      let middle = try Executable.run(arguments + ["--class-position", "front"])
      #expect(middle.status == 65 && middle.errors.contains("text_features"), "\(middle.errors)")
      #expect(try outputs.print(arguments + ["--class-position", "end", "--format", "csv"]).hasPrefix("compared,"))
      let useless = try Executable.run(["verify", arguments[2], "--class-position", "end"])
      #expect(useless.status == 64 && useless.errors.contains("--class-position goes with --context"))
    }
  }

  @Test("inspect prints Boolean values as such, and predict's CSV the probabilities of its JSON")
  func types() throws {
    try SmallStudy.with { folder in
      let run = try SmallStudy.train(folder, output: "run")
      let store = "\(folder)/test.h5"
      let extracted = try Executable.run([
        "extract", "--model", ConvertedModel.modifiedResNet.get(), "--data", "folder:\(folder)/photo", "--split",
        "test",
        "--output", store,
      ])
      try #require(extracted.status == 0, "\(extracted.errors)")
      #expect(try json(["inspect", run]).node("facts").bool("class_specific") == false)
      #expect(try json(["inspect", store]).node("facts").node("attributes").bool("normalized") == false)
      let context = try json(["inspect", "\(run)/context.h5"]).node("facts")
      #expect(try context.integer("vectors") == 2 && context.bool("class_specific") == false)
      let pictures = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/photo/test/cat")
      let arguments = ["predict", run] + pictures.map { "\(folder)/photo/test/cat/\($0)" }
      let expected = try json(arguments).array().flatMap {
        try $0.array("classes").map { try $0.number("probability") }
      }
      let rows = PlainValues.table(try Executable.run(arguments + ["--format", "csv"]).output).dropFirst()
      #expect(rows.compactMap { $0.last.flatMap { Double($0) } } == expected)
    }
  }

  @Test("a conditional context's exports answer as the run does, or are refused")
  func conditional() throws {
    try SmallStudy.with { folder in
      let run = try SmallStudy.train(folder, output: "run", ["--method", "cocoop", "--init", "the cat"])
      let model = ["--model", try ConvertedModel.modifiedResNet.get(), "--data", "folder:\(folder)/sketch"]
      let expected = try json(["evaluate", run] + model)
      for form in ["json", "safetensors"] {
        let path = "\(folder)/c.\(form)"
        #expect(try Executable.run(["export", run, "--as", form, "--output", path]).status == 0)
        let found = try json(["evaluate", path] + model)
        for key in ["accuracy", "confusion", "negative_log_likelihood", "class_position"] {
          #expect(found[key] != nil && found[key]?.value == expected[key]?.value, "\(form): \(key)")
        }
      }
      let refused = try Executable.run(["export", run, "--as", "npy", "--output", "\(folder)/c.npy"])
      #expect(refused.status == 65 && !FileManager.default.fileExists(atPath: "\(folder)/c.npy"))
    }
  }

  /// Writes a run's vectors without a description.
  private func plainContext(_ folder: String) throws -> String {
    let run = try SmallStudy.train(folder, output: "run")
    let outcome = try Executable.run(["export", run, "--as", "npy", "--output", "\(folder)/plain.npy"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    try FileManager.default.removeItem(atPath: "\(folder)/plain.npy.json")
    return "\(folder)/plain.npy"
  }

  private func json(_ arguments: [String]) throws -> JSONNode {
    let outcome = try Executable.run(arguments + ["--format", "json"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }
}
