import PromptLensEvaluation
import PromptLensJSONDocuments

/// The result of leaving out each domain in turn, `leave-one-out.json`.
package struct LeaveOneOutDocument: JSONDocument {
  package static let format = "promptlens-leave-one-out"
  package static let version = 2

  /// A learner on all domains.
  package struct Learner: Sendable, Equatable {
    /// The name.
    package let name: String
    /// The accuracy on each domain that was left out, over seeds.
    package let accuracies: [SeedSummary]
    /// The mean over domains, over seeds.
    package let average: SeedSummary
    /// The lowest mean of a domain.
    package let worst: Double
    /// The gain over zero-shot CLIP on the images of all domains; nil for that itself.
    package let gain: PairedDifference?
  }

  /// The fingerprint of the model.
  package let modelFingerprint: String
  /// The data set as it was named.
  package let data: String
  /// The column of the domain.
  package let column: String
  /// The number of classes.
  package let classCount: Int
  /// The seeds.
  package let seeds: [Int]
  /// The domains and their numbers of images.
  package let domains: [(name: String, count: Int)]
  /// Zero-shot CLIP and the learners.
  package let learners: [Learner]
  /// The remarks on the images.
  package let remarks: ImageRemarks

  init(
    modelFingerprint: String, data: String, column: String, classCount: Int, seeds: [Int],
    domains: [(name: String, count: Int)], learners: [Learner], remarks: ImageRemarks
  ) {
    self.modelFingerprint = modelFingerprint
    self.data = data
    self.column = column
    self.classCount = classCount
    self.seeds = seeds
    self.domains = domains
    self.learners = learners
    self.remarks = remarks
  }

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["model_fingerprint"] = .string(modelFingerprint)
    object["data"] = .string(data)
    object["domain_column"] = .string(column)
    object["class_count"] = JSON(classCount)
    object["seeds"] = .array(seeds.map { JSON($0) })
    object["domains"] = .array(domains.map { ["name": .string($0.name), "n": JSON($0.count)] })
    object["selected_on"] = "validation images of the training domains"
    object["learners"] = .array(
      learners.map { learner in
        var members = JSON.Object()
        members["name"] = .string(learner.name)
        members["accuracies"] = .array(
          zip(domains, learner.accuracies).map { ["domain": .string($0.name), "accuracy": $1.json] })
        members["average"] = learner.average.json
        members["worst_domain_accuracy"] = .number(learner.worst)
        members["against_zero_shot"] = learner.gain.map { .object($0.members) } ?? .null
        return .object(members)
      })
    remarks.write(to: &object)
    return object
  }

  package init(decoding document: JSONNode) throws {
    modelFingerprint = try document.string("model_fingerprint")
    data = try document.string("data")
    column = try document.string("domain_column")
    classCount = try document.classCount()
    seeds = try document.array("seeds").map { try $0.integer() }
    domains = try document.array("domains").map { (try $0.string("name"), try $0.integer("n")) }
    learners = try document.array("learners").map { node in
      Learner(
        name: try node.string("name"),
        accuracies: try node.array("accuracies").map { try SeedSummary($0.node("accuracy", expected: "an object")) },
        average: try SeedSummary(node.node("average", expected: "an object")),
        worst: try node.share("worst_domain_accuracy"),
        gain: try node["against_zero_shot"].map { try PairedDifference($0) })
    }
    remarks = try ImageRemarks(decoding: document)
  }
}
