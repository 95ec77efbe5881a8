import ArgumentParser

/// A file that says which class is which, where names don't.
struct ClassMapOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A file of classes: the target's, a tab, the source's.", valueName: "file"))
  var map: String?
}
