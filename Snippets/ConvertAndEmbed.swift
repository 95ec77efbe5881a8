// Converts a checkpoint and compares a text with an image.
//
//     swift run ConvertAndEmbed mini-clip photo.png "a photo of a star"
//
// The first argument is a published checkpoint (OpenAI's .pt, an open_clip or Hugging Face folder …), or `mini-clip`, the small
// model that the package carries.

import Foundation
import PromptLensKit

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 3, let checkpoint = arguments.first, let text = arguments.last else {
  print("usage: ConvertAndEmbed CHECKPOINT IMAGE TEXT")
  exit(64)
}
let image = arguments[arguments.startIndex + 1]

let model = try Model.converted(from: checkpoint, to: "converted-model")
print("\(model.architecture), \(model.embeddingWidth) numbers in an embedding")

let texts = try model.embed(texts: [text])
let images = try model.embed(images: [image])
print("cosine of \(image) and \"\(text)\": \(try images.cosines(with: texts)[0][0])")
