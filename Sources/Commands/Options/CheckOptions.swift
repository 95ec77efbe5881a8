import ArgumentParser
import PromptLensTensorFiles

/// The option to open files without a look at their checksums.
struct CheckOptions: ParsableArguments {
  @Flag(
    help: """
      Do not compare the checksums of models, contexts, features and classifiers when they are opened, which saves a \
      reading of them; damaged numbers are then used as they are.
      """)
  var noCheck = false

  mutating func validate() throws {
    if noCheck { ChecksumCheck.isOn = false }
  }
}
