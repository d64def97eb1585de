// Prints the digest of every kernel in the instruction set named, or the names
// of the sets that the machine has.
#include "kernel_digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int main(int count, char **arguments) {
  const mgpt_kernels *set;
  for (size_t i = 0; (set = mgpt_kernels_at(i)) != NULL; i += 1) {
    if (count < 2) {
      puts(set->name);
    } else if (strcmp(set->name, arguments[1]) == 0) {
      for (size_t k = 0; k < kernel_digest_count(); k += 1)
        printf(
            "%s %016" PRIx64 "\n", kernel_digest_name(k),
            kernel_digest(set, k));
      return 0;
    }
  }
  return count < 2 ? 0 : 1;
}
