import Foundation

// Reads a process's part of the work from the variables of clusters' launchers.

extension Shard {
  /// Returns the part that a command line or else the environment gives; the whole where neither does.
  ///
  /// - Parameters:
  ///   - text: the command line's value, `i/N`, `auto` or `auto/N`; nil without one.
  ///   - environment: the variables.
  /// - Returns: the part.
  /// - Throws: ``FeatureError/badShard(text:reason:)``.
  package static func chosen(
    _ text: String?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(FeatureError) -> Shard {
    if let text { return try Shard(text, environment: environment) }
    return try Shard(environment: environment) ?? .whole
  }

  /// Parses a command line's value: `i/N`; `auto`, the part from the environment; or `auto/N`, for a launcher that
  /// gives the process but not the number of processes.
  ///
  /// - Throws: ``FeatureError/badShard(text:reason:)`` when the text has another form, or the environment lacks
  ///   the part.
  package init(_ text: String, environment: [String: String]) throws(FeatureError) {
    guard text == "auto" || text.hasPrefix("auto/") else {
      try self.init(text)
      return
    }
    var count: Int?
    if text != "auto" {
      // The rules for the number of parts are those of i/N.
      count = try Shard("1/\(text.dropFirst("auto/".count))").count
    }
    guard let found = try Shard(environment: environment, of: count) else {
      throw .badShard(
        text: text,
        reason: "neither Slurm's, MPI's, PyTorch's nor Kubernetes's variables are set; give --shard i/N")
    }
    self = found
  }

  /// Creates the part for this process from a launcher's variables; nil when none are set.
  ///
  /// The launcher nearest to the process counts, the first of these: Open MPI, other MPIs, a Slurm step (`srun`),
  /// PyTorch's, a Slurm task that knows no step, a Kubernetes indexed job. Within a Slurm job array each element's
  /// processes share the element's part. A batch script's `SLURM_NTASKS` isn't a number of processes: the script runs
  /// once.
  ///
  /// - Parameters:
  ///   - environment: the variables.
  ///   - expected: the number of parts, where the user says it: Kubernetes does not.
  /// - Throws: ``FeatureError/badShard(text:reason:)`` when the variables contradict themselves or the user.
  package init?(environment: [String: String], of expected: Int? = nil) throws(FeatureError) {
    let inner = try Self.rank(environment, of: expected)
    let array = try Self.arrayElement(environment)
    let found: Shard
    switch (array, inner) {
    case (nil, nil): return nil
    case (let outer?, nil): found = outer
    case (nil, let inner?): found = inner
    case (let outer?, let inner?):
      found = Shard(unchecked: outer.index * inner.count + inner.index, of: outer.count * inner.count)
    }
    if let expected, found.count != expected {
      throw .badShard(
        text: "auto/\(expected)", reason: "the environment says that there are \(found.count) processes")
    }
    self = found
  }

  /// Returns an element of a Slurm job array.
  private static func arrayElement(_ environment: [String: String]) throws(FeatureError) -> Shard? {
    guard let task = try number("SLURM_ARRAY_TASK_ID", in: environment),
      let count = try number("SLURM_ARRAY_TASK_COUNT", in: environment)
    else { return nil }
    let first = try number("SLURM_ARRAY_TASK_MIN", in: environment) ?? 0
    let step = max(try number("SLURM_ARRAY_TASK_STEP", in: environment) ?? 1, 1)
    let last = try number("SLURM_ARRAY_TASK_MAX", in: environment) ?? first + (count - 1) * step
    // Arrays of chosen numbers, --array=1,4,9, don't tell the index of each.
    guard (last - first) / step + 1 == count, (task - first) % step == 0 else {
      throw .badShard(
        text: "SLURM_ARRAY_TASK_ID=\(task)",
        reason: "the array's numbers are not evenly spaced; use --array=0-\(max(count - 1, 0))")
    }
    return try shard(rank: (task - first) / step, of: count, name: "SLURM_ARRAY_TASK_ID")
  }

  /// Returns the process among those of one launcher.
  private static func rank(_ environment: [String: String], of expected: Int?) throws(FeatureError) -> Shard? {
    let pairs = [
      ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
      ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"), ("RANK", "WORLD_SIZE"),
    ]
    for (rankName, sizeName) in pairs {
      guard let rank = try number(rankName, in: environment), let count = try number(sizeName, in: environment)
      else { continue }
      return try shard(rank: rank, of: count, name: rankName)
    }
    if let tasks = try slurmTasks(environment) { return tasks }
    guard let index = try number("JOB_COMPLETION_INDEX", in: environment) else { return nil }
    guard let expected else {
      throw .badShard(
        text: "JOB_COMPLETION_INDEX=\(index)",
        reason:
          "Kubernetes says which process this is and not of how many; give --shard auto/N with the job's completions"
      )
    }
    return try shard(rank: index, of: expected, name: "JOB_COMPLETION_INDEX")
  }

  /// Returns a task of a Slurm job whose step does not say how many it has, as in a container that gets only the oldest
  /// variables.
  ///
  /// A batch script has these too and runs once: as process 0, of a job.
  private static func slurmTasks(_ environment: [String: String]) throws(FeatureError) -> Shard? {
    guard let rank = try number("SLURM_PROCID", in: environment),
      let count = try number("SLURM_NTASKS", in: environment),
      rank > 0 || (environment["SLURM_JOB_ID"] ?? environment["SLURM_JOBID"]) == nil
    else { return nil }
    return try shard(rank: rank, of: count, name: "SLURM_PROCID")
  }

  private static func number(_ name: String, in environment: [String: String]) throws(FeatureError) -> Int? {
    guard let text = environment[name], !text.isEmpty else { return nil }
    guard let number = Int(text), abs(number) <= 1_000_000_000 else {
      throw .badShard(text: "\(name)=\(text)", reason: "expected a whole number")
    }
    return number
  }

  private static func shard(rank: Int, of count: Int, name: String) throws(FeatureError) -> Shard {
    guard (0..<max(count, 0)).contains(rank), count <= 1_000_000 else {
      throw .badShard(text: "\(name)=\(rank)", reason: "expected 0 to \(count - 1) for \(count) processes")
    }
    return Shard(unchecked: rank, of: count)
  }
}
