import PromptLensCHDF5

/// A walk through all objects of a file, each group once, even if links form a loop.
struct HDF5Walk {
  let path: String
  let bytes: UnsafeRawBufferPointer
  private(set) var datasets: [HDF5Dataset] = []
  private(set) var groups: [String] = []

  private var visited: Set<UInt64> = []
  private var softLinks: [String] = []
  private var links = 0
  private(set) var userBlock = 0

  /// The maximum depth of groups; the deepest known layout has eight.
  static let maximumDepth = 64
  /// The maximum number of links in all groups. A CLIP of 24 + 24 layers has about two thousand.
  static let maximumLinks = 1 << 18

  /// Creates a walk through the file at a path, whose bytes live longer than the walk.
  init(path: String, bytes: UnsafeRawBufferPointer) {
    self.path = path
    self.bytes = bytes
  }

  /// Lists all groups and datasets of an open file.
  ///
  /// Soft links are resolved last: nothing outside the file can be reached by them once the walk has met no link that
  /// leads out.
  mutating func run(_ file: hid_t) throws {
    userBlock = Int(clamping: chdf5_user_block(file))
    let root = chdf5_object_info(file).address
    try visit(file, name: "/", path: "", address: root, depth: 0)
    for link in softLinks {
      let object = H5Oopen(file, link, hid_t(H5P_DEFAULT))
      guard object >= 0 else { throw damaged(link) }
      defer { H5Oclose(object) }
      if chdf5_object_info(object).kind == 1 { try add(object, link) }
    }
  }

  private mutating func visit(
    _ parent: hid_t, name: String, path: String, address: UInt64?, depth: Int
  ) throws {
    let address = address.flatMap { Int(exactly: $0) }
    if let address { try checkHeader(at: address, path: path) }
    let object = H5Oopen(parent, name, hid_t(H5P_DEFAULT))
    guard object >= 0 else {
      let error = damaged(path)
      guard let address, let header = try? HDF5ObjectHeader(bytes, base: userBlock, address: address),
        header.layoutVersion ?? 0 >= 5
      else { throw error }
      let packed: HDF5PackedDataset
      do {
        packed = try HDF5PackedDataset(bytes, base: userBlock, header: header)
      } catch {
        throw TensorFileError.damaged(path: self.path, object: path, reason: error.reason)
      }
      return datasets.append(try HDF5Dataset(packed, path: path, file: self.path, fileBytes: bytes.count))
    }
    defer { H5Oclose(object) }
    let info = chdf5_object_info(object)
    switch info.kind {
    case 0:
      guard visited.insert(info.address).inserted else { return }
      guard depth <= Self.maximumDepth else {
        throw TensorFileError.unsupported(
          path: self.path, object: path, expected: "groups at most \(Self.maximumDepth) deep", found: "deeper")
      }
      groups.append(path)
      for child in try children(of: object, path: path) {
        let childPath = path.isEmpty ? child : "\(path)/\(child)"
        let link = chdf5_link_info(object, child)
        switch link.kind {
        case 0: try visit(object, name: child, path: childPath, address: link.address, depth: depth + 1)
        case 1: softLinks.append(childPath)
        case 2:
          throw TensorFileError.unsupported(
            path: self.path, object: childPath, expected: "data in this file", found: "a link to another file")
        default: throw damaged(childPath)
        }
      }
    case 1: try add(object, path)
    case 2: break
    default: throw damaged(path)
    }
  }

  /// Checks the parts of an object on which libhdf5 would fail when opening it.
  private func checkHeader(at address: Int, path: String) throws {
    let header: HDF5ObjectHeader
    do {
      header = try HDF5ObjectHeader(bytes, base: userBlock, address: address)
      try header.checkIndices(bytes, base: userBlock)
      try header.checkLinks()
      try header.checkTypes()
      try header.checkFillValue()
    } catch {
      throw TensorFileError.damaged(path: self.path, object: path.isEmpty ? "/" : path, reason: error.reason)
    }
    guard !header.isVirtual else {
      throw TensorFileError.unsupported(
        path: self.path, object: path, expected: "data in this file", found: "a virtual dataset")
    }
    guard !header.isExternal else {
      throw TensorFileError.unsupported(
        path: self.path, object: path, expected: "data in this file",
        found: "a dataset whose data lie in another file")
    }
  }

  private mutating func add(_ dataset: hid_t, _ path: String) throws {
    datasets.append(try HDF5Dataset(dataset, path: path, file: self.path, fileBytes: bytes.count))
  }

  /// Returns the names of a group's links.
  private mutating func children(of group: hid_t, path: String) throws -> [String] {
    final class Names {
      var list: [String] = []
    }
    let names = Names()
    let status = H5Literate(
      group, H5_INDEX_NAME, H5_ITER_NATIVE, nil,
      { _, name, _, context in
        guard let name, let context else { return -1 }
        let names = Unmanaged<Names>.fromOpaque(context).takeUnretainedValue()
        names.list.append(String(cString: name))
        return names.list.count > HDF5Walk.maximumLinks ? -1 : 0
      }, Unmanaged.passUnretained(names).toOpaque())
    links += names.list.count
    guard links <= Self.maximumLinks else {
      throw TensorFileError.unsupported(
        path: self.path, object: path.isEmpty ? "/" : path, expected: "at most \(Self.maximumLinks) links",
        found: "a group that goes beyond them")
    }
    guard status >= 0 else { throw damaged(path) }
    return names.list
  }

  private func damaged(_ object: String) -> TensorFileError {
    .damaged(path: path, object: object.isEmpty ? "/" : object, reason: HDF5Library.takeError())
  }
}
