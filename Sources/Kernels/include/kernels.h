// Vectorised element-wise, normalisation, activation, attention and pooling kernels.
//
// Each kernel is compiled for three instruction sets from one body (kernels_body.h) that fixes the order of every sum,
// so the variants differ by the rounding of fused products alone. All pointers are to f32 unless said otherwise; none
// needs alignment; sizes are element counts.
#ifndef PROMPTLENS_KERNELS_H
#define PROMPTLENS_KERNELS_H

#include "resample.h"

#include <stddef.h>
#include <stdint.h>

/// Instruction sets, ascending.
enum kernel_level { KERNEL_PORTABLE = 0, KERNEL_AVX2 = 1, KERNEL_AVX512 = 2 };

/// Where one attention call finds its rows: head h of row i begins at `base + i * stride + h * head_width`.
struct attention_rows {
  const float *base;
  ptrdiff_t stride;
};

struct attention_sizes {
  ptrdiff_t queries, keys, heads, head_width;
  /// Query i attends to keys 0 ... i + causal_offset; `keys` or more for full attention.
  ptrdiff_t causal_offset;
  /// Multiplies the products, usually 1/sqrt(head_width).
  float scale;
};

struct kernel_table {
  const char *name;
  void (*f16_to_f32)(const void *from, void *to, ptrdiff_t count);
  void (*bf16_to_f32)(const void *from, void *to, ptrdiff_t count);
  void (*f32_to_f16)(const void *from, void *to, ptrdiff_t count);
  void (*f32_to_bf16)(const void *from, void *to, ptrdiff_t count);
  /// 1 when no element is NaN or infinite. `exponent` is the mask of a 16-bit type's exponent bits.
  int (*finite_f32)(const void *values, ptrdiff_t count);
  int (*finite_16)(const void *values, ptrdiff_t count, uint16_t exponent);
  /// to += from.
  void (*add)(const float *from, float *to, ptrdiff_t count);
  /// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, for each row.
  void (*layer_norm)(const float *from, float *to, ptrdiff_t rows, ptrdiff_t width, const float *gamma, const float *beta,
                     float epsilon);
  /// x sigmoid(1.702 x), in place.
  void (*quick_gelu)(float *values, ptrdiff_t count);
  /// x Phi(x), with Phi the normal distribution function, in place.
  void (*gelu)(float *values, ptrdiff_t count);
  /// Each row divided by its Euclidean length; rows of length zero stay.
  void (*normalize_rows)(float *values, ptrdiff_t rows, ptrdiff_t width);
  /// softmax(scale Q K^T) V for all heads; `scratch` holds attention_scratch() floats.
  void (*attention)(struct attention_rows queries, struct attention_rows keys, struct attention_rows values, float *to,
                    ptrdiff_t to_stride, struct attention_sizes sizes, float *scratch);
  /// Mean over windows of size x size of a channels-last image; a remainder at the border is dropped.
  void (*average_pool)(const float *from, float *to, ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels, ptrdiff_t size);
};

/// The kernels for the best instruction set of this processor.
const struct kernel_table *kernels(void);

/// The kernels for one instruction set; NULL where the processor lacks it.
const struct kernel_table *kernels_at(enum kernel_level level);

/// The number of scratch floats that an attention call needs.
static inline ptrdiff_t attention_scratch(ptrdiff_t keys, ptrdiff_t head_width) {
  ptrdiff_t padded = (keys + 15) / 16 * 16;
  return padded * (head_width + 4);
}

#endif
