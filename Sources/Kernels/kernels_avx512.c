#include "kernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define KERNEL(name) name##_avx512
#define KERNEL_NAME "avx512"
#include "kernels_body.h"
#pragma clang attribute pop
#endif
