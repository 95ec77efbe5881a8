import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensTensors

/// A checkpoint's tensors with the names and in the layout of an export format.
struct ExportedTensors {
  /// The tensors of the file.
  let entries: [SafeTensorsWriter.Entry]
  private let checkpoint: Checkpoint
  /// The parts by their written names: OpenAI's tensor, its rows, and the steps that turn them into the written tensor.
  private let parts: [String: [Part]]

  /// A part of a written tensor.
  private typealias Part = (name: String, rows: Range<Int>?, steps: [TensorRecipe.Step])

  /// Creates the list with OpenAI's own names.
  init(openAI checkpoint: Checkpoint) throws { try self.init(checkpoint) { $0 } }

  /// Creates the list with open_clip's names: OpenAI's, and the text tower's under `text.` where open_clip has it apart.
  init(openCLIP checkpoint: Checkpoint) throws {
    let isApart = OpenCLIPExport.hasTextApart(checkpoint.configuration)
    try self.init(checkpoint) { name in
      isApart && !["logit_scale", "logit_bias"].contains(name) && !name.hasPrefix("visual.") ? "text.\(name)" : name
    }
  }

  private init(_ checkpoint: Checkpoint, written: (String) -> String) throws {
    self.checkpoint = checkpoint
    entries = try checkpoint.configuration.tensors.map { name, shape in
      SafeTensorsWriter.Entry(
        name: written(name), shape: shape, dtype: try checkpoint.source.description(of: name).dtype)
    }
    parts = Dictionary(
      checkpoint.configuration.tensors.map { name, _ -> (String, [Part]) in
        (written(name), [(name: name, rows: nil, steps: [])])
      }
    ) { first, _ in first }
  }

  /// Creates the list with transformers' names, by inverting the recipes that read its files.
  init(huggingFace checkpoint: Checkpoint) throws {
    self.checkpoint = checkpoint
    let recipes = HuggingFaceNames.pyTorch(prefix: "").recipes(checkpoint.configuration)
    var entries: [SafeTensorsWriter.Entry] = []
    var parts: [String: [Part]] = [:]
    for (name, _) in checkpoint.configuration.tensors {
      let dtype = try checkpoint.source.description(of: name).dtype
      var row = 0
      guard let recipe = recipes[name] else {
        throw CLIPError.missingTensor(source: checkpoint.weightsPath, name: name)
      }
      for part in recipe.ingredients {
        let shape = part.shape ?? []
        let rows = recipe.ingredients.count > 1 ? row..<row + (shape.first ?? 0) : nil
        row = rows?.upperBound ?? 0
        if parts[part.stored] == nil { entries.append(.init(name: part.stored, shape: shape, dtype: dtype)) }
        // A transpose is its own inverse; of a tensor whose rows are read one after another, the parts are joined.
        parts[part.stored, default: []].append((name, rows, part.steps.filter { $0 == .transpose }))
      }
    }
    self.entries = entries
    self.parts = parts
  }

  /// Writes the tensors one after another as safetensors, and releases the source's memory after each.
  func write(to path: String, named name: String, metadata: [(key: String, value: String)]) throws {
    try SafeTensorsWriter.create(path, named: name, entries, metadata: metadata) { try tensor($0, of: name) }
  }

  /// Writes the tensors one after another as a PyTorch archive of a state dict.
  func writeTorch(to path: String, named name: String) throws {
    try TorchArchiveWriter.create(path, named: name, entries) { try tensor($0, of: name) }
  }

  /// Writes the tensors one after another as a TorchScript archive of a module without methods.
  func writeTorchScript(to path: String, named name: String) throws {
    try TorchArchiveWriter.createScript(path, named: name, module: "CLIP", entries) { try tensor($0, of: name) }
  }

  /// Returns a tensor as it is written.
  private func tensor(_ entry: SafeTensorsWriter.Entry, of file: String) throws -> Tensor {
    defer { checkpoint.releasePages() }
    guard let parts = parts[entry.name] else { throw TensorError.missing(name: entry.name, source: file) }
    let tensors = try parts.map { try tensor(of: $0) }
    let whole = tensors.count == 1 ? tensors[0] : try Tensor.concatenated(tensors, name: entry.name)
    return try whole.reshaped(entry.shape, name: entry.name)
  }

  private func tensor(of part: Part) throws -> Tensor {
    var tensor = try checkpoint.source.tensor(part.name)
    if let rows = part.rows { tensor = try tensor.rows(rows, name: part.name) }
    for step in part.steps {
      switch step {
      case .reshape(let shape): tensor = try tensor.reshaped(shape, name: part.name)
      case .permute(let axes): tensor = try tensor.permuted(axes, name: part.name)
      case .rows(let range): tensor = try tensor.rows(range, name: part.name)
      }
    }
    return tensor
  }
}
