import PromptLensExperiments
import PromptLensPromptLearning
import ArgumentParser
import PromptLensImages

/// The options for turning pictures into the image tower's input.
struct ImageOptions: ParsableArguments {
  @Flag(help: "Turn pictures as their EXIF orientation says; the reference ignores it.")
  var exif = false

  @Flag(
    help: """
      Resize pictures before they become RGB, as OpenAI's code and open_clip do, not after, as CoOp does. It matters for \
      palettes, alpha and CMYK.
      """)
  var resizeInOwnMode = false

  @OptionGroup var unreadableOptions: UnreadableImageOptions

  /// The way of reading images that the options describe.
  var reading: ImageReading {
    ImageReading(
      order: resizeInOwnMode ? .resizeInOwnMode : .convertFirst, appliesOrientation: exif,
      skipsUnreadable: unreadableOptions.skipUnreadable)
  }
}
