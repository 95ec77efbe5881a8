import ArgumentParser
import Foundation
import PromptLensCommandLineSupport
import PromptLensExperiments

/// A system that runs the parts of a sweep.
enum SweepLauncher: String, CaseIterable, ExpressibleByArgument {
  case slurm
  case kubernetes
  case parallel
}

struct SweepEmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emit",
    abstract: "Print a script that runs a sweep's tasks in parts: slurm, kubernetes or parallel.",
    discussion: """
      slurm is a job array with an element for each part; kubernetes an indexed job; parallel a line for GNU parallel. All \
      parts write into one folder. Relative paths, also in the grid, stay relative: submit from the folder that they are \
      relative to, or give absolute ones.

      Example:
        promptlens sweep emit slurm tasks.jsonl --output sweep --parts 8 > sweep.sbatch && sbatch sweep.sbatch
        promptlens sweep emit kubernetes tasks.jsonl --output sweep --parts 8 --image registry/promptlens --claim data
        promptlens sweep emit parallel tasks.jsonl --output sweep --parts 4 | bash
      """)

  @Argument(help: "The launcher: slurm, kubernetes or parallel.")
  var launcher: SweepLauncher

  @Argument(help: ArgumentHelp("Tasks, as sweep plan prints them.", valueName: "tasks"))
  var tasks: String

  @Option(name: [.short, .long], help: ArgumentHelp("The sweep's folder.", valueName: "dir"))
  var output: String

  @Option(help: "The number of parts (default: 8, or one for each task if there are fewer).")
  var parts: Int?

  @Option(help: "Parallel tasks in each part.")
  var jobs = 1

  @Option(help: "Threads of each part.")
  var threads = 4

  @OptionGroup var holdOutOptions: HoldOutOptions

  @Option(help: ArgumentHelp("The executable's path on the machines.", valueName: "path"))
  var executable = "promptlens"

  @Option(help: ArgumentHelp("The container image, for kubernetes.", valueName: "name"))
  var image: String?

  @Option(
    help: ArgumentHelp("The PersistentVolumeClaim with tasks, model and images, for kubernetes.", valueName: "name"))
  var claim: String?

  @Option(help: ArgumentHelp("The mount point of the claim, for kubernetes (default: /work).", valueName: "dir"))
  var mount: String?

  func validate() throws {
    for (name, value) in [("--parts", parts ?? 1), ("--jobs", jobs), ("--threads", threads)] {
      try NumberBounds.check(name, value, in: 1...100_000)
    }
    if launcher == .kubernetes {
      guard image != nil, claim != nil else {
        throw ValidationError(
          "kubernetes needs --image, which contains promptlens, and --claim, which contains the data.")
      }
    } else if image != nil || claim != nil || mount != nil {
      throw ValidationError("--image, --claim and --mount go with kubernetes.")
    }
    for text in [tasks, output, executable] where text.utf8.contains(where: { $0 < 32 }) {
      throw ValidationError("A script can't contain a path with control characters.")
    }
  }

  /// Returns the number of parts; where the file of tasks isn't on this machine, they can't be counted.
  private func partCount() throws -> Int {
    if let parts { return parts }
    guard FileManager.default.fileExists(atPath: tasks) else { return 8 }
    return min(try SweepTask.planned(in: tasks, holdOut: holdOutOptions.holdOut).count, 8)
  }

  func run() throws {
    let script = try SweepScript(
      tasks: tasks, output: output, parts: partCount(), jobs: jobs, threads: threads, executable: executable,
      holdOut: holdOutOptions.holdOut)
    let text =
      switch launcher {
      case .slurm: script.slurm()
      case .parallel: script.parallel()
      case .kubernetes: script.kubernetes(image: image ?? "", claim: claim ?? "", folder: mount ?? "/work")
      }
    try Console.print(text)
  }
}
