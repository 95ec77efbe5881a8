extension JSON {
  /// The members of a JSON object, in the order in which they were written.
  package struct Object: Sendable {
    /// The keys, in order.
    package private(set) var keys: [String] = []
    /// The values, in the keys' order.
    package private(set) var values: [JSON] = []
    /// The keys' places, from ``searched`` members on: smaller objects are searched in less time and memory.
    private var indices: [CodePoints: Int] = [:]
    private static let searched = 12

    /// Creates an object without members.
    package init() {}

    /// The number of members.
    package var count: Int { keys.count }
    /// Whether the object is empty.
    package var isEmpty: Bool { keys.isEmpty }

    /// Accesses the value under a key, compared by code points. Setting replaces the value, appends a new member, or,
    /// with `nil`, removes the member.
    package subscript(key: String) -> JSON? {
      get { index(of: key).map { values[$0] } }
      set {
        switch (index(of: key), newValue) {
        case (let index?, let value?): values[index] = value
        case (nil, let value?):
          keys.append(key)
          values.append(value)
          if keys.count == Self.searched {
            index()
          } else if keys.count > Self.searched {
            indices[CodePoints(key)] = keys.count - 1
          }
        case (let place?, nil):
          keys.remove(at: place)
          values.remove(at: place)
          index()
        case (nil, nil): break
        }
      }
    }

    private func index(of key: String) -> Int? {
      if keys.count >= Self.searched { return indices[CodePoints(key)] }
      return keys.firstIndex { $0.utf8.elementsEqual(key.utf8) }
    }

    private mutating func index() {
      indices =
        keys.count < Self.searched
        ? [:] : Dictionary(uniqueKeysWithValues: keys.enumerated().map { (CodePoints($0.element), $0.offset) })
    }

    /// Makes room for `count` members.
    package mutating func reserveCapacity(_ count: Int) {
      keys.reserveCapacity(count)
      values.reserveCapacity(count)
      if count >= Self.searched { indices.reserveCapacity(count) }
    }
  }
}

extension JSON.Object: Sequence {
  /// Iterates over (key, value) pairs in order.
  package func makeIterator() -> Zip2Sequence<[String], [JSON]>.Iterator { zip(keys, values).makeIterator() }
  /// The number of members.
  package var underestimatedCount: Int { count }
}

extension JSON.Object: Equatable {
  /// Returns whether two objects have the same members, regardless of their order.
  package static func == (left: JSON.Object, right: JSON.Object) -> Bool {
    left.count == right.count && left.allSatisfy { right[$0.0] == $0.1 }
  }
}

/// A string that equals another only when their code points are the same: `String` itself calls "é" equal to
/// "e" followed by a combining accent.
private struct CodePoints: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (left: CodePoints, right: CodePoints) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var copy = text
    copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
