import ArgumentParser

/// The option to say what a command would take, instead of running it.
struct DryRunOptions: ParsableArguments {
  @Flag(
    help: """
      Write nothing; estimate the steps, time, memory and disk space from a few images and one pass over the prompts. \
      Finished parts are counted, too.
      """)
  var dryRun = false
}
