// oneDNN behind two kinds of plan: a matrix product and a convolution, each with packed weights.
//
// Memory descriptors are structs in oneDNN 2 and handles in oneDNN 3; they never leave this file. A plan is immutable
// after creation and may run on many threads at once, because the caller passes the scratch memory.
#ifndef PROMPTLENS_CDNNL_SHIM_H
#define PROMPTLENS_CDNNL_SHIM_H

#include <dlfcn.h>
#include <dnnl.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct pl_plan {
  dnnl_primitive_desc_t description;
  dnnl_primitive_t primitive;
  int has_bias;
} pl_plan;

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t pl_md;
typedef const_dnnl_memory_desc_t pl_const_md;
#define PL_MD_ARGUMENT(md) (md)
static inline dnnl_status_t pl_md_strided(pl_md *md, int n, const dnnl_dims_t dims, dnnl_data_type_t type,
                                          const dnnl_dims_t strides) {
  return dnnl_memory_desc_create_with_strides(md, n, dims, type, strides);
}
static inline dnnl_status_t pl_md_tagged(pl_md *md, int n, const dnnl_dims_t dims, dnnl_data_type_t type,
                                         dnnl_format_tag_t tag) {
  return dnnl_memory_desc_create_with_tag(md, n, dims, type, tag);
}
static inline void pl_md_destroy(pl_md *md) {
  if (*md) dnnl_memory_desc_destroy(*md);
}
#else
typedef dnnl_memory_desc_t pl_md;
typedef const dnnl_memory_desc_t *pl_const_md;
#define PL_MD_ARGUMENT(md) (&(md))
static inline dnnl_status_t pl_md_strided(pl_md *md, int n, const dnnl_dims_t dims, dnnl_data_type_t type,
                                          const dnnl_dims_t strides) {
  return dnnl_memory_desc_init_by_strides(md, n, dims, type, strides);
}
static inline dnnl_status_t pl_md_tagged(pl_md *md, int n, const dnnl_dims_t dims, dnnl_data_type_t type,
                                         dnnl_format_tag_t tag) {
  return dnnl_memory_desc_init_by_tag(md, n, dims, type, tag);
}
static inline void pl_md_destroy(pl_md *md) { (void)md; }
#endif

static inline dnnl_status_t pl_engine_create(dnnl_engine_t *engine) { return dnnl_engine_create(engine, dnnl_cpu, 0); }

/// Keeps oneDNN's own thread pool out of the calling thread: one product, one core.
static inline void pl_use_one_thread(void) {
  typedef void (*setter)(int);
  static setter set = NULL;
  setter found = __atomic_load_n(&set, __ATOMIC_ACQUIRE);
  if (!found) {
    *(void **)&found = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
    __atomic_store_n(&set, found, __ATOMIC_RELEASE);
  }
  if (found) found(1);
}

/// Attributes shared by all plans: caller-owned scratch, an optional `+= destination`, an optional ReLU after it.
static inline dnnl_status_t pl_attributes(dnnl_primitive_attr_t *attributes, int accumulate, int relu) {
  dnnl_status_t status = dnnl_primitive_attr_create(attributes);
  if (status != dnnl_success) return status;
  status = dnnl_primitive_attr_set_scratchpad_mode(*attributes, dnnl_scratchpad_mode_user);
  if (status != dnnl_success || !(accumulate || relu)) return status;
  dnnl_post_ops_t operations;
  status = dnnl_post_ops_create(&operations);
  if (status != dnnl_success) return status;
#if DNNL_VERSION_MAJOR >= 3
  if (accumulate) status = dnnl_post_ops_append_sum(operations, 1.0f, 0, dnnl_data_type_undef);
  if (status == dnnl_success && relu) status = dnnl_post_ops_append_eltwise(operations, dnnl_eltwise_relu, 0, 0);
#else
  if (accumulate) status = dnnl_post_ops_append_sum(operations, 1.0f);
  if (status == dnnl_success && relu) status = dnnl_post_ops_append_eltwise(operations, 1.0f, dnnl_eltwise_relu, 0, 0);
#endif
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*attributes, operations);
  dnnl_post_ops_destroy(operations);
  return status;
}

