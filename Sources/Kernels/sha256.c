#include "sha256.h"

#include <string.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw"))), apply_to = function)
#define INLINE static inline __attribute__((always_inline))

enum { LANES = PL_SHA256_LANES, BLOCK = 64, WORDS = 16 };

typedef uint32_t words __attribute__((vector_size(64), aligned(4)));

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// The first 32 bits of the fractional parts of the square roots of the first 8 primes.
static const uint32_t initial[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

INLINE words rotate(words x, int bits) { return x >> bits | x << (32 - bits); }

INLINE words big_endian(words x) { return (rotate(x, 8) & 0xFF00FF00) | (rotate(x, 24) & 0x00FF00FF); }

// One quarter of a 16 by 16 transposition: riffles the first eight vectors with the last eight. Four riffles transpose.
INLINE void riffle(const words *from, words *to) {
  for (int i = 0; i < 8; i++) {
    to[2 * i] = __builtin_shufflevector(from[i], from[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    to[2 * i + 1] =
        __builtin_shufflevector(from[i], from[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  }
}

// Takes one block of every message into the state; `w` holds the block's words and is overwritten by the schedule.
INLINE void compress(words *state, words *w) {
  words a = state[0], b = state[1], c = state[2], d = state[3];
  words e = state[4], f = state[5], g = state[6], h = state[7];
#pragma clang loop unroll(full)
  for (int round = 0; round < 64; round++) {
    if (round >= WORDS) {
      words early = w[(round + 1) % WORDS], late = w[(round + 14) % WORDS];
      w[round % WORDS] += (rotate(early, 7) ^ rotate(early, 18) ^ early >> 3) + w[(round + 9) % WORDS] +
                          (rotate(late, 17) ^ rotate(late, 19) ^ late >> 10);
    }
    words first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[round] +
                  w[round % WORDS];
    words second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void hash(const uint8_t *messages, size_t length, uint8_t *digests) {
  words state[8], w[WORDS], other[WORDS];
  for (int i = 0; i < 8; i++) state[i] = (words){0} + initial[i];
  for (size_t place = 0; place < length; place += BLOCK) {
    for (int lane = 0; lane < LANES; lane++) memcpy(&w[lane], messages + lane * length + place, BLOCK);
    riffle(w, other), riffle(other, w), riffle(w, other), riffle(other, w);
    for (int i = 0; i < WORDS; i++) w[i] = big_endian(w[i]);
    compress(state, w);
  }
  // All messages end alike: a one, zeros, and the length in bits.
  for (int i = 0; i < WORDS; i++) w[i] = (words){0};
  w[0] += 0x80000000;
  w[14] += (uint32_t)((uint64_t)length >> 29);
  w[15] += (uint32_t)(length << 3);
  compress(state, w);
  for (int i = 0; i < 8; i++) {
    words word = big_endian(state[i]);
    for (int lane = 0; lane < LANES; lane++) {
      uint32_t bytes = word[lane];
      memcpy(digests + lane * 32 + i * 4, &bytes, 4);
    }
  }
}
#pragma clang attribute pop

int pl_sha256_lanes(const uint8_t *messages, size_t length, uint8_t *digests) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw")) return 0;
  hash(messages, length, digests);
  return 1;
}
#else
int pl_sha256_lanes(const uint8_t *messages, size_t length, uint8_t *digests) {
  (void)messages, (void)length, (void)digests;
  return 0;
}
#endif
