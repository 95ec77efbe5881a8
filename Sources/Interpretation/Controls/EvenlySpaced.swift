/// Some of many things, when all would take too long.
package enum EvenlySpaced {
  /// Up to `limit` of the places 0 to `count`, evenly spaced, the first always among them.
  package static func indices(_ count: Int, limit: Int) -> [Int] {
    guard count > limit, limit > 0 else { return Array(0..<max(count, 0)) }
    return (0..<limit).map { $0 * count / limit }
  }
}