/// `destination[rows, outputs] (+)= source[rows, inputs] · weights + bias`, rows contiguous; the weights' layout is
/// oneDNN's to choose, or has the strides of [inputs, outputs] in `weight_strides` if that isn't NULL. `source_type` is
/// f32 or bf16, the destination and the bias are f32.
static inline dnnl_status_t pl_matmul_create(pl_plan *plan, dnnl_engine_t engine, int64_t rows, int64_t outputs,
                                             int64_t inputs, dnnl_data_type_t source_type,
                                             const int64_t *weight_strides, int bias, int accumulate) {
  dnnl_dims_t source_dims = {rows, inputs}, source_strides = {inputs, 1};
  dnnl_dims_t weight_dims = {inputs, outputs}, bias_dims = {1, outputs}, bias_strides = {outputs, 1};
  dnnl_dims_t destination_dims = {rows, outputs}, destination_strides = {outputs, 1};
  pl_md source, weights, bias_md, destination;
  dnnl_primitive_attr_t attributes = NULL;
  plan->description = NULL;
  plan->primitive = NULL;
  plan->has_bias = bias;
  dnnl_status_t status = pl_md_strided(&source, 2, source_dims, source_type, source_strides);
  if (status != dnnl_success) return status;
  if (weight_strides) {
    dnnl_dims_t strides = {weight_strides[0], weight_strides[1]};
    status = pl_md_strided(&weights, 2, weight_dims, source_type, strides);
  } else {
    status = pl_md_tagged(&weights, 2, weight_dims, source_type, dnnl_format_tag_any);
  }
  if (status != dnnl_success) return status;
  status = pl_md_strided(&bias_md, 2, bias_dims, dnnl_f32, bias_strides);
  if (status != dnnl_success) return status;
  status = pl_md_strided(&destination, 2, destination_dims, dnnl_f32, destination_strides);
  if (status == dnnl_success) status = pl_attributes(&attributes, accumulate, 0);
  if (status == dnnl_success) {
#if DNNL_VERSION_MAJOR >= 3
    status = dnnl_matmul_primitive_desc_create(&plan->description, engine, source, weights, bias ? bias_md : NULL,
                                               destination, attributes);
#else
    dnnl_matmul_desc_t matmul;
    status = dnnl_matmul_desc_init(&matmul, &source, &weights, bias ? &bias_md : NULL, &destination);
    if (status == dnnl_success)
      status = dnnl_primitive_desc_create(&plan->description, &matmul, attributes, engine, NULL);
#endif
  }
  if (status == dnnl_success) status = dnnl_primitive_create(&plan->primitive, plan->description);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  pl_md_destroy(&source);
  pl_md_destroy(&weights);
  pl_md_destroy(&bias_md);
  pl_md_destroy(&destination);
  return status;
}

/// `destination[rows, outputs] (+)= source[rows, inputs] · weights` in f32, on weights as they are stored: rows of
/// [inputs, outputs], or of [outputs, inputs] if `transposed`.
static inline dnnl_status_t pl_product(int64_t rows, int64_t outputs, int64_t inputs, const float *source,
                                       const float *weights, int transposed, int accumulate, float *destination) {
  return dnnl_sgemm('N', transposed ? 'T' : 'N', rows, outputs, inputs, 1.0f, source, inputs, weights,
                    transposed ? inputs : outputs, accumulate ? 1.0f : 0.0f, destination, outputs);
}

