import PromptLensFiles
import Foundation
import PromptLensImages

/// The contents of a folder: names in the order of their bytes, without those that begin with a dot.
enum FolderListing {
  /// A file or a folder.
  struct Entry: Equatable {
    let name: String
    let isFolder: Bool
    /// A Boolean value that indicates whether it is a symbolic link.
    let isLink: Bool
  }

  /// The names in a folder.
  struct Names {
    var entries: [Entry] = []
    /// Names that aren't UTF-8, with `\xFF` for bytes that aren't text.
    var undecodable: [(name: String, isFolder: Bool)] = []
  }

  /// Files with these endings are taken for images without opening them.
  private static let imageExtensions = ImageFormat.allEndings
  /// Files that systems leave in folders.
  private static let systemFiles: Set<String> = ["thumbs.db", "desktop.ini", "icon\r"]
  /// Folders that systems leave in folders.
  private static let systemFolders: Set<String> = [
    "__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information", "lost+found", "__pycache__",
  ]

  /// Lists a folder.
  ///
  /// - Throws: `FileError` when it is missing or isn't a folder.
  static func contents(of folder: String, expected: String) throws(FileError) -> Names {
    guard exists(folder) else { throw .missing(path: folder, expected: expected) }
    guard isFolder(folder) else {
      throw .unreadable(path: folder, reason: "it is a file; expected \(expected)")
    }
    guard let stream = opendir(folder) else {
      throw .unreadable(path: folder, reason: "its names cannot be listed: \(String(cString: strerror(errno)))")
    }
    defer { closedir(stream) }
    var names = Names()
    while let record = readdir(stream) {
      // A record is as long as its name, and shorter than the type: only parts of it may be copied.
      let kind = Int(record.pointee.d_type)
      guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { break }
      let bytes = (UnsafeRawPointer(record) + offset).assumingMemoryBound(to: UInt8.self)
      let raw = UnsafeBufferPointer(start: bytes, count: strlen(UnsafePointer(OpaquePointer(bytes))))
      guard raw.first != UInt8(ascii: ".") else { continue }
      let name = String(validating: raw, as: UTF8.self)
      let isLink = kind == Int(DT_LNK)
      let isDirectory: Bool
      if let name, kind != Int(DT_DIR), kind != Int(DT_REG) {
        isDirectory = isFolder("\(folder)/\(name)")
      } else {
        isDirectory = kind == Int(DT_DIR)
      }
      if let name {
        names.entries.append(Entry(name: name, isFolder: isDirectory, isLink: isLink))
      } else {
        names.undecodable.append((escaped(raw), isDirectory))
      }
    }
    names.entries.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    return names
  }

  /// Returns the names of the folders in a folder, without those that systems leave there.
  ///
  /// - Throws: `FileError` when it is missing or isn't a folder; ``DatasetError/undecodableName(path:name:)``.
  static func folders(in folder: String, expected: String) throws -> [String] {
    let names = try contents(of: folder, expected: expected)
    if let bad = names.undecodable.first(where: \.isFolder) {
      throw DatasetError.undecodableName(path: folder, name: bad.name)
    }
    return names.entries.filter { $0.isFolder && !isSystemFolder($0.name) }.map(\.name)
  }

  /// Returns the paths of all images below a folder, seen from `root`, which it lies in.
  static func images(below folder: String, in root: String) throws -> [String] {
    var walk = FolderWalk(root: root)
    return walk.distinct(try walk.images(below: folder))
  }

  static func isImage(_ name: String) -> Bool {
    let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    return name.contains(".") && imageExtensions.contains(ending)
  }

  static func isSystemFile(_ name: String) -> Bool { systemFiles.contains(name.lowercased()) }

  static func isSystemFolder(_ name: String) -> Bool { systemFolders.contains(name) }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
  }

  /// Returns bytes as text, those that aren't ASCII as `\xFF`.
  private static func escaped(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    bytes.map { byte in
      (0x20..<0x7F).contains(byte)
        ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
