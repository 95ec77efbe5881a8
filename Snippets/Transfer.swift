// Measures a learned prompt on other data, beside the hand-written one.
//
//     swift run Transfer MODEL prompt.h5 SOURCE TARGET …

import Foundation
import PromptLensKit

guard CommandLine.arguments.count >= 4 else {
  print("usage: Transfer MODEL PROMPT DATA …")
  exit(64)
}
let model = try Model(contentsOf: CommandLine.arguments[1])
let prompt = try Prompt(contentsOf: CommandLine.arguments[2], model: model)

for source in CommandLine.arguments.dropFirst(3) {
  let dataset = try ImageDataset(source)
  let features = try model.features(of: dataset, split: .test)
  let learned = try prompt.classifier(for: dataset.classNames).evaluate(on: features)
  let handWritten = try model.zeroShotClassifier(classNames: dataset.classNames).evaluate(on: features)
  print("\(source): hand-written \(handWritten.accuracy), learned \(learned.accuracy), \(features.count) images")
}
