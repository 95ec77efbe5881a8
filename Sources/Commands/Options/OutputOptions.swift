import ArgumentParser
import PromptLensReporting

/// The options for printing results.
struct OutputOptions: ParsableArguments {
  @Option(help: "Print results as a table, as data, or for a paper: table, json, csv, markdown or latex.")
  var format: OutputFormat = .table
}

extension OutputFormat: ExpressibleByArgument {}
