/// An object's header, read from the file's bytes: its messages, in order.
///
/// libhdf5 reads headers well, but hands out neither the references of variable-length text nor a layout that it would
/// follow into another file; see ``HDF5GlobalHeap``.
///
/// Source: HDF5 File Format Specification 3.0, section IV.A.1. Addresses and lengths are of 8 bytes.
struct HDF5ObjectHeader {
  /// The messages; none is shared with other objects.
  private(set) var messages: [(type: Int, content: HDF5Bytes)] = []

  /// The types of messages that are read here.
  enum Message {
    static let dataspace = 0x01
    static let linkInformation = 0x02
    static let datatype = 0x03
    static let oldFillValue = 0x04
    static let fillValue = 0x05
    static let link = 0x06
    static let externalFiles = 0x07
    static let layout = 0x08
    static let filters = 0x0B
    static let attribute = 0x0C
    static let sharedMessages = 0x0F
    static let continuation = 0x10
    static let symbolTable = 0x11
    static let driverInformation = 0x14
    static let attributeInformation = 0x15
  }

  /// Reads a header and its continuations.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - base: the origin of the file's addresses: the length of its user block.
  ///   - address: the header's address.
  /// - Throws: ``HDF5Unreadable`` when the header is damaged.
  init(_ bytes: UnsafeRawBufferPointer, base: Int, address: Int) throws(HDF5Unreadable) {
    let (start, overflow) = base.addingReportingOverflow(address)
    guard !overflow else { throw HDF5Unreadable(reason: "an address beyond the file's end") }
    var header = HDF5Bytes(bytes, from: start)
    let isOld = try header.starts(with: 1)
    var flags = 0
    var first: HDF5Bytes
    if isOld {
      header.skip(8)
      let size = try header.integer(4)
      header.skip(4)
      first = try header.part(size)
    } else {
      try header.signature("OHDR")
      guard try header.integer(1) == 2 else { throw HDF5Unreadable(reason: "an unknown object header") }
      flags = try header.integer(1)
      if flags & 0x20 != 0 { header.skip(16) }
      if flags & 0x10 != 0 { header.skip(4) }
      let size = try header.integer(1 << (flags & 3))
      first = try header.part(size)
    }
    var blocks = [first]
    var visited = 0
    while var block = blocks.popLast() {
      visited += 1
      guard visited <= 1024 else { throw HDF5Unreadable(reason: "a header in too many pieces") }
      let prefix = isOld ? 8 : flags & 0x04 != 0 ? 6 : 4
      while block.count >= prefix {
        let type = try block.integer(isOld ? 2 : 1)
        let length = try block.integer(2)
        let isShared = try block.integer(1) & 2 != 0
        block.skip(isOld ? 3 : prefix - 4)
        var content = try block.part(length)
        if type == Message.continuation {
          let offset = try content.address(base)
          let length = try content.integer(8)
          var next = HDF5Bytes(bytes, from: offset)
          if isOld {
            blocks.append(try next.part(length))
          } else {
            // A signature before the messages, a checksum behind them.
            try next.signature("OCHK")
            guard length >= 8 else { throw HDF5Unreadable(reason: "an empty piece of a header") }
            blocks.append(try next.part(length - 8))
          }
        } else {
          // No known writer of models keeps messages elsewhere, and libhdf5 1.10 reads them from wherever they say.
          guard !isShared else { throw HDF5Unreadable(reason: "a message that is kept elsewhere") }
          messages.append((type, content))
        }
      }
    }
  }

  /// Returns the first message of a type, nil when there isn't one.
  subscript(type: Int) -> HDF5Bytes? { messages.first { $0.type == type }?.content }

  /// Returns a message that must be there.
  func message(_ type: Int) throws(HDF5Unreadable) -> HDF5Bytes {
    guard let message = self[type] else { throw HDF5Unreadable(reason: "a header without message \(type)") }
    return message
  }

  /// The version of a dataset's layout message, nil for other objects. libhdf5 1.10 reads versions up to 4.
  var layoutVersion: Int? {
    guard var layout = self[Message.layout] else { return nil }
    return try? layout.integer(1)
  }

  /// A Boolean value that indicates whether the object is a dataset made of other datasets' parts, whose names libhdf5
  /// looks up as it opens it.
  var isVirtual: Bool {
    guard var layout = self[Message.layout], let version = try? layout.integer(1) else { return false }
    return version >= 3 && (try? layout.integer(1)) == 3
  }

  /// A Boolean value that indicates whether the object is a dataset whose data lie in other files. libhdf5 reads their
  /// names from a heap, without the checks of ``HDF5GroupTree``, as it opens it.
  var isExternal: Bool { self[Message.externalFiles] != nil }

  /// Returns the references of an attribute of variable-length text; nil if the header itself doesn't contain an
  /// attribute of that name and kind.
  func textAttribute(_ name: String) throws(HDF5Unreadable) -> HDF5Bytes? {
    for (type, content) in messages where type == Message.attribute {
      var content = content
      let version = try content.integer(1)
      let flags = try content.integer(1)
      // Only the first version pads its parts to multiples of 8 bytes.
      func padded(_ size: Int) -> Int { version == 1 ? (size + 7) & ~7 : size }
      let (nameSize, typeSize, spaceSize) = (try content.integer(2), try content.integer(2), try content.integer(2))
      if version >= 3 { content.skip(1) }
      let stored = try content.part(padded(nameSize)).text(upTo: nameSize)
      var datatype = try content.part(padded(typeSize))
      _ = try content.part(padded(spaceSize))
      guard stored.utf8.elementsEqual(name.utf8) else { continue }
      // Class 9 is of variable length; its kind 1 is text. A shared type stands elsewhere.
      let isShared = version >= 2 && flags & 1 != 0
      guard !isShared, try datatype.integer(1) & 0x0F == 9, try datatype.integer(1) & 0x0F == 1 else { return nil }
      return content
    }
    return nil
  }
}
