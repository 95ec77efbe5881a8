import PromptLensCHDF5
import PromptLensTensors

/// The element type of a dataset or an attribute, as stored.
package enum HDF5Type: Sendable, Equatable, CustomStringConvertible {
  /// An IEEE or brain float that a tensor can store unchanged, apart from the byte order.
  case float(DType, bigEndian: Bool)
  /// Any other float, mostly float64, by its number of bytes. It is converted to f32.
  case wideFloat(bytes: Int)
  /// A whole number.
  case integer(bytes: Int, signed: Bool)
  /// Text of a fixed number of bytes, or of variable length if nil.
  case string(bytes: Int?)
  /// Any other type, by libhdf5's name of its class.
  case other(String)

  /// NumPy's names: `float32`, `int64`, `string`.
  package var description: String {
    switch self {
    case .float(.bfloat16, let bigEndian): bigEndian ? "big-endian bfloat16" : "bfloat16"
    case .float(let dtype, let bigEndian): "\(bigEndian ? "big-endian " : "")float\(dtype.byteWidth * 8)"
    case .wideFloat(let bytes): "float\(bytes * 8)"
    case .integer(let bytes, let signed): "\(signed ? "" : "u")int\(bytes * 8)"
    case .string: "string"
    case .other(let name): name
    }
  }

  /// The element type of a tensor read from it; nil if its elements aren't floats.
  package var dtype: DType? {
    switch self {
    case .float(let dtype, _): dtype
    case .wideFloat: .float32
    default: nil
    }
  }

  /// Reads a type's class, size and fields.
  init(_ type: hid_t) {
    let bytes = H5Tget_size(type)
    switch H5Tget_class(type) {
    case H5T_FLOAT:
      var (sign, exponent, exponentBits, mantissa, mantissaBits) = (0, 0, 0, 0, 0)
      H5Tget_fields(type, &sign, &exponent, &exponentBits, &mantissa, &mantissaBits)
      let isPlain =
        H5Tget_precision(type) == bytes * 8 && H5Tget_offset(type) == 0 && H5Tget_norm(type) == H5T_NORM_IMPLIED
        && mantissa == 0 && exponent == mantissaBits && sign == mantissaBits + exponentBits && sign + 1 == bytes * 8
      let order = H5Tget_order(type)
      let dtype: DType? =
        switch (bytes, exponentBits, H5Tget_ebias(type)) {
        case (4, 8, 127): .float32
        case (2, 5, 15): .float16
        case (2, 8, 127): .bfloat16
        default: nil
        }
      if isPlain, let dtype, order == H5T_ORDER_LE || order == H5T_ORDER_BE {
        self = .float(dtype, bigEndian: order == H5T_ORDER_BE)
      } else {
        self = .wideFloat(bytes: bytes)
      }
    case H5T_INTEGER: self = .integer(bytes: bytes, signed: H5Tget_sign(type) != H5T_SGN_NONE)
    case H5T_STRING: self = .string(bytes: H5Tis_variable_str(type) > 0 ? nil : bytes)
    case H5T_COMPOUND: self = .other("compound")
    case H5T_ENUM: self = .other("enumeration")
    case H5T_ARRAY: self = .other("array")
    case H5T_VLEN: self = .other("variable-length sequence")
    case H5T_REFERENCE: self = .other("reference")
    case H5T_OPAQUE: self = .other("opaque")
    case H5T_BITFIELD: self = .other("bit field")
    default: self = .other("unknown")
    }
  }

  /// Returns a new little-endian type for a tensor's elements, which the caller closes.
  static func make(_ dtype: DType) -> hid_t {
    switch dtype {
    case .float32: H5Tcopy(chdf5_f32_little())
    case .float16: chdf5_create_half(5, 10, 15)
    case .bfloat16: chdf5_create_half(8, 7, 127)
    }
  }
}
