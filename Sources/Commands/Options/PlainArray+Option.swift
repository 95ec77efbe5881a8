import ArgumentParser
import PromptLensExperiments

extension PlainArray.Kind: ExpressibleByArgument {}

extension PlainArray {
  /// Returns the kind that `--kind` states, after checking that the path is a `.npy` array without a description.
  ///
  /// - Throws: `ValidationError` for a file that says itself what it is.
  static func kind(_ given: Kind?, of path: String) throws -> Kind? {
    guard given == nil || exists(at: path) else {
      throw ValidationError(
        "--kind is for .npy arrays without a description beside them; \(path) says itself what it is.")
    }
    return given
  }
}
