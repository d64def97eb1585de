// The process of a program.
#pragma once

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

// Prepares a program's process so that what goes wrong with files comes back as
// an error: a file over the permitted size would else end it with a signal, and
// a standard stream that the parent closed would lend its number to a file.
//
// If another program truncates a mapped file, so that some of its bytes are gone
// (SIGBUS), the program, named as given, says so in a sentence on standard error
// and exits with code 65; a partial file stays, as after a kill.
//
// It occupies those of the descriptors 0, 1 and 2 that the parent closed, so that
// no file opened later gets one of them and with it what is meant for a stream.
// Reading or writing to them still fails.
void mgpt_prepare_process(const char *program);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
