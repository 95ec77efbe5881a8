import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension Inspection {
  /// Returns the facts as tables and data.
  ///
  /// - Parameter listsTensors: whether to list every tensor, as a table, as data and as CSV.
  /// - Returns: the facts, and optionally the tensors.
  package func results(listsTensors: Bool) -> Results {
    var table = Table(columns: [.text(kind), .text("")])
    table.append("path", path)
    for fact in facts { table.append(fact.name, fact.value) }
    table.append("tensors", tensors.count.grouped)
    table.append("size of all tensors", tensors.reduce(0) { $0 + $1.bytes }.byteSize)
    var list = Table(columns: [.text("tensor"), .text("shape"), .text("type"), .number("bytes")])
    for tensor in tensors { list.append(tensor.name, "\(tensor.shape)", tensor.type, "\(tensor.bytes)") }
    return Results(
      json: json(listsTensors: listsTensors), tables: listsTensors ? [table, list] : [table],
      csv: listsTensors ? list : table)
  }

  private func json(listsTensors: Bool) -> JSON {
    var json = JSON.Object()
    json["kind"] = .string(kind)
    json["path"] = .string(path)
    var members = JSON.Object()
    var groups = JSON.Object()
    for fact in facts {
      for (key, value) in fact.data {
        if fact.group.isEmpty {
          members[key] = Self.appending(value, to: members[key])
        } else {
          var group = JSON.Object()
          if case .object(let earlier)? = groups[fact.group] { group = earlier }
          group[key] = value
          groups[fact.group] = .object(group)
        }
      }
    }
    for (name, group) in groups { members[name] = group }
    json["facts"] = .object(members)
    json["tensor_count"] = JSON(tensors.count)
    if listsTensors {
      json["tensors"] = .array(
        tensors.map {
          [
            "name": .string($0.name), "shape": .array($0.shape.map { JSON($0) }), "type": .string($0.type),
            "bytes": JSON($0.bytes),
          ]
        })
    }
    return .object(json)
  }

  /// Returns a list with a further element; a value that isn't a list stands in place of an earlier one.
  private static func appending(_ value: JSON, to earlier: JSON?) -> JSON {
    guard case .array(let elements) = value, case .array(let before)? = earlier else { return value }
    return .array(before + elements)
  }
}
