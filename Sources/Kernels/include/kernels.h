// Vectorized element-wise, normalization, activation, attention, pooling and depthwise convolution kernels.
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
  /// Multiplies the products, usually 1/sqrt(head_width).
  float scale;
};

/// Consecutive rows of keys and values, [count, heads * head_width] with a stride, and where their gradients go.
struct tree_span {
  const float *keys, *values;
  ptrdiff_t stride;
  float *key_gradients, *value_gradients;
  ptrdiff_t gradient_stride;
  ptrdiff_t count;
};

/// The most rows that a row of a prefix tree attends to: the backward pass keeps a number for each on the stack.
enum { TREE_ATTENTION_KEYS = 1024 };

/// The queries whose gradients the backward pass of dense attention holds at a time.
enum { DENSE_QUERIES = 16 };

/// The attention of some rows of a prefix tree's segment. The last span is the segment itself: query i sees
/// `first_query + i + 1` of its rows, and all rows of the spans before it; with `first_query` the segment's rows, attention
/// isn't causal.
struct tree_attention {
  const float *queries;
  ptrdiff_t query_stride, query_count, first_query;
  const struct tree_span *spans;
  ptrdiff_t span_count;
  ptrdiff_t heads, head_width;
  float scale;
  /// A number for each key, not 0 for those that no query sees, of which the first key is never one; NULL for none.
  const uint8_t *hidden;
  /// Softmax probabilities, [query_count, heads, keys] with `keys` the rows of all spans, at most TREE_ATTENTION_KEYS;
  /// written forward, read backward.
  float *probabilities;
  ptrdiff_t keys;
  /// tree_attention_scratch() floats where there is one span, every query sees every key, and none is hidden: blocks of
  /// queries then share what they read. NULL otherwise.
  float *scratch;
};

/// The sizes of a depthwise convolution: the pixels of an input row and of an output row, the channels, the side of the kernel,
/// the pixels between outputs, and the zeros before the first column.
struct depthwise_sizes {
  ptrdiff_t width, outputs, channels, size, stride, padding;
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
  /// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, for each row; keeps mean and 1/deviation of each row in
  /// `statistics`, [rows, 2], unless it is NULL.
  void (*layer_norm)(const float *from, float *to, ptrdiff_t rows, ptrdiff_t width, const float *gamma, const float *beta,
                     float epsilon, float *statistics);
  /// to += dL/dx of a layer norm, from dL/dy, x and the statistics that the forward pass kept.
  void (*layer_norm_backward)(const float *gradient, const float *from, const float *statistics, float *to,
                              ptrdiff_t rows, ptrdiff_t width, const float *gamma);
  /// x sigmoid(1.702 x).
  void (*quick_gelu)(const float *from, float *to, ptrdiff_t count);
  /// x Phi(x), with Phi the normal distribution function.
  void (*gelu)(const float *from, float *to, ptrdiff_t count);
  /// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
  void (*gelu_tanh)(const float *from, float *to, ptrdiff_t count);
  /// to = x sigmoid(x) times `values`, and x Phi(x) times `values`, with x from `gate`; `to` may be either.
  void (*silu_gate)(const float *gate, const float *values, float *to, ptrdiff_t count);
  void (*gelu_gate)(const float *gate, const float *values, float *to, ptrdiff_t count);
  /// Turns each adjacent pair of a row by an angle, in place: (a, b) becomes (a cos - b sin, b cos + a sin). `cosines` and
  /// `sines` are [rows, head_width] with each angle's twice, the first of a pair of sines negated; all heads turn alike.
  void (*rotate_pairs)(float *values, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t head_width,
                       const float *cosines, const float *sines);
  /// gradient *= the activation's derivative at `from`.
  void (*quick_gelu_backward)(const float *from, float *gradient, ptrdiff_t count);
  void (*gelu_backward)(const float *from, float *gradient, ptrdiff_t count);
  void (*gelu_tanh_backward)(const float *from, float *gradient, ptrdiff_t count);
  /// The index of the first value above the threshold, from `start` on; `count` when there is none.
  ptrdiff_t (*first_above)(const float *values, ptrdiff_t start, ptrdiff_t count, float threshold);
  /// The index of the first line slope x - offset that is above a limit at one of `points` places x, from `start` on; `count`
  /// when there is none.
  ptrdiff_t (*first_line_above)(const float *slopes, const float *offsets, ptrdiff_t start, ptrdiff_t count,
                                const float *at, const float *limits, ptrdiff_t points);
  /// Each row divided by its Euclidean length; rows of length zero stay.
  void (*normalize_rows)(float *values, ptrdiff_t rows, ptrdiff_t width);
  /// softmax(scale Q K^T) V for all heads, every query over every key; `scratch` holds attention_scratch() floats.
  void (*attention)(struct attention_rows queries, struct attention_rows keys, struct attention_rows values, float *to,
                    ptrdiff_t to_stride, struct attention_sizes sizes, float *scratch);
  /// Attention of a segment of a prefix tree over its ancestors and causally over itself, see tree_attention.
  void (*tree_attention)(struct tree_attention attention, float *to, ptrdiff_t to_stride);
  /// Its gradients: writes those of the queries, adds those of the keys and values.
  void (*tree_attention_backward)(struct tree_attention attention, const float *gradient, ptrdiff_t gradient_stride,
                                  float *query_gradients, ptrdiff_t query_gradient_stride);
  /// Mean over windows of size x size of a channels-last image; a remainder at the border is dropped.
  void (*average_pool)(const float *from, float *to, ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels, ptrdiff_t size);
  /// Mean over windows of 3 x 3 around every second pixel in both directions of a channels-last image, of the pixels that
  /// lie inside: [(height + 1) / 2, (width + 1) / 2, channels].
  void (*average_neighbors)(const float *from, float *to, ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels);
  /// One row of a depthwise convolution, [outputs, channels], of `size` rows of a channels-last image, of which those outside
  /// it are NULL and count as zeros. `weights` are [size, size, channels]; a sum goes over rows, then columns, then the bias.
  void (*depthwise_row)(const float *const *rows, float *to, struct depthwise_sizes sizes, const float *weights,
                        const float *bias);
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

/// The number of scratch floats of tree_attention where every query sees every key.
static inline ptrdiff_t tree_attention_scratch(ptrdiff_t keys, ptrdiff_t head_width) {
  ptrdiff_t padded = (keys + 15) / 16 * 16;
  return padded * (head_width + DENSE_QUERIES);
}

#endif
