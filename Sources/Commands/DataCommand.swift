import PromptLensPromptLearning
import ArgumentParser

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "List, check, write down and draw from data sets.",
    discussion: """
      Everywhere a command takes images it is --data KIND:PATH:
        folder:DIR             a folder of images for each class, perhaps below train, val and test
        csv:FILE               a table with path, label (or class name) and split, separated by commas, semicolons or tabs
        csv:FILE?column=value  the rows of it that have a value in a column; & joins several
        split:FILE.json        CoOp's split_zhou_*.json, or a manifest of promptlens data split; --root says where images are
        split:DIR              a folder with train.csv and test.csv, or train.txt and test.txt with lines of path and label
        wds:X-{000..009}.tar   WebDataset shards, also compressed by gzip: images with .cls or .txt under one key
        NAME:DIR               a published data set; promptlens data list names them

      The kind may be left out for a folder, a .csv, a .json and a .tar. After the path may stand ?classes=FILE, a list of \
      class names; ?labels=FILE, the classes of images that are not sorted into class folders, as ImageNet's val is \
      published; and ?hold-out=20%, which sets a part of each class aside for testing; & joins them.

      A class list has a line for each class: its name; or its folder, WordNet id or number and the name, as CoOp's \
      classnames.txt and Kaggle's LOC_synset_mapping.txt have it; or it is a .csv, or a .json like Keras' \
      imagenet_class_index.json. Names alone go to the folders that they name, to folders that are numbers in the order of \
      these, and else to the folders in alphabetical order.

      What is passed over, and names that are read as one, are noted on standard error.

      Data sets that CoOp splits at random need its split file beside their images: the reference shuffles what the file \
      system lists, which cannot be repeated. So StanfordCars' and Flowers102's .mat files are not read.

      Data without splits counts as test images; ?split=train after the path says otherwise.

      Example:
        promptlens data list
        promptlens data check oxford-pets --root data
        promptlens data split --data csv:pacs.csv?domain=photo --output pacs-photo.json
        promptlens data draw --data split:pacs-photo.json --shots 16 --seed 1
      """,
    subcommands: [DataListCommand.self, DataCheckCommand.self, DataSplitCommand.self, DataDrawCommand.self])
}
