#define _GNU_SOURCE
#include "mgpt_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

// Put together beforehand, as a handler of a signal cannot.
static char lost_page_sentence[256];

// Reports that a page of a mapped file is gone, and ends the program.
static void end_by_lost_page(int number, siginfo_t *info, void *context) {
  (void)context;
  static atomic_flag is_reported = ATOMIC_FLAG_INIT;
  if (info->si_code != BUS_ADRERR) {
    signal(number, SIG_DFL);
    raise(number);
    return;
  }
  // One thread reports it; others that touch the same file wait for the end.
  if (atomic_flag_test_and_set(&is_reported))
    for (;;) pause();
  ssize_t put =
      write(2, lost_page_sentence, strlen(lost_page_sentence));
  (void)put;  // there is no other way to report it
  _exit(EX_DATAERR);
}

void mgpt_prepare_process(const char *program) {
  signal(SIGXFSZ, SIG_IGN);
  snprintf(lost_page_sentence, sizeof lost_page_sentence,
           "%.100s: error: a file was cut short while it was being read, or"
           " its device failed\n",
           program);
  struct sigaction lost_page = {.sa_flags = SA_SIGINFO};
  lost_page.sa_sigaction = end_by_lost_page;
  sigaction(SIGBUS, &lost_page, NULL);
  for (int descriptor = 0; descriptor <= 2; descriptor++) {
    if (fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest free number is this one. Each way is the one of no use.
    if (open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) < 0) return;
  }
}
