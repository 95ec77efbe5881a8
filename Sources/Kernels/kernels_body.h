// The kernels' one body, included once for each instruction set with KERNEL(name) adding the set's suffix.
//
// Vectors are 16 floats wide whatever the registers are: the compiler splits them, and the order of sums stays.

// Every function that takes a vector is inlined, so no vector crosses a call.
#pragma clang diagnostic ignored "-Wpsabi"

#include <math.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

typedef float f32x16 __attribute__((vector_size(64), aligned(4)));
typedef float f32x8 __attribute__((vector_size(32), aligned(4)));
typedef float f32x4 __attribute__((vector_size(16), aligned(4)));
typedef int32_t i32x16 __attribute__((vector_size(64), aligned(4)));
typedef uint32_t u32x16 __attribute__((vector_size(64), aligned(4)));
typedef uint16_t u16x16 __attribute__((vector_size(32), aligned(2)));

INLINE f32x16 load(const float *from) { return *(const f32x16 *)from; }
INLINE void store(float *to, f32x16 value) { *(f32x16 *)to = value; }
INLINE f32x16 splat(float value) { return value - (f32x16){0}; }
INLINE f32x16 select(i32x16 mask, f32x16 yes, f32x16 no) {
  return (f32x16)((mask & (i32x16)yes) | (~mask & (i32x16)no));
}
INLINE f32x16 larger(f32x16 a, f32x16 b) { return select(a > b, a, b); }

// Halves are added onto halves, in every variant in the same order.
INLINE float sum_lanes(f32x16 v) {
  f32x8 eight = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  f32x4 four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
  f32x4 two = four + __builtin_shufflevector(four, four, 2, 3, 0, 1);
  return two[0] + two[1];
}

INLINE float max_lanes(f32x16 v) {
  float lanes[16];
  memcpy(lanes, &v, sizeof lanes);
  for (int width = 8; width > 0; width /= 2)
    for (int lane = 0; lane < width; ++lane)
      if (lanes[lane + width] > lanes[lane]) lanes[lane] = lanes[lane + width];
  return lanes[0];
}

// A tail shorter than a vector goes through a padded copy, so that it is computed like the rest.
INLINE f32x16 load_tail(const float *from, ptrdiff_t count, float padding) {
  float lanes[16];
  for (int lane = 0; lane < 16; ++lane) lanes[lane] = lane < count ? from[lane] : padding;
  return load(lanes);
}
INLINE void store_tail(float *to, f32x16 value, ptrdiff_t count) {
  float lanes[16];
  store(lanes, value);
  memcpy(to, lanes, (size_t)count * sizeof(float));
}

// exp(x) = 2^n exp(r), |r| <= ln(2)/2, with a degree-6 polynomial: relative error below 2e-7.
INLINE f32x16 exponential(f32x16 x) {
  const f32x16 shifter = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
  f32x16 clamped = select(x > splat(88.0f), splat(88.0f), x);
  clamped = select(clamped < splat(-87.0f), splat(-87.0f), clamped);
  f32x16 shifted = clamped * splat(1.44269504088896341f) + shifter;
  f32x16 n = shifted - shifter;
  f32x16 r = clamped - n * splat(0.693359375f);
  r = r + n * splat(2.12194440e-4f);
  f32x16 p = splat(1.0f / 720);
  p = p * r + splat(1.0f / 120);
  p = p * r + splat(1.0f / 24);
  p = p * r + splat(1.0f / 6);
  p = p * r + splat(0.5f);
  p = p * r + splat(1.0f);
  p = p * r + splat(1.0f);
  i32x16 power = ((i32x16)shifted - (i32x16)shifter + 127) << 23;
  f32x16 value = p * (f32x16)power;
  return select(x < splat(-87.0f), splat(0.0f), value);
}

// ---------------------------------------------------------------------------------------------- element types

INLINE f32x16 widen_half(u16x16 half) {
  u32x16 h = __builtin_convertvector(half, u32x16);
  u32x16 magnitude = (h & 0x7FFF) << 13;
  u32x16 sign = (h & 0x8000) << 16;
  // Scaling by 2^112 moves the exponent's bias and makes subnormals normal; infinities and NaNs keep all ones.
  u32x16 scaled = (u32x16)((f32x16)magnitude * splat(0x1p112f));
  u32x16 special = (u32x16)((h & 0x7FFF) > 0x7BFF);
  return (f32x16)(sign | (special & (magnitude | 0x7F800000)) | (~special & scaled));
}

INLINE u16x16 narrow_half(f32x16 value) {
  u32x16 bits = (u32x16)value;
  u32x16 sign = (bits >> 16) & 0x8000;
  u32x16 x = bits & 0x7FFFFFFF;
  u32x16 normal = (x + 0xC8000FFFu + ((x >> 13) & 1)) >> 13;
  // 0.5 has the unit in the last place that half's subnormals have, so adding it rounds to them.
  u32x16 subnormal = (u32x16)((f32x16)x + splat(0.5f)) - 0x3F000000u;
  u32x16 is_large = (u32x16)(x >= 0x47800000u);
  u32x16 is_nan = (u32x16)(x > 0x7F800000u);
  u32x16 is_small = (u32x16)(x < 0x38800000u);
  u32x16 result = (is_small & subnormal) | (~is_small & normal);
  result = (is_large & (0x7C00u | (is_nan & 0x0200u))) | (~is_large & result);
  return __builtin_convertvector(result | sign, u16x16);
}

