import Foundation

/// Debian's `chromium` without a window, where it is installed, to render pages.
package enum Chromium {
  /// The rendering of a page.
  package struct Outcome: Sendable {
    /// The document as text, after its scripts ran.
    package let document: String
    /// The messages of the page and the browser on the console.
    package let console: [String]
  }

  /// The executable, nil where none is installed.
  package static let path: String? = ["chromium", "chromium-browser", "google-chrome"].lazy
    .flatMap { name in
      (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
    }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  package static let isInstalled = path != nil

  /// Opens a page from a file, runs its scripts and takes the document.
  ///
  /// - Parameters:
  ///   - page: HTML.
  ///   - isDark: whether the reader prefers dark pages.
  /// - Returns: the document and the console.
  /// - Throws: an error when the browser cannot be started.
  package static func open(_ page: String, isDark: Bool = false) throws -> Outcome {
    try withTemporaryFolder { folder in
      let file = "\(folder)/page.html"
      try Data(page.utf8).write(to: URL(fileURLWithPath: file))
      let (output, errors) = ("\(folder)/output", "\(folder)/errors")
      for path in [output, errors] { try Data().write(to: URL(fileURLWithPath: path)) }
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path ?? "")
      process.arguments =
        [
          "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--user-data-dir=\(folder)/profile",
          "--enable-logging=stderr", "--virtual-time-budget=5000", "--window-size=1300,900",
        ] + (isDark ? ["--blink-settings=preferredColorScheme=0"] : []) + ["--dump-dom", "file://\(file)"]
      process.standardOutput = FileHandle(forWritingAtPath: output)
      process.standardError = FileHandle(forWritingAtPath: errors)
      process.standardInput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
      }
      return Outcome(
        document: try text(output),
        console: try text(errors).split(separator: "\n").filter { $0.contains(":CONSOLE") }.map(String.init))
    }
  }
}
