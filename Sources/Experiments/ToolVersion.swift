/// The version of the toolkit, which `--version` prints and every result file records.
package enum ToolVersion {
  /// The version of this build.
  package static let current = "0.1.0"
}
