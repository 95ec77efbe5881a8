import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensTensors

// Learned contexts, in a file of their own and in CoOp's checkpoints.

extension FileInspector {
  package static func describe(_ context: LearnedContext, path: String) -> Inspection {
    var inspection = Inspection(kind: "context file", path: path)
    inspection.addVectors(context.length, width: context.width)
    inspection.add(
      "contexts", context.classCount.map { "one for each of \($0) classes" } ?? "one for all classes",
      data: [("class_specific", .bool(context.classCount != nil))])
    if let names = context.classNames { inspection.add("classes", names) }
    if let position = context.classPosition { inspection.add("class position", position.rawValue) }
    if let provenance = context.provenance {
      inspection.add("method", provenance.methodName ?? provenance.method.rawValue)
      if let epoch = provenance.epoch { inspection.add("epoch", epoch) }
    }
    if let form = try? context.form(accordingTo: nil) { inspection.add("prompt", form) }
    if context.isConditional {
      inspection.add(
        "network", "\(context.metaNetwork.count) tensors that shift the vectors for each image",
        data: [("network_tensors", JSON(context.metaNetwork.count))])
    }
    if let fingerprint = context.embeddingFingerprint { inspection.add("token embedding", fingerprint) }
    inspection.tensors = [
      Inspection.TensorEntry(
        name: "context", shape: context.vectors.shape.dimensions, type: context.vectors.dtype.rawValue,
        bytes: context.vectors.byteCount)
    ]
    inspection.tensors += context.metaNetwork.sorted { $0.key < $1.key }.map { name, tensor in
      Inspection.TensorEntry(
        name: "meta_net.\(name)", shape: tensor.shape.dimensions, type: tensor.dtype.rawValue, bytes: tensor.byteCount)
    }
    return inspection
  }

  package static func describe(_ prompts: PromptLearnerCheckpoint, _ archive: TorchArchive) -> Inspection {
    let vectors = prompts.vectors.shape.dimensions
    let method = prompts.provenance.method
    let isKgCoOp = prompts.provenance.methodName == "KgCoOp"
    var inspection = Inspection(kind: "\(isKgCoOp ? "KgCoOp" : method.rawValue) checkpoint", path: prompts.path)
    inspection.addVectors(vectors[vectors.count - 2], width: vectors[vectors.count - 1])
    inspection.add(
      "contexts",
      method == .plot
        ? "\(vectors[0]) for every class"
        : vectors.count == 3 ? "one for each of \(vectors[0]) classes (CSC)" : "one for all classes (UC)",
      data: [("class_specific", .bool(vectors.count == 3 && method != .plot))])
    inspection.add("element type", prompts.vectors.dtype.rawValue)
    if let form = try? prompts.context.form(accordingTo: nil) { inspection.add("prompt", form) }
    if method == .tcp, let deep = try? DeepPromptCheckpoint(archive) {
      for summary in deep.parameters.summaries.dropFirst() { inspection.add(summary.title, summary.text) }
    } else if !prompts.provenance.servesPrompts {
      inspection.add("not in the vectors", "\(method.missingPart); they can be decoded, not evaluated")
    }
    if let names = prompts.classNames {
      inspection.add("classes", names)
    } else if let surroundings = prompts.provenance.surroundings {
      inspection.add(
        "classes", "\(surroundings.classCount), whose names only the model that it was learned on tells",
        data: [("class_count", JSON(surroundings.classCount))])
    } else {
      inspection.add("classes", "unknown, since token_prefix and token_suffix were left out", data: [])
    }
    if let position = prompts.classPosition {
      inspection.add("class position", position.rawValue)
    } else {
      inspection.add("class position", "not in the file", data: [("class_position", .null)])
    }
    if let epoch = prompts.provenance.epoch { inspection.add("epoch", epoch) }
    if !archive.classes.isEmpty { inspection.add("inert classes", archive.classes) }
    inspection.tensors = archive.names.compactMap { archive.stored($0)?.entry($0) }
    return inspection
  }

  package static func describe(_ prompts: DeepPromptFile) -> Inspection {
    var inspection = Inspection(kind: "file of prompts in deeper layers", path: prompts.path)
    inspection.add("method", prompts.method)
    for summary in prompts.parameters.summaries { inspection.add(summary.title, summary.text) }
    inspection.add("written prompt", prompts.template.text)
    if let template = prompts.teacherTemplate { inspection.add("prompt that the network reads", template.text) }
    if let names = prompts.classNames { inspection.add("classes", names) }
    if let epoch = prompts.epoch { inspection.add("epoch", epoch) }
    if let fingerprint = prompts.embeddingFingerprint { inspection.add("token embedding", fingerprint) }
    return inspection
  }

  package static func describe(_ prompts: DeepPromptCheckpoint, _ archive: TorchArchive) -> Inspection {
    var inspection = Inspection(kind: "\(prompts.method) checkpoint", path: prompts.path)
    for summary in prompts.parameters.summaries { inspection.add(summary.title, summary.text) }
    inspection.add(
      "frozen tensors",
      prompts.frozen.isEmpty
        ? "none, only the prompt learner was saved"
        : "\(prompts.frozen.count), which evaluate and predict compare with the model's")
    inspection.add("classes", "not in the file; give a list or images of any classes")
    if let epoch = prompts.epoch { inspection.add("epoch", "\(epoch)") }
    if !archive.classes.isEmpty { inspection.add("inert classes", archive.classes.joined(separator: ", ")) }
    inspection.tensors = archive.names.compactMap { archive.stored($0)?.entry($0) }
    return inspection
  }
}

extension Inspection {
  /// Adds the number and the width of a context's vectors.
  fileprivate mutating func addVectors(_ count: Int, width: Int) {
    add("vectors", "\(count) of width \(width)", data: [("vectors", JSON(count)), ("width", JSON(width))])
  }
}
