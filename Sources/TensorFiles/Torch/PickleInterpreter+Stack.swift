// The stack that opcodes work on, its marks, and the memo of earlier results.
extension PickleInterpreter {
  mutating func push(_ cell: PickleCell) throws(TensorFileError) {
    cells += 1
    guard cells <= Self.cellLimit else { throw damaged("more than \(Self.cellLimit) values") }
    stack.append(cell)
  }

  func top() throws(TensorFileError) -> PickleCell {
    guard let cell = stack.last, stack.count > marks.last ?? 0 else { throw damaged("nothing to take from the stack") }
    return cell
  }

  mutating func pop() throws(TensorFileError) -> PickleCell {
    let cell = try top()
    stack.removeLast()
    return cell
  }

  mutating func pop(_ count: Int) throws(TensorFileError) -> [PickleCell] {
    guard stack.count - count >= marks.last ?? 0 else { throw damaged("nothing to take from the stack") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  mutating func popToMark() throws(TensorFileError) -> [PickleCell] {
    guard let mark = marks.popLast() else { throw damaged("no mark on the stack") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  mutating func remember(_ number: Int) throws(TensorFileError) {
    guard memo.count < Self.nodeLimit else { throw damaged("more than \(Self.nodeLimit) values remembered") }
    memo[number] = try top()
  }

  func recall(_ number: Int) throws(TensorFileError) -> PickleCell {
    guard let cell = memo[number] else { throw damaged("the value \(number) was never remembered") }
    return cell
  }
}
