import PromptLensFiles
import PromptLensTensorFiles
import PromptLensTensors

/// The form in which Dassl saves what CoOp and its successors learn: `model.pth.tar-N`.
enum DasslCheckpoint {
  /// Writes a checkpoint; the file appears under its name when it is complete.
  ///
  /// - Parameters:
  ///   - entries: the tensors of `state_dict`, in order.
  ///   - epoch: the epoch to record.
  ///   - path: the file.
  ///   - read: returns the tensor of a name; nil for one that doesn't exist.
  /// - Throws: `FileError` when it can't be written, and the errors of `read`.
  static func write(
    _ entries: [SafeTensorsWriter.Entry], epoch: Int, to path: String, read: (String) throws -> Tensor?
  ) throws {
    try AtomicOutput.file(at: path) { temporary in
      try TorchArchiveWriter.create(
        temporary, named: path, entries,
        document: { state in
          .dictionary([
            ("state_dict", state), ("epoch", .integer(epoch)), ("optimizer", .none), ("scheduler", .none),
            ("val_result", .none),
          ])
        }
      ) { entry in
        guard let tensor = try read(entry.name) else { throw TensorError.missing(name: entry.name, source: path) }
        return tensor
      }
    }
  }
}
