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
