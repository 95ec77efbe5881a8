import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensReporting
import PromptLensTensorFiles
import PromptLensTensors

/// The command line, `promptlens`.
package struct PromptLens: CommandLineTool {
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

  package static func exitStatus(of error: any Error) -> ExitStatus? {
    switch ErrorKind(error) {
    case .usage?: .usage
    case .badData?: .badData
    case .missingInput?: .missingInput
    case .internalError?: .internalError
    case .cannotWrite?: .cannotWrite
    case nil: error is ReportError ? .badData : nil
    }
  }

  package static func details(behind error: any Error) -> [String] {
    LibraryMessages.behind("\(error)").map { "libhdf5: \($0)" }
  }

  package static func checkProcess() throws { try AddressSpace.check() }
}