INLINE f32x16 widen_brain(u16x16 brain) { return (f32x16)(__builtin_convertvector(brain, u32x16) << 16); }

INLINE u16x16 narrow_brain(f32x16 value) {
  u32x16 bits = (u32x16)value;
  u32x16 is_nan = (u32x16)((bits & 0x7FFFFFFF) > 0x7F800000u);
  u32x16 rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
  return __builtin_convertvector((is_nan & ((bits >> 16) | 0x40)) | (~is_nan & rounded), u16x16);
}

#define CONVERT_WIDER(NAME, WIDEN)                                      \
  static void KERNEL(NAME)(const void *from, void *to, ptrdiff_t count) { \
    const uint16_t *source = from;                                      \
    float *target = to;                                                 \
    ptrdiff_t i = 0;                                                      \
    for (; i + 16 <= count; i += 16) store(target + i, WIDEN(*(const u16x16 *)(source + i))); \
    if (i < count) {                                                    \
      uint16_t lanes[16] = {0};                                         \
      memcpy(lanes, source + i, (size_t)(count - i) * 2);               \
      store_tail(target + i, WIDEN(*(const u16x16 *)lanes), count - i); \
    }                                                                   \
  }
#define CONVERT_NARROWER(NAME, NARROW)                                  \
  static void KERNEL(NAME)(const void *from, void *to, ptrdiff_t count) { \
    const float *source = from;                                         \
    uint16_t *target = to;                                              \
    ptrdiff_t i = 0;                                                      \
    for (; i + 16 <= count; i += 16) *(u16x16 *)(target + i) = NARROW(load(source + i)); \
    if (i < count) {                                                    \
      u16x16 lanes = NARROW(load_tail(source + i, count - i, 0));       \
      memcpy(target + i, &lanes, (size_t)(count - i) * 2);              \
    }                                                                   \
  }
CONVERT_WIDER(f16_to_f32, widen_half)
CONVERT_WIDER(bf16_to_f32, widen_brain)
CONVERT_NARROWER(f32_to_f16, narrow_half)
CONVERT_NARROWER(f32_to_bf16, narrow_brain)
#undef CONVERT_WIDER
#undef CONVERT_NARROWER

static int KERNEL(finite_f32)(const void *values, ptrdiff_t count) {
  const uint32_t *bits = values;
  uint32_t found = 0;
  for (ptrdiff_t i = 0; i < count; ++i) found |= (uint32_t)((bits[i] & 0x7F800000u) == 0x7F800000u);
  return !found;
}

static int KERNEL(finite_16)(const void *values, ptrdiff_t count, uint16_t exponent) {
  const uint16_t *bits = values;
  uint16_t found = 0;
  for (ptrdiff_t i = 0; i < count; ++i) found |= (uint16_t)((bits[i] & exponent) == exponent);
  return !found;
}

// ---------------------------------------------------------------------------------------------- rows

static void KERNEL(add)(const float *from, float *to, ptrdiff_t count) {
  ptrdiff_t i = 0;
  for (; i + 16 <= count; i += 16) store(to + i, load(to + i) + load(from + i));
  for (; i < count; ++i) to[i] += from[i];
}

static void KERNEL(layer_norm)(const float *from, float *to, ptrdiff_t rows, ptrdiff_t width, const float *gamma,
                               const float *beta, float epsilon, float *statistics) {
  ptrdiff_t whole = width / 16 * 16, tail = width - whole;
  for (ptrdiff_t row = 0; row < rows; ++row, from += width, to += width) {
    f32x16 total = {0};
    for (ptrdiff_t i = 0; i < whole; i += 16) total += load(from + i);
    if (tail) total += load_tail(from + whole, tail, 0);
    float mean = sum_lanes(total) / (float)width;
    f32x16 squares = {0};
    for (ptrdiff_t i = 0; i < whole; i += 16) {
      f32x16 difference = load(from + i) - splat(mean);
      squares += difference * difference;
    }
    if (tail) {
      f32x16 difference = load_tail(from + whole, tail, mean) - splat(mean);
      squares += difference * difference;
    }
    float inverse = 1.0f / sqrtf(sum_lanes(squares) / (float)width + epsilon);
    if (statistics) {
      statistics[2 * row] = mean;
      statistics[2 * row + 1] = inverse;
    }
    for (ptrdiff_t i = 0; i < whole; i += 16)
      store(to + i, (load(from + i) - splat(mean)) * splat(inverse) * load(gamma + i) + load(beta + i));
    if (tail) {
      f32x16 normalized = (load_tail(from + whole, tail, 0) - splat(mean)) * splat(inverse);
      store_tail(to + whole, normalized * load_tail(gamma + whole, tail, 0) + load_tail(beta + whole, tail, 0), tail);
    }
  }
}

