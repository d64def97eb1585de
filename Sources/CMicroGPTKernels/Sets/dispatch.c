// The choice of an instruction set.
#include "mgpt_kernel_sets.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// Whether the processor has an instruction set and the operating system saves
// its registers. glibc provides this; the compiler's builtin takes four KB.
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
#ifndef MGPT_SAMPLES_ONLY  // it is half of all code; AVX2 gives its bits
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

// The name that the environment asks for; NULL if none.
static const char *wanted_name(void) {
  const char *name = getenv("MICROGPT_KERNELS");
  return name != NULL && *name != 0 ? name : NULL;
}

const char *mgpt_kernels_refused(void) {
  const char *name = wanted_name();
  return name != NULL && set_named(name) == NULL ? name : NULL;
}

const mgpt_kernels *mgpt_kernels_in_use(void) {
  static _Atomic(const mgpt_kernels *) chosen;
  const mgpt_kernels *set =
      atomic_load_explicit(&chosen, memory_order_relaxed);
  if (set != NULL) return set;
  // Threads that get here at the same time choose the same set.
  const char *name = wanted_name();
  if (name != NULL) set = set_named(name);
  if (set == NULL) set = mgpt_kernels_at(0);
  atomic_store_explicit(&chosen, set, memory_order_relaxed);
  return set;
}
