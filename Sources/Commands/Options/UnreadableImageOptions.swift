import ArgumentParser

/// The option for images that cannot be read.
struct UnreadableImageOptions: ParsableArguments {
  @Flag(
    help: """
      Leave images out that cannot be read, and name them, instead of stopping; promptlens data check says what is wrong \
      with each.
      """)
  var skipUnreadable = false
}
