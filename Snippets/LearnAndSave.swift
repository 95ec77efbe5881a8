// Learns a prompt from the training images of a data set and saves it.
//
//     swift run LearnAndSave MODEL DATA prompt.h5

import Foundation
import PromptLensKit

guard CommandLine.arguments.count == 4 else {
  print("usage: LearnAndSave MODEL DATA OUTPUT")
  exit(64)
}
let model = try Model(contentsOf: CommandLine.arguments[1])
let dataset = try ImageDataset(CommandLine.arguments[2])
let train = try model.features(of: dataset, split: .train)
let test = try model.features(of: dataset, split: .test)

var recipe = PromptRecipe()
recipe.contextLength = 4
recipe.epochs = 20
recipe.learningRate = 0.02

let prompt = try model.learnPrompt(from: train, recipe: recipe) { progress in
  print("epoch \(progress.epoch) of \(progress.epochs): loss \(progress.loss)")
}
try prompt.save(to: CommandLine.arguments[3])

let handWritten = try model.zeroShotClassifier(classNames: dataset.classNames).evaluate(on: test)
let learned = try prompt.classifier().evaluate(on: test)
print("hand-written \(handWritten.accuracy), learned \(learned.accuracy), on \(test.count) images")
