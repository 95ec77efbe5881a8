import PromptLensExperiments
import PromptLensReporting
import ArgumentParser
import PromptLensFiles
import Foundation
import PromptLensTensorFiles
import PromptLensTensors

/// The command line, `promptlens`.
package struct PromptLens: ParsableCommand {
  /// The subcommands and the help text.
  package static let configuration = CommandConfiguration(
    commandName: "promptlens",
    abstract: "Learn prompts for CLIP from a few images, decode them, and measure how they transfer.",
    discussion: """
      Results go to standard output, as a table or with --format json|csv as data; everything else goes to standard \
      error.

      promptlens help COMMAND shows the first options of a command, and promptlens help COMMAND --full all of them.

      Example, with a small model and drawn pictures that need no download:
        promptlens convert mini-clip --output mini-clip
        promptlens draw --output pictures
        promptlens train --model mini-clip --data pictures/pictures.csv --shots 16 --learning-rate 0.02
        promptlens decode run --model mini-clip --controls

      Exit codes: 0 done, 64 wrong usage, 65 bad data, 66 missing input, 70 internal error, 73 cannot write.
      """,
    version: ToolVersion.current,
    subcommands: [
      ConvertCommand.self, ExportCommand.self, InspectCommand.self, VerifyCommand.self, TokenizeCommand.self,
      EmbedCommand.self, FitCommand.self, ZeroShotCommand.self, TemplatesCommand.self, ProbeCommand.self,
      DecodeCommand.self,
      DataCommand.self, SuspectsCommand.self, DrawCommand.self, DemoCommand.self, ExtractCommand.self,
      MergeCommand.self, TrainCommand.self,
      EvaluateCommand.self, PredictCommand.self, ClassifierCommand.self, CompareCommand.self, OODCommand.self,
      CalibrateCommand.self, AdaptCommand.self,
      InterpretCommand.self,
      SweepCommand.self,
      TransferCommand.self, BaseToNewCommand.self, NoiseCommand.self, ReportCommand.self, SchemaCommand.self,
      DoctorCommand.self,
    ])

  /// Creates a command without settings; the parser fills it in.
  package init() {}

  /// Parses the process's arguments, runs the subcommand and exits.
  package static func runAndExit() -> Never {
    StandardStream.prepare()
    UnfinishedOutput.removeWhenInterrupted()
    do {
      try AddressSpace.check()
      try OpenFileLimit.check()
      try checkArguments()
      let words = Array(ProcessInfo.processInfo.arguments.dropFirst())
      try CalledCommand(words).checkSubcommand()
      var command = try parseAsRoot(HelpRequest.parsed(words))
      if HelpRequest.isHelp(command) {
        Console.print(HelpRequest(words).text)
      } else {
        try command.run()
      }
      Foundation.exit(0)
    } catch { exit(after: error) }
  }

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
  static func exit(after error: any Error) -> Never {
    if case .closedPipe? = error as? FileError {
      // As other tools end when `head` has seen enough.
      UnfinishedOutput.removeAll()
      MadeFolders.removeEmpty()
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    }
    MadeFolders.removeEmpty()
    if let status = ExitStatus(error) {
      Console.note(ShortenedMessage.text(of: "error: \(error)"))
      for line in LibraryMessages.behind("\(error)") { Console.detail("libhdf5: \(ShortenedMessage.text(of: line))") }
      Foundation.exit(status.rawValue)
    }
    // The parser knows the status of its own errors and of an `ExitCode`; all others are unexpected.
    guard exitCode(for: error) == .failure else {
      if exitCode(for: error) == .validationFailure {
        Console.note(ShortenedMessage.text(of: UsageError(error, called: .current).text))
        Foundation.exit(ExitStatus.usage.rawValue)
      }
      if error is CleanExit {
        // A command that has only subcommands.
        Console.print(HelpRequest(Array(ProcessInfo.processInfo.arguments.dropFirst())).text)
        Foundation.exit(0)
      }
      exit(withError: error)
    }
    Console.note(ShortenedMessage.text(of: "error: \(message(for: error))"))
    Foundation.exit(ExitStatus.internalError.rawValue)
  }
}
