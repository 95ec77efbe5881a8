import PromptLensPrompts

/// A context as a file or a run folder stores it, without its model.
package struct StoredContext {
  /// The run folder or the file, as the user names it.
  package let source: String
  /// The context's file.
  package let path: String
  /// The context, with the epoch that a run's result records.
  package let context: LearnedContext
  /// The run; nil for a file.
  package let run: RunFolder?

  /// Reads the context of a finished run, or of a context file.
  ///
  /// - Parameter source: a run folder of `train`, a context file, or an output folder of Dassl.
  /// - Throws: ``ExperimentError/badRun(path:reason:)`` when the run is unfinished, and the errors of reading.
  package init(_ source: String) throws {
    self.source = source
    guard RunFolder.exists(at: source) else {
      path = DasslOutput.checkpoint(in: source) ?? source
      context = try ContextFile.read(path)
      run = nil
      return
    }
    let run = try RunFolder(source)
    guard let result = try run.result else {
      throw ExperimentError.badRun(
        path: source, reason: "it is unfinished; resume it with the same promptlens train")
    }
    self.run = run
    path = run.contextPath
    let stored = try ContextFile.read(path)
    // Runs of earlier versions record the epochs in their documents alone.
    var provenance = stored.provenance ?? PromptProvenance()
    provenance.epoch =
      provenance.epoch ?? result.bestEpoch ?? result.epochsMade ?? run.description.number("epochs").map { Int($0) }
    context = try stored.with(
      classNames: stored.classNames ?? run.description.classNames, classPosition: stored.classPosition,
      provenance: provenance, source: path)
  }
}

extension LearnedContext {
  /// Returns the context with other names, position and provenance.
  ///
  /// - Throws: the errors of `LearnedContext` when the names don't fit the vectors.
  package func with(
    classNames: [String]?, classPosition: ClassPosition?, provenance: PromptProvenance?, source: String
  ) throws -> LearnedContext {
    try LearnedContext(
      vectors: vectors, classNames: classNames, classPosition: classPosition,
      embeddingFingerprint: embeddingFingerprint, metaNetwork: metaNetwork, provenance: provenance, source: source)
  }
}