// With x' = (x - mean) / deviation and g = gamma dL/dy: dL/dx = (g - mean(g) - x' mean(g x')) / deviation.
static void KERNEL(layer_norm_backward)(const float *gradient, const float *from, const float *statistics, float *to,
                                        ptrdiff_t rows, ptrdiff_t width, const float *gamma) {
  ptrdiff_t whole = width / 16 * 16, tail = width - whole;
  for (ptrdiff_t row = 0; row < rows; ++row, gradient += width, from += width, to += width) {
    float mean = statistics[2 * row], inverse = statistics[2 * row + 1];
    f32x16 sum = {0}, product = {0};
    for (ptrdiff_t i = 0; i < whole; i += 16) {
      f32x16 g = load(gradient + i) * load(gamma + i);
      sum += g;
      product += g * ((load(from + i) - splat(mean)) * splat(inverse));
    }
    if (tail) {
      f32x16 g = load_tail(gradient + whole, tail, 0) * load_tail(gamma + whole, tail, 0);
      sum += g;
      product += g * ((load_tail(from + whole, tail, mean) - splat(mean)) * splat(inverse));
    }
    f32x16 mean_g = splat(sum_lanes(sum) / (float)width), mean_product = splat(sum_lanes(product) / (float)width);
    for (ptrdiff_t i = 0; i < whole; i += 16) {
      f32x16 normalized = (load(from + i) - splat(mean)) * splat(inverse);
      f32x16 g = load(gradient + i) * load(gamma + i);
      store(to + i, load(to + i) + (g - mean_g - normalized * mean_product) * splat(inverse));
    }
    if (tail) {
      f32x16 normalized = (load_tail(from + whole, tail, 0) - splat(mean)) * splat(inverse);
      f32x16 g = load_tail(gradient + whole, tail, 0) * load_tail(gamma + whole, tail, 0);
      store_tail(to + whole,
                 load_tail(to + whole, tail, 0) + (g - mean_g - normalized * mean_product) * splat(inverse), tail);
    }
  }
}

static ptrdiff_t KERNEL(first_above)(const float *values, ptrdiff_t start, ptrdiff_t count, float threshold) {
  const f32x16 limit = splat(threshold);
  ptrdiff_t i = start;
  // Values above are rare: 64 are compared at once, and only a block that holds one is looked through.
  for (; i + 64 <= count; i += 64) {
    i32x16 above = (load(values + i) > limit) | (load(values + i + 16) > limit) | (load(values + i + 32) > limit) |
                   (load(values + i + 48) > limit);
    if (__builtin_reduce_or(above)) break;
  }
  while (i < count && !(values[i] > threshold)) ++i;
  return i;
}

static ptrdiff_t KERNEL(first_line_above)(const float *slopes, const float *offsets, ptrdiff_t start, ptrdiff_t count,
                                          const float *at, const float *limits, ptrdiff_t points) {
  ptrdiff_t i = start;
  for (; i + 32 <= count; i += 32) {
    f32x16 slope = load(slopes + i), offset = load(offsets + i);
    f32x16 next_slope = load(slopes + i + 16), next_offset = load(offsets + i + 16);
    i32x16 above = {0};
    for (ptrdiff_t point = 0; point < points; ++point) {
      f32x16 x = splat(at[point]), limit = splat(limits[point]);
      above |= (x * slope - offset > limit) | (x * next_slope - next_offset > limit);
    }
    if (__builtin_reduce_or(above)) break;
  }
  for (; i < count; ++i)
    for (ptrdiff_t point = 0; point < points; ++point)
      if (at[point] * slopes[i] - offsets[i] > limits[point]) return i;
  return count;
}

static void KERNEL(normalize_rows)(float *values, ptrdiff_t rows, ptrdiff_t width) {
  ptrdiff_t whole = width / 16 * 16, tail = width - whole;
  for (ptrdiff_t row = 0; row < rows; ++row, values += width) {
    f32x16 squares = {0};
    for (ptrdiff_t i = 0; i < whole; i += 16) squares += load(values + i) * load(values + i);
    if (tail) {
      f32x16 last = load_tail(values + whole, tail, 0);
      squares += last * last;
    }
    float length = sqrtf(sum_lanes(squares));
    if (length == 0) continue;
    for (ptrdiff_t i = 0; i < width; ++i) values[i] /= length;
  }
}

// ---------------------------------------------------------------------------------------------- activations

INLINE f32x16 quick_gelu_of(f32x16 x) { return x / (exponential(splat(-1.702f) * x) + splat(1.0f)); }

// (1 + erf(x / sqrt 2)) / 2 with erf by Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7.
INLINE f32x16 normal_distribution(f32x16 x) {
  f32x16 z = x * splat(0.70710678118654752f);
  i32x16 negative = z < splat(0.0f);
  f32x16 a = select(negative, -z, z);
  f32x16 t = splat(1.0f) / (splat(0.3275911f) * a + splat(1.0f));
  f32x16 p = splat(1.061405429f);
  p = p * t + splat(-1.453152027f);
  p = p * t + splat(1.421413741f);
  p = p * t + splat(-0.284496736f);
  p = p * t + splat(0.254829592f);
  f32x16 tail = p * t * exponential(-a * a);  // 1 - erf(a)
  return splat(0.5f) * select(negative, tail, splat(2.0f) - tail);
}

INLINE f32x16 gelu_of(f32x16 x) { return x * normal_distribution(x); }

// x within 30 of zero, beyond which the function below is 0 or 1 and its powers of x could overflow.
INLINE f32x16 bounded(f32x16 x) {
  f32x16 above = select(x > splat(30.0f), splat(30.0f), x);
  return select(above < splat(-30.0f), splat(-30.0f), above);
}

// (1 + tanh(u)) / 2 = sigmoid(2u) with u = sqrt(2 / pi) (x + 0.044715 x^3), for a bounded x.
INLINE f32x16 tanh_distribution(f32x16 x) {
  f32x16 twice = splat(1.5957691216057308f) * (x + splat(0.044715f) * x * x * x);
  return splat(1.0f) / (exponential(-twice) + splat(1.0f));
}

