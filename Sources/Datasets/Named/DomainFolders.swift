import PromptLensFeatures

/// The data sets PACS and Office-Caltech: the same classes drawn, painted and photographed, a folder of class folders
/// for each domain.
enum DomainFolders {
  /// Returns the folder of the domains' folders: `images`, as in Dassl's PACS, or the data set's folder itself.
  static func images(in home: String) -> String { FolderListing.isFolder("\(home)/images") ? "images" : "" }

  /// Images that PACS lists but doesn't contain, which Dassl also skips.
  private static let absent: Set<String> = ["sketch/dog/n02103406_4068-1.png"]

  /// Reads some domains.
  ///
  /// With Dassl's lists, `splits/DOMAIN_{train,crossval,test}_kfold.txt`, train and val are disjoint and test is what
  /// its list says; without them all images count as test. Classes are those of all domains, in alphabetical order.
  static func read(_ home: String, known: [String], wanted: [String], name: String, attributes: [String] = [])
    throws -> Dataset
  {
    if let unknown = wanted.first(where: { !known.contains($0) }) {
      throw DatasetError.nothingSelected(path: home, selection: "domain=\(unknown)", known: known)
    }
    let prefix = images(in: home)
    func location(_ domain: String) -> String { prefix.isEmpty ? domain : "\(prefix)/\(domain)" }
    let present = known.filter { FolderListing.isFolder("\(home)/\(location($0))") }
    guard !present.isEmpty else { throw DatasetError.noClasses(path: home) }
    if let missing = wanted.first(where: { !present.contains($0) }) {
      throw DatasetError.nothingSelected(path: home, selection: "domain=\(missing)", known: present)
    }
    let folders = try Set(
      present.flatMap { try FolderListing.folders(in: "\(home)/\(location($0))", expected: "a folder for each class") }
    ).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }

    var splits: [Split: [Dataset.Item]] = [:]
    var notes: [DatasetNote] = []
    // In the data set's order and each once, regardless of the request.
    for domain in present where wanted.isEmpty || wanted.contains(domain) {
      let lists: [(Split, String)] = [(.train, "train"), (.val, "crossval"), (.test, "test")]
      var hasLists = false
      for (split, list) in lists {
        let path = "\(home)/splits/\(domain)_\(list)_kfold.txt"
        guard FolderListing.exists(path) else { continue }
        hasLists = true
        splits[split, default: []] += try items(
          listedIn: path, prefix: prefix, folders: folders, attributes: attributes.map { _ in domain })
      }
      guard !hasLists else { continue }
      var walk = FolderWalk(root: home)
      for (label, folder) in folders.enumerated() where FolderListing.isFolder("\(home)/\(location(domain))/\(folder)")
      {
        _ = walk.begin("\(location(domain))/\(folder)")
        splits[.test, default: []] += walk.distinct(try walk.images(below: "\(location(domain))/\(folder)")).map {
          Dataset.Item(path: $0, label: label, attributes: attributes.map { _ in domain })
        }
      }
      notes += walk.notes
    }
    guard splits.values.contains(where: { !$0.isEmpty }) else { throw DatasetError.noImages(path: home) }
    return Dataset(name: name, root: home, classNames: folders.map { promptName($0) }, splits: splits, notes: notes)
  }

  /// Reads lines of a path, a space and a number from 1, which the class's folder says as well.
  private static func items(
    listedIn path: String, prefix: String, folders: [String], attributes: [String]
  ) throws -> [Dataset.Item] {
    let lines = try TextLines.read(path, expected: "lines of an image's path and its label")
    return try lines.enumerated().compactMap { index, line in
      let image = line.split(separator: " ").first.map(String.init) ?? ""
      guard !absent.contains(image) else { return nil }
      let parts = image.split(separator: "/")
      guard parts.count == 3, let label = folders.firstIndex(of: String(parts[1])) else {
        throw DatasetError.badLine(
          path: path, line: index + 1, expected: "DOMAIN/CLASS/IMAGE, with a class that has a folder, and a label",
          found: "\"\(line.prefix(60))\"")
      }
      return Dataset.Item(
        path: prefix.isEmpty ? image : "\(prefix)/\(image)", label: label, attributes: attributes)
    }
  }
}
