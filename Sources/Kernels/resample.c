#include "resample.h"

#include <string.h>

// Wide machines are used where they are found; the arithmetic is the same integers everywhere.
#if defined(__x86_64__) && defined(__linux__)
#define PL_FOR_EVERY_MACHINE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PL_FOR_EVERY_MACHINE
#endif

// Rows are taken sixteen at a time, so that one vector holds the same sample of sixteen rows and a weight is one broadcast:
// the layout of pixels and the number of channels then do not matter.
enum { LANES = 16 };

typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef int32_t ints16 __attribute__((vector_size(64)));

#define ROUNDING (1 << (PL_RESAMPLE_BITS - 1))

// Clips sums to bytes: negative numbers to 0, those above 255 to all ones, of which the low byte remains.
#define CLIP(sum) \
  do { \
    sum >>= PL_RESAMPLE_BITS; \
    sum = (sum | (sum > 255)) & ~(sum >> 31); \
  } while (0)

// One quarter of a 16 by 16 transposition: riffles the first eight vectors with the last eight. Four riffles transpose.
#define RIFFLE(from, to) \
  for (int i = 0; i < 8; i++) { \
    to[2 * i] = __builtin_shufflevector(from[i], from[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23); \
    to[2 * i + 1] = \
        __builtin_shufflevector(from[i], from[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31); \
  }

static inline __attribute__((always_inline)) void transpose(const uint8_t *source, size_t source_stride,
                                                            uint8_t *target, size_t target_stride) {
  bytes16 a[LANES], b[LANES];
  for (int row = 0; row < LANES; row++) memcpy(&a[row], source + row * source_stride, LANES);
  RIFFLE(a, b)
  RIFFLE(b, a)
  RIFFLE(a, b)
  RIFFLE(b, a)
  for (int row = 0; row < LANES; row++) memcpy(target + row * target_stride, &a[row], LANES);
}

// The same for a ragged edge: `rows` by `columns` samples, both at most sixteen.
static void transpose_edge(const uint8_t *source, size_t source_stride, size_t rows, size_t columns, uint8_t *target,
                           size_t target_stride) {
  for (size_t row = 0; row < rows; row++)
    for (size_t column = 0; column < columns; column++)
      target[column * target_stride + row] = source[row * source_stride + column];
}

// The pixels that the windows touch: windows are in ascending order, so the first begins and the furthest end closes it.
static void extent(const pl_resample_window *windows, size_t width, size_t *first, size_t *last) {
  *first = (size_t)windows[0].first;
  *last = 0;
  for (size_t x = 0; x < width; x++) {
    size_t end = (size_t)windows[x].first + (size_t)windows[x].count;
    if (end > *last) *last = end;
    if ((size_t)windows[x].first < *first) *first = (size_t)windows[x].first;
  }
}

size_t pl_resample_scratch(const pl_resample_window *windows, size_t width, size_t channels) {
  if (width == 0) return 0;
  size_t first, last;
  extent(windows, width, &first, &last);
  return ((last - first) * channels + width * channels + 2 * LANES) * LANES;
}

PL_FOR_EVERY_MACHINE
void pl_resample_rows(const uint8_t *source, size_t source_stride, size_t rows, size_t channels,
                      const pl_resample_window *windows, const int32_t *taps, size_t width, uint8_t *target,
                      size_t target_stride, uint8_t *scratch) {
  if (width == 0) return;
  size_t first, last;
  extent(windows, width, &first, &last);
  const size_t inputs = (last - first) * channels, outputs = width * channels;
  uint8_t *const transposed = scratch;
  uint8_t *const sums = scratch + (inputs + LANES) * LANES;

  for (size_t row = 0; row < rows; row += LANES) {
    const size_t height = rows - row < LANES ? rows - row : LANES;
    const uint8_t *const block = source + row * source_stride + first * channels;
    for (size_t i = 0; i < inputs; i += LANES) {
      const size_t columns = inputs - i < LANES ? inputs - i : LANES;
      if (height == LANES && columns == LANES)
        transpose(block + i, source_stride, transposed + i * LANES, LANES);
      else
        transpose_edge(block + i, source_stride, height, columns, transposed + i * LANES, LANES);
    }

    for (size_t x = 0; x < width; x++) {
      const int32_t *const weights = taps + windows[x].taps;
      const size_t count = (size_t)windows[x].count;
      for (size_t channel = 0; channel < channels; channel++) {
        const uint8_t *input = transposed + (((size_t)windows[x].first - first) * channels + channel) * LANES;
        ints16 sum = (ints16){0} + ROUNDING;
        for (size_t tap = 0; tap < count; tap++) {
          bytes16 samples;
          memcpy(&samples, input + tap * channels * LANES, LANES);
          sum += __builtin_convertvector(samples, ints16) * weights[tap];
        }
        CLIP(sum);
        const bytes16 result = __builtin_convertvector(sum, bytes16);
        memcpy(sums + (x * channels + channel) * LANES, &result, LANES);
      }
    }

    uint8_t *const output = target + row * target_stride;
    for (size_t i = 0; i < outputs; i += LANES) {
      const size_t columns = outputs - i < LANES ? outputs - i : LANES;
      if (height == LANES && columns == LANES)
        transpose(sums + i * LANES, LANES, output + i, target_stride);
      else
        transpose_edge(sums + i * LANES, LANES, columns, height, output + i, target_stride);
    }
  }
}

// `count` bytes, at most sixteen, as one vector; the rest is zero.
static inline __attribute__((always_inline)) bytes16 load(const uint8_t *source, size_t count) {
  bytes16 result = {0};
  if (count == LANES)
    memcpy(&result, source, LANES);
  else
    memcpy(&result, source, count);
  return result;
}

// One row of `parts` vectors side by side; the last may be short of sixteen samples.
static inline __attribute__((always_inline)) void resample_column_part(const uint8_t *source, size_t stride,
                                                                       const int32_t *weights, int32_t count,
                                                                       int parts, size_t samples, uint8_t *target) {
  ints16 sums[4];
  for (int part = 0; part < parts; part++) sums[part] = (ints16){0} + ROUNDING;
  for (int32_t tap = 0; tap < count; tap++)
    for (int part = 0; part < parts; part++)
      sums[part] +=
          __builtin_convertvector(load(source + (size_t)tap * stride + part * LANES, samples), ints16) * weights[tap];
  for (int part = 0; part < parts; part++) {
    CLIP(sums[part]);
    const bytes16 result = __builtin_convertvector(sums[part], bytes16);
    memcpy(target + part * LANES, &result, samples);
  }
}

PL_FOR_EVERY_MACHINE
void pl_resample_columns(const uint8_t *source, size_t source_stride, const pl_resample_window *windows,
                         const int32_t *taps, size_t height, size_t samples, uint8_t *target, size_t target_stride) {
  for (size_t y = 0; y < height; y++) {
    const int32_t *const weights = taps + windows[y].taps;
    const int32_t count = windows[y].count;
    const uint8_t *const rows = source + (size_t)windows[y].first * source_stride;
    uint8_t *const output = target + y * target_stride;
    size_t i = 0;
    for (; i + 4 * LANES <= samples; i += 4 * LANES)
      resample_column_part(rows + i, source_stride, weights, count, 4, LANES, output + i);
    for (; i + LANES <= samples; i += LANES)
      resample_column_part(rows + i, source_stride, weights, count, 1, LANES, output + i);
    if (i < samples) resample_column_part(rows + i, source_stride, weights, count, 1, samples - i, output + i);
  }
}

void pl_rgb_to_planes(const uint8_t *pixels, size_t count, const float *tables, float *planes) {
  for (size_t i = 0; i < count; i++) {
    planes[i] = tables[pixels[3 * i]];
    planes[count + i] = tables[256 + pixels[3 * i + 1]];
    planes[2 * count + i] = tables[512 + pixels[3 * i + 2]];
  }
}
