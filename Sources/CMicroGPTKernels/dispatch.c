// The choice of an instruction set, and the public functions in that set.
#include "mgpt_kernel_sets.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// Whether the processor has an instruction set and the operating system saves
// its registers. glibc knows; the compiler's own answer takes four KB.
#if defined(__x86_64__)
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#endif
#ifdef CPU_FEATURE_ACTIVE
#define HAS(NAME, name) CPU_FEATURE_ACTIVE(NAME)
#else
#define HAS(NAME, name) (__builtin_cpu_init(), __builtin_cpu_supports(name))
#endif
#endif

extern const mgpt_kernels mgpt_kernels_baseline;
#if defined(__x86_64__)
extern const mgpt_kernels mgpt_kernels_avx2, mgpt_kernels_avx512;
#elif defined(__aarch64__)
extern const mgpt_kernels mgpt_kernels_neon;
#endif

const mgpt_kernels *mgpt_kernels_at(size_t index) {
  const mgpt_kernels *sets[4];
  size_t count = 0;
#if defined(__x86_64__)
  const int has_avx2 = HAS(AVX2, "avx2") && HAS(FMA, "fma");
#ifndef MGPT_SAMPLES_ONLY  // it is half of all code, and the bits are AVX2's
  if (has_avx2 && HAS(AVX512F, "avx512f"))
    sets[count++] = &mgpt_kernels_avx512;
#endif
  if (has_avx2) sets[count++] = &mgpt_kernels_avx2;
#elif defined(__aarch64__)
  sets[count++] = &mgpt_kernels_neon;
#endif
  sets[count++] = &mgpt_kernels_baseline;
  return index < count ? sets[index] : NULL;
}

static const mgpt_kernels *set_named(const char *name) {
  const mgpt_kernels *set;
  for (size_t index = 0; (set = mgpt_kernels_at(index)) != NULL; index += 1)
    if (strcmp(set->name, name) == 0) return set;
  return NULL;
}

// What the environment asks for; NULL if nothing.
static const char *wish(void) {
  const char *name = getenv("MICROGPT_KERNELS");
  return name != NULL && *name != 0 ? name : NULL;
}

const char *mgpt_kernels_refused(void) {
  const char *name = wish();
  return name != NULL && set_named(name) == NULL ? name : NULL;
}

const mgpt_kernels *mgpt_kernels_in_use(void) {
  static _Atomic(const mgpt_kernels *) chosen;
  const mgpt_kernels *set =
      atomic_load_explicit(&chosen, memory_order_relaxed);
  if (set != NULL) return set;
  // Threads that come here together find the same.
  const char *name = wish();
  if (name != NULL) set = set_named(name);
  if (set == NULL) set = mgpt_kernels_at(0);
  atomic_store_explicit(&chosen, set, memory_order_relaxed);
  return set;
}

// MARK: The functions in the set in use

void mgpt_linear(
    float *outputs, const float *inputs, const float *weights,
    const float *residual, int rectifies, size_t count, size_t in, size_t out,
    size_t first, size_t last) {
  mgpt_kernels_in_use()->linear(
      outputs, inputs, weights, residual, rectifies, count, in, out, first,
      last);
}

void mgpt_add(float *sums, const float *terms, size_t count) {
  mgpt_kernels_in_use()->add(sums, terms, count);
}

void mgpt_relu(float *values, size_t count) {
  mgpt_kernels_in_use()->relu(values, count);
}

void mgpt_exp(float *outputs, const float *inputs, size_t count) {
  mgpt_kernels_in_use()->exp(outputs, inputs, count);
}

void mgpt_rms_norm(
    float *outputs, float *scales, const float *inputs, size_t count,
    size_t width) {
  mgpt_kernels_in_use()->rms_norm(outputs, scales, inputs, count, width);
}

void mgpt_attention(
    float *outputs, float *probabilities, const float *queries,
    const mgpt_attended *positions, size_t count, size_t heads,
    size_t head_width) {
  mgpt_kernels_in_use()->attention(
      outputs, probabilities, queries, positions, count, heads, head_width);
}

float mgpt_peak(size_t rounds) {
  return mgpt_kernels_in_use()->peak(rounds);
}

float mgpt_read_memory(const float *values, size_t count) {
  return mgpt_kernels_in_use()->read_memory(values, count);
}
