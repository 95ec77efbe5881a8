/// A binary heap whose first element is the smallest.
struct BinaryHeap<Element: Comparable> {
  private var elements: [Element] = []

  /// The smallest element; nil if there is none.
  var first: Element? { elements.first }

  mutating func push(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0, elements[child] < elements[(child - 1) / 2] {
      elements.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Removes the smallest element, and returns it; nil if there is none.
  @discardableResult
  mutating func popFirst() -> Element? {
    guard let top = elements.first, let last = elements.popLast() else { return nil }
    guard !elements.isEmpty else { return top }
    elements[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < elements.count else { break }
      if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
      guard elements[child] < elements[parent] else { break }
      elements.swapAt(child, parent)
      parent = child
    }
    return top
  }
}
