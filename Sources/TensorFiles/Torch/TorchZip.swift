import PromptLensFiles

/// PyTorch's zip archives: `NAME/data.pkl`, `NAME/data/0`, `NAME/data/1` …, and for TorchScript `NAME/code/…`.
enum TorchZip {
  /// The newest archive version that is known, `kMaxSupportedFileFormatVersion` of PyTorch 2.
  private static let newestVersion = 10

  /// Reads an archive's pickle and finds its storages.
  static func read(_ file: MappedFile) throws(TensorFileError) -> TorchArchive.Contents {
    let directory = try ZipDirectory(file)
    try ForeignArchive.check(directory.entries.map(\.name), path: file.path)
    func unexpected(_ object: String, _ expected: String, _ found: String) -> TensorFileError {
      .unexpected(path: file.path, object: object, expected: expected, found: found)
    }
    var entries: [String: ZipDirectory.Entry] = [:]
    var folders: Set<Substring> = []
    for entry in directory.entries {
      let parts = entry.name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      folders.insert(parts[0])
      if parts.count == 2 { entries[String(parts[1])] = entry }
    }
    guard folders.count == 1 else {
      throw unexpected("the archive", "one with a single folder of records", "one with \(folders.count)")
    }
    func bytes(_ entry: ZipDirectory.Entry) throws(TensorFileError) -> UnsafeRawBufferPointer {
      guard entry.method == 0 else {
        throw unexpected(
          entry.name, "stored as it is; save the file again with PyTorch", "compressed (method \(entry.method))")
      }
      return UnsafeRawBufferPointer(rebasing: file.bytes[entry.range])
    }
    /// Returns the text of a small record; nil when there isn't one.
    func text(_ name: String) throws(TensorFileError) -> String? {
      guard let entry = entries[name] else { return nil }
      let text = String(decoding: try bytes(entry).prefix(64), as: UTF8.self)
      return String(text.prefix { !$0.isNewline })
    }
    guard let pickle = entries["data.pkl"] else {
      throw unexpected("the archive", "one with a record data.pkl, as PyTorch writes", "without it")
    }
    if let version = try text("version"), let number = Int(version), number > newestVersion {
      throw unexpected("the archive's version", "at most \(newestVersion)", "\(number)")
    }
    if let order = try text("byteorder"), order != "little" {
      throw unexpected("the archive's byte order", "little", order)
    }
    let isTorchScript = entries["constants.pkl"] != nil
    let pickled = try bytes(pickle)
    let crc = directory.hasChecksums ? ZipDirectory.crc32(pickled) : pickle.crc
    guard crc == pickle.crc else {
      throw unexpected(
        "the CRC-32 of data.pkl", String(pickle.crc, radix: 16),
        "\(String(crc, radix: 16)); the file was damaged on its way")
    }
    let (tree, _) = try PickleInterpreter.read(
      pickled, path: file.path, record: pickle.name, isTorchScript: isTorchScript)
    var records: [TorchArchive.StorageRecord] = []
    for storage in tree.storages {
      guard let entry = entries["data/\(storage.key)"] else {
        throw TensorFileError.missing(
          path: file.path, object: "data/\(storage.key)",
          expected: "the record of a \(storage.element.rawValue) storage")
      }
      let record = try bytes(entry)
      let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.element.byteWidth)
      guard !overflow, size == record.count else {
        throw unexpected(
          entry.name, "the \(storage.count) \(storage.element.rawValue) elements that its tensors are said to have",
          "\(record.count) bytes long")
      }
      records.append(TorchArchive.StorageRecord(range: entry.range, crc: directory.hasChecksums ? entry.crc : nil))
    }
    return TorchArchive.Contents(form: isTorchScript ? .torchScript : .zip, tree: tree, records: records)
  }
}
