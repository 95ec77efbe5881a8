import ArgumentParser

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "List and check data sets, write split files, and print few-shot draws.",
    discussion: """
      Every command takes images as --data KIND:PATH:
        folder:DIR             a folder of images for each class, optionally in train, val and test
        csv:FILE               a table with path, label (or class name) and split, separated by commas, semicolons or tabs
        csv:FILE?column=value  only the rows with a value in a column; & combines several
        split:FILE.json        CoOp's split_zhou_*.json, or a manifest of promptlens data split; --root gives the images' folder
        split:FILE.json        COCO's instances_*.json, for zero-shot --scores sigmoid: images of several classes
        split:DIR              a folder with train.csv and test.csv, or train.txt and test.txt with lines of path and label
        wds:X-{000..009}.tar   WebDataset shards, optionally compressed by gzip: images with .cls or .txt under one key
        NAME:DIR               a published data set; promptlens data list names them

      The kind is optional for a folder, a .csv, a .json and a .tar. After the path, ?classes=FILE gives a list of class \
      names; ?labels=FILE gives the classes of images that are not sorted into class folders, as ImageNet's val is \
      published; and ?hold-out=20% sets a part of each class aside for testing, ?hold-out=20%+10% another for validation; & combines \
      them.

      Images of several classes, or of none, are measured by zero-shot --scores sigmoid: a table has a column labels in place \
      of label, with | or ; between them.

      A class list has a line for each class: its name; or its folder, WordNet id or number and the name, as in CoOp's \
      classnames.txt and Kaggle's LOC_synset_mapping.txt. It may also be a .csv, or a .json like Keras' \
      imagenet_class_index.json. Names alone go to the folders that they name, to folders that are numbers in the order of \
      the numbers, or else to the folders in alphabetical order.

      Notes on standard error name files that are skipped, and class names that are treated as the same.

      Data sets that CoOp splits at random need its split file next to their images: CoOp's code shuffles the file \
      system's listing, which cannot be reproduced. StanfordCars' and Flowers102's .mat files are therefore not read.

      Data without splits counts as test images; ?split=train after the path makes it training images.

      Example:
        promptlens data list
        promptlens data check oxford-pets --root data
        promptlens data split --data csv:pacs.csv?domain=photo --output pacs-photo.json
        promptlens data corrupt csv:pacs.csv?domain=photo --kinds fog --severities 1,3,5 --output corrupted
        promptlens data draw --data split:pacs-photo.json --shots 16 --seed 1
      """,
    subcommands: [
      DataListCommand.self, DataCheckCommand.self, DataSplitCommand.self, DataDrawCommand.self,
      DataCorruptCommand.self,
    ])
}
