import ArgumentParser

/// The root command of a command line, with what help and errors say about its options.
package protocol CommandLineTool: ParsableCommand {
  /// The groups of options that short help shows, by the words that call the command; for the root, of its commands. A
  /// command without an entry shows all its options but ``sharedOptions``.
  static var firstOptions: [String: [ShortHelp.Group]] { get }
  /// The options that many commands share, without dashes.
  static var sharedOptions: Set<String> { get }

  /// Returns the name here of an option of another program; nil for other names.
  static func option(for foreign: String) -> String?

  /// Returns a better message for a usage error; nil where the parser's own suffices.
  ///
  /// - Parameter message: the parser's message.
  /// - Returns: one sentence without a period.
  static func usageHint(for message: String) -> String?

  /// Returns the exit status of an error; nil for the parser's own errors and for unexpected ones.
  static func exitStatus(of error: any Error) -> ExitStatus?

  /// Returns the messages of libraries behind an error, which only the log and --verbose show.
  static func details(behind error: any Error) -> [String]

  /// Refuses a process in which commands cannot run.
  ///
  /// - Throws: an error that names the limit.
  static func checkProcess() throws
}

extension CommandLineTool {
  /// The name of the executable.
  package static var name: String { configuration.commandName ?? "" }
}
