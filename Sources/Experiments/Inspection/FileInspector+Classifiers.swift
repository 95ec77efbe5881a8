import PromptLensEvaluation
import PromptLensTensors

// Classifiers of promptlens probe and classifier.

extension FileInspector {
  /// Describes a classifier's file.
  package static func describe(_ stored: StoredClassifier) -> Inspection {
    let file = stored.file
    var inspection = Inspection(kind: "classifier file", path: stored.path)
    inspection.add("classifier", file.kind)
    inspection.add("classes", file.classNames)
    if let identifiers = file.classIdentifiers { inspection.add("WordNet ids", identifiers) }
    inspection.add("width", stored.classifier.width)
    if let fingerprint = file.modelFingerprint { inspection.add("model", fingerprint) }
    for (name, value) in file.settings { inspection.add(name, ClassifierFile.json(name, value)) }
    for (name, note) in file.notes { inspection.add(name, ClassifierFile.json(name, note)) }
    inspection.tensors = file.parts.map { name, tensor in
      Inspection.TensorEntry(
        name: name, shape: tensor.shape.dimensions, type: tensor.dtype.rawValue, bytes: tensor.byteCount)
    }
    return inspection
  }
}
