// Classifies a folder of images, one subfolder for each class, with hand-written prompts.
//
//     swift run ZeroShot MODEL folder:DIR

import Foundation
import PromptLensKit

guard CommandLine.arguments.count == 3 else {
  print("usage: ZeroShot MODEL DATA")
  exit(64)
}
let model = try Model(contentsOf: CommandLine.arguments[1])
let dataset = try ImageDataset(CommandLine.arguments[2])

let features = try model.features(of: dataset, split: .test)
let classifier = try model.zeroShotClassifier(
  classNames: dataset.classNames, templates: ["a photo of a {}.", "a picture of the {}."])
let evaluation = try classifier.evaluate(on: features)
print("accuracy \(evaluation.accuracy) on \(evaluation.count) images")
for (label, name) in dataset.classNames.enumerated() {
  if let accuracy = evaluation.accuracy(ofClass: label) { print("  \(name): \(accuracy)") }
}
