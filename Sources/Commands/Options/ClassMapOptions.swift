import ArgumentParser

/// A file that says which class is which, where names don't.
struct ClassMapOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file of matching classes, in lines of the target's class, a tab, and the source's.", valueName: "file"))
  var map: String?
}
