import ArgumentParser
import Reporting

/// How results are printed.
struct OutputOptions: ParsableArguments {
  @Option(help: "Print results as a table, or as data: table, json or csv.")
  var format: OutputFormat = .table
}

extension OutputFormat: ExpressibleByArgument {}
