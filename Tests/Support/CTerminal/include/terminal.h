// A pseudo-terminal, for tests of what a program shows a person.
#pragma once

// Opens one: the end that a person would look at, and in *other the one that a
// program writes to; -1 if there is none to be had.
int open_terminal(int *other);
