import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensFiles
import PromptLensPresentation
import PromptLensReporting

/// The options for printing results.
struct OutputOptions: ParsableArguments {
  @Option(help: "Print results as table, json, csv, markdown or latex.")
  var format: OutputFormat = .table

  @OptionGroup var messageOptions: MessageOptions

  /// Prints results on standard output, in the format.
  ///
  /// - Throws: `FileError` when they cannot be written.
  func print(_ results: Results) throws { try Console.print(results.text(as: format)) }
}

/// The options for what is said on standard error while a command works.
struct MessageOptions: ParsableArguments {
  @Flag(name: [.short, .long], help: "Say nothing but warnings and errors.")
  var quiet = false

  @Flag(name: [.short, .long], help: "Say when every stage begins and every epoch ends.")
  var verbose = false

  @Option(
    help: ArgumentHelp("Add all messages to a file, each with its time, those of --verbose too.", valueName: "file"))
  var log: String?

  mutating func validate() throws {
    guard !quiet || !verbose else { throw ValidationError("Give --quiet or --verbose, not both.") }
    try Console.configure(quiet ? .quiet : verbose ? .verbose : .normal, log: log, of: PromptLens.name)
  }
}

/// The option to replace an existing output.
struct ReplacementOptions: ParsableArguments {
  @Flag(help: "Replace an existing file, or finished results in the folder.")
  var force = false

  /// Checks, before any work, that an output file may be written; the folders above it are made.
  ///
  /// - Throws: `FileError` when it exists, or is one of the inputs.
  func check(_ output: String, inputs: [String?] = []) throws {
    try OutputCheck.file(output, inputs: inputs.compactMap(\.self), force: force)
  }

  /// Opens a folder for the results of this command line, before any work.
  ///
  /// - Throws: `FileError` when it holds finished results, or those of other settings, and --force isn't given.
  func results(in folder: String) throws -> ResultFiles {
    try ResultFiles(folder, settings: CommandLineSettings.digest, replaces: force)
  }
}

extension OutputFormat: ExpressibleByArgument {}
