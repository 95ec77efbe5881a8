import ArgumentParser
import Foundation
import PromptLensFiles

extension CommandLineTool {
  /// Parses the process's arguments, runs the subcommand and exits.
  package static func runAndExit() -> Never {
    StandardStream.prepare()
    UnfinishedOutput.removeWhenInterrupted()
    do {
      try checkProcess()
      try OpenFileLimit.check()
      try checkArguments()
      try CalledCommand(words, of: Self.self).checkSubcommand()
      var command = try parseAsRoot(HelpRequest.parsed(words))
      if HelpRequest.isHelp(command) {
        try Console.print(HelpRequest(words, of: Self.self).text)
      } else {
        try command.run()
      }
      Foundation.exit(0)
    } catch { exit(after: error) }
  }

  /// The process's arguments without the executable's name.
  private static var words: [String] { Array(ProcessInfo.processInfo.arguments.dropFirst()) }

  /// Refuses arguments that aren't UTF-8, which would otherwise name other files than the user's.
  private static func checkArguments() throws {
    for index in 1..<max(Int(CommandLine.argc), 1) {
      guard let argument = CommandLine.unsafeArgv[index], String(validatingCString: argument) == nil else { continue }
      throw ValidationError(
        "Argument \(index), \"\(String(cString: argument).prefix(60))\", isn't UTF-8: rename the file, or give it a link with "
          + "another name.")
    }
  }

  /// Ends the process after an error: prints its sentence on standard error and exits with its code.
  private static func exit(after error: any Error) -> Never {
    if case .closedPipe? = error as? FileError {
      // As other tools end when `head` has seen enough.
      UnfinishedOutput.removeAll()
      MadeFolders.removeEmpty()
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    }
    MadeFolders.removeEmpty()
    if let status = exitStatus(of: error) {
      Console.note(ShortenedMessage.text(of: "error: \(error)"))
      for line in details(behind: error) { Console.detail(ShortenedMessage.text(of: line)) }
      Foundation.exit(status.rawValue)
    }
    // The parser knows the status of its own errors and of an `ExitCode`; all others are unexpected.
    guard exitCode(for: error) == .failure else {
      if exitCode(for: error) == .validationFailure {
        Console.note(ShortenedMessage.text(of: UsageError(error, called: CalledCommand(words, of: Self.self)).text))
        Foundation.exit(ExitStatus.usage.rawValue)
      }
      if error is CleanExit { printHelp() }
      exit(withError: error)
    }
    Console.note(ShortenedMessage.text(of: "error: \(message(for: error))"))
    Foundation.exit(ExitStatus.internalError.rawValue)
  }

  /// Prints the help of a command that has only subcommands, and exits.
  private static func printHelp() -> Never {
    do {
      try Console.print(HelpRequest(words, of: Self.self).text)
      Foundation.exit(0)
    } catch { exit(after: error) }
  }
}
