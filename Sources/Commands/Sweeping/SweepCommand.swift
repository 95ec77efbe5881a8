import ArgumentParser

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Learn prompts over a grid of settings, on any machines, and merge the results.",
    discussion: """
      A grid is a JSON object: each setting has one value or an array of them, and every combination becomes a task, a run \
      of promptlens train. A task's name is a hash of its settings, so equal settings are the same task in every plan.

      Tasks may run in one process, in a Slurm array, under MPI, in a Kubernetes job or from GNU parallel, in any number of \
      parts, and repeatedly: finished tasks are kept, stopped ones resumed, and damaged ones repeated.

      Example:
        promptlens sweep plan grid.json > tasks.jsonl
        promptlens sweep run tasks.jsonl --output sweep
        promptlens sweep merge sweep
      where grid.json contains
        {"model": "mini-clip", "data": "csv:pacs.csv?domain=photo", "shots": [1, 2, 4, 8, 16], "seed": [1, 2, 3],
         "method": ["coop", "kgcoop"], "context_length": [4, 16], "learning_rate": 0.02}
      and, for wrong labels, perhaps "noise": [null, "symmetric:0.5"], "loss": ["ce", "gce:0.7"], "strategy": "all".
      """,
    subcommands: [
      SweepPlanCommand.self, SweepRunCommand.self, SweepMergeCommand.self, SweepEmitCommand.self,
      SweepSchemaCommand.self,
    ])
}
