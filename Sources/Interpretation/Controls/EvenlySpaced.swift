/// A choice of evenly spaced items from a long list.
package enum EvenlySpaced {
  /// Returns up to `limit` of the indices from 0 to `count`, evenly spaced, the first always among them.
  package static func indices(_ count: Int, limit: Int) -> [Int] {
    guard count > limit, limit > 0 else { return Array(0..<max(count, 0)) }
    return (0..<limit).map { $0 * count / limit }
  }
}
