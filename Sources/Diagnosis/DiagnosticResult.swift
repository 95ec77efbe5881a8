/// The result of one check of this machine.
package struct DiagnosticResult: Sendable, Equatable {
  /// A verdict on the value.
  package enum State: String, Sendable {
    /// The check passed.
    case good
    /// The machine works, but could work better.
    case notice
    /// Results or runs will fail.
    case wrong
  }

  /// The area: processor, libraries, products, threads, memory, executable.
  package let area: String
  /// The property that was checked.
  package let subject: String
  /// The value that was found.
  package let value: String
  /// The value where it is a whole number.
  package let count: Int?
  /// The verdict on the value.
  package let state: State
  /// Advice on what to do; empty if nothing needs to be done.
  package let advice: String

  init(_ area: String, _ subject: String, _ value: String, _ state: State = .good, advice: String = "") {
    self.area = area
    self.subject = subject
    self.value = value
    count = nil
    self.state = state
    self.advice = advice
  }

  init(_ area: String, _ subject: String, count: Int, _ state: State = .good, advice: String = "") {
    self.area = area
    self.subject = subject
    value = "\(count)"
    self.count = count
    self.state = state
    self.advice = advice
  }
}

/// All checks of this machine.
package enum Diagnosis {
  /// Checks the machine, the libraries and the executable; takes one to two seconds, mostly for the rates.
  ///
  /// - Parameter seconds: the duration of each rate's measurement.
  /// - Returns: the results, area by area.
  package static func results(seconds: Double = 0.3) -> [DiagnosticResult] {
    let machine = MachineFiles()
    return ProcessorFeatures(machine).results + LibraryVersions.results + ProductCheck.results
      + ProductRates.results(seconds: seconds) + ThreadLimits(machine).results + MemoryLimits(machine).results
      + EmbeddedFiles.results
  }
}
