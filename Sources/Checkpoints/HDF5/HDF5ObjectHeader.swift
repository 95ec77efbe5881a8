/// What this reader of HDF5's structures does not know, or the file does not have.
struct HDF5Unreadable: Error {
  let reason: String
}

/// An object's header, read from the file's bytes: its messages, in order.
///
/// libhdf5 reads headers well, but hands out neither the references of variable-length text nor a layout that it would
/// follow into another file; see ``HDF5GlobalHeap``.
///
/// Source: HDF5 File Format Specification 3.0, section IV.A.1. Addresses and lengths are of 8 bytes.
struct HDF5ObjectHeader {
  /// The messages that are not shared with other objects.
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
  ///   - base: where the file's addresses count from: the length of its user block.
  ///   - address: the header's.
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
        } else if !isShared {
          messages.append((type, content))
        } else if type == Message.link {
          throw HDF5Unreadable(reason: "a link that is kept elsewhere")
        }
      }
    }
  }

  /// The first message of a type, nil when there is none.
  subscript(type: Int) -> HDF5Bytes? { messages.first { $0.type == type }?.content }

  /// A message that must be there.
  func message(_ type: Int) throws(HDF5Unreadable) -> HDF5Bytes {
    guard let message = self[type] else { throw HDF5Unreadable(reason: "a header without message \(type)") }
    return message
  }

  /// The version of a dataset's layout message, nil for other objects. libhdf5 1.10 reads versions up to 4.
  var layoutVersion: Int? {
    guard var layout = self[Message.layout] else { return nil }
    return try? layout.integer(1)
  }

  /// Whether the object is a dataset made of other datasets' parts, whose names libhdf5 looks up as it opens it.
  var isVirtual: Bool {
    guard var layout = self[Message.layout], let version = try? layout.integer(1) else { return false }
    return version >= 3 && (try? layout.integer(1)) == 3
  }

  /// Whether the object is a dataset whose data lie in other files. libhdf5 reads their names from a heap, without the
  /// checks of ``HDF5GroupTree``, as it opens it.
  var isExternal: Bool { self[Message.externalFiles] != nil }

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
          throw HDF5Unreadable(reason: "a dataset whose type is kept elsewhere")
        }
        datatype.skip(4)
        try HDF5ChunkIndex.check(bytes, base: base, layout: content, elementBytes: try datatype.integer(4))
      case Message.symbolTable:
        try HDF5GroupTree.check(bytes, base: base, tree: try content.word(), heap: try content.word())
      default: continue
      }
      guard addresses.allSatisfy({ $0 < UInt64(bytes.count) }) else {
        throw HDF5Unreadable(reason: "an index that is not in the file")
      }
      // The first is the heap's.
      for tree in addresses.dropFirst() { try HDF5SecondTree.check(bytes, base: base, at: tree) }
    }
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

  /// Checks that a dataset's fill value is an element: libhdf5 1.10 copies as many bytes as the value has to where one
  /// element goes.
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
      guard size == 0 || size == element else { throw HDF5Unreadable(reason: "a fill value that is no element") }
      _ = try content.part(size)
    }
  }

  /// The references of an attribute of variable-length text, nil when no attribute of that name and kind stands in the
  /// header itself.
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

/// A part of a file that is read from its front, never beyond its end.
struct HDF5Bytes {
  private var rest: UnsafeRawBufferPointer.SubSequence

  /// The bytes from an offset, none when it lies beyond the end.
  init(_ bytes: UnsafeRawBufferPointer, from offset: Int) {
    rest = offset >= 0 && offset <= bytes.count ? bytes[offset...] : bytes[bytes.count...]
  }

  /// The bytes from an address, which must be in the file.
  init(_ bytes: UnsafeRawBufferPointer, base: Int, at address: UInt64) throws(HDF5Unreadable) {
    guard let offset = Int(exactly: address), offset < bytes.count - base else {
      throw HDF5Unreadable(reason: "an address beyond the file's end")
    }
    rest = bytes[(base + offset)...]
  }

  private init(_ part: UnsafeRawBufferPointer.SubSequence) { rest = part }

  /// The number of bytes left.
  var count: Int { rest.count }

  /// Whether the next byte is this one.
  func starts(with byte: UInt8) throws(HDF5Unreadable) -> Bool {
    guard let first = rest.first else { throw HDF5Unreadable(reason: "an address beyond the file's end") }
    return first == byte
  }

  /// Takes a little-endian number of 1 to 8 bytes.
  mutating func integer(_ width: Int) throws(HDF5Unreadable) -> Int {
    let value = try word(width)
    guard let integer = Int(exactly: value) else { throw HDF5Unreadable(reason: "a number beyond 63 bits") }
    return integer
  }

  /// Takes a little-endian number of 1 to 8 bytes that may have all its bits.
  mutating func word(_ width: Int = 8) throws(HDF5Unreadable) -> UInt64 {
    guard (1...8).contains(width), rest.count >= width else {
      throw HDF5Unreadable(reason: "a structure that ends too early")
    }
    defer { rest = rest.dropFirst(width) }
    return rest.prefix(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  }

  /// Takes an address of 8 bytes and counts it from the file's first byte.
  mutating func address(_ base: Int) throws(HDF5Unreadable) -> Int {
    let (address, overflow) = base.addingReportingOverflow(try integer(8))
    guard !overflow else { throw HDF5Unreadable(reason: "an address beyond the file's end") }
    return address
  }

  /// Takes so many bytes as a part of their own.
  mutating func part(_ count: Int) throws(HDF5Unreadable) -> HDF5Bytes {
    guard count >= 0, count <= rest.count else { throw HDF5Unreadable(reason: "a structure that ends too early") }
    defer { rest = rest.dropFirst(count) }
    return HDF5Bytes(rest.prefix(count))
  }

  /// Takes a signature that must be there.
  mutating func signature(_ text: String) throws(HDF5Unreadable) {
    guard rest.starts(with: text.utf8) else { throw HDF5Unreadable(reason: "no \(text) where one should be") }
    rest = rest.dropFirst(text.utf8.count)
  }

  /// Passes over so many bytes.
  mutating func skip(_ count: Int) { rest = rest.dropFirst(count) }

  /// The text of at most so many bytes, up to its first null.
  func text(upTo length: Int) -> String { String(decoding: rest.prefix(length).prefix { $0 != 0 }, as: UTF8.self) }
}
