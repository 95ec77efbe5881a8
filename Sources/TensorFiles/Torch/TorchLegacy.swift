import PromptLensFiles

/// The stream that `torch.save` wrote before version 1.6, and still does when asked.
///
/// Five pickles: a magic number, a protocol version, the machine's sizes, the value, and the list of storages; then
/// each storage in the list's order, its number of elements before it in 8 bytes.
enum TorchLegacy {
  /// 0x1950A86A20F9469CFC6C, as a pickle writes it.
  private static let magic = PickleCell.largeInteger([0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19])
  private static let protocolVersion = PickleCell.integer(1001)

  /// Reads a file's pickles and finds its storages.
  static func read(_ file: MappedFile) throws(TensorFileError) -> TorchArchive.Contents {
    func unexpected(_ object: String, _ expected: String, _ found: String) -> TensorFileError {
      .unexpected(path: file.path, object: object, expected: expected, found: found)
    }
    guard TorchArchive.looksLikeTorch(file.bytes) else {
      throw unexpected("the PyTorch file", "a zip archive or a stream of pickles", "neither")
    }
    var position = 0
    func next(_ record: String) throws(TensorFileError) -> PickleTree {
      let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[position...])
      let (tree, length) = try PickleInterpreter.read(bytes, path: file.path, record: record)
      position += length
      return tree
    }
    guard try next("of the magic number").root == magic else {
      throw unexpected("the first pickle", "PyTorch's magic number, which torch.save writes", "another value")
    }
    guard try next("of the protocol version").root == protocolVersion else {
      throw unexpected("the second pickle", "the protocol version 1001", "another")
    }
    let system = try next("of the machine's sizes")
    if case .node(let number) = system.root, case .dictionary(let pairs) = system.nodes[number],
      let little = pairs.last(where: { $0.key == .string("little_endian") }), little.value != .bool(true)
    {
      throw unexpected("the byte order", "little-endian", "big-endian")
    }
    let tree = try next("of the value")
    let list = try next("of the storages")
    guard case .node(let number) = list.root, case .list(let keys) = list.nodes[number] else {
      throw unexpected("the fifth pickle", "a list of storages", "something else")
    }
    let storages = Dictionary(tree.storages.map { ($0.key, $0) }) { first, _ in first }
    var ranges: [String: Range<Int>] = [:]
    for cell in keys {
      guard case .string(let key) = cell, let storage = storages[key] else {
        throw unexpected("the list of storages", "names of storages that tensors lie in", "another name in it")
      }
      let reader = LittleEndianReader(bytes: file.bytes)
      guard let count = reader.u64(position), count == storage.count else {
        throw unexpected(
          "the storage \(key)", "\(storage.count) elements, as its tensors say",
          reader.u64(position).map { "\($0)" } ?? "cut short or of more than 63 bits")
      }
      let (size, overflow) = count.multipliedReportingOverflow(by: storage.element.byteWidth)
      guard !overflow, size <= file.count - position - 8 else {
        throw TensorFileError.implausibleSize(
          path: file.path, object: "the storage \(key)", declared: "\(count) elements",
          stored: file.count - position - 8)
      }
      position += 8
      guard ranges.updateValue(position..<position + size, forKey: key) == nil else {
        throw unexpected("the storage \(key)", "in the list once", "there twice")
      }
      position += size
    }
    var records: [TorchArchive.StorageRecord] = []
    for storage in tree.storages {
      guard let range = ranges[storage.key], range.count / storage.element.byteWidth == storage.count else {
        throw TensorFileError.missing(
          path: file.path, object: "the storage \(storage.key)",
          expected: "\(storage.count) \(storage.element.rawValue) elements")
      }
      records.append(TorchArchive.StorageRecord(range: range, crc: nil))
    }
    return TorchArchive.Contents(form: .legacy, tree: tree, records: records)
  }
}
