import ArgumentParser
import PromptLensReporting

/// The options for printing results.
struct OutputOptions: ParsableArguments {
  @Option(help: "The format of results: table, json, csv, markdown or latex.")
  var format: OutputFormat = .table
}

extension OutputFormat: ExpressibleByArgument {}
