import PromptLensTensors

/// A tensor in a PyTorch file: a view of a storage, which other tensors may share. Nothing is read until `read()`.
package struct TorchTensor: Sendable {
  let archive: TorchArchive
  let description: PickleTensor

  /// The sizes of the axes.
  package var shape: [Int] { description.shape }
  /// The distance between neighbors along each axis, in elements.
  package var strides: [Int] { description.strides }
  /// The offset of the first element in the storage, in elements.
  package var offset: Int { description.offset }
  /// The storage's number; tensors of one storage share their numbers.
  package var storage: Int { description.storage }
  /// The type of the elements.
  package var element: ElementType { archive.tree.storages[description.storage].element }

  /// Returns the elements: the file's own bytes where they are contiguous and aligned, else a copy.
  ///
  /// - Parameter name: the tensor's name, for errors.
  /// - Returns: a tensor of the same shape, contiguous.
  /// - Throws: ``TensorFileError`` when the elements aren't floats, or its record's CRC-32 is wrong.
  package func read(name: String = "tensor") throws -> Tensor {
    let range = try archive.checkedBytes(ofStorage: description.storage, name: name)
    return try StridedElements(
      storage: archive.storage, byteOffset: range.lowerBound + description.offset * element.byteWidth,
      shape: description.shape, strides: description.strides, element: element
    ).tensor(path: archive.path, name: name)
  }

  /// Checks that all elements lie within the storage, and that their number is plausible for a storage of its size.
  static func check(
    _ tensor: PickleTensor, in storage: PickleStorage, path: String
  ) throws(TensorFileError) {
    func unexpected(_ object: String, _ expected: String, _ found: String) -> TensorFileError {
      .unexpected(
        path: path, object: "\(object) of a tensor of shape \(tensor.shape) in the storage \(storage.key)",
        expected: expected, found: found)
    }
    guard tensor.offset >= 0, tensor.offset <= storage.count else {
      throw unexpected("the offset", "a number from 0 to \(storage.count)", "\(tensor.offset)")
    }
    guard tensor.strides.allSatisfy({ $0 >= 0 }) else {
      throw unexpected("a stride", "not negative", "\(tensor.strides)")
    }
    let width = storage.element.byteWidth
    guard let shape = try? Shape(tensor.shape), shape.count <= Int.max / width else {
      throw unexpected("the shape", "sizes whose product fits 63 bits", "\(tensor.shape)")
    }
    guard shape.count > 0 else { return }
    var last = tensor.offset
    for (size, stride) in zip(tensor.shape, tensor.strides) {
      let (reach, overflow) = stride.multipliedReportingOverflow(by: size - 1)
      let (sum, sumOverflow) = last.addingReportingOverflow(reach)
      guard !overflow, !sumOverflow, sum < storage.count else {
        throw unexpected(
          "the reach", "within \(storage.count) elements", "beyond them with strides \(tensor.strides)")
      }
      last = sum
    }
    guard last < storage.count else {
      throw unexpected("the last element", "within \(storage.count) elements", "element \(last)")
    }
    let bytes = shape.count * width
    guard bytes / 64 <= storage.count * width + allowance / 64 else {
      throw .implausibleSize(
        path: path, object: "a tensor of shape \(tensor.shape)", declared: "\(bytes) bytes",
        stored: storage.count * width)
    }
  }

  /// The most bytes that a tensor may take beyond 64 times those of its storage, when strides of 0 repeat elements.
  private static let allowance = 64 << 20
}
