#include "mgpt_signals.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t noted;
// What became of writing to nobody before.
static struct sigaction pipe_action;

static void note(int number) {
  if (noted != 0) _exit(128 + number);
  noted = number;
}

static void handle(int number, void (*handler)(int)) {
  struct sigaction action;
  if (sigaction(number, NULL, &action) < 0 || action.sa_handler == SIG_IGN)
    return;
  action = (struct sigaction){.sa_flags = SA_RESTART};
  action.sa_handler = handler;
  sigaction(number, &action, NULL);
}

void mgpt_unblock_signals(void) {
  sigset_t numbers;
  sigemptyset(&numbers);
  sigaddset(&numbers, SIGHUP);
  sigaddset(&numbers, SIGINT);
  sigaddset(&numbers, SIGTERM);
  pthread_sigmask(SIG_UNBLOCK, &numbers, NULL);
}

void mgpt_note_signals(void) {
  handle(SIGHUP, note);
  handle(SIGINT, note);
  handle(SIGTERM, note);
  // What is told to nobody is lost, not the work.
  sigaction(SIGPIPE, NULL, &pipe_action);
  signal(SIGPIPE, SIG_IGN);
}

int mgpt_noted_signal(void) { return noted; }

void mgpt_stop_noting_signals(void) {
  handle(SIGHUP, SIG_DFL);
  handle(SIGINT, SIG_DFL);
  handle(SIGTERM, SIG_DFL);
  if (pipe_action.sa_handler != SIG_IGN) signal(SIGPIPE, SIG_DFL);
}

void mgpt_end_by_noted_signal(void) {
  mgpt_stop_noting_signals();
  if (noted != 0) raise(noted);
}

void mgpt_sleep(int milliseconds) { poll(NULL, 0, milliseconds); }