/// A 2-D convolution over channels-last images with the same stride and padding in both directions.
static inline dnnl_status_t pl_convolution_create(pl_plan *plan, dnnl_engine_t engine, int64_t images, int64_t channels,
                                                  int64_t height, int64_t width, int64_t outputs, int64_t kernel,
                                                  int64_t stride, int64_t padding,
                                                  dnnl_data_type_t source_type, int accumulate, int relu) {
  int64_t out_height = (height + 2 * padding - kernel) / stride + 1;
  int64_t out_width = (width + 2 * padding - kernel) / stride + 1;
  dnnl_dims_t source_dims = {images, channels, height, width}, weight_dims = {outputs, channels, kernel, kernel};
  dnnl_dims_t bias_dims = {outputs}, destination_dims = {images, outputs, out_height, out_width};
  dnnl_dims_t strides = {stride, stride}, paddings = {padding, padding};
  pl_md source, weights, bias, destination;
  dnnl_primitive_attr_t attributes = NULL;
  plan->description = NULL;
  plan->primitive = NULL;
  plan->has_bias = 1;
  dnnl_status_t status = pl_md_tagged(&source, 4, source_dims, source_type, dnnl_nhwc);
  if (status != dnnl_success) return status;
  status = pl_md_tagged(&weights, 4, weight_dims, source_type, dnnl_format_tag_any);
  if (status != dnnl_success) return status;
  status = pl_md_tagged(&bias, 1, bias_dims, dnnl_f32, dnnl_a);
  if (status != dnnl_success) return status;
  status = pl_md_tagged(&destination, 4, destination_dims, dnnl_f32, dnnl_nhwc);
  if (status == dnnl_success) status = pl_attributes(&attributes, accumulate, relu);
  if (status == dnnl_success) {
#if DNNL_VERSION_MAJOR >= 3
    dnnl_dims_t dilations = {0, 0};
    status = dnnl_convolution_forward_primitive_desc_create(&plan->description, engine, dnnl_forward_inference,
                                                            dnnl_convolution_direct, source, weights, bias, destination,
                                                            strides, dilations, paddings, paddings, attributes);
#else
    dnnl_convolution_desc_t convolution;
    status = dnnl_convolution_forward_desc_init(&convolution, dnnl_forward_inference, dnnl_convolution_direct, &source,
                                                &weights, &bias, &destination, strides, paddings, paddings);
    if (status == dnnl_success)
      status = dnnl_primitive_desc_create(&plan->description, &convolution, attributes, engine, NULL);
#endif
  }
  if (status == dnnl_success) status = dnnl_primitive_create(&plan->primitive, plan->description);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  pl_md_destroy(&source);
  pl_md_destroy(&weights);
  pl_md_destroy(&bias);
  pl_md_destroy(&destination);
  return status;
}

static inline void pl_plan_destroy(pl_plan *plan) {
  if (plan->primitive) dnnl_primitive_destroy(plan->primitive);
  if (plan->description) dnnl_primitive_desc_destroy(plan->description);
}

static inline pl_const_md pl_plan_md(const pl_plan *plan, dnnl_query_t query) {
  return dnnl_primitive_desc_query_md(plan->description, query, 0);
}

static inline size_t pl_plan_weight_bytes(const pl_plan *plan) {
  return dnnl_memory_desc_get_size(pl_plan_md(plan, dnnl_query_weights_md));
}

static inline size_t pl_plan_scratch_bytes(const pl_plan *plan) {
  return dnnl_memory_desc_get_size(pl_plan_md(plan, dnnl_query_scratchpad_md));
}

static inline int pl_plan_same_weights(const pl_plan *left, const pl_plan *right) {
  return dnnl_memory_desc_equal(pl_plan_md(left, dnnl_query_weights_md), pl_plan_md(right, dnnl_query_weights_md));
}

