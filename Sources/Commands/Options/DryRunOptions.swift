import ArgumentParser

/// The option to say what a command would take, instead of running it.
struct DryRunOptions: ParsableArguments {
  @Flag(
    help: """
      Write nothing, and say how many steps, seconds, and how much memory and disk it takes, measured on a few images and \
      one pass over the prompts. What is there already is counted, too.
      """)
  var dryRun = false
}