INLINE f32x16 gelu_tanh_of(f32x16 x) { return x * tanh_distribution(bounded(x)); }

// s + 1.702 x s (1 - s) with s = sigmoid(1.702 x).
INLINE f32x16 quick_gelu_slope(f32x16 x) {
  f32x16 s = splat(1.0f) / (exponential(splat(-1.702f) * x) + splat(1.0f));
  return s + splat(1.702f) * x * s * (splat(1.0f) - s);
}

// Phi(x) + x phi(x).
INLINE f32x16 gelu_slope(f32x16 x) {
  f32x16 density = splat(0.3989422804014327f) * exponential(splat(-0.5f) * x * x);
  return normal_distribution(x) + x * density;
}

// s + 2 u' x s (1 - s) with s = sigmoid(2u).
INLINE f32x16 gelu_tanh_slope(f32x16 value) {
  f32x16 x = bounded(value);
  f32x16 s = tanh_distribution(x);
  f32x16 slope = splat(1.5957691216057308f) * (splat(3 * 0.044715f) * x * x + splat(1.0f));
  return s + slope * x * s * (splat(1.0f) - s);
}

#define ACTIVATION(NAME, FUNCTION, SLOPE)                                                                            \
  static void KERNEL(NAME)(const float *from, float *to, ptrdiff_t count) {                                          \
    ptrdiff_t i = 0;                                                                                                 \
    for (; i + 16 <= count; i += 16) store(to + i, FUNCTION(load(from + i)));                                        \
    if (i < count) store_tail(to + i, FUNCTION(load_tail(from + i, count - i, 0)), count - i);                       \
  }                                                                                                                  \
  static void KERNEL(NAME##_backward)(const float *from, float *gradient, ptrdiff_t count) {                         \
    ptrdiff_t i = 0;                                                                                                 \
    for (; i + 16 <= count; i += 16) store(gradient + i, load(gradient + i) * SLOPE(load(from + i)));                \
    if (i < count)                                                                                                   \
      store_tail(gradient + i, load_tail(gradient + i, count - i, 0) * SLOPE(load_tail(from + i, count - i, 0)),     \
                 count - i);                                                                                         \
  }
ACTIVATION(quick_gelu, quick_gelu_of, quick_gelu_slope)
ACTIVATION(gelu, gelu_of, gelu_slope)
ACTIVATION(gelu_tanh, gelu_tanh_of, gelu_tanh_slope)
#undef ACTIVATION

INLINE f32x16 silu_of(f32x16 x) { return x / (exponential(-x) + splat(1.0f)); }

#define GATE(NAME, FUNCTION)                                                                                     \
  static void KERNEL(NAME)(const float *gate, const float *values, float *to, ptrdiff_t count) {                  \
    ptrdiff_t i = 0;                                                                                             \
    for (; i + 16 <= count; i += 16) store(to + i, FUNCTION(load(gate + i)) * load(values + i));                 \
    if (i < count)                                                                                               \
      store_tail(to + i, FUNCTION(load_tail(gate + i, count - i, 0)) * load_tail(values + i, count - i, 0),      \
                 count - i);                                                                                     \
  }
GATE(silu_gate, silu_of)
GATE(gelu_gate, gelu_of)
#undef GATE

// ---------------------------------------------------------------------------------------------- rotation

INLINE f32x16 swap_pairs(f32x16 v) {
  return __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
}

static void KERNEL(rotate_pairs)(float *values, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t head_width,
                                 const float *cosines, const float *sines) {
  ptrdiff_t whole = head_width / 16 * 16, tail = head_width - whole;
  for (ptrdiff_t row = 0; row < rows; ++row, cosines += head_width, sines += head_width)
    for (ptrdiff_t head = 0; head < heads; ++head) {
      float *target = values + row * stride + head * head_width;
      for (ptrdiff_t i = 0; i < whole; i += 16) {
        f32x16 v = load(target + i);
        store(target + i, v * load(cosines + i) + swap_pairs(v) * load(sines + i));
      }
      if (tail) {
        f32x16 v = load_tail(target + whole, tail, 0);
        f32x16 turned = v * load_tail(cosines + whole, tail, 0) + swap_pairs(v) * load_tail(sines + whole, tail, 0);
        store_tail(target + whole, turned, tail);
      }
    }
}

// ---------------------------------------------------------------------------------------------- attention

// In place on scores that are padded with -inf to a multiple of 16.
INLINE void softmax_padded(float *scores, ptrdiff_t padded) {
  f32x16 largest = load(scores);
  for (ptrdiff_t i = 16; i < padded; i += 16) largest = larger(load(scores + i), largest);
  f32x16 shift = splat(max_lanes(largest)), total = {0};
  for (ptrdiff_t i = 0; i < padded; i += 16) {
    f32x16 e = exponential(load(scores + i) - shift);
    total += e;
    store(scores + i, e);
  }
  f32x16 inverse = splat(1.0f / sum_lanes(total));
  for (ptrdiff_t i = 0; i < padded; i += 16) store(scores + i, load(scores + i) * inverse);
}

