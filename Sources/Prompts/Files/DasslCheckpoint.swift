import PromptLensFiles
import PromptLensTensorFiles
import PromptLensTensors

/// The form in which Dassl saves what CoOp and its successors learn: `model.pth.tar-N`.
enum DasslCheckpoint {
  /// The key of the properties that Dassl's form has no place for, which its own code passes over.
  static let properties = "promptlens"

  /// Writes a checkpoint; the file appears under its name when it is complete.
  ///
  /// - Parameters:
  ///   - entries: the tensors of `state_dict`, in order.
  ///   - epoch: the epoch to record.
  ///   - properties: texts under ``properties``; empty to leave that out.
  ///   - path: the file.
  ///   - read: returns the tensor of a name; nil for one that doesn't exist.
  /// - Throws: `FileError` when it can't be written, and the errors of `read`.
  static func write(
    _ entries: [SafeTensorsWriter.Entry], epoch: Int, properties: [(key: String, value: String)] = [], to path: String,
    read: (String) throws -> Tensor?
  ) throws {
    try AtomicOutput.file(at: path) { temporary in
      try TorchArchiveWriter.create(
        temporary, named: path, entries,
        document: { state in
          var members: [(key: String, value: PickleWriter.Value)] = [
            ("state_dict", state), ("epoch", .integer(epoch)), ("optimizer", .none), ("scheduler", .none),
            ("val_result", .none),
          ]
          if !properties.isEmpty {
            members.append((Self.properties, .dictionary(properties.map { ($0.key, .string($0.value)) })))
          }
          return .dictionary(members)
        }
      ) { entry in
        guard let tensor = try read(entry.name) else { throw TensorError.missing(name: entry.name, source: path) }
        return tensor
      }
    }
  }
}
