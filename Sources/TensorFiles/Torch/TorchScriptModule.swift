/// A TorchScript module that only holds tensors, made from the names of a state dict.
///
/// `torch.jit.load` reads it, and its `state_dict()` has the same names and tensors: each part of a name between periods is
/// a module of its own. The code declares the attributes and has no methods, so nothing can be run with it.
///
/// Source: PyTorch's `torch/csrc/jit/docs/serialization.md`.
package struct TorchScriptModule {
  /// The Python package of the classes.
  static let package = "__torch__"

  private let name: String
  private var tensors: [(name: String, value: PickleWriter.Value)] = []
  private var modules: [(name: String, module: TorchScriptModule)] = []

  private init(name: String) { self.name = name }

  /// Creates a module.
  ///
  /// - Parameters:
  ///   - name: the name of its class.
  ///   - tensors: the tensors under their names in a state dict, each once.
  package init(name: String, tensors: [(key: String, value: PickleWriter.Value)]) {
    self.init(name: name)
    for (key, value) in tensors { insert(value, at: key.split(separator: ".").map(String.init)[...]) }
  }

  private mutating func insert(_ value: PickleWriter.Value, at path: ArraySlice<String>) {
    guard let first = path.first else { return }
    guard path.count > 1 else {
      tensors.append((first, value))
      return
    }
    if let index = modules.firstIndex(where: { $0.name == first }) {
      modules[index].module.insert(value, at: path.dropFirst())
    } else {
      var module = TorchScriptModule(name: "\(name)_\(first)")
      module.insert(value, at: path.dropFirst())
      modules.append((first, module))
    }
  }

  /// The module as an object with its tensors.
  package var value: PickleWriter.Value {
    var attributes: [(key: String, value: PickleWriter.Value)] = tensors.map { ($0.name, $0.value) }
    attributes.append((key: "training", value: .boolean(false)))
    for (name, module) in modules { attributes.append((key: name, value: module.value)) }
    return .module(name: name, attributes: attributes)
  }

  /// The classes of the module and of all below it, innermost first.
  package var code: String {
    let names = tensors.map { "\"\($0.name)\", " }.joined()
    var lines = ["class \(name)(Module):", "  __parameters__ = [\(names)]", "  __buffers__ = []"]
    lines += tensors.map { "  \($0.name) : Tensor" } + ["  training : bool"]
    // Attributes whose names aren't Python's, as the numbers of blocks, are declared by strings.
    let isName = { (name: String) in name.first?.isNumber == false }
    if !modules.allSatisfy({ isName($0.name) }) { lines.append("  __annotations__ = []") }
    lines += modules.map { key, module in
      let type = "\(Self.package).\(module.name)"
      return isName(key) ? "  \(key) : \(type)" : "  __annotations__[\"\(key)\"] = \(type)"
    }
    return modules.map(\.module.code).joined() + lines.joined(separator: "\n") + "\n"
  }
}
