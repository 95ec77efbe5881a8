import PromptLensPromptLearning
import ArgumentParser

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "List and check data sets, write split files, and print few-shot draws.",
    discussion: """
      Every command takes images as --data KIND:PATH:
        folder:DIR             a folder of images for each class, optionally in train, val and test
        csv:FILE               a table with path, label (or class name) and split; also tab-separated
        csv:FILE?column=value  only the rows with a value in a column; & combines several
        split:FILE.json        CoOp's split_zhou_*.json, or a manifest of promptlens data split; --root gives the images' folder
        NAME:DIR               a published data set; promptlens data list names them

      Data sets that CoOp splits at random need its split file next to their images: the reference shuffles the file \
      system's listing, which cannot be reproduced. StanfordCars' and Flowers102's .mat files are therefore not read.

      A folder or a table without splits counts as test images; ?split=train after the path makes it training images.

      Example:
        promptlens data list
        promptlens data check oxford-pets --root data
        promptlens data split --data csv:pacs.csv?domain=photo --output pacs-photo.json
        promptlens data draw --data split:pacs-photo.json --shots 16 --seed 1
      """,
    subcommands: [DataListCommand.self, DataCheckCommand.self, DataSplitCommand.self, DataDrawCommand.self])
}
