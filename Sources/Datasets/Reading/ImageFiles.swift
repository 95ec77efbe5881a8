/// Image files that a user names: single ones, and all below folders.
package enum ImageFiles {
  /// Returns a Boolean value that indicates whether there is a file or a folder.
  package static func exists(_ path: String) -> Bool { FolderListing.exists(path) }

  /// Lists image files.
  ///
  /// - Parameter paths: files, which are taken whatever their names end in, and folders, which are searched at every depth.
  /// - Returns: the files in the order of the paths, those of a folder in the order of their names' bytes, each once; and
  ///   notes on what was passed over.
  /// - Throws: `FileError` for a folder that cannot be listed; ``DatasetError/noImages(path:)`` for one without images.
  package static func all(at paths: [String]) throws -> (files: [String], notes: [DatasetNote]) {
    var files: [String] = []
    var notes: [DatasetNote] = []
    var known: Set<String> = []
    for path in paths {
      guard FolderListing.isFolder(path) else {
        if known.insert(path).inserted { files.append(path) }
        continue
      }
      var folder = path
      while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
      var walk = FolderWalk(root: folder)
      let found = walk.distinct(try walk.images(below: ""))
      guard !found.isEmpty else { throw DatasetError.noImages(path: path) }
      let prefix = folder == "/" ? "/" : "\(folder)/"
      for image in found where known.insert("\(prefix)\(image)").inserted { files.append("\(prefix)\(image)") }
      notes += walk.notes
    }
    return (files, notes)
  }
}
