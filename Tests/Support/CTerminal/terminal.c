#define _XOPEN_SOURCE 600
#include "terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int open_terminal(int *other) {
  int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0) return -1;
  const char *name =
      grantpt(terminal) == 0 && unlockpt(terminal) == 0 ? ptsname(terminal)
                                                        : NULL;
  *other = name != NULL ? open(name, O_RDWR | O_NOCTTY) : -1;
  if (*other >= 0) return terminal;
  close(terminal);
  return -1;
}
