// Checks of an object's header that run before libhdf5 1.10 opens the object and trusts it.

extension HDF5ObjectHeader {
  /// Checks the addresses under which a group's links, an object's attributes and a dataset's chunks are indexed.
  ///
  /// libhdf5 1.10 takes an index to be there when its heap is, and reads through a null pointer when it is not.
  ///
  /// - Throws: ``HDF5Unreadable`` when only a part of an index is there, or one lies beyond the file's end.
  func checkIndices(_ bytes: UnsafeRawBufferPointer, base: Int) throws(HDF5Unreadable) {
    for (type, content) in messages {
      var content = content
      var addresses: [UInt64] = []
      switch type {
      case Message.linkInformation, Message.attributeInformation:
        content.skip(1)
        let flags = try content.integer(1)
        if flags & 1 != 0 { content.skip(type == Message.linkInformation ? 8 : 2) }
        for _ in 0..<(flags & 2 != 0 ? 3 : 2) { addresses.append(try content.word()) }
        // All ones stand for "nowhere": small groups need no index.
        if addresses.allSatisfy({ $0 == .max }) { continue }
      case Message.layout:
        guard var datatype = self[Message.datatype] else {
          throw HDF5Unreadable(reason: "a dataset without a type")
        }
        datatype.skip(4)
        try HDF5ChunkIndex.check(
          bytes, base: base, layout: content, elementBytes: try datatype.integer(4), isPacked: try hasFilters())
      case Message.symbolTable:
        try HDF5GroupTree.check(bytes, base: base, tree: try content.word(), heap: try content.word())
      default: continue
      }
      guard addresses.allSatisfy({ $0 < UInt64(bytes.count) }) else {
        throw HDF5Unreadable(reason: "an index that is not in the file")
      }
      // The first is the heap's.
      let records: [HDF5VersionTwoTree.Records] =
        type == Message.linkInformation ? [.linksByName, .linksByOrder] : [.attributesByName, .attributesByOrder]
      for (tree, records) in zip(addresses.dropFirst(), records) {
        try HDF5VersionTwoTree.check(bytes, base: base, at: tree, of: records)
      }
    }
  }

  /// Returns whether anything packs a dataset's chunks.
  private func hasFilters() throws(HDF5Unreadable) -> Bool {
    guard var pipeline = self[Message.filters] else { return false }
    pipeline.skip(1)
    return try pipeline.integer(1) > 0
  }

  /// Checks the links that a small group keeps in its header.
  ///
  /// When libhdf5 1.10 cannot read one of them, it frees the others before it has read them.
  ///
  /// - Throws: ``HDF5Unreadable`` when a link does not fit its message.
  func checkLinks() throws(HDF5Unreadable) {
    for (type, content) in messages where type == Message.link {
      var content = content
      let version = try content.integer(1)
      let flags = try content.integer(1)
      guard version == 1, flags & ~0x1F == 0 else { throw HDF5Unreadable(reason: "a link of an unknown kind") }
      let kind = flags & 0x08 != 0 ? try content.integer(1) : 0
      guard kind <= 1 || kind >= 64 else { throw HDF5Unreadable(reason: "a link of an unknown kind") }
      if flags & 0x04 != 0 { _ = try content.part(8) }
      if flags & 0x10 != 0, try content.integer(1) > 1 { throw HDF5Unreadable(reason: "a link in an unknown script") }
      let length = try content.integer(1 << (flags & 3))
      guard length > 0 else { throw HDF5Unreadable(reason: "a link without a name") }
      _ = try content.part(length)
      if kind == 0 {
        _ = try content.word()
      } else {
        let length = try content.integer(2)
        guard length > 0 else { throw HDF5Unreadable(reason: "a link to nothing") }
        _ = try content.part(length)
      }
    }
  }

  /// Checks that a dataset's fill value has the size of one element: libhdf5 1.10 copies all bytes of the value into
  /// the memory of one element.
  ///
  /// - Throws: ``HDF5Unreadable`` when it has another size.
  func checkFillValue() throws(HDF5Unreadable) {
    guard var datatype = self[Message.datatype] else { return }
    datatype.skip(4)
    let element = try datatype.integer(4)
    for (type, content) in messages where type == Message.fillValue || type == Message.oldFillValue {
      var content = content
      if type == Message.fillValue {
        let version = try content.integer(1)
        if version >= 3 {
          guard try content.integer(1) & 0x20 != 0 else { continue }
        } else {
          content.skip(2)
          // Version 2 has a size only when a value is defined.
          guard try content.integer(1) != 0 || version == 1 else { continue }
        }
      }
      let size = try content.integer(4)
      guard size == 0 || size == element else {
        throw HDF5Unreadable(reason: "a fill value of another size than an element")
      }
      _ = try content.part(size)
    }
  }
}