// Scores of up to four queries against 32 or 16 keys at a time, from keys transposed to [head_width, padded].
INLINE void score_block(const float *const *query, int rows, const float *transposed, ptrdiff_t padded,
                        ptrdiff_t head_width, float *scores) {
  ptrdiff_t key = 0;
  for (; key + 32 <= padded; key += 32) {
    f32x16 sums[4][2] = {{{0}}};
    for (ptrdiff_t d = 0; d < head_width; ++d) {
      f32x16 left = load(transposed + d * padded + key), right = load(transposed + d * padded + key + 16);
      for (int row = 0; row < rows; ++row) {
        f32x16 q = splat(query[row][d]);
        sums[row][0] += q * left;
        sums[row][1] += q * right;
      }
    }
    for (int row = 0; row < rows; ++row) {
      store(scores + row * padded + key, sums[row][0]);
      store(scores + row * padded + key + 16, sums[row][1]);
    }
  }
  for (; key < padded; key += 16) {
    f32x16 sums[4] = {{0}};
    for (ptrdiff_t d = 0; d < head_width; ++d) {
      f32x16 left = load(transposed + d * padded + key);
      for (int row = 0; row < rows; ++row) sums[row] += splat(query[row][d]) * left;
    }
    for (int row = 0; row < rows; ++row) store(scores + row * padded + key, sums[row]);
  }
}

// Up to four rows of a product: to[row] = sum over i of weights[row · row_step + i · step] from[i], added to what is there
// where `adds`; 32 or 16 columns at a time. Constant arguments give each caller its own code.
INLINE void product_block(const float *weights, ptrdiff_t row_step, ptrdiff_t step, int rows, ptrdiff_t count,
                          const float *from, ptrdiff_t stride, ptrdiff_t width, float *const *to, int adds) {
  ptrdiff_t d = 0;
  for (; d + 32 <= width; d += 32) {
    f32x16 sums[4][2] = {{{0}}};
    for (int row = 0; adds && row < rows; ++row) {
      sums[row][0] = load(to[row] + d);
      sums[row][1] = load(to[row] + d + 16);
    }
    for (ptrdiff_t i = 0; i < count; ++i) {
      f32x16 left = load(from + i * stride + d), right = load(from + i * stride + d + 16);
      for (int row = 0; row < rows; ++row) {
        f32x16 weight = splat(weights[row * row_step + i * step]);
        sums[row][0] += weight * left;
        sums[row][1] += weight * right;
      }
    }
    for (int row = 0; row < rows; ++row) {
      store(to[row] + d, sums[row][0]);
      store(to[row] + d + 16, sums[row][1]);
    }
  }
  for (; d < width; d += 16) {
    ptrdiff_t tail = width - d < 16 ? width - d : 16;
    f32x16 sums[4] = {{0}};
    for (int row = 0; adds && row < rows; ++row) sums[row] = load_tail(to[row] + d, tail, 0);
    for (ptrdiff_t i = 0; i < count; ++i) {
      f32x16 left = load_tail(from + i * stride + d, tail, 0);
      for (int row = 0; row < rows; ++row) sums[row] += splat(weights[row * row_step + i * step]) * left;
    }
    for (int row = 0; row < rows; ++row) store_tail(to[row] + d, sums[row], tail);
  }
}

// Rows of probabilities times values.
INLINE void mix_block(const float *scores, int rows, ptrdiff_t padded, ptrdiff_t keys, const float *values,
                      ptrdiff_t stride, ptrdiff_t head_width, float *const *to) {
  product_block(scores, padded, 1, rows, keys, values, stride, head_width, to, 0);
}

// One head's rows, times a factor, as columns: [head_width, padded], zeros behind the last.
INLINE void transpose_head(const float *rows, ptrdiff_t stride, ptrdiff_t count, ptrdiff_t padded, ptrdiff_t head_width,
                           float factor, float *transposed) {
  for (ptrdiff_t d = 0; d < head_width; ++d) {
    for (ptrdiff_t row = 0; row < count; ++row) transposed[d * padded + row] = rows[row * stride + d] * factor;
    for (ptrdiff_t row = count; row < padded; ++row) transposed[d * padded + row] = 0;
  }
}

// Attention of every query over every key; keeps the probabilities, [queries, heads, keys], unless they are NULL.
INLINE void dense_attention(struct attention_rows queries, struct attention_rows keys, struct attention_rows values,
                            float *to, ptrdiff_t to_stride, struct attention_sizes sizes, float *scratch,
                            float *probabilities) {
  ptrdiff_t padded = (sizes.keys + 15) / 16 * 16;
  float *transposed = scratch, *scores = scratch + padded * sizes.head_width;
  for (ptrdiff_t head = 0; head < sizes.heads; ++head) {
    ptrdiff_t column = head * sizes.head_width;
    transpose_head(keys.base + column, keys.stride, sizes.keys, padded, sizes.head_width, sizes.scale, transposed);
    for (ptrdiff_t first = 0; first < sizes.queries; first += 4) {
      int rows = (int)(sizes.queries - first < 4 ? sizes.queries - first : 4);
      const float *query[4];
      float *target[4];
      for (int row = 0; row < rows; ++row) {
        query[row] = queries.base + (first + row) * queries.stride + column;
        target[row] = to + (first + row) * to_stride + column;
      }
      // The constant row count lets the compiler keep four rows of sums in registers.
      if (rows == 4)
        score_block(query, 4, transposed, padded, sizes.head_width, scores);
      else
        score_block(query, rows, transposed, padded, sizes.head_width, scores);
      for (int row = 0; row < rows; ++row) {
        float *own = scores + row * padded;
        for (ptrdiff_t key = sizes.keys; key < padded; ++key) own[key] = -INFINITY;
        softmax_padded(own, padded);
        if (probabilities)
          memcpy(probabilities + ((first + row) * sizes.heads + head) * sizes.keys, own, (size_t)sizes.keys * sizeof(float));
      }
      if (rows == 4)
        mix_block(scores, 4, padded, sizes.keys, values.base + column, values.stride, sizes.head_width, target);
      else
        mix_block(scores, rows, padded, sizes.keys, values.base + column, values.stride, sizes.head_width, target);
    }
  }
}

