import PromptLensDatasets
import PromptLensJSONDocuments

/// A script that does a sweep's tasks in parts, for a launcher.
package struct SweepScript {
  private let tasks: String
  private let output: String
  private let parts: Int
  private let jobs: Int
  private let threads: Int
  private let executable: String
  private let holdOut: HoldOut?

  /// Creates a script.
  ///
  /// - Parameters:
  ///   - tasks: the path of the file of tasks.
  ///   - output: the path of the sweep's folder.
  ///   - parts: the number of parts.
  ///   - jobs: the number of tasks that a part does at a time.
  ///   - threads: the number of threads of each part.
  ///   - executable: the program, as the machines that run it find it.
  ///   - holdOut: the parts of each data set's classes to set aside; nil for what the tasks say.
  package init(
    tasks: String, output: String, parts: Int, jobs: Int, threads: Int, executable: String = "promptlens",
    holdOut: HoldOut? = nil
  ) {
    self.tasks = tasks
    self.output = output
    self.parts = parts
    self.jobs = jobs
    self.threads = threads
    self.executable = executable
    self.holdOut = holdOut
  }

  private var command: [String] {
    [executable, "sweep", "run", tasks, "--output", output, "--jobs", "\(jobs)"]
      + (holdOut.map { ["--hold-out", "\($0)"] } ?? [])
  }

  private func shell(_ words: [String]) -> String { words.map(\.shellQuoted).joined(separator: " ") }

  /// Returns a Slurm array, an element for each part, and a job that merges when all have ended well.
  package func slurm() -> String {
    """
    #!/bin/bash
    #SBATCH --job-name=promptlens-sweep
    #SBATCH --array=0-\(parts - 1)
    #SBATCH --ntasks=1
    #SBATCH --cpus-per-task=\(threads)
    #SBATCH --output=promptlens-sweep-%A_%a.log
    #SBATCH --requeue
    # Submit with:  job=$(sbatch --parsable this-file)
    # Then merge:   sbatch --dependency=afterok:$job --wrap \(shell([shell([executable, "sweep", "merge", output])]))
    set -euo pipefail
    exec \(shell(command)) --threads "${SLURM_CPUS_PER_TASK:-\(threads)}"

    """
  }

  /// Returns a line for GNU parallel: parts on this host, or on more with --sshlogin.
  package func parallel() -> String {
    """
    #!/bin/bash
    # The same command goes on with what failed: add --resume-failed.
    set -euo pipefail
    mkdir -p \(output.shellQuoted)
    seq 1 \(parts) | parallel --joblog \("\(output)/parallel.log".shellQuoted) \
    \(shell([shell(command + ["--threads", "\(threads)", "--shard"]) + " {}/\(parts)"]))
    \(shell([executable, "sweep", "merge", output]))

    """
  }

  /// Returns a Kubernetes indexed job. Its volume holds tasks, model, images and results.
  ///
  /// - Parameters:
  ///   - image: the container's image.
  ///   - claim: the name of a PersistentVolumeClaim that several pods may write.
  ///   - folder: where the containers see it; paths in tasks start from there.
  /// - Returns: a manifest for kubectl.
  package func kubernetes(image: String, claim: String, folder: String) -> String {
    let words = command + ["--threads", "\(threads)", "--shard", "auto/\(parts)"]
    return """
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: promptlens-sweep
      spec:
        completionMode: Indexed
        completions: \(parts)
        parallelism: \(parts)
        backoffLimit: \(parts)
        template:
          spec:
            restartPolicy: OnFailure
            containers:
              - name: sweep
                image: \(image.yamlQuoted)
                workingDir: \(folder.yamlQuoted)
                command: [\(words.map(\.yamlQuoted).joined(separator: ", "))]
                resources:
                  requests:
                    cpu: "\(threads)"
                volumeMounts:
                  - name: data
                    mountPath: \(folder.yamlQuoted)
            volumes:
              - name: data
                persistentVolumeClaim:
                  claimName: \(claim.yamlQuoted)

      """
  }
}

extension String {
  /// The text as one word of a shell.
  fileprivate var shellQuoted: String {
    let plain =
      !isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "-_./,:=+@%".utf8.contains(byte)
        }
      }
    return plain ? self : "'\(replacing("'", with: "'\\''"))'"
  }

  /// The text as a double-quoted scalar of YAML, which JSON's strings are.
  fileprivate var yamlQuoted: String { JSON.string(self).serialized() }
}
