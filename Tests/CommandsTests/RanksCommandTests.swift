import Foundation
import PromptLensPrompts
import TestSupport
import Testing

@Suite(
  "Processes of mpirun",
  .enabled(if: OpenMPIInstallation.isThere, "mpirun is not installed; apt-get install openmpi-bin runs these tests"))
struct RanksCommandTests {
  @Test("processes that divide a run's passes learn what one process learns, bit by bit", arguments: [false, true])
  func sameBits(isClassSpecific: Bool) throws {
    let pictures = try DrawnPictures.ofUnseenSeed.get()
    try withTemporaryFolder { folder in
      func arguments(_ name: String) throws -> [String] {
        [
          "train", "--model", try ConvertedModel.own.get(), "--data", "csv:\(pictures)/pictures.csv?domain=photo",
          "--shots", "2",
          "--views", "1", "--epochs", "3", "--feature-folder", "\(folder)/features", "--threads", "1", "--output",
          "\(folder)/\(name)",
        ] + (isClassSpecific ? ["--class-specific"] : [])
      }
      let alone = try Executable.run(arguments("alone"))
      #expect(alone.status == 0, "\(alone.errors)")
      for count in [2, 3] {
        let divided = try OpenMPIInstallation.run(count, arguments("divided\(count)"))
        #expect(divided.status == 0, "\(divided.errors)")
        #expect(
          divided.errors.contains("\(count) processes divided the passes over the prompts: in a step, rank 0 sends"))
        let vectors = try ["alone", "divided\(count)"].map {
          try ContextFile.read("\(folder)/\($0)/context.h5").vectors.floats()
        }
        #expect(vectors[0] == vectors[1])
        let results = try ["alone", "divided\(count)"].map {
          try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/result.json"))
        }
        #expect(results[0] == results[1])
      }
      // A finished run is kept, and nobody waits.
      let again = try OpenMPIInstallation.run(2, arguments("divided2"))
      #expect(again.status == 0 && again.errors.contains("is already finished"), "\(again.errors)")
    }
  }

  @Test("an error of the run ends all processes, and methods whose passes aren't divided are refused")
  func errors() throws {
    try withTemporaryFolder { folder in
      let model = try ConvertedModel.own.get()
      let missing = try OpenMPIInstallation.run(
        2, ["train", "--model", model, "--data", "folder:\(folder)/nothing", "--output", "\(folder)/run"])
      #expect(missing.status == 66, "\(missing.errors)")
      let different = try OpenMPIInstallation.run(
        1, ["train", "--model", model, "--data", "folder:\(folder)", "--output", "\(folder)/one"],
        besides: ["train", "--model", model, "--data", "folder:\(folder)", "--output", "\(folder)/two"])
      #expect(different.status == 64 && different.errors.contains("with different arguments"), "\(different.errors)")
      let deep = try OpenMPIInstallation.run(
        2, ["train", "--model", model, "--data", "folder:\(folder)", "--method", "maple", "--output", "\(folder)/run"])
      #expect(deep.status == 64 && deep.errors.contains("--method maple"), "\(deep.errors)")
    }
  }
}

/// Open MPI on this machine.
private enum OpenMPIInstallation {
  private static let path = "/usr/bin/mpirun"
  static var isThere: Bool { FileManager.default.isExecutableFile(atPath: path) }

  /// Runs the executable in some processes.
  ///
  /// - Parameters:
  ///   - count: the number of processes.
  ///   - arguments: their arguments.
  ///   - others: the arguments of one process more; `nil` for none.
  /// - Returns: mpirun's status, and what is on standard error.
  /// - Throws: the errors of starting it.
  static func run(
    _ count: Int, _ arguments: [String], besides others: [String]? = nil
  ) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["--oversubscribe", "--bind-to", "none", "-n", "\(count)", Executable.path] + arguments
    if let others { process.arguments? += [":", "-n", "1", Executable.path] + others }
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"]
    ) { $1 }
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