static void KERNEL(attention)(struct attention_rows queries, struct attention_rows keys, struct attention_rows values,
                              float *to, ptrdiff_t to_stride, struct attention_sizes sizes, float *scratch) {
  dense_attention(queries, keys, values, to, to_stride, sizes, scratch, NULL);
}

// ---------------------------------------------------------------------------------------------- attention in a tree

// A row of one head against a row of another: head widths are multiples of 16 in every published CLIP.
INLINE float dot_rows(const float *a, const float *b, ptrdiff_t width) {
  ptrdiff_t whole = width / 16 * 16;
  f32x16 sum = {0};
  for (ptrdiff_t i = 0; i < whole; i += 16) sum += load(a + i) * load(b + i);
  if (whole < width) sum += load_tail(a + whole, width - whole, 0) * load_tail(b + whole, width - whole, 0);
  return sum_lanes(sum);
}

// to += factor * from
INLINE void add_scaled(float factor, const float *from, float *to, ptrdiff_t width) {
  ptrdiff_t whole = width / 16 * 16;
  for (ptrdiff_t i = 0; i < whole; i += 16) store(to + i, load(to + i) + splat(factor) * load(from + i));
  if (whole < width)
    store_tail(to + whole,
               load_tail(to + whole, width - whole, 0) + splat(factor) * load_tail(from + whole, width - whole, 0),
               width - whole);
}

INLINE void tree_attention_of_width(struct tree_attention a, float *to, ptrdiff_t to_stride, ptrdiff_t width) {
  ptrdiff_t before = a.keys - a.spans[a.span_count - 1].count;
  for (ptrdiff_t query = 0; query < a.query_count; ++query) {
    ptrdiff_t visible = before + a.first_query + query + 1;
    if (visible > a.keys) visible = a.keys;
    for (ptrdiff_t head = 0; head < a.heads; ++head) {
      ptrdiff_t column = head * width;
      const float *q = a.queries + query * a.query_stride + column;
      float *p = a.probabilities + (query * a.heads + head) * a.keys, *target = to + query * to_stride + column;
      ptrdiff_t key = 0;
      for (ptrdiff_t span = 0; span < a.span_count; ++span) {
        const struct tree_span *s = a.spans + span;
        for (ptrdiff_t row = 0; row < s->count && key < visible; ++row, ++key)
          p[key] = a.scale * dot_rows(q, s->keys + row * s->stride + column, width);
      }
      if (a.hidden)
        for (ptrdiff_t i = 0; i < visible; ++i)
          if (a.hidden[i]) p[i] = -INFINITY;
      f32x16 largest = splat(-INFINITY), total = {0};
      for (ptrdiff_t i = 0; i < visible; i += 16)
        largest = larger(visible - i < 16 ? load_tail(p + i, visible - i, -INFINITY) : load(p + i), largest);
      f32x16 shift = splat(max_lanes(largest));
      for (ptrdiff_t i = 0; i < visible; i += 16) {
        ptrdiff_t tail = visible - i < 16 ? visible - i : 16;
        f32x16 e = exponential((tail < 16 ? load_tail(p + i, tail, -INFINITY) : load(p + i)) - shift);
        total += e;
        if (tail < 16)
          store_tail(p + i, e, tail);
        else
          store(p + i, e);
      }
      float inverse = 1.0f / sum_lanes(total);
      for (ptrdiff_t i = 0; i < visible; ++i) p[i] *= inverse;
      for (ptrdiff_t i = visible; i < a.keys; ++i) p[i] = 0;
      memset(target, 0, (size_t)width * sizeof(float));
      key = 0;
      for (ptrdiff_t span = 0; span < a.span_count; ++span) {
        const struct tree_span *s = a.spans + span;
        for (ptrdiff_t row = 0; row < s->count && key < visible; ++row, ++key)
          add_scaled(p[key], s->values + row * s->stride + column, target, width);
      }
    }
  }
}

static void KERNEL(tree_attention)(struct tree_attention attention, float *to, ptrdiff_t to_stride) {
  if (attention.scratch) {
    const struct tree_span *span = attention.spans;
    dense_attention((struct attention_rows){attention.queries, attention.query_stride},
                    (struct attention_rows){span->keys, span->stride}, (struct attention_rows){span->values, span->stride},
                    to, to_stride,
                    (struct attention_sizes){attention.query_count, attention.keys, attention.heads, attention.head_width,
                                             attention.scale},
                    attention.scratch, attention.probabilities);
    return;
  }
  // A constant width lets the compiler keep a row in registers.
  if (attention.head_width == 64)
    tree_attention_of_width(attention, to, to_stride, 64);
  else
    tree_attention_of_width(attention, to, to_stride, attention.head_width);
}

