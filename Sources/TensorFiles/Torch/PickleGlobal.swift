import PromptLensTensors

/// An allowed class or function in a pickle, and its meaning.
enum PickleGlobal: Sendable, Equatable {
  /// `torch._utils._rebuild_tensor_v2` and its predecessor: a view of a storage.
  case tensor
  /// `torch._utils._rebuild_parameter`: a tensor with its trainability.
  case parameter
  case dictionary
  case defaultDictionary
  case list
  case tuple
  case set
  /// `torch.FloatStorage` and similar storages.
  case storage(ElementType)
  /// `numpy.core.multiarray.scalar`: a number with an array's type.
  case numPyScalar
  case numPyType
  /// `_codecs.encode`, with which protocol 2 writes bytes.
  case encode
  /// TorchScript's typed lists: `torch.jit._pickle.build_intlist` and similar functions.
  case typedList
  /// A class that is known by name only: an optimizer, a scheduler, a module of a TorchScript archive, a number's type.
  case inert(String)

  /// Creates the meaning of a name; returns nil if it doesn't belong in a checkpoint. Modules of a TorchScript archive,
  /// `__torch__.…`, are only allowed in one.
  init?(module: String, name: String, isTorchScript: Bool) {
    if let known = Self.known["\(module) \(name)"] {
      self = known
    } else if module == "torch", name.hasSuffix("Storage"), let element = Self.storages[name] {
      self = .storage(element)
    } else if module == "torch", ElementType(rawValue: name) != nil {
      self = .inert("torch.\(name)")
    } else if Self.isOptimizer(module: module, name: name) || (isTorchScript && Self.isModule(module, name)) {
      self = .inert("\(module).\(name)")
    } else {
      return nil
    }
  }

  private static let known: [String: PickleGlobal] = {
    var known: [String: PickleGlobal] = [
      "torch._utils _rebuild_tensor": .tensor, "torch._utils _rebuild_tensor_v2": .tensor,
      "torch._utils _rebuild_parameter": .parameter, "torch._utils _rebuild_parameter_with_state": .parameter,
      "collections OrderedDict": .dictionary, "collections defaultdict": .defaultDictionary,
      "collections Counter": .dictionary, "torch Size": .tuple, "torch device": .inert("torch.device"),
      "numpy.core.multiarray scalar": .numPyScalar, "numpy._core.multiarray scalar": .numPyScalar,
      "numpy dtype": .numPyType, "_codecs encode": .encode,
      "torch.jit._pickle build_intlist": .typedList, "torch.jit._pickle build_doublelist": .typedList,
      "torch.jit._pickle build_boollist": .typedList, "torch.jit._pickle build_tensorlist": .typedList,
      "torch.jit._pickle restore_type_tag": .typedList,
      "argparse Namespace": .inert("argparse.Namespace"), "numpy ndarray": .inert("numpy.ndarray"),
    ]
    // A training script's paths and arrays, beside its weights.
    for module in ["pathlib", "pathlib._local"] {
      for name in ["Path", "PosixPath", "PurePath", "PurePosixPath", "PureWindowsPath", "WindowsPath"] {
        known["\(module) \(name)"] = .inert("pathlib.\(name)")
      }
    }
    for module in ["numpy.core", "numpy._core"] {
      known["\(module).multiarray _reconstruct"] = .inert("numpy.ndarray")
      known["\(module).numeric _frombuffer"] = .inert("numpy.ndarray")
    }
    for module in ["__builtin__", "builtins"] {
      known["\(module) dict"] = .dictionary
      known["\(module) list"] = .list
      known["\(module) tuple"] = .tuple
      known["\(module) set"] = .set
      known["\(module) frozenset"] = .set
      // As factories of a defaultdict; they are never called.
      for name in ["int", "float", "bool", "str"] { known["\(module) \(name)"] = .inert("builtins.\(name)") }
    }
    return known
  }()

  private static let storages: [String: ElementType] = [
    "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
    "BoolStorage": .bool, "ComplexDoubleStorage": .complex128, "ComplexFloatStorage": .complex64,
  ]

  /// Returns the optimizers, schedulers and loss scalers of PyTorch and of Dassl, in which CoOp trains: classes, never
  /// functions.
  private static func isOptimizer(module: String, name: String) -> Bool {
    let rooms = ["torch.optim", "torch.cuda.amp.grad_scaler", "torch.amp.grad_scaler", "dassl.optim"]
    return rooms.contains { module == $0 || module.hasPrefix($0 + ".") } && isClass(name)
      && module.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isIdentifier)
  }

  private static func isModule(_ module: String, _ name: String) -> Bool {
    (module == "__torch__" || module.hasPrefix("__torch__."))
      && module.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isIdentifier)
      && isIdentifier(name[...])
  }

  private static func isClass(_ name: String) -> Bool {
    isIdentifier(name[...]) && name.utf8.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } == true
  }

  private static func isIdentifier(_ name: Substring) -> Bool {
    !name.isEmpty && name.utf8.count <= 256
      && name.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
