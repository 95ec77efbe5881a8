import PromptLensCHDF5

extension HDF5File {
  /// Returns the names of an object's attributes but for checksums, sorted; the root is the empty path.
  package func attributeNames(of object: String = "") throws -> [String] {
    try HDF5Library.exclusively {
      try withObject(object) { id in
        // When libhdf5 1.10 cannot read one attribute by its number, it frees others that it has not read. Looking for
        // a name that is too long to be there reads them all, and fails well.
        let count = H5Aget_num_attrs(id)
        guard count >= 0, H5Aexists(id, Self.impossibleName) == 0 else { throw damaged(object) }
        return try (0..<count).map { index -> String in
          let attribute = H5Aopen_by_idx(
            id, ".", H5_INDEX_NAME, H5_ITER_INC, hsize_t(index), hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
          guard attribute >= 0 else { throw damaged(object) }
          defer { H5Aclose(attribute) }
          let length = H5Aget_name(attribute, 0, nil)
          guard length >= 0, length < 1 << 16 else { throw damaged(object) }
          var name = [CChar](repeating: 0, count: length + 1)
          guard H5Aget_name(attribute, name.count, &name) >= 0 else { throw damaged(object) }
          return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }.filter { $0 != Self.checksumName && $0 != Self.headerChecksumName }.sorted()
      }
    }
  }

  /// Returns an attribute's value, nil when the object has none of that name.
  ///
  /// - Throws: ``TensorFileError`` when the value cannot be read or is neither text nor numbers.
  package func attribute(_ name: String, of object: String = "") throws -> HDF5Value? {
    try HDF5Library.exclusively {
      try withObject(object) { id in
        let exists = H5Aexists(id, name)
        guard exists != 0 else { return nil }
        let attribute = exists < 0 ? -1 : H5Aopen(id, name, hid_t(H5P_DEFAULT))
        guard attribute >= 0 else { throw damaged("\(object)@\(name)") }
        defer { H5Aclose(attribute) }
        return try HDF5Value(
          attribute, object: "the attribute \(name) of /\(object)", file: path, fileBytes: byteCount
        ) { count throws(HDF5Unreadable) in
          try texts(of: name, at: Int(clamping: chdf5_object_info(id).address), count: count)
        }
      }
    }
  }

  /// Returns the texts of an attribute of variable length that is stored in its object's header.
  private func texts(of attribute: String, at address: Int, count: Int) throws(HDF5Unreadable) -> [String] {
    try storage.withBytes { (bytes) throws(HDF5Unreadable) in
      let header = try HDF5ObjectHeader(bytes, base: userBlock, address: address)
      guard let references = try header.textAttribute(attribute) else {
        throw HDF5Unreadable(
          reason: "text of variable length in a heap of many attributes, as libver='latest' stores it",
          isUnsupported: true)
      }
      var heap = HDF5GlobalHeap(bytes, base: userBlock)
      return try heap.texts(references, count: count, limit: HDF5Value.maximumBytes)
    }
  }

  /// A name of more bytes than an attribute's length field can say.
  private static let impossibleName = String(repeating: "x", count: 1 << 16)

  private func withObject<Result>(_ object: String, _ body: (hid_t) throws -> Result) throws -> Result {
    let id = H5Oopen(file, object.isEmpty ? "/" : object, hid_t(H5P_DEFAULT))
    guard id >= 0 else { throw damaged(object.isEmpty ? "/" : object) }
    defer { H5Oclose(id) }
    return try body(id)
  }
}
