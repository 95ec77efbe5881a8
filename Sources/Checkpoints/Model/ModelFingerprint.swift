import PromptLensTensorFiles
import PromptLensCLIP

// A model's fingerprint: the SHA-256 of its architecture's attributes and of every tensor's name, shape and digest.
extension Fingerprint {
  /// Creates the fingerprint of a model's configuration; the tensors are added in their order.
  convenience init(of configuration: CLIPConfiguration) {
    self.init()
    for (name, value) in ArchitectureAttributes.identity(configuration) { add("\(name)=\(value)\n") }
  }

  /// Adds a tensor by its `TensorDigest`.
  func add(_ digest: String, of name: String, _ shape: [Int]) { add("\(name) \(shape) \(digest)\n") }
}
