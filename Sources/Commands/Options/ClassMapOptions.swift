import ArgumentParser

/// The option for a file that pairs classes whose names differ.
struct ClassMapOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file of matching classes, in lines of the target's class, a tab, and the source's.", valueName: "file"))
  var map: String?
}
