import PromptLensFeatures

extension KnownDataset {
  /// Reads the data set's lists.
  ///
  /// - Parameters:
  ///   - root: the data set's folder, or CoOp's folder of all data sets.
  ///   - domains: the domains to read; all if empty.
  ///   - labels: the classes of images that aren't sorted into class folders.
  ///   - attributes: the columns whose values are kept with each image.
  /// - Returns: the data set, with its key as the name and its own template.
  /// - Throws: `FileError`, `JSONError`; ``DatasetError/incomplete(data:missing:source:)`` when files are missing.
  package func read(
    _ root: String, domains: [String] = [], labels: ImageLabels? = nil, attributes: [String] = []
  ) throws -> Dataset {
    if let columns, let unknown = attributes.first(where: { !columns.contains($0) }) {
      throw DatasetError.noColumn(data: key, column: unknown, columns: columns)
    }
    let home = home(in: root)
    let paths = layoutPaths(in: home)
    if let missing = paths.first(where: { $0.isRequired && !FolderListing.exists("\(home)/\($0.path)") }) {
      let location = missing.path.isEmpty ? home : "\(home)/\(missing.path)"
      var source = source
      if case .splitFile(let file, _) = layout, missing.path == file {
        // The reference would shuffle the images, in an order that depends on the file system.
        source += "; without it the reference's splits cannot be made again"
      }
      throw DatasetError.incomplete(data: key, missing: location, source: source)
    }
    let dataset =
      switch layout {
      case .splitFile(let file, let images):
        try SplitFile.read("\(home)/\(file)", root: images.isEmpty ? home : "\(home)/\(images)", name: key)
      case .aircraftLists: try AircraftLists.read(home, name: key)
      case .wordNetFolders(let folders): try WordNetFolders.read(home, folders: folders, name: key, labels: labels)
      case .numberedFolders(let folder): try WordNetFolders.readNumbered(home, folder: folder, name: key)
      case .splitFolders: try ImageFolder.read(home, labels: labels)
      case .domains(let known):
        try DomainFolders.read(home, known: known, wanted: domains, name: key, attributes: attributes)
      case .classFolders(let folder): try ImageFolder.read(folder.isEmpty ? home : "\(home)/\(folder)")
      case .corruptions: try CorruptionFolders.read(home, wanted: domains, name: key, attributes: attributes)
      case .metadata(let table): try table.read(home, name: key, attributes: attributes)
      }
    return dataset.replacing(name: key, template: template)
  }

  /// A file or folder that belongs to the layout.
  struct LayoutPath: Equatable {
    let path: String
    let isRequired: Bool
  }

  /// Returns the files and folders of the layout, image folders first.
  func layoutPaths(in home: String) -> [LayoutPath] {
    func required(_ paths: [String]) -> [LayoutPath] { paths.map { LayoutPath(path: $0, isRequired: true) } }
    switch layout {
    case .splitFile(let file, let images):
      // The lists can be read without the images.
      return (images.isEmpty ? [] : [LayoutPath(path: images, isRequired: false)]) + required([file])
    case .aircraftLists:
      return [LayoutPath(path: "images", isRequired: false)]
        + required(["variants.txt"] + Split.allCases.map { "images_variant_\($0).txt" })
    case .wordNetFolders(let folders):
      return folders.values.sorted().reduce(into: [LayoutPath]()) { paths, folder in
        // Evaluation needs no training images: ImageNet's take 140 GB.
        let path = LayoutPath(path: folder, isRequired: folder != folders[.train])
        if !paths.contains(path) { paths.append(path) }
      } + required(["classnames.txt"])
    case .numberedFolders(let folder): return required([folder, "classnames.txt"])
    case .splitFolders: return required(["train", "test"])
    case .metadata(let table): return required(table.files)
    case .classFolders(let folder): return required([folder])
    case .corruptions: return required(["classnames.txt"])
    case .domains(let names):
      let images = DomainFolders.images(in: home)
      return names.map { LayoutPath(path: images.isEmpty ? $0 : "\(images)/\($0)", isRequired: false) }
    }
  }
}
