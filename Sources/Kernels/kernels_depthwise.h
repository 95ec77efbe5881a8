// Depthwise convolutions of channels-last images, a part of kernels_body.h.

// The outputs whose sums one block holds in registers, beside the weights of a row.
enum { DEPTHWISE_PIXELS = 8 };

// Sixteen channels, or `lanes` of them, of some neighboring outputs of a row, for constant sizes. `first` is the first output's
// first column.
INLINE void depthwise_block(const float *const *rows, float *to, struct depthwise_sizes sizes, const float *weights,
                            const float *bias, ptrdiff_t channel, ptrdiff_t first, ptrdiff_t outputs, ptrdiff_t size,
                            ptrdiff_t stride, ptrdiff_t lanes) {
  f32x16 sums[DEPTHWISE_PIXELS] = {{0}};
  for (ptrdiff_t y = 0; y < size; ++y) {
    if (!rows[y]) continue;
    const float *row = rows[y] + channel, *taps = weights + y * size * sizes.channels + channel;
    f32x16 weight[7];
#pragma clang loop unroll(full)
    for (ptrdiff_t x = 0; x < size; ++x)
      weight[x] = lanes == 16 ? load(taps + x * sizes.channels) : load_tail(taps + x * sizes.channels, lanes, 0);
#pragma clang loop unroll(full)
    for (ptrdiff_t x = 0; x < (outputs - 1) * stride + size; ++x) {
      ptrdiff_t column = first + x;
      if (column < 0 || column >= sizes.width) continue;
      const float *pixel = row + column * sizes.channels;
      f32x16 value = lanes == 16 ? load(pixel) : load_tail(pixel, lanes, 0);
#pragma clang loop unroll(full)
      for (ptrdiff_t output = 0; output < outputs; ++output) {
        ptrdiff_t tap = x - output * stride;
        if (tap >= 0 && tap < size) sums[output] += value * weight[tap];
      }
    }
  }
  f32x16 shift = lanes == 16 ? load(bias + channel) : load_tail(bias + channel, lanes, 0);
#pragma clang loop unroll(full)
  for (ptrdiff_t output = 0; output < outputs; ++output) {
    if (lanes == 16)
      store(to + output * sizes.channels + channel, sums[output] + shift);
    else
      store_tail(to + output * sizes.channels + channel, sums[output] + shift, lanes);
  }
}

// The same for one output and any sizes.
INLINE void depthwise_pixel(const float *const *rows, float *to, struct depthwise_sizes sizes, const float *weights,
                            const float *bias, ptrdiff_t channel, ptrdiff_t first, ptrdiff_t lanes) {
  f32x16 sum = {0};
  for (ptrdiff_t y = 0; y < sizes.size; ++y) {
    if (!rows[y]) continue;
    for (ptrdiff_t x = 0; x < sizes.size; ++x) {
      ptrdiff_t column = first + x;
      if (column < 0 || column >= sizes.width) continue;
      sum += load_tail(rows[y] + column * sizes.channels + channel, lanes, 0) *
             load_tail(weights + (y * sizes.size + x) * sizes.channels + channel, lanes, 0);
    }
  }
  store_tail(to + channel, sum + load_tail(bias + channel, lanes, 0), lanes);
}

// A row of at least DEPTHWISE_PIXELS outputs, for constant sizes. Where they are no multiple, the last block begins earlier and
// computes some outputs again.
INLINE void depthwise_row_of_size(const float *const *rows, float *to, struct depthwise_sizes sizes, const float *weights,
                                  const float *bias, ptrdiff_t size, ptrdiff_t stride) {
  ptrdiff_t last = sizes.outputs - DEPTHWISE_PIXELS;
  for (ptrdiff_t start = 0; start < sizes.outputs; start += DEPTHWISE_PIXELS) {
    ptrdiff_t output = start < last ? start : last, first = output * stride - sizes.padding;
    float *target = to + output * sizes.channels;
    ptrdiff_t channel = 0;
    for (; channel + 16 <= sizes.channels; channel += 16)
      depthwise_block(rows, target, sizes, weights, bias, channel, first, DEPTHWISE_PIXELS, size, stride, 16);
    if (channel < sizes.channels)
      depthwise_block(rows, target, sizes, weights, bias, channel, first, DEPTHWISE_PIXELS, size, stride,
                      sizes.channels - channel);
  }
}

static void KERNEL(depthwise_row)(const float *const *rows, float *to, struct depthwise_sizes sizes,
                                  const float *weights, const float *bias) {
  int is_long = sizes.outputs >= DEPTHWISE_PIXELS;
  if (is_long && sizes.size == 7 && sizes.stride == 1)
    depthwise_row_of_size(rows, to, sizes, weights, bias, 7, 1);
  else if (is_long && sizes.size == 3 && sizes.stride == 1)
    depthwise_row_of_size(rows, to, sizes, weights, bias, 3, 1);
  else if (is_long && sizes.size == 3 && sizes.stride == 2)
    depthwise_row_of_size(rows, to, sizes, weights, bias, 3, 2);
  else
    for (ptrdiff_t output = 0; output < sizes.outputs; ++output)
      for (ptrdiff_t channel = 0; channel < sizes.channels; channel += 16)
        depthwise_pixel(rows, to + output * sizes.channels, sizes, weights, bias, channel,
                        output * sizes.stride - sizes.padding, sizes.channels - channel < 16 ? sizes.channels - channel : 16);
}
