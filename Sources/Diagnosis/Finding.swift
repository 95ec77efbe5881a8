/// One thing that was looked at on this machine.
package struct Finding: Sendable, Equatable {
  /// How it stands.
  package enum State: String, Sendable {
    /// As it should be.
    case good
    /// Works, and could be better.
    case notice
    /// Results or runs will fail.
    case wrong
  }

  /// What it belongs to: processor, libraries, products, threads, memory, executable.
  package let area: String
  /// What was looked at.
  package let subject: String
  /// What was found.
  package let value: String
  /// How it stands.
  package let state: State
  /// What to do about it; empty where nothing need be done.
  package let advice: String

  init(_ area: String, _ subject: String, _ value: String, _ state: State = .good, advice: String = "") {
    self.area = area
    self.subject = subject
    self.value = value
    self.state = state
    self.advice = advice
  }
}

/// Everything that is looked at.
package enum Diagnosis {
  /// Looks at the machine, the libraries and the executable; takes one to two seconds, most of them for rates.
  ///
  /// - Parameter seconds: how long each of the rates is measured.
  /// - Returns: the findings, area by area.
  package static func findings(seconds: Double = 0.3) -> [Finding] {
    let machine = MachineFiles()
    return ProcessorFeatures(machine).findings + LibraryVersions.findings + ProductCheck.findings
      + ProductRates.findings(seconds: seconds) + ThreadLimits(machine).findings + MemoryLimits(machine).findings
      + EmbeddedFiles.findings
  }
}
