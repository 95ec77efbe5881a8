#include "kernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define KERNEL(name) name##_avx2
#define KERNEL_NAME "avx2"
#include "kernels_body.h"
#pragma clang attribute pop
#endif
