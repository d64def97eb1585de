// The digests on a bare processor: no operating system, no library.
#include "kernel_digest.h"

extern const mgpt_kernels mgpt_kernels_avx512;

// One for each kernel, then zeros.
volatile uint64_t digests[32];

void *memcpy(void *to, const void *from, size_t count) {
  void *start = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count)::"memory");
  return start;
}

void *memset(void *to, int byte, size_t count) {
  void *start = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(byte) : "memory");
  return start;
}

__attribute__((noinline, used)) static void run(void) {
  for (size_t index = 0; index < kernel_digest_count(); index += 1)
    digests[index] = kernel_digest(&mgpt_kernels_avx512, index);
}

__attribute__((naked)) void _start(void) {
  __asm__ volatile("call run\n\thlt");
}
