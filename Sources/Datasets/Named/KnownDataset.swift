import PromptLensFeatures

/// A published data set: its name, layout, template and source.
///
/// Layouts and templates are those of CoOp's readers (`datasets/*.py`, `trainers/zsclip.py`); PACS and Office-Caltech
/// those of Dassl.
package struct KnownDataset: Sendable, Equatable {
  /// An arrangement of files in folders.
  enum Layout: Sendable, Equatable {
    /// A split file, with paths relative to a folder of images.
    case splitFile(String, images: String)
    /// FGVC-Aircraft's own lists: `images_variant_SPLIT.txt` and `variants.txt`.
    case aircraftLists
    /// Folders named by WordNet ids, in a folder for each split, and `classnames.txt`.
    case wordNetFolders([Split: String])
    /// Folders named by the index of their class in `classnames.txt`.
    case numberedFolders(String)
    /// `train` and `test` with class folders.
    case splitFolders
    /// A folder of class folders for each domain, optionally in `images`, optionally with lists of splits.
    case domains([String])
    /// A folder of class folders, all of whose images are for testing.
    case classFolders(String)
    /// A folder for each corruption, of folders for each severity, of folders named by WordNet ids, and `classnames.txt`.
    case corruptions
    /// A table of images with their class, their split and other columns.
    case metadata(MetadataTable)
  }

  /// The name on the command line: `oxford-pets`.
  package let key: String
  /// The name in papers: `OxfordPets`.
  package let title: String
  /// The name of its folder in CoOp: `oxford_pets`.
  package let folder: String
  /// The number of classes.
  package let classCount: Int
  /// The number of images in train, val and test, if certain.
  package let sizes: [Split: Int]
  /// The template of CoOp's zero-shot classifier.
  package let template: String
  /// The source of the files, in one clause.
  package let source: String
  let layout: Layout
  let aliases: [String]
  /// Other names of its folder.
  let otherFolders: [String]

  init(
    _ key: String, title: String, folder: String, classes: Int, sizes: [Int] = [], testImages: Int? = nil,
    template: String = "a photo of a {}.", layout: Layout, source: String, aliases: [String] = [],
    otherFolders: [String] = []
  ) {
    self.key = key
    self.title = title
    self.folder = folder
    self.classCount = classes
    self.sizes =
      testImages.map { [.test: $0] } ?? Dictionary(uniqueKeysWithValues: zip(Split.allCases, sizes))
    self.template = template
    self.source = source
    self.layout = layout
    self.aliases = aliases
    self.otherFolders = otherFolders
  }

  /// Returns the data set with a name: its key, title, or folder, ignoring case, `-` and `_`.
  package static func named(_ name: String) -> KnownDataset? {
    func plain(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
    let wanted = plain(name)
    return all.first { known in
      ([known.key, known.title, known.folder] + known.aliases).contains { plain($0) == wanted }
    }
  }

  /// The layout in words.
  package var layoutDescription: String {
    switch layout {
    case .splitFile(let file, let images): images.isEmpty ? file : "\(images)/, \(file)"
    case .aircraftLists: "images/, variants.txt, images_variant_{train,val,test}.txt"
    case .wordNetFolders(let folders):
      Split.allCases.compactMap { folders[$0].map { "\($0.isEmpty ? "" : "\($0)/")<wnid>/" } }.reduce(into: [String]())
      {
        if !$0.contains($1) { $0.append($1) }
      }.joined(separator: ", ") + ", classnames.txt"
    case .numberedFolders(let folder): "\(folder)/<label>/, classnames.txt"
    case .splitFolders: "train/<class>/, test/<class>/"
    case .domains(let names): "[images/]{\(names.joined(separator: ","))}/<class>/"
    case .classFolders(let folder): folder.isEmpty ? "<class>/" : "\(folder)/<class>/"
    case .corruptions: "<corruption>/<severity>/<wnid>/, classnames.txt"
    case .metadata(let table): table.description
    }
  }

  /// The columns that images can be grouped by; nil where they are those of a table.
  package var columns: [String]? {
    switch layout {
    case .domains: ["domain"]
    case .metadata: nil
    case .corruptions: CorruptionFolders.columns
    case .splitFile, .aircraftLists, .wordNetFolders, .numberedFolders, .splitFolders, .classFolders: []
    }
  }

  /// Returns a Boolean value that indicates whether a column selects images, as the domain does.
  func isDomain(_ column: String) -> Bool {
    switch layout {
    case .domains: column == "domain"
    case .corruptions: CorruptionFolders.columns.contains(column)
    case .splitFile, .aircraftLists, .wordNetFolders, .numberedFolders, .splitFolders, .classFolders, .metadata: false
    }
  }

  /// A Boolean value that indicates whether images may lie unsorted, so that a list says their classes.
  var takesLabels: Bool {
    switch layout {
    case .wordNetFolders, .splitFolders: true
    case .splitFile, .aircraftLists, .numberedFolders, .domains, .metadata, .classFolders, .corruptions: false
    }
  }

  /// Returns the data set's own folder: `root` itself, or the folder in it that CoOp or the data set's authors use.
  func home(in root: String) -> String {
    ([folder] + otherFolders).map { "\(root)/\($0)" }.first(where: FolderListing.isFolder) ?? root
  }
}
