import PromptLensTensors

/// The passes of a group's members over the same prompts, each with a context of its own: one pass over copies of the
/// prompts' tree.
///
/// A product computes each row by itself, but oneDNN may choose other kernels for more rows. So the first pass over a number
/// of copies is compared with that over the tree; where their bits differ, each member's pass is computed alone.
final class JointPass {
  private let encoder: TextEncoder
  private let tree: PromptTree
  /// The pass over the tree itself.
  let single: PromptPass
  private let contextRows: Int
  private let contextLimit: Int
  private var members: [MemberPass] = []
  private var copies: (count: Int, pass: PromptPass)?
  /// The numbers of copies whose results have other bits than the tree's own.
  private var differing: Set<Int> = []

  /// Prepares passes over a tree.
  init(_ encoder: TextEncoder, _ tree: PromptTree, contextLimit: Int) throws {
    self.encoder = encoder
    self.tree = tree
    self.contextLimit = contextLimit
    contextRows = try encoder.check(tree)
    single = try PromptPass(encoder: encoder, tree: tree)
  }

  private var contextCount: Int { contextRows * encoder.width }
  private var featureCount: Int { tree.promptCount * encoder.embedDimension }
  /// A Boolean value that indicates whether no member has passes over the prompts.
  var isUnused: Bool { members.isEmpty }

  /// Adds a member.
  func join(_ member: PassGroup.Member) -> MemberPass {
    let pass = MemberPass(of: member, in: self)
    members.append(pass)
    return pass
  }

  /// Removes a member.
  func remove(_ pass: MemberPass) { members.removeAll { $0 === pass } }

  /// Checks that a context has all rows that the prompts name.
  ///
  /// - Parameter count: the number of the context's elements.
  /// - Throws: `TensorError.shapeMismatch` when it has too few.
  func check(_ count: Int) throws(TensorError) {
    guard count < contextCount else { return }
    throw .shapeMismatch(
      operation: "prompts", name: "context", expected: [contextRows, encoder.width],
      found: [count / max(encoder.width, 1), encoder.width])
  }

  // MARK: - Computing

  /// Computes the gradients that members wait for, or else all members' features, and answers them. Features wait for
  /// gradients, which need what the last forward pass left.
  ///
  /// - Returns: the members that were answered; none if nobody waits.
  func compute() -> [PassGroup.Member] {
    let backward = members.filter { $0.gradient != nil }
    let asking = backward.isEmpty ? members.filter { $0.context != nil } : backward
    do {
      let found = try backward.isEmpty ? features(of: asking) : gradients(of: asking)
      for (pass, found) in zip(asking, found) { pass.answer(.success(found)) }
    } catch {
      for pass in asking { pass.answer(.failure(error)) }
    }
    return asking.map(\.member)
  }

  private func features(of asking: [MemberPass]) throws -> [FloatBuffer] {
    guard asking.count > 1 else { return try asking.map { try features(of: $0, by: single) } }
    guard let pass = try pass(overCopies: asking.count) else {
      return try asking.map { member in
        let own = try member.own ?? PromptPass(encoder: encoder, tree: tree)
        member.own = own
        return try features(of: member, by: own)
      }
    }
    let contexts = FloatBuffer(uninitialized: asking.count * contextCount)
    for (copy, member) in asking.enumerated() {
      member.last = (pass, copy)
      guard let base = member.context?.baseAddress else { continue }
      (contexts.pointer + copy * contextCount).update(from: base, count: contextCount)
    }
    return try withExtendedLifetime(contexts) {
      try pass.forward(context: UnsafeBufferPointer(contexts.elements)).parts(of: featureCount)
    }
  }

  private func features(of member: MemberPass, by pass: PromptPass) throws -> FloatBuffer {
    member.last = (pass, 0)
    return try pass.forward(context: member.context ?? UnsafeBufferPointer(start: nil, count: 0))
  }

  private func gradients(of asking: [MemberPass]) throws -> [FloatBuffer] {
    var found: [ObjectIdentifier: [FloatBuffer]] = [:]
    return try asking.map { member in
      guard let (pass, copy) = member.last else { throw CancellationError() }
      if let known = found[ObjectIdentifier(pass)] { return known[copy] }
      let count = pass === copies?.pass ? copies?.count ?? 1 : 1
      let gradient = FloatBuffer(count: count * featureCount)
      for other in asking {
        guard let last = other.last, last.pass === pass, let base = other.gradient else { continue }
        (gradient.pointer + last.copy * featureCount).update(from: base, count: featureCount)
      }
      let parts = try withExtendedLifetime(gradient) { try pass.backward(gradient.pointer).parts(of: contextCount) }
      found[ObjectIdentifier(pass)] = parts
      return parts[copy]
    }
  }

  // MARK: - Copies

  /// Returns the pass over a number of copies; nil above the limit, or where its bits differ from those of the tree's own
  /// pass.
  private func pass(overCopies count: Int) throws -> PromptPass? {
    if let copies, copies.count == count { return copies.pass }
    guard count <= contextLimit, !differing.contains(count) else { return nil }
    copies = nil
    let pass = try PromptPass(encoder: encoder, tree: tree.repeated(count, contextRows: contextRows))
    guard try hasBitsOfSingle(pass, copies: count) else {
      differing.insert(count)
      return nil
    }
    copies = (count, pass)
    return pass
  }

  /// Compares the results of the first and the last copy, for a random context and gradient, with those of the tree's own
  /// pass.
  private func hasBitsOfSingle(_ pass: PromptPass, copies count: Int) throws -> Bool {
    var random = SplitMix64(seed: 1)
    func values(_ count: Int) -> FloatBuffer {
      let values = FloatBuffer(uninitialized: count)
      for index in 0..<count { values.pointer[index] = Float.random(in: -0.05...0.05, using: &random) }
      return values
    }
    let (contexts, gradients) = (values(count * contextCount), values(count * featureCount))
    return try withExtendedLifetime((contexts, gradients)) {
      let features = try pass.forward(context: UnsafeBufferPointer(contexts.elements)).parts(of: featureCount)
      let found = try pass.backward(gradients.pointer).parts(of: contextCount)
      return try [0, count - 1].allSatisfy { copy in
        let context = UnsafeBufferPointer(start: contexts.pointer + copy * contextCount, count: contextCount)
        let isSame = try single.forward(context: context).hasBits(of: features[copy])
        return try isSame && single.backward(gradients.pointer + copy * featureCount).hasBits(of: found[copy])
      }
    }
  }
}

extension FloatBuffer {
  /// Returns copies of consecutive parts of `size` elements each.
  fileprivate func parts(of size: Int) -> [FloatBuffer] {
    stride(from: 0, to: count, by: max(size, 1)).map { first in
      let part = FloatBuffer(uninitialized: size)
      part.pointer.update(from: pointer + first, count: size)
      return part
    }
  }

  fileprivate func hasBits(of other: FloatBuffer) -> Bool {
    elements.elementsEqual(other.elements) { $0.bitPattern == $1.bitPattern }
  }
}
