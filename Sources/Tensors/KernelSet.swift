import PromptLensKernels

/// The set of element-wise kernels for this processor, chosen once by its instruction sets.
package enum KernelSet {
  /// The set's name: `avx512`, `avx2` or `portable`.
  package static var name: String { String(cString: kernels().pointee.name) }

  /// A Boolean value that indicates whether the set uses no special instructions.
  package static var isPortable: Bool { kernels_at(KERNEL_PORTABLE).map { kernels() == $0 } ?? false }
}
