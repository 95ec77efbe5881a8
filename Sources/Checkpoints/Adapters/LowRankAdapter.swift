import Foundation
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors

/// A LoRA adapter as PEFT saves it: `adapter_config.json` and `adapter_model.safetensors`.
///
/// For a matrix W, `[out, in]`, of a base model the adapter holds A, `[r, in]`, and B, `[out, r]`; the adapted model computes
/// with `W + scale · B · A`, where scale is `lora_alpha / r`, or `lora_alpha / √r` by rsLoRA. Settings that make something
/// else of it are refused by name.
///
/// Sources: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021), section 4.1; Kalajdzievski, "A Rank
/// Stabilization Scaling Factor for Fine-Tuning with LoRA" (2023); PEFT's `LoraConfig`.
package struct LowRankAdapter: Sendable {
  /// The folder.
  let folder: String
  /// The name of the base model, as the adapter states it; nil when it doesn't.
  let baseName: String?
  private let file: any StoredTensors
  /// The factor of B · A.
  private let scale: Double
  /// The pairs by the base's name of the matrix, without what stands before the model's own names.
  private let pairs: [String: (down: String, up: String)]

  private static let settingsName = "adapter_config.json"
  private static let weightsNames = ["adapter_model.safetensors", "adapter_model.bin"]

  /// Returns whether a folder is an adapter's.
  static func isPresent(in folder: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(settingsName)")
  }

  /// Opens an adapter.
  ///
  /// - Throws: `JSONError` or ``CheckpointError`` when its settings or tensors are those of something else.
  package init(folder: String) throws {
    self.folder = folder
    let root = try JSONNode(contentsOf: "\(folder)/\(Self.settingsName)", limit: 4 << 20)
    let type = try root.string("peft_type")
    guard type == "LORA" else { throw try root.node("peft_type").unexpected(expected: "LORA", found: type) }
    try Self.check(root)
    let rank = try root.integer("r")
    guard (1...4096).contains(rank) else {
      throw try root.node("r").unexpected(expected: "a rank from 1 to 4096", found: "\(rank)")
    }
    let alpha = try root.number("lora_alpha")
    guard alpha.isFinite else { throw try root.node("lora_alpha").unexpected(expected: "a finite number") }
    scale = try root.optionalBool("use_rslora") == true ? alpha / Double(rank).squareRoot() : alpha / Double(rank)
    baseName = try root.optionalString("base_model_name_or_path")

    let path = Self.weightsNames.map { "\(folder)/\($0)" }.first { FileManager.default.fileExists(atPath: $0) }
    guard let path, let file = try TensorFile.open(path) else {
      throw CheckpointError.missing(
        path: folder, object: "the adapter's weights", expected: Self.weightsNames.joined(separator: " or "))
    }
    self.file = file
    var pairs: [String: (down: String, up: String)] = [:]
    for name in file.storedNames {
      guard let (layer, isDown) = Self.layer(of: name) else {
        throw CheckpointError.unexpected(
          path: path, object: name, expected: "a tensor lora_A.weight or lora_B.weight of a linear layer",
          found: "of another kind")
      }
      let pair = pairs[layer] ?? ("", "")
      pairs[layer] = isDown ? (name, pair.up) : (pair.down, name)
    }
    for (layer, pair) in pairs.sorted(by: { $0.key < $1.key }) {
      guard let down = file.stored(pair.down)?.shape, let up = file.stored(pair.up)?.shape else {
        throw CheckpointError.missing(
          path: path, object: "half of the adapter of \(layer)", expected: "lora_A and lora_B")
      }
      guard down.count == 2, up.count == 2, down[0] == rank, up[1] == rank else {
        throw CheckpointError.unexpected(
          path: path, object: "the adapter of \(layer)", expected: "matrices [\(rank), in] and [out, \(rank)]",
          found: "of shapes \(down) and \(up)")
      }
    }
    guard !pairs.isEmpty else {
      throw CheckpointError.missing(
        path: path, object: "every adapter", expected: "tensors lora_A.weight and lora_B.weight")
    }
    self.pairs = pairs
  }

  /// Refuses settings by which the weights would be others.
  private static func check(_ root: JSONNode) throws {
    for key in ["use_dora", "fan_in_fan_out", "lora_bias", "use_qalora"] where try root.optionalBool(key) == true {
      throw try root.node(key).unexpected(expected: "false; merge it with PEFT's merge_and_unload", found: "true")
    }
    if let bias = try root.optionalString("bias"), bias != "none" {
      throw try root.node("bias").unexpected(expected: "none; merge it with PEFT's merge_and_unload", found: bias)
    }
    for key in ["rank_pattern", "alpha_pattern", "modules_to_save", "layer_replication", "trainable_token_indices"] {
      switch root[key]?.value {
      case nil: continue
      case .object(let members)? where members.isEmpty: continue
      case .array(let elements)? where elements.isEmpty: continue
      case .some:
        throw try root.node(key).unexpected(expected: "nothing; merge it with PEFT's merge_and_unload")
      }
    }
  }

  /// Returns the base's name of the layer that a tensor adapts, and whether the tensor is A; nil for other tensors.
  private static func layer(of name: String) -> (name: String, isDown: Bool)? {
    let wrapper = "base_model.model."
    let bare = name.hasPrefix(wrapper) ? String(name.dropFirst(wrapper.count)) : name
    for (end, isDown) in [
      (".lora_A.weight", true), (".lora_B.weight", false), (".lora_A.default.weight", true),
      (".lora_B.default.weight", false),
    ] where bare.hasSuffix(end) {
      return (String(bare.dropLast(end.count)) + ".weight", isDown)
    }
    return nil
  }

  /// Returns a base model's tensors with the adapter's added.
  ///
  /// - Throws: ``CheckpointError`` when the base lacks a matrix that is adapted, or it has another shape.
  func merged(into base: any StoredTensors) throws -> any StoredTensors {
    var changes: [String: Change] = [:]
    for (layer, pair) in pairs.sorted(by: { $0.key < $1.key }) {
      let names = base.storedNames.filter { $0 == layer || $0.hasSuffix("." + layer) }
      guard names.count == 1 else {
        throw CheckpointError.missing(
          path: base.path, object: layer,
          expected: "one matrix of this name, which the adapter \(folder) changes, and there are \(names.count)")
      }
      let shape = [file.stored(pair.up)?.shape.first ?? 0, file.stored(pair.down)?.shape.last ?? 0]
      guard let found = base.stored(names[0])?.shape, found == shape else {
        throw CheckpointError.unexpected(
          path: base.path, object: names[0], expected: "of shape \(shape), as the adapter \(folder) needs it",
          found: "of shape \(base.stored(names[0])?.shape ?? [])")
      }
      changes[names[0]] = Change(down: pair.down, up: pair.up)
    }
    return AdaptedTensors(base: base, adapter: file, changes: changes, scale: scale)
  }

  /// The names of a matrix's adapter.
  struct Change: Sendable {
    let down: String
    let up: String
  }
}

