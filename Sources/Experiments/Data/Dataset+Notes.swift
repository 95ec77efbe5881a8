import PromptLensDatasets

extension Dataset {
  /// Reports what was noticed when the lists were read.
  ///
  /// - Parameter observer: the receiver of the notes.
  package func reportNotes(to observer: ExperimentObserver) {
    for note in notes { observer.note("note: \(note)") }
  }
}
