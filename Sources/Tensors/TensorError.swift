/// An error of a tensor that doesn't fit an operation.
package enum TensorError: Error, Equatable, CustomStringConvertible {
  /// A negative axis or a number of elements that overflows.
  case badShape(name: String, dimensions: [Int])
  /// A shape that differs from the one that the operation needs; `-1` in `expected` stands for any size.
  case shapeMismatch(operation: String, name: String, expected: [Int], found: [Int])
  /// A number of bytes that differs from the one that the shape and the element type need.
  case byteCount(name: String, expected: Int, found: Int)
  /// A mapped tensor that reaches beyond its file.
  case outOfBounds(name: String, offset: Int, bytes: Int, fileBytes: Int)
  /// A tensor that the source doesn't have.
  case missing(name: String, source: String)
  /// A plan that oneDNN rejected.
  case plan(operation: String, status: Int)
  /// A processor without bf16 products.
  case bfloat16Unsupported
  /// A limit on the address space in which the program cannot run.
  case addressSpace(limit: Int, least: Int)

  /// A sentence with the tensor, the expected and the found value.
  package var description: String {
    switch self {
    case .badShape(let name, let dimensions):
      "\(name) has shape \(dimensions): its axes must not be negative and their product must fit 63 bits"
    case .shapeMismatch(let operation, let name, let expected, let found):
      "\(operation): \(name) has shape \(found), expected \(Shape.expected(expected))"
    case .byteCount(let name, let expected, let found): "\(name) needs \(expected) bytes, found \(found)"
    case .outOfBounds(let name, let offset, let bytes, let fileBytes):
      "\(name) would lie at bytes \(offset) to \(offset.addingReportingOverflow(bytes).partialValue) of a file of "
        + "\(fileBytes); the file is damaged or cut short"
    case .missing(let name, let source): "\(source): there is no tensor \(name)"
    case .plan(let operation, let status):
      "\(operation): oneDNN rejected the plan with status \(status); check that libdnnl is the version this was built for"
    case .bfloat16Unsupported:
      "bf16 arithmetic needs a processor with AVX-512, which this one lacks; use f32"
    case .addressSpace(let limit, let least):
      "the address space is limited to \(limit / 1_000_000) MB (ulimit -v), expected at least \(least / 1_000_000) MB; "
        + "raise it, or use fewer threads (PROMPTLENS_THREADS)"
    }
  }
}
