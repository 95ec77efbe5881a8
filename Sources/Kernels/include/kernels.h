#ifndef PROMPTLENS_KERNELS_H
#define PROMPTLENS_KERNELS_H

#include "resample.h"

#endif
