import PromptLensCheckpoints
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensReporting

extension ModelExport.Report {
  /// Returns the written files, as a table and data.
  ///
  /// - Parameters:
  ///   - model: the model's folder.
  ///   - form: the format.
  ///   - output: the file or folder.
  /// - Returns: a table of facts.
  package func results(of model: String, form: String, output: String) -> Results {
    var table = Table(columns: [.text("export"), .text("")])
    table.append("model", model)
    table.append("format", form)
    table.append("written", output)
    table.append("files", files.joined(separator: ", "))
    table.append("tensors", "\(tensorCount)")
    if let check {
      table.append("largest difference", "texts \(check.texts.largest), images \(check.images.largest)")
    }
    return Results(
      json: [
        "model": .string(model), "form": .string(form), "output": .string(output),
        "files": .array(files.map { .string($0) }), "tensors": JSON(tensorCount),
        "notes": .array(notes.map { .string($0) }),
        "largest_difference": .optional(check?.largest),
      ], tables: [table])
  }
}

extension ClassifierGraph.Report {
  /// Returns the written files, as a table and data.
  ///
  /// - Parameters:
  ///   - source: the prompt's or classifier's path.
  ///   - form: the format.
  ///   - output: the file or folder.
  /// - Returns: a table of facts.
  package func results(of source: String, form: String, output: String) -> Results {
    var table = Table(columns: [.text("export"), .text("")])
    table.append("classifier", source)
    table.append("format", form)
    table.append("written", output)
    table.append("files", files.joined(separator: ", "))
    table.append("classes", "\(classNames.count)")
    return Results(
      json: [
        "classifier": .string(source), "form": .string(form), "output": .string(output),
        "files": .array(files.map { .string($0) }), "classes": .array(classNames.map { .string($0) }),
      ], tables: [table])
  }
}

extension LearnedContext {
  /// Returns a context's export as a table and data.
  ///
  /// - Parameters:
  ///   - source: the context's file.
  ///   - form: the format.
  ///   - output: the written file.
  /// - Returns: a table of facts.
  package func exportResults(of source: String, form: String, output: String) -> Results {
    var table = Table(columns: [.text("export"), .text("")])
    table.append("context", source)
    table.append("format", form)
    table.append("written", output)
    table.append("vectors", "\(vectors.shape), \(vectors.dtype)")
    return Results(
      json: [
        "context": .string(source), "form": .string(form), "output": .string(output),
        "shape": .array(vectors.shape.dimensions.map { JSON($0) }),
      ], tables: [table])
  }
}

extension LearnedDeepPrompt {
  /// Returns what was written as a table and data.
  package func exportResults(of source: String, form: String, output: String) -> Results {
    var table = Table(columns: [.text("export"), .text("")])
    table.append("prompts", "\(source), \(method)")
    table.append("format", form)
    table.append("written", output)
    table.append("tensors", "\(prompts.parameters.names.count), \(prompts.parameters.count) numbers")
    return Results(
      json: [
        "context": .string(source), "form": .string(form), "output": .string(output),
        "shape": .array([JSON(prompts.parameters.count)]),
      ], tables: [table])
  }
}
