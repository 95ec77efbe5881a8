import ArgumentParser
import PromptLensFiles
import PromptLensReporting

/// The options for printing results.
struct OutputOptions: ParsableArguments {
  @Option(help: "The format of results: table, json, csv, markdown or latex.")
  var format: OutputFormat = .table
}

/// The option to replace an existing output file.
struct ReplacementOptions: ParsableArguments {
  @Flag(help: "Replace an existing file.")
  var force = false

  /// Checks, before any work, that an output file may be written; the folders above it are made.
  ///
  /// - Throws: `FileError` when it exists, or is one of the inputs.
  func check(_ output: String, inputs: [String?] = []) throws {
    try OutputCheck.file(output, inputs: inputs.compactMap(\.self), force: force)
  }
}

extension OutputFormat: ExpressibleByArgument {}