/// A base model's tensors, some of them with an adapter's product added, in f32.
private struct AdaptedTensors: StoredTensors {
  let base: any StoredTensors
  let adapter: any StoredTensors
  let changes: [String: LowRankAdapter.Change]
  let scale: Double

  var path: String { base.path }
  var paths: [String] { base.paths + adapter.paths }
  var container: TensorContainer { base.container }
  var storedNames: [String] { base.storedNames }
  var groups: [String] { base.groups }
  var metadata: [(key: String, value: String)] { base.metadata }
  var moduleClasses: [String] { base.moduleClasses }

  func attribute(_ name: String, of object: String) throws -> HDF5Value? { try base.attribute(name, of: object) }

  func stored(_ name: String) -> StoredTensor? {
    guard let stored = base.stored(name), changes[name] != nil, stored.dtype != nil else { return base.stored(name) }
    return StoredTensor(
      shape: stored.shape, dtype: .float32, type: DType.float32.longName, byteCount: stored.shape.reduce(4, *))
  }

  func tensor(_ name: String) throws -> Tensor {
    let matrix = try base.tensor(name)
    guard let change = changes[name] else { return matrix }
    let (down, up) = (try adapter.tensor(change.down).floats(), try adapter.tensor(change.up).floats())
    let (outputs, inputs) = (matrix.shape.dimensions[0], matrix.shape.dimensions[1])
    let rank = down.count / max(inputs, 1)
    var sums = matrix.floats()
    var row = [Double](repeating: 0, count: inputs)
    for output in 0..<outputs {
      for input in 0..<inputs { row[input] = 0 }
      for index in 0..<rank {
        let factor = Double(up[output * rank + index])
        for input in 0..<inputs { row[input] += factor * Double(down[index * inputs + input]) }
      }
      for input in 0..<inputs {
        sums[output * inputs + input] = Float(Double(sums[output * inputs + input]) + scale * row[input])
      }
    }
    return try Tensor(sums, shape: [outputs, inputs], name: name)
  }

  func releasePages() {
    base.releasePages()
    adapter.releasePages()
  }
}
