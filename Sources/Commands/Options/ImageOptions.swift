import ArgumentParser
import PromptLensExperiments
import PromptLensPromptLearning

/// The options for turning pictures into the image tower's input.
struct ImageOptions: ParsableArguments {
  @OptionGroup var pictureOptions: PictureOptions
  @OptionGroup var unreadableOptions: UnreadableImageOptions

  /// The settings for reading images.
  var reading: ImageReading {
    var reading = pictureOptions.reading
    reading.skipsUnreadable = unreadableOptions.skipUnreadable
    return reading
  }
}

/// The options for turning pictures that can be read into the image tower's input.
struct PictureOptions: ParsableArguments {
  @Flag(help: "Apply the EXIF orientation, which CoOp's code ignores.")
  var exif = false

  @Flag(
    help: """
      Resize images before their conversion to RGB, as OpenAI's code and open_clip do, instead of after it, as CoOp does. \
      It matters for palettes, alpha and CMYK.
      """)
  var resizeInOwnMode = false

  /// The settings for reading images.
  var reading: ImageReading {
    ImageReading(order: resizeInOwnMode ? .resizeInOwnMode : .convertFirst, appliesOrientation: exif)
  }
}
