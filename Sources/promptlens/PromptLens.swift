import PromptLensCommandLineSupport
import PromptLensCommands

@main
struct Main {
  static func main() { PromptLens.runAndExit() }
}
