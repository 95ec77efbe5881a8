#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// Gives freed memory back to the system, where the C library would keep it.
static inline void cmemory_trim(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

// From now on what is freed goes back to the system soon: threads allocate from one heap, all of which cmemory_trim can give back
// (of a heap that is a thread's own the C library keeps the end), blocks of 16 MiB are no part of it, and it keeps no more than
// 4 MiB at its end. To be called before there are threads; costs some time in every large allocation.
static inline void cmemory_keep_little(void) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
#endif
}
