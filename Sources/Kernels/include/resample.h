#ifndef PROMPTLENS_RESAMPLE_H
#define PROMPTLENS_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

/// Weighted sums of neighboring 8-bit samples, in Pillow's fixed-point arithmetic: weights are integers of
/// `PL_RESAMPLE_BITS` fractional bits (8 of the 32 are the sample's, 2 spare), a sum starts at one half, and is shifted
/// and clipped to 0...255. All arithmetic is exact in 32 bits, so every order of summation gives the same bytes.
enum { PL_RESAMPLE_BITS = 32 - 8 - 2 };

/// The inputs of one output position: `count` neighbors from `first` on, weighted by the taps at `taps`.
typedef struct {
  int32_t first;
  int32_t count;
  int32_t taps;
} pl_resample_window;

/// Resamples rows along x: `target[row][x][c] = clip(sum of tap[t] * source[row][first(x) + t][c])`.
///
/// - source: `rows` rows of interleaved 8-bit samples, `source_stride` bytes apart.
/// - channels: samples in a pixel.
/// - windows, taps: one window for each of the `width` output pixels.
/// - target: `rows` rows of `width * channels` bytes, `target_stride` apart.
/// - scratch: `pl_resample_scratch(…)` bytes.
void pl_resample_rows(const uint8_t *source, size_t source_stride, size_t rows, size_t channels,
                      const pl_resample_window *windows, const int32_t *taps, size_t width, uint8_t *target,
                      size_t target_stride, uint8_t *scratch);

/// The bytes of scratch memory that `pl_resample_rows` needs for these windows.
size_t pl_resample_scratch(const pl_resample_window *windows, size_t width, size_t channels);

/// Resamples columns: `target[y][i] = clip(sum of tap[t] * source[first(y) + t][i])` for `samples` bytes of a row.
void pl_resample_columns(const uint8_t *source, size_t source_stride, const pl_resample_window *windows,
                         const int32_t *taps, size_t height, size_t samples, uint8_t *target, size_t target_stride);

/// Splits interleaved 8-bit RGB into planes through one table for each channel: `planes[c][i] = tables[c][pixels[i][c]]`.
void pl_rgb_to_planes(const uint8_t *pixels, size_t count, const float *tables, float *planes);

#endif
