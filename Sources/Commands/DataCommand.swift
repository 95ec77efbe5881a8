import PromptLensPromptLearning
import ArgumentParser

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "List, check, write down and draw from data sets.",
    discussion: """
      Everywhere a command takes images it is --data KIND:PATH:
        folder:DIR             a folder of images for each class, perhaps below train, val and test
        csv:FILE               a table with path, label (or class name) and split; also tab-separated
        csv:FILE?column=value  the rows of it that have a value in a column; & joins several
        split:FILE.json        CoOp's split_zhou_*.json, or a manifest of promptlens data split; --root says where images are
        NAME:DIR               a published data set; promptlens data list names them

      Data sets that CoOp splits at random need its split file beside their images: the reference shuffles what the file \
      system lists, which cannot be repeated. So StanfordCars' and Flowers102's .mat files are not read.

      A folder or a table without splits counts as test images; ?split=train after the path says otherwise.

      Example:
        promptlens data list
        promptlens data check oxford-pets --root data
        promptlens data split --data csv:pacs.csv?domain=photo --output pacs-photo.json
        promptlens data draw --data split:pacs-photo.json --shots 16 --seed 1
      """,
    subcommands: [DataListCommand.self, DataCheckCommand.self, DataSplitCommand.self, DataDrawCommand.self])
}
