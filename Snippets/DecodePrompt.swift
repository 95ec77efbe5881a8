// Prints the vocabulary words nearest to each vector of a learned prompt.
//
//     swift run DecodePrompt MODEL prompt.h5

import Foundation
import PromptLensKit

guard CommandLine.arguments.count == 3 else {
  print("usage: DecodePrompt MODEL PROMPT")
  exit(64)
}
let model = try Model(contentsOf: CommandLine.arguments[1])
let prompt = try Prompt(contentsOf: CommandLine.arguments[2], model: model)

for (index, words) in try prompt.nearestWords(count: 3).enumerated() {
  print("\(index + 1):", words.map { "\($0.text) (\($0.distance))" }.joined(separator: ", "))
}
