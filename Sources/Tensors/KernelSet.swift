import PromptLensKernels

/// The set of element-wise kernels that runs on this processor, chosen once by the processor's instructions.
package enum KernelSet {
  /// The set's name: `avx512`, `avx2` or `portable`.
  package static var name: String { String(cString: kernels().pointee.name) }

  /// A Boolean value that indicates whether it is the set that uses no special instructions.
  package static var isPortable: Bool { kernels_at(KERNEL_PORTABLE).map { kernels() == $0 } ?? false }
}
