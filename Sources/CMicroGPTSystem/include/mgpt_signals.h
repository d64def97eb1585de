// Signals that ask a program to end, for one that has to finish something.
#pragma once

// Has SIGHUP, SIGINT and SIGTERM reach the process: a parent with threads, as one
// that starts it by Foundation's Process, may have handed on that they are
// blocked.
void mgpt_unblock_signals(void);

// From now on SIGHUP, SIGINT and SIGTERM are noted instead of ending the process.
// A second one ends it at once, with exit code 128 plus its number. A signal that
// the parent has the process ignore stays ignored, as SIGINT in what a script's
// shell starts in the background. Writing where nobody reads is an error, no
// signal.
void mgpt_note_signals(void);

// The number of the signal that was noted; 0 if none was.
int mgpt_noted_signal(void);

// From now on these signals end the process again.
void mgpt_stop_noting_signals(void);

// The same; if one was noted, it ends the process now.
void mgpt_end_by_noted_signal(void);

// Waits that long, or until a signal comes.
void mgpt_sleep(int milliseconds);
