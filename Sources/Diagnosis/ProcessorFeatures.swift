import PromptLensTensors

/// The processor's features, and the kernels that run on it.
struct ProcessorFeatures {
  private let machine: MachineFiles

  init(_ machine: MachineFiles) { self.machine = machine }

  /// The instruction sets that affect the speed, among those that the processor supports.
  var instructionSets: [String] {
    let wanted = ["avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_bf16", "amx_bf16"]
    let flags = Set((machine.field("flags", of: "/proc/cpuinfo") ?? "").split(separator: " ").map(String.init))
    return wanted.filter(flags.contains)
  }

  var results: [DiagnosticResult] {
    let sets = instructionSets
    let kernelSet = KernelSet.name
    let isPortable = KernelSet.isPortable
    let hasProducts = (try? ComputePrecision.checkBFloat16()) != nil
    let isNative = sets.contains { $0.hasSuffix("_bf16") }
    return [
      DiagnosticResult("processor", "model", machine.field("model name", of: "/proc/cpuinfo") ?? "not named"),
      DiagnosticResult(
        "processor", "instruction sets", sets.isEmpty ? "none of AVX2 and later" : sets.joined(separator: " ")),
      DiagnosticResult(
        "processor", "kernels", kernelSet, isPortable ? .notice : .good,
        advice: isPortable
          ? "everything works, several times slower; a processor (or virtual machine) with AVX2 or AVX-512 is faster"
          : ""
      ),
      DiagnosticResult(
        "processor", "bf16",
        !hasProducts ? "not available" : isNative ? "by instructions of its own" : "emulated",
        hasProducts && isNative ? .good : .notice,
        advice: !hasProducts
          ? "use --precision f32, the default"
          : isNative ? "" : "--precision bf16 rounds and isn't faster here; use f32, the default"),
    ]
  }
}
