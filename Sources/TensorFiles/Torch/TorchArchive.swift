import PromptLensFiles
import Synchronization
import PromptLensTensors

/// A file of `torch.save` or TorchScript: its values, its tensors by name, and their mapped elements.
///
/// Zip archives (PyTorch 1.6 and later), TorchScript archives and the stream of older versions can be read. Pickles
/// are never executed; see `PickleInterpreter`.
package final class TorchArchive: Sendable {
  /// The path of the file.
  package let path: String
  /// The container of the file.
  package let form: Form
  /// The names of all tensors, sorted: the keys and attributes that lead to each, joined by dots.
  package let names: [String]

  let tree: PickleTree
  let storage: Storage
  private let file: MappedFile
  /// The position of each storage, and its CRC-32 if present.
  private let records: [StorageRecord]
  private let verified = Mutex<Set<Int>>([])
  private let numbers: [String: PickleTensor]

  /// The container of a file's values.
  package enum Form: String, Sendable {
    case zip = "PyTorch archive"
    case torchScript = "TorchScript archive"
    case legacy = "PyTorch file of the form before version 1.6"
  }

  /// The position of a storage in the file.
  struct StorageRecord: Sendable {
    let range: Range<Int>
    let crc: UInt32?
  }

  /// The contents of a file.
  struct Contents {
    let form: Form
    let tree: PickleTree
    let records: [StorageRecord]
  }

  /// Opens a file, reads its pickle, and checks that every tensor lies within its storage.
  ///
  /// - Throws: `FileError` when the file is missing; ``TensorFileError`` when it is damaged, of another format, or its
  ///   pickle names something that doesn't belong in a checkpoint.
  package convenience init(path: String) throws {
    try self.init(MappedFile(path: path, expected: "a PyTorch file"))
  }

  /// Reads a mapped file.
  package init(_ file: MappedFile) throws {
    let contents = try withExtendedLifetime(file) {
      ZipDirectory.looksLikeZip(file.bytes) ? try TorchZip.read(file) : try TorchLegacy.read(file)
    }
    path = file.path
    form = contents.form
    tree = contents.tree
    records = contents.records
    self.file = file
    storage = Storage(file)
    for case .tensor(let tensor) in tree.nodes {
      try TorchTensor.check(tensor, in: tree.storages[tensor.storage], path: file.path)
    }
    let named = try TorchNames.tensors(in: tree, path: file.path)
    numbers = Dictionary(named) { first, _ in first }
    // The archive is complete only after this, so the tensors that refer to it are made on demand.
    names = named.map(\.0).sorted()
    try checkSmallRecords()
  }

  /// Returns whether bytes begin as one of the forms does.
  static func looksLikeTorch(_ bytes: UnsafeRawBufferPointer) -> Bool {
    ZipDirectory.looksLikeZip(bytes) || (bytes.count >= 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1]))
  }

  /// The value of the whole file.
  package var root: TorchValue { TorchValue(archive: self, cell: tree.root) }

  /// The names of the classes whose objects are inert, sorted.
  package var classes: [String] { tree.classes.sorted() }

  /// Returns the tensor of a name, nil when there isn't one.
  package func tensor(named name: String) -> TorchTensor? {
    numbers[name].map { TorchTensor(archive: self, description: $0) }
  }
}

// MARK: - Elements

extension TorchArchive: StoredTensors {
  package var container: TensorContainer { form == .torchScript ? .torchScript : .torch }
  package var paths: [String] { [path] }
  package var moduleClasses: [String] { form == .torchScript ? classes : [] }
  package var storedNames: [String] { names }

  package func stored(_ name: String) -> StoredTensor? {
    numbers[name].map {
      let element = tree.storages[$0.storage].element
      return StoredTensor(
        shape: $0.shape, dtype: element.dtype, type: element.rawValue,
        byteCount: $0.shape.contains(0) ? 0 : $0.shape.reduce(element.byteWidth, *))
    }
  }

  package func tensor(_ name: String) throws -> Tensor {
    guard let tensor = tensor(named: name) else {
      throw TensorFileError.missing(path: path, object: name, expected: "a tensor of floats")
    }
    return try tensor.read(name: name)
  }

  package func releasePages() { file.releasePages() }

  /// Returns the range of a storage in the file, after checking its CRC-32.
  func checkedBytes(ofStorage number: Int, name: String) throws(TensorFileError) -> Range<Int> {
    let record = records[number]
    guard let crc = record.crc, !verified.withLock({ $0.contains(number) }) else { return record.range }
    let found = storage.withBytes { ZipDirectory.crc32(UnsafeRawBufferPointer(rebasing: $0[record.range])) }
    guard found == crc else {
      throw .unexpected(
        path: path, object: "the CRC-32 of \(name)'s record \(tree.storages[number].key)",
        expected: String(crc, radix: 16), found: "\(String(found, radix: 16)); the file was damaged on its way")
    }
    _ = verified.withLock { $0.insert(number) }
    return record.range
  }

  /// Checks the CRC-32s of small records at once; those of large ones are checked when they are read.
  private func checkSmallRecords() throws(TensorFileError) {
    for (number, record) in records.enumerated() where record.range.count <= 1 << 16 {
      _ = try checkedBytes(ofStorage: number, name: "a tensor")
    }
  }
}
