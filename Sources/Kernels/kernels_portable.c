#include "kernels.h"

#define KERNEL(name) name##_portable
#define KERNEL_NAME "portable"
#include "kernels_body.h"
