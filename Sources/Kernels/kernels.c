#include "kernels.h"

extern const struct kernel_table kernel_table_portable;
#if defined(__x86_64__)
extern const struct kernel_table kernel_table_avx2;
extern const struct kernel_table kernel_table_avx512;
#endif

const struct kernel_table *kernels_at(enum kernel_level level) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (level == KERNEL_AVX512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
               ? &kernel_table_avx512
               : NULL;
  if (level == KERNEL_AVX2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernel_table_avx2 : NULL;
#endif
  return level == KERNEL_PORTABLE ? &kernel_table_portable : NULL;
}

const struct kernel_table *kernels(void) {
  static const struct kernel_table *best = NULL;
  const struct kernel_table *found = __atomic_load_n(&best, __ATOMIC_ACQUIRE);
  if (found) return found;
  for (int level = KERNEL_AVX512; !found; --level) found = kernels_at((enum kernel_level)level);
  __atomic_store_n(&best, found, __ATOMIC_RELEASE);
  return found;
}
