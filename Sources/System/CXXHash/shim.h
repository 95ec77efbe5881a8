// XXH3 is compiled in, by its header alone: no library has to be installed where the program runs.
#define XXH_INLINE_ALL
#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

// Each function takes the state as a pointer that Swift need not look into; of none, for want of memory, it makes nothing.
static inline void *cxxhash_begin(void) {
  XXH3_state_t *state = XXH3_createState();
  if (state) XXH3_128bits_reset(state);
  return state;
}

static inline void cxxhash_add(void *state, const void *bytes, size_t count) {
  if (state) XXH3_128bits_update(state, bytes, count);
}

// The upper and lower halves of the digest of what was added so far.
static inline void cxxhash_read(const void *state, uint64_t *upper, uint64_t *lower) {
  if (!state) return;
  XXH128_hash_t hash = XXH3_128bits_digest(state);
  *upper = hash.high64;
  *lower = hash.low64;
}

static inline void cxxhash_discard(void *state) { XXH3_freeState(state); }
