import PromptLensTensors

/// A group member's passes over prompts, which the group computes with those of other members.
package final class MemberPass: ContextPass {
  /// A request of a member, whose thread waits for the answer.
  enum Request {
    case forward(UnsafeBufferPointer<Float>)
    case backward(UnsafePointer<Float>)
  }

  let member: PassGroup.Member
  private let joint: JointPass
  private var request: Request?
  private var result: Result<FloatBuffer, any Error>?
  /// The pass that computed the last features, and which of its copies is this member's.
  var last: (pass: PromptPass, copy: Int)?
  /// A pass of the member's own, where copies side by side have other bits.
  var own: PromptPass?

  init(of member: PassGroup.Member, in joint: JointPass) {
    self.member = member
    self.joint = joint
  }

  package var cost: TreeCost { joint.single.cost }
  package var byteCount: Int { joint.single.byteCount }
  package var leastBytes: Int { joint.single.leastBytes }

  package func forward(context rows: UnsafeBufferPointer<Float>) throws -> FloatBuffer {
    try joint.check(rows.count)
    return try ask(.forward(rows))
  }

  package func backward(_ gradient: UnsafePointer<Float>) throws -> FloatBuffer { try ask(.backward(gradient)) }

  /// Ends the passes: others are computed without this member from now on.
  package func leave() { joint.remove(self) }

  private func ask(_ request: Request) throws -> FloatBuffer {
    self.request = request
    member.waitForResult()
    defer { self.result = nil }
    guard let result else { throw CancellationError() }
    return try result.get()
  }

  /// The context that the member waits to be passed forward; nil if it waits for nothing or for a gradient.
  var context: UnsafeBufferPointer<Float>? {
    if case .forward(let rows) = request { rows } else { nil }
  }

  /// The gradient that the member waits to be passed backward; nil if it waits for nothing or for features.
  var gradient: UnsafePointer<Float>? {
    if case .backward(let gradient) = request { gradient } else { nil }
  }

  /// Answers the member's request.
  func answer(_ result: Result<FloatBuffer, any Error>) {
    request = nil
    self.result = result
  }
}
