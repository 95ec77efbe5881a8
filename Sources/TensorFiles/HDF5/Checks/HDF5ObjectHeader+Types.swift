// Checks of the types of datasets and attributes that run before libhdf5 1.10 copies what they state.

extension HDF5ObjectHeader {
  /// Checks that enumerations, as which Boolean values are stored, contain their names and values: libhdf5 1.10 copies as
  /// many bytes as they state.
  ///
  /// - Throws: ``HDF5Unreadable`` when one is longer than its message, or not of whole numbers.
  func checkTypes() throws(HDF5Unreadable) {
    for (type, content) in messages {
      var content = content
      switch type {
      case Message.datatype: try Self.checkType(&content)
      case Message.attribute:
        let version = try content.integer(1)
        let flags = try content.integer(1)
        // A shared type stands elsewhere.
        guard (1...3).contains(version), flags & 1 == 0 || version == 1 else { continue }
        func padded(_ size: Int) -> Int { version == 1 ? (size + 7) & ~7 : size }
        let (nameSize, typeSize) = (try content.integer(2), try content.integer(2))
        content.skip(version == 3 ? 3 : 2)
        _ = try content.part(padded(nameSize))
        var datatype = try content.part(typeSize)
        try Self.checkType(&datatype)
      default: continue
      }
    }
  }

  /// Checks a type, and those that it is made of as far as they are of one.
  private static func checkType(_ bytes: inout HDF5Bytes, depth: Int = 0) throws(HDF5Unreadable) {
    guard depth < 8 else { throw HDF5Unreadable(reason: "a type within too many others") }
    let first = try bytes.integer(1)
    let (kind, version) = (first & 0x0F, first >> 4)
    let flags = try bytes.integer(3)
    let size = try bytes.integer(4)
    switch kind {
    case 8: try checkEnumeration(&bytes, members: flags & 0xFFFF, size: size, version: version)
    case 9: try checkType(&bytes, depth: depth + 1)
    case 10:
      let rank = try bytes.integer(1)
      if version < 3 { bytes.skip(3) }
      _ = try bytes.part(4 * rank * (version < 3 ? 2 : 1))
      try checkType(&bytes, depth: depth + 1)
    default: break
    }
  }

  /// Checks an enumeration behind its size: the type of its values, its names, and its values.
  private static func checkEnumeration(
    _ bytes: inout HDF5Bytes, members: Int, size: Int, version: Int
  ) throws(HDF5Unreadable) {
    let kind = try bytes.integer(1) & 0x0F
    bytes.skip(3)
    guard kind == 0, try bytes.integer(4) == size, (1...8).contains(size) else {
      throw HDF5Unreadable(reason: "an enumeration that isn't of whole numbers")
    }
    _ = try bytes.part(4)
    for _ in 0..<members {
      var length = 1
      while try bytes.integer(1) != 0 { length += 1 }
      // Before version 3, names are padded to multiples of 8 bytes.
      if version < 3 { _ = try bytes.part(-length & 7) }
    }
    _ = try bytes.part(members * size)
  }
}