// dP becomes scale dS = scale P (dP - rowsum(P dP)), in place on a padded row.
INLINE void softmax_slopes(const float *p, ptrdiff_t keys, float scale, float *row) {
  f32x16 total = {0};
  for (ptrdiff_t i = 0; i < keys; i += 16)
    total += (keys - i < 16 ? load_tail(p + i, keys - i, 0) : load(p + i)) * load(row + i);
  f32x16 weighted = splat(sum_lanes(total));
  for (ptrdiff_t i = 0; i < keys; i += 16)
    store(row + i, splat(scale) * (keys - i < 16 ? load_tail(p + i, keys - i, 0) : load(p + i)) * (load(row + i) - weighted));
}

// With P = softmax(S), S = scale Q K' and O = P V: dV = P' dO, dP = dO V', dS = P (dP - rowsum(P dP)),
// dQ = scale dS K, dK = scale dS' Q.
INLINE void tree_attention_backward_of_width(struct tree_attention a, const float *gradient, ptrdiff_t gradient_stride,
                                             float *query_gradients, ptrdiff_t query_gradient_stride, ptrdiff_t width) {
  ptrdiff_t before = a.keys - a.spans[a.span_count - 1].count;
  float slopes[TREE_ATTENTION_KEYS];
  for (ptrdiff_t query = 0; query < a.query_count; ++query) {
    ptrdiff_t visible = before + a.first_query + query + 1;
    if (visible > a.keys) visible = a.keys;
    for (ptrdiff_t head = 0; head < a.heads; ++head) {
      ptrdiff_t column = head * width;
      const float *q = a.queries + query * a.query_stride + column;
      const float *p = a.probabilities + (query * a.heads + head) * a.keys;
      const float *g = gradient + query * gradient_stride + column;
      float *dq = query_gradients + query * query_gradient_stride + column;
      float weighted = 0;
      ptrdiff_t key = 0;
      for (ptrdiff_t span = 0; span < a.span_count; ++span) {
        const struct tree_span *s = a.spans + span;
        for (ptrdiff_t row = 0; row < s->count && key < visible; ++row, ++key) {
          slopes[key] = dot_rows(g, s->values + row * s->stride + column, width);
          weighted += p[key] * slopes[key];
          add_scaled(p[key], g, s->value_gradients + row * s->gradient_stride + column, width);
        }
      }
      memset(dq, 0, (size_t)width * sizeof(float));
      key = 0;
      for (ptrdiff_t span = 0; span < a.span_count; ++span) {
        const struct tree_span *s = a.spans + span;
        for (ptrdiff_t row = 0; row < s->count && key < visible; ++row, ++key) {
          float slope = a.scale * p[key] * (slopes[key] - weighted);
          add_scaled(slope, s->keys + row * s->stride + column, dq, width);
          add_scaled(slope, q, s->key_gradients + row * s->gradient_stride + column, width);
        }
      }
    }
  }
}

// The columns of `weights`, four at a time: to[key] += sum over i of weights[i][key] from[i].
INLINE void add_outer(const float *weights, ptrdiff_t weight_stride, ptrdiff_t keys, ptrdiff_t count, const float *from,
                      ptrdiff_t stride, ptrdiff_t head_width, float *to, ptrdiff_t to_stride) {
  for (ptrdiff_t key = 0; key < keys; key += 4) {
    int rows = (int)(keys - key < 4 ? keys - key : 4);
    float *target[4];
    for (int row = 0; row < rows; ++row) target[row] = to + (key + row) * to_stride;
    if (rows == 4)
      product_block(weights + key, 1, weight_stride, 4, count, from, stride, head_width, target, 1);
    else
      product_block(weights + key, 1, weight_stride, rows, count, from, stride, head_width, target, 1);
  }
}

// The same where every query sees every key: DENSE_QUERIES rows of dS at a time, which four queries or keys at a time read.
INLINE void dense_attention_backward(struct tree_attention a, const float *gradient, ptrdiff_t gradient_stride,
                                     float *query_gradients, ptrdiff_t query_gradient_stride) {
  const struct tree_span *s = a.spans;
  ptrdiff_t padded = (a.keys + 15) / 16 * 16;
  float *transposed = a.scratch, *slopes = a.scratch + padded * a.head_width;
  for (ptrdiff_t head = 0; head < a.heads; ++head) {
    ptrdiff_t column = head * a.head_width;
    transpose_head(s->values + column, s->stride, a.keys, padded, a.head_width, 1, transposed);
    for (ptrdiff_t first = 0; first < a.query_count; first += DENSE_QUERIES) {
      ptrdiff_t count = a.query_count - first < DENSE_QUERIES ? a.query_count - first : DENSE_QUERIES;
      const float *g = gradient + first * gradient_stride + column, *q = a.queries + first * a.query_stride + column;
      const float *p = a.probabilities + (first * a.heads + head) * a.keys;
      for (ptrdiff_t start = 0; start < count; start += 4) {
        int rows = (int)(count - start < 4 ? count - start : 4);
        const float *upstream[4];
        float *target[4];
        for (int row = 0; row < rows; ++row) {
          upstream[row] = g + (start + row) * gradient_stride;
          target[row] = query_gradients + (first + start + row) * query_gradient_stride + column;
        }
        float *block = slopes + start * padded;
        if (rows == 4)
          score_block(upstream, 4, transposed, padded, a.head_width, block);
        else
          score_block(upstream, rows, transposed, padded, a.head_width, block);
        for (int row = 0; row < rows; ++row)
          softmax_slopes(p + (start + row) * a.heads * a.keys, a.keys, a.scale, block + row * padded);
        if (rows == 4)
          mix_block(block, 4, padded, a.keys, s->keys + column, s->stride, a.head_width, target);
        else
          mix_block(block, rows, padded, a.keys, s->keys + column, s->stride, a.head_width, target);
      }
      add_outer(p, a.heads * a.keys, a.keys, count, g, gradient_stride, a.head_width, s->value_gradients + column,
                s->gradient_stride);
      add_outer(slopes, padded, a.keys, count, q, a.query_stride, a.head_width, s->key_gradients + column,
                s->gradient_stride);
    }
  }
}

