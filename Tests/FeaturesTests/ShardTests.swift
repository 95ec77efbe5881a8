import PromptLensFeatures
import Testing

@Suite("Shards")
struct ShardTests {
  @Test("parts are contiguous, cover everything and differ in size by at most one")
  func ranges() throws {
    for total in [0, 1, 10, 539] {
      for count in [1, 3, 7, 12] {
        let ranges = try (1...count).map { try Shard("\($0)/\(count)").range(of: total) }
        #expect(ranges.flatMap { Array($0) } == Array(0..<total))
        #expect((ranges.map(\.count).max() ?? 0) - (ranges.map(\.count).min() ?? 0) <= 1)
      }
    }
  }

  @Test("numbers outside 1 to N are rejected", arguments: ["0/4", "5/4", "1", "1/0", "a/b", "1/2/3", "-1/2", ""])
  func refusals(text: String) {
    #expect(throws: FeatureError.self) { try Shard(text) }
  }

  @Test(
    "variables of Slurm's arrays and tasks, Open MPI, other MPIs and PyTorch determine the part",
    arguments: [
      (["SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_COUNT": "4", "SLURM_ARRAY_TASK_MIN": "5"], "3/4"),
      (
        [
          "SLURM_ARRAY_TASK_ID": "6", "SLURM_ARRAY_TASK_COUNT": "4", "SLURM_ARRAY_TASK_STEP": "2",
          "SLURM_ARRAY_TASK_MAX": "6",
        ], "4/4"
      ),
      (["SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "8", "RANK": "3", "WORLD_SIZE": "4"], "1/8"),
      // mpirun in a batch script of two tasks: every rank has the script's SLURM_PROCID.
      (
        ["SLURM_PROCID": "0", "SLURM_NTASKS": "2", "OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"],
        "2/2"
      ),
      // srun within an array's element.
      (
        [
          "SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_ARRAY_TASK_MIN": "0",
          "SLURM_ARRAY_TASK_MAX": "1", "SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "2",
        ], "4/4"
      ),
      (["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"], "2/2"),
      (["PMI_RANK": "1", "PMI_SIZE": "3"], "2/3"), (["RANK": "3", "WORLD_SIZE": "4"], "4/4"),
      // A task whose step is not told, of which only those of a batch script are process 0 of a job.
      (["SLURM_PROCID": "0", "SLURM_NTASKS": "2"], "1/2"),
      (["SLURM_PROCID": "1", "SLURM_NTASKS": "2", "SLURM_JOB_ID": "7"], "2/2"),
    ])
  func environments(variables: [String: String], expected: String) throws {
    #expect(try Shard(environment: variables)?.description == expected)
  }

  @Test("a Kubernetes index is a part of as many as the command line says, and is nil without it")
  func kubernetes() throws {
    let job = ["JOB_COMPLETION_INDEX": "2"]
    #expect(try Shard("auto/4", environment: job).description == "3/4")
    #expect(try Shard("2/4", environment: job).description == "2/4")
    #expect(throws: FeatureError.self) { try Shard("auto", environment: job) }
    #expect(throws: FeatureError.self) { try Shard("auto/2", environment: job) }
    #expect(throws: FeatureError.self) { try Shard("auto/x", environment: job) }
    #expect(throws: FeatureError.self) { try Shard("auto", environment: [:]) }
    #expect(throws: FeatureError.self) { try Shard("auto/3", environment: ["RANK": "0", "WORLD_SIZE": "2"]) }
  }

  @Test("without such variables the part is nil, and contradictory ones are rejected")
  func contradictions() throws {
    #expect(try Shard(environment: ["HOME": "/"]) == nil)
    // A batch script that asked for two tasks runs once.
    #expect(try Shard(environment: ["SLURM_PROCID": "0", "SLURM_NTASKS": "2", "SLURM_JOB_ID": "7"]) == nil)
    #expect(throws: FeatureError.self) { try Shard(environment: ["RANK": "4", "WORLD_SIZE": "4"]) }
    #expect(throws: FeatureError.self) { try Shard(environment: ["RANK": "x", "WORLD_SIZE": "4"]) }
    #expect(throws: FeatureError.self) {
      try Shard(environment: [
        "SLURM_ARRAY_TASK_ID": "4", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "1",
        "SLURM_ARRAY_TASK_MAX": "9",
      ])
    }
  }
}
