import PromptLensTensors

/// The type of the numbers in a safetensors file or a PyTorch storage, by PyTorch's names.
package enum ElementType: String, Sendable, CaseIterable {
  case float64
  case float32
  case float16
  case bfloat16
  case int64
  case int32
  case int16
  case int8
  case uint64
  case uint32
  case uint16
  case uint8
  case bool
  case complex128
  case complex64
  case float8E4M3 = "float8_e4m3fn"
  case float8E5M2 = "float8_e5m2"
  case float8E8M0 = "float8_e8m0fnu"

  /// The number of bytes of an element.
  package var byteWidth: Int {
    switch self {
    case .complex128: 16
    case .float64, .int64, .uint64, .complex64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool, .float8E4M3, .float8E5M2, .float8E8M0: 1
    }
  }

  /// The element type of tensors read from such numbers; nil if weights don't have this type.
  package var dtype: DType? {
    switch self {
    case .float64, .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    default: nil
    }
  }
}
