/// An error of a file with invalid or missing tensors.
///
/// Files that are missing or cannot be written are a `FileError`, faults in JSON a `JSONError`.
package enum TensorFileError: Error, Equatable, CustomStringConvertible {
  /// A file of an unknown format.
  case unrecognized(path: String, lookedFor: [String])
  /// An object that libhdf5 cannot read. `object` is a path inside the file, `/` for the file itself.
  case damaged(path: String, object: String, reason: String)
  /// A tensor whose bytes are not those that were written.
  case changed(path: String, object: String)
  /// An object of an unsupported kind.
  case unsupported(path: String, object: String, expected: String, found: String)
  /// A dataset that claims an implausible number of bytes.
  case implausibleSize(path: String, object: String, declared: String, stored: Int)
  /// A missing object.
  case missing(path: String, object: String, expected: String)
  /// A value in the file that differs from the expected one.
  case unexpected(path: String, object: String, expected: String, found: String)
  /// A class or function in a pickle that doesn't belong in a checkpoint.
  case refused(path: String, record: String, name: String, reason: String)
  /// A pickle that breaks its format's rules at a byte.
  case pickle(path: String, record: String, position: Int, reason: String)
  /// A page of HTML where a file of tensors should be.
  case webPage(path: String)
  /// An archive of another program's, with the way to the weights.
  case foreignArchive(path: String, kind: String, remedy: String)
  /// An object that libhdf5 could not write.
  case unwritable(path: String, object: String, reason: String)

  /// A sentence with the file, the object, the expected and the found value, and a remedy.
  package var description: String {
    switch self {
    case .unrecognized(let path, let lookedFor):
      "\(path): this isn't a readable tensor file; looked for \(lookedFor.joined(separator: ", "))"
    case .changed(let path, let object):
      "\(path): the bytes of \(object) have changed since they were written; restore the file from a copy, or make it again"
    case .damaged(let path, let object, let reason):
      "\(path): \(object) cannot be read as HDF5 (\(reason)); the file is damaged, cut short or of another format"
    case .unsupported(let path, let object, let expected, let found):
      "\(path): \(object) is \(found), expected \(expected)"
    case .implausibleSize(let path, let object, let declared, let stored):
      "\(path): \(object) claims \(declared) but stores \(stored) bytes, too few to be honest; the file is damaged or hostile"
    case .missing(let path, let object, let expected):
      "\(path): \(object) is missing, expected \(expected)"
    case .unexpected(let path, let object, let expected, let found):
      "\(path): \(object) is \(found), expected \(expected)"
    case .refused(let path, let record, let name, let reason):
      "\(path): the pickle \(record) names \(name), \(reason); nothing of it was executed, and the file is not read: save "
        + "only the state dict, with torch.save(model.state_dict(), …)"
    case .pickle(let path, let record, let position, let reason):
      "\(path): the pickle \(record) is damaged at byte \(position): \(reason)"
    case .webPage(let path):
      "\(path): this is a web page, not weights, as is saved when a download asks for a login or its address has changed; "
        + "download the file itself"
    case .foreignArchive(let path, let kind, let remedy): "\(path): this is \(kind); \(remedy)"
    case .unwritable(let path, let object, let reason):
      "\(path): \(object) could not be written (\(reason)); check the space left on the disk"
    }
  }
}
