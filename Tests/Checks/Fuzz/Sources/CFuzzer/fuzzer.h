#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

// libFuzzer's entry for programs that have their own main: it never returns
// before the run is over.
int LLVMFuzzerRunDriver(int *argc, char ***argv,
                        int (*test)(const uint8_t *bytes, size_t count));

// Changes bytes by libFuzzer's own mutations; returns how many there are then.
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t count, size_t capacity);