/// Reorders plain f32 weights into the plan's layout and type. `dims` and `strides` describe the plain weights in the
/// plan's order of axes: [inputs, outputs] for a product, [outputs, channels, kernel, kernel] for a convolution.
/// `scales` has a factor for each index of
/// the axis `scale_axis`, or is NULL.
static inline dnnl_status_t pl_plan_pack(const pl_plan *plan, dnnl_engine_t engine, int axes, const int64_t *dims,
                                         const int64_t *strides, const float *weights, const float *scales,
                                         int scale_axis, void *packed) {
  dnnl_dims_t md_dims, md_strides;
  for (int axis = 0; axis < axes; ++axis) {
    md_dims[axis] = dims[axis];
    md_strides[axis] = strides[axis];
  }
  pl_md plain;
  dnnl_status_t status = pl_md_strided(&plain, axes, md_dims, dnnl_f32, md_strides);
  if (status != dnnl_success) return status;
  pl_const_md target = pl_plan_md(plan, dnnl_query_weights_md);
  dnnl_primitive_desc_t description = NULL;
  dnnl_primitive_t reorder = NULL;
  dnnl_memory_t from = NULL, to = NULL, factors = NULL;
  dnnl_stream_t stream = NULL;
  dnnl_primitive_attr_t attributes = NULL;
  int count = 2;
  if (scales) {
    int mask = 1 << scale_axis;
    status = dnnl_primitive_attr_create(&attributes);
#if DNNL_VERSION_MAJOR >= 3
    dnnl_dims_t scale_dims = {dims[scale_axis]}, scale_strides = {1};
    pl_md scale_md;
    if (status == dnnl_success) status = dnnl_primitive_attr_set_scales_mask(attributes, DNNL_ARG_SRC, mask);
    if (status == dnnl_success) status = pl_md_strided(&scale_md, 1, scale_dims, dnnl_f32, scale_strides);
    if (status == dnnl_success) {
      status = dnnl_memory_create(&factors, PL_MD_ARGUMENT(scale_md), engine, (void *)scales);
      pl_md_destroy(&scale_md);
    }
    count = 3;
#else
    if (status == dnnl_success)
      status = dnnl_primitive_attr_set_output_scales(attributes, dims[scale_axis], mask, scales);
#endif
  }
  if (status == dnnl_success)
    status = dnnl_reorder_primitive_desc_create(&description, PL_MD_ARGUMENT(plain), engine, target, engine, attributes);
  if (status == dnnl_success) status = dnnl_primitive_create(&reorder, description);
  if (status == dnnl_success) status = dnnl_memory_create(&from, PL_MD_ARGUMENT(plain), engine, (void *)weights);
  if (status == dnnl_success) status = dnnl_memory_create(&to, target, engine, packed);
  if (status == dnnl_success) status = dnnl_stream_create(&stream, engine, dnnl_stream_default_flags);
  if (status == dnnl_success) {
    dnnl_exec_arg_t arguments[3] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
#if DNNL_VERSION_MAJOR >= 3
    arguments[2].arg = DNNL_ARG_ATTR_SCALES | DNNL_ARG_SRC;
    arguments[2].memory = factors;
#endif
    status = dnnl_primitive_execute(reorder, stream, count, arguments);
    if (status == dnnl_success) status = dnnl_stream_wait(stream);
  }
  if (stream) dnnl_stream_destroy(stream);
  if (from) dnnl_memory_destroy(from);
  if (to) dnnl_memory_destroy(to);
  if (factors) dnnl_memory_destroy(factors);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  if (reorder) dnnl_primitive_destroy(reorder);
  if (description) dnnl_primitive_desc_destroy(description);
  pl_md_destroy(&plain);
  return status;
}

static inline dnnl_status_t pl_plan_execute(const pl_plan *plan, dnnl_engine_t engine, const void *source,
                                            const void *packed, const float *bias, float *destination, void *scratch) {
  dnnl_memory_t memories[5] = {NULL, NULL, NULL, NULL, NULL};
  dnnl_exec_arg_t arguments[5];
  dnnl_query_t queries[5] = {dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md, dnnl_query_scratchpad_md,
                             dnnl_query_weights_md};
  int ids[5] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_SCRATCHPAD, DNNL_ARG_BIAS};
  void *pointers[5] = {(void *)source, (void *)packed, destination, scratch, (void *)bias};
  dnnl_stream_t stream = NULL;
  dnnl_status_t status = dnnl_stream_create(&stream, engine, dnnl_stream_default_flags);
  int count = plan->has_bias ? 5 : 4;
  for (int index = 0; status == dnnl_success && index < count; ++index) {
    pl_const_md md = dnnl_primitive_desc_query_md(plan->description, queries[index], index == 4 ? 1 : 0);
    status = dnnl_memory_create(&memories[index], md, engine, pointers[index]);
    arguments[index].arg = ids[index];
    arguments[index].memory = memories[index];
  }
  if (status == dnnl_success) status = dnnl_primitive_execute(plan->primitive, stream, count, arguments);
  if (status == dnnl_success) status = dnnl_stream_wait(stream);
  for (int index = 0; index < 5; ++index)
    if (memories[index]) dnnl_memory_destroy(memories[index]);
  if (stream) dnnl_stream_destroy(stream);
  return status;
}

#endif
