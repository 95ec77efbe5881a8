import Synchronization

/// The process's choice whether checksums are compared when files are opened.
package enum ChecksumCheck {
  private static let state = Atomic<Bool>(true)

  /// Whether checksums are compared; by default they are.
  package static var isOn: Bool {
    get { state.load(ordering: .relaxed) }
    set { state.store(newValue, ordering: .relaxed) }
  }
}