static void KERNEL(tree_attention_backward)(struct tree_attention attention, const float *gradient,
                                            ptrdiff_t gradient_stride, float *query_gradients,
                                            ptrdiff_t query_gradient_stride) {
  if (attention.scratch)
    dense_attention_backward(attention, gradient, gradient_stride, query_gradients, query_gradient_stride);
  else if (attention.head_width == 64)
    tree_attention_backward_of_width(attention, gradient, gradient_stride, query_gradients, query_gradient_stride, 64);
  else
    tree_attention_backward_of_width(attention, gradient, gradient_stride, query_gradients, query_gradient_stride,
                                     attention.head_width);
}

// ---------------------------------------------------------------------------------------------- pooling

static void KERNEL(average_pool)(const float *from, float *to, ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels,
                                 ptrdiff_t size) {
  ptrdiff_t rows = height / size, columns = width / size;
  f32x16 share = splat(1.0f / (float)(size * size));
  for (ptrdiff_t row = 0; row < rows; ++row)
    for (ptrdiff_t column = 0; column < columns; ++column) {
      float *target = to + (row * columns + column) * channels;
      for (ptrdiff_t c = 0; c < channels; c += 16) {
        ptrdiff_t tail = channels - c < 16 ? channels - c : 16;
        f32x16 total = {0};
        for (ptrdiff_t y = 0; y < size; ++y)
          for (ptrdiff_t x = 0; x < size; ++x) {
            const float *pixel = from + ((row * size + y) * width + column * size + x) * channels + c;
            total += tail == 16 ? load(pixel) : load_tail(pixel, tail, 0);
          }
        if (tail == 16)
          store(target + c, total * share);
        else
          store_tail(target + c, total * share, tail);
      }
    }
}

static void KERNEL(average_neighbors)(const float *from, float *to, ptrdiff_t height, ptrdiff_t width,
                                      ptrdiff_t channels) {
  for (ptrdiff_t row = 0; row < height; row += 2)
    for (ptrdiff_t column = 0; column < width; column += 2, to += channels) {
      ptrdiff_t top = row > 0 ? row - 1 : 0, bottom = row + 2 < height ? row + 2 : height;
      ptrdiff_t left = column > 0 ? column - 1 : 0, right = column + 2 < width ? column + 2 : width;
      f32x16 share = splat(1.0f / (float)((bottom - top) * (right - left)));
      for (ptrdiff_t c = 0; c < channels; c += 16) {
        ptrdiff_t tail = channels - c < 16 ? channels - c : 16;
        f32x16 total = {0};
        for (ptrdiff_t y = top; y < bottom; ++y)
          for (ptrdiff_t x = left; x < right; ++x) {
            const float *pixel = from + (y * width + x) * channels + c;
            total += tail == 16 ? load(pixel) : load_tail(pixel, tail, 0);
          }
        if (tail == 16)
          store(to + c, total * share);
        else
          store_tail(to + c, total * share, tail);
      }
    }
}

#include "kernels_depthwise.h"

// ---------------------------------------------------------------------------------------------- the table

extern const struct kernel_table KERNEL(kernel_table);
const struct kernel_table KERNEL(kernel_table) = {
    .name = KERNEL_NAME,
    .f16_to_f32 = KERNEL(f16_to_f32),
    .bf16_to_f32 = KERNEL(bf16_to_f32),
    .f32_to_f16 = KERNEL(f32_to_f16),
    .f32_to_bf16 = KERNEL(f32_to_bf16),
    .finite_f32 = KERNEL(finite_f32),
    .finite_16 = KERNEL(finite_16),
    .add = KERNEL(add),
    .layer_norm = KERNEL(layer_norm),
    .layer_norm_backward = KERNEL(layer_norm_backward),
    .quick_gelu = KERNEL(quick_gelu),
    .gelu = KERNEL(gelu),
    .quick_gelu_backward = KERNEL(quick_gelu_backward),
    .gelu_backward = KERNEL(gelu_backward),
    .gelu_tanh = KERNEL(gelu_tanh),
    .gelu_tanh_backward = KERNEL(gelu_tanh_backward),
    .silu_gate = KERNEL(silu_gate),
    .gelu_gate = KERNEL(gelu_gate),
    .rotate_pairs = KERNEL(rotate_pairs),
    .first_above = KERNEL(first_above),
    .first_line_above = KERNEL(first_line_above),
    .normalize_rows = KERNEL(normalize_rows),
    .attention = KERNEL(attention),
    .tree_attention = KERNEL(tree_attention),
    .tree_attention_backward = KERNEL(tree_attention_backward),
    .average_pool = KERNEL(average_pool),
    .average_neighbors = KERNEL(average_neighbors),
    .depthwise_row = KERNEL(depthwise_row),
};
