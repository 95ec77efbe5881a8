/// The element type of a tensor's storage.
package enum DType: String, Sendable, CaseIterable, CustomStringConvertible {
  /// IEEE 754 binary32.
  case float32 = "f32"
  /// IEEE 754 binary16.
  case float16 = "f16"
  /// The upper half of a binary32.
  case bfloat16 = "bf16"

  /// The number of bytes of an element.
  package var byteWidth: Int { self == .float32 ? 4 : 2 }

  /// The short name: `f32`, `f16`, `bf16`.
  package var description: String { rawValue }
}
