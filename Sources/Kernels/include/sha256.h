// SHA-256 of sixteen messages at a time: one vector holds the same word of all, so that wide registers are full where one
// message alone would wait for itself.
//
// Source: FIPS 180-4, section 6.2.
#ifndef PROMPTLENS_SHA256_H
#define PROMPTLENS_SHA256_H

#include <stddef.h>
#include <stdint.h>

/// The messages that are hashed at a time.
enum { PL_SHA256_LANES = 16 };

/// The SHA-256 of sixteen messages that stand one after another.
///
/// `length` is that of each message in bytes, a multiple of 64; `digests` receives 16 times 32 bytes. Gives 1; or 0, and
/// writes nothing, where the processor lacks AVX-512: hashing one after another is faster there.
int pl_sha256_lanes(const uint8_t *messages, size_t length, uint8_t *digests);

#endif
