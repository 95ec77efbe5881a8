import PromptLensKernels

extension Activation {
  /// Applies the activation to each of `count` elements; `to` may be `values`.
  package func forward(_ values: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>) {
    switch self {
    case .quickGELU: kernels().pointee.quick_gelu(values, to, count)
    case .gelu: kernels().pointee.gelu(values, to, count)
    case .tanhGELU: kernels().pointee.gelu_tanh(values, to, count)
    }
  }

  /// Multiplies a gradient by the activation's derivative: with s = sigmoid(1.702 x), `s + 1.702 x s (1 − s)` for
  /// QuickGELU; `Φ(x) + x φ(x)` for GELU, with its
  /// approximation of Φ for the one by tanh.
  ///
  /// - Parameters:
  ///   - gradient: ∂L/∂y; becomes ∂L/∂x.
  ///   - values: x, the forward pass's input.
  ///   - count: the number of elements.
  package func backward(_ gradient: UnsafeMutablePointer<Float>, values: UnsafePointer<Float>, count: Int) {
    switch self {
    case .quickGELU: kernels().pointee.quick_gelu_backward(values, gradient, count)
    case .gelu: kernels().pointee.gelu_backward(values, gradient, count)
    case .tanhGELU: kernels().pointee.gelu_tanh_backward(values, gradient, count)
    }
  }
}
