/* A hostile user of the library: nulls, numbers out of range, text that is
 * none, files that are none, and eight threads with one model.
 *
 *     client hostile MODEL BAD...       checks; MODEL is that of names, without
 *                                       training state; BAD must be refused
 *     client numbers MODEL BAD          checks BAD, which is made of MODEL, a
 *                                       file of raw floats
 *     client texts MODEL SEED COUNT [PROMPT [THREADS]]
 *                                       prints the texts of a seed */
#define _POSIX_C_SOURCE 200809L
#include "microgpt.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

/* Whether one more failure is to be told of: not when there are very many. */
static int count_failure(void) { return failures++ < 20; }

static void check(int holds, const char *what, int line) {
  if (!holds && count_failure())
    fprintf(stderr, "client.c:%d: does not hold: %s\n", line, what);
}
#define CHECK(condition) check((condition) != 0, #condition, __LINE__)

/* The call fails with a status and a sentence that has some words. */
static void check_refused(microgpt_status found, microgpt_status expected,
                          const microgpt_error *error, const char *words,
                          int line) {
  if (found == expected && strstr(error->message, words) != NULL) return;
  if (count_failure())
    fprintf(stderr, "client.c:%d: found %d “%s”, expected %d “%s”\n", line,
            found, error->message, expected, words);
}
#define REFUSED(call, status, words) \
  (memset(&error, 'x', sizeof error), \
   check_refused((call), (status), &error, (words), __LINE__))
#define GRANTED(call) \
  (memset(&error, 'x', sizeof error), \
   check_refused((call), MICROGPT_OK, &error, "", __LINE__), \
   CHECK(error.message[0] == 0))

static microgpt_model *open_model(const char *path, uint32_t threads) {
  microgpt_model *model;
  microgpt_error error;
  if (microgpt_model_open(path, 0, threads, &model, &error) == MICROGPT_OK)
    return model;
  fprintf(stderr, "%s\n", error.message);
  exit(1);
}

static microgpt_options options_of(uint64_t seed) {
  microgpt_options options;
  microgpt_error error;
  GRANTED(microgpt_options_init(&options, sizeof options, &error));
  options.seed = seed;
  return options;
}

/* ---- Opening ---- */

static unsigned char *read_file(const char *path, size_t *count) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) exit(2);
  unsigned char *bytes = malloc(1 << 20);
  *count = fread(bytes, 1, 1 << 20, file);
  fclose(file);
  return bytes;
}

static void open_badly(const char *path) {
  microgpt_model *model = NULL;
  microgpt_error error;
  REFUSED(microgpt_model_open(NULL, 0, 1, &model, &error),
          MICROGPT_ERROR_ARGUMENT, "path is NULL");
  REFUSED(microgpt_model_open(path, 0, 1, NULL, &error),
          MICROGPT_ERROR_ARGUMENT, "model is NULL");
  REFUSED(microgpt_model_open(path, 4, 1, &model, &error),
          MICROGPT_ERROR_ARGUMENT, "flags is 4");
  REFUSED(microgpt_model_open(path, UINT32_MAX, 1, &model, &error),
          MICROGPT_ERROR_ARGUMENT, "flags");
  REFUSED(microgpt_model_open(path, 0, 0, &model, &error),
          MICROGPT_ERROR_ARGUMENT, "threads is 0, expected 1 to 1024");
  REFUSED(microgpt_model_open(path, 0, UINT32_MAX, &model, &error),
          MICROGPT_ERROR_ARGUMENT, "threads");
  model = (microgpt_model *)&error;
  REFUSED(microgpt_model_open("/nowhere/\xff", 0, 1, &model, &error),
          MICROGPT_ERROR_ARGUMENT, "path is not UTF-8 at byte 9");
  CHECK(model == NULL);
  REFUSED(microgpt_model_open("/nowhere/names.mgpt", 0, 1, &model, &error),
          MICROGPT_ERROR_SYSTEM,
          "/nowhere/names.mgpt: cannot open: there is no folder");
  REFUSED(microgpt_model_open("", 0, 1, &model, &error), MICROGPT_ERROR_SYSTEM,
          "cannot open");
  REFUSED(microgpt_model_open("/", 0, 1, &model, &error), MICROGPT_ERROR_SYSTEM,
          "a folder");
  REFUSED(microgpt_model_open("/dev/zero", 0, 1, &model, &error),
          MICROGPT_ERROR_SYSTEM, "not a regular file");
  CHECK(microgpt_model_open("/", 0, 1, &model, NULL) == MICROGPT_ERROR_SYSTEM);
  /* Longer than a message. */
  char *long_path = malloc(5001);
  for (int i = 0; i < 5000; i += 2) memcpy(long_path + i, "\xc3\xa9", 2);
  long_path[5000] = 0;
  REFUSED(microgpt_model_open(long_path, 0, 1, &model, &error),
          MICROGPT_ERROR_SYSTEM, "\xc3\xa9");
  CHECK(strlen(error.message) < sizeof error.message);
  CHECK((unsigned char)error.message[strlen(error.message) - 1] == 0xa9);
  free(long_path);

  size_t count;
  unsigned char *bytes = read_file(path, &count);
  REFUSED(microgpt_model_open_bytes(NULL, count, 1, &model, &error),
          MICROGPT_ERROR_ARGUMENT, "bytes is NULL");
  REFUSED(microgpt_model_open_bytes(bytes, SIZE_MAX, 1, &model, &error),
          MICROGPT_ERROR_ARGUMENT, "bytes has 18446744073709551615");
  REFUSED(microgpt_model_open_bytes(bytes, count, 1, NULL, &error),
          MICROGPT_ERROR_ARGUMENT, "model is NULL");
  REFUSED(microgpt_model_open_bytes(bytes, count, 2000, &model, &error),
          MICROGPT_ERROR_ARGUMENT, "threads");
  REFUSED(microgpt_model_open_bytes(NULL, 0, 1, &model, &error),
          MICROGPT_ERROR_FORMAT, "an empty file");
  for (size_t length = 0; length < count; length += length < 4096 ? 1 : 61) {
    /* Exactly as long, so that a sanitizer sees a read beyond. */
    unsigned char *cut = malloc(length + 1);
    memcpy(cut + 1, bytes, length);
    REFUSED(microgpt_model_open_bytes(cut + 1, length, 1, &model, &error),
            MICROGPT_ERROR_FORMAT, "expected");
    free(cut);
  }
  for (size_t position = 0; position < count; position += 7) {
    bytes[position] ^= (unsigned char)(1 << position % 8);
    REFUSED(microgpt_model_open_bytes(bytes, count, 1, &model, &error),
            MICROGPT_ERROR_FORMAT, "bytes: ");
    bytes[position] ^= (unsigned char)(1 << position % 8);
  }
  for (uint32_t flags = 0; flags < 4; flags++) {
    GRANTED(microgpt_model_open(path, flags, 1, &model, &error));
    microgpt_model_close(model);
  }
  GRANTED(microgpt_model_open_bytes(bytes, count, 1, &model, &error));
  free(bytes); /* they were copied */
  char *text;
  GRANTED(microgpt_model_generate(model, NULL, NULL, 0, &text, NULL, &error));
  microgpt_free(text);
  microgpt_model_close(model);
  microgpt_model_close(NULL);
  microgpt_free(NULL);
}

static void check_dimensions(const microgpt_model *model) {
  CHECK(microgpt_model_layer_count(model) == 1 &&
        microgpt_model_layer_count(NULL) == 0);
  CHECK(microgpt_model_head_count(model) == 4 &&
        microgpt_model_head_count(NULL) == 0);
  CHECK(microgpt_model_embedding_width(model) == 16 &&
        microgpt_model_embedding_width(NULL) == 0);
  CHECK(microgpt_model_block_size(model) == 16 &&
        microgpt_model_block_size(NULL) == 0);
  CHECK(microgpt_model_vocabulary_size(model) == 27 &&
        microgpt_model_vocabulary_size(NULL) == 0);
  CHECK(microgpt_model_parameter_count(model) == 4192 &&
        microgpt_model_parameter_count(NULL) == 0);
  CHECK(microgpt_model_character(model, 0) == 'a');
  CHECK(microgpt_model_character(model, 25) == 'z');
  CHECK(microgpt_model_character(model, 26) == MICROGPT_NO_CHARACTER);
  CHECK(microgpt_model_character(model, UINT32_MAX) == MICROGPT_NO_CHARACTER);
  CHECK(microgpt_model_character(NULL, 0) == MICROGPT_NO_CHARACTER);
  CHECK(strcmp(microgpt_version(), MICROGPT_VERSION) == 0);
}

/* ---- Tokens ---- */

static void check_tokens(const microgpt_model *model) {
  microgpt_error error;
  uint32_t tokens[8];
  size_t count = 77;
  GRANTED(microgpt_model_encode(model, "Abz", tokens, 8, &count, &error));
  CHECK(count == 3 && tokens[0] == 0 && tokens[1] == 1 && tokens[2] == 25);
  GRANTED(microgpt_model_encode(model, "", NULL, 0, &count, &error));
  CHECK(count == 0);
  REFUSED(microgpt_model_encode(model, "abcd", tokens, 3, &count, &error),
          MICROGPT_ERROR_BUFFER_TOO_SMALL, "tokens has room for 3, expected 4");
  CHECK(count == 4);
  REFUSED(microgpt_model_encode(model, "abcd", NULL, 0, &count, &error),
          MICROGPT_ERROR_BUFFER_TOO_SMALL, "room");
  REFUSED(microgpt_model_encode(model, "abcd", NULL, 4, &count, &error),
          MICROGPT_ERROR_ARGUMENT, "tokens is NULL");
  REFUSED(microgpt_model_encode(model, "a", tokens, SIZE_MAX, &count, &error),
          MICROGPT_ERROR_ARGUMENT, "tokens");
  REFUSED(microgpt_model_encode(NULL, "a", tokens, 8, &count, &error),
          MICROGPT_ERROR_ARGUMENT, "model is NULL");
  REFUSED(microgpt_model_encode(model, NULL, tokens, 8, &count, &error),
          MICROGPT_ERROR_ARGUMENT, "text is NULL");
  REFUSED(microgpt_model_encode(model, "a", tokens, 8, NULL, &error),
          MICROGPT_ERROR_ARGUMENT, "count is NULL");
  REFUSED(microgpt_model_encode(model, "ma1a", tokens, 8, &count, &error),
          MICROGPT_ERROR_TEXT, "“1” (U+0031) is not in the vocabulary");
  REFUSED(microgpt_model_encode(model, "a\x7f", tokens, 8, &count, &error),
          MICROGPT_ERROR_TEXT, "“\\u{7F}” (U+007F)");
  REFUSED(microgpt_model_encode(model, "Å", tokens, 8, &count, &error),
          MICROGPT_ERROR_TEXT, "“Å” (U+00C5)");
  /* Cut short, alone, overlong, a surrogate, too great, no byte of UTF-8. */
  const char *ill_formed[] = {"ab\xc3", "ab\x80", "ab\xc0\xaf",
                              "ab\xed\xa0\x80", "ab\xf4\x90\x80\x80",
                              "ab\xff", "ab\xe2\x82", "ab\xf0\x9f\x98"};
  for (size_t i = 0; i < sizeof ill_formed / sizeof *ill_formed; i++)
    REFUSED(
        microgpt_model_encode(model, ill_formed[i], tokens, 8, &count, &error),
        MICROGPT_ERROR_ARGUMENT, "text is not UTF-8 at byte 2");

  char text[64];
  size_t length;
  const uint32_t some[] = {0, 26, 25, UINT32_MAX, 1};
  GRANTED(microgpt_model_decode(model, some, 5, text, 4, &length, &error));
  CHECK(length == 3 && strcmp(text, "azb") == 0);
  GRANTED(microgpt_model_decode(model, some, 5, text, 64, NULL, &error));
  GRANTED(microgpt_model_decode(model, NULL, 0, text, 1, &length, &error));
  CHECK(length == 0 && text[0] == 0);
  strcpy(text, "kept");
  REFUSED(microgpt_model_decode(model, some, 5, text, 3, &length, &error),
          MICROGPT_ERROR_BUFFER_TOO_SMALL, "text has room for 3, expected 4");
  CHECK(length == 3 && strcmp(text, "kept") == 0);
  REFUSED(microgpt_model_decode(model, some, 5, NULL, 0, &length, &error),
          MICROGPT_ERROR_BUFFER_TOO_SMALL, "room");
  REFUSED(microgpt_model_decode(model, some, 5, NULL, 9, &length, &error),
          MICROGPT_ERROR_ARGUMENT, "text is NULL");
  REFUSED(microgpt_model_decode(model, NULL, 5, text, 9, &length, &error),
          MICROGPT_ERROR_ARGUMENT, "tokens is NULL");
  REFUSED(microgpt_model_decode(model, some, SIZE_MAX / 2, text, 9, &length,
                                &error),
          MICROGPT_ERROR_ARGUMENT, "tokens has");
  REFUSED(microgpt_model_decode(NULL, some, 5, text, 9, &length, &error),
          MICROGPT_ERROR_ARGUMENT, "model is NULL");

  double logarithms[16];
  GRANTED(microgpt_model_score(model, "maria", logarithms, 16, &count, &error));
  CHECK(count == 6);
  for (size_t i = 0; i < count; i++) CHECK(logarithms[i] < 0);
  GRANTED(microgpt_model_score(model, "mariamariamariam", logarithms, 16,
                               &count, &error));
  CHECK(count == 16);
  GRANTED(microgpt_model_score(model, "", logarithms, 1, &count, &error));
  CHECK(count == 1);
  REFUSED(microgpt_model_score(model, "mariamariamariama", logarithms, 16,
                               &count, &error),
          MICROGPT_ERROR_TEXT, "17 characters");
  REFUSED(microgpt_model_score(model, "maria", logarithms, 5, &count, &error),
          MICROGPT_ERROR_BUFFER_TOO_SMALL,
          "log_probabilities has room for 5, expected 6");
  CHECK(count == 6);
  REFUSED(microgpt_model_score(model, "mar-ia", logarithms, 16, &count, &error),
          MICROGPT_ERROR_TEXT, "“-”");
  REFUSED(microgpt_model_score(model, "\xff", logarithms, 16, &count, &error),
          MICROGPT_ERROR_ARGUMENT, "UTF-8");
  REFUSED(microgpt_model_score(model, NULL, logarithms, 16, &count, &error),
          MICROGPT_ERROR_ARGUMENT, "text is NULL");
  REFUSED(microgpt_model_score(model, "a", NULL, 16, &count, &error),
          MICROGPT_ERROR_ARGUMENT, "log_probabilities is NULL");
  REFUSED(microgpt_model_score(model, "a", logarithms, 16, NULL, &error),
          MICROGPT_ERROR_ARGUMENT, "count is NULL");
  REFUSED(microgpt_model_score(NULL, "a", logarithms, 16, &count, &error),
          MICROGPT_ERROR_ARGUMENT, "model is NULL");
}

/* ---- Options ---- */

static void check_options(const microgpt_model *model) {
  microgpt_error error;
  microgpt_options options;
  REFUSED(microgpt_options_init(NULL, sizeof options, &error),
          MICROGPT_ERROR_ARGUMENT, "options is NULL");
  const size_t sizes[] = {0, 1, sizeof options - 1, sizeof options + 1,
                          SIZE_MAX};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    REFUSED(microgpt_options_init(&options, sizes[i], &error),
            MICROGPT_ERROR_ARGUMENT, "the size of options is");

  char *text = (char *)&error;
#define WITH(change, status, words)                                            \
  (options = options_of(1), change,                                            \
   REFUSED(                                                                    \
       microgpt_model_generate(model, "ma", &options, 0, &text, NULL, &error), \
       status, words),                                                         \
   CHECK(text == NULL))
#define REFUSED_OPTION(change, words) \
  WITH(change, MICROGPT_ERROR_OPTION, words)
#define REFUSED_ARGUMENT(change, words) \
  WITH(change, MICROGPT_ERROR_ARGUMENT, words)
#define ACCEPTED(change)                                                       \
  (options = options_of(1), change,                                            \
   GRANTED(microgpt_model_generate(model, "ma", &options, 0, &text, NULL,      \
                                   &error)),                                   \
   CHECK(text != NULL && strncmp(text, "ma", 2) == 0), microgpt_free(text))
  const double bad[] = {-1, NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < 4; i++) {
    const float number = (float)bad[i];
    REFUSED_OPTION(options.temperature = number, "temperature is");
    REFUSED_OPTION(options.top_p = number, "top-p is");
    REFUSED_OPTION(options.min_p = number, "min-p is");
    REFUSED_OPTION(options.repetition_penalty = number,
                   "repetition penalty is");
  }
  REFUSED_OPTION(options.temperature = -0.5f,
                 "temperature is -0.5, expected 0 or more");
  REFUSED_OPTION(options.top_p = 0, "top-p is 0.0, expected above 0");
  REFUSED_OPTION(options.top_p = 1.5f, "top-p is 1.5");
  REFUSED_OPTION(options.min_p = 1.0000001f, "min-p is 1.0000001, expected");
  REFUSED_OPTION(options.temperature = -1e-30f, "temperature is -1e-30");
  REFUSED_OPTION(options.repetition_penalty = 0, "repetition penalty is 0.0");
  REFUSED_OPTION(options.top_k = 0, "top-k is 0, expected 1 or more");
  REFUSED_OPTION((options.minimum_length = 5, options.maximum_length = 4),
                 "maximum length is 4, expected 5 or more");
  REFUSED_OPTION(options.slides = 1, "maximum length is unlimited");
  REFUSED_OPTION(options.allowed_characters = "", "allowed characters is none");
  REFUSED_OPTION(options.allowed_characters = "!?", "allowed characters");
  REFUSED_OPTION(options.banned_characters = "abcdefghijklmnopqrstuvwxyz",
                 "allowed characters");
  REFUSED_ARGUMENT(options.size = 0, "the size of options is 0");
  REFUSED_ARGUMENT(options.size += 8, "the size of options");
  REFUSED_ARGUMENT(options.banned_characters = "\xff", "banned_characters is");
  REFUSED_ARGUMENT(options.allowed_characters = "\xff",
                   "allowed_characters is");
  REFUSED_ARGUMENT(options.stop_string_count = 1, "stop_strings is NULL");
  REFUSED_ARGUMENT(options.forced_character_count = 1, "forced_characters is");
  const char *stops[] = {"a", "", NULL, "\xff"};
  REFUSED_ARGUMENT((options.stop_strings = stops,
                    options.stop_string_count = SIZE_MAX), "stop_strings has");
  REFUSED_OPTION((options.stop_strings = stops, options.stop_string_count = 2),
                 "stop string is empty, expected at least one");
  REFUSED_ARGUMENT((options.stop_strings = stops + 2,
                    options.stop_string_count = 1), "a stop string is NULL");
  REFUSED_ARGUMENT((options.stop_strings = stops + 3,
                    options.stop_string_count = 1), "a stop string is not");
  microgpt_forced forced[] = {{1, 'x'}, {0, 'q'}, {1, 'y'}, {2, 0xd800},
                              {3, UINT32_MAX}, {UINT64_MAX, 'a'}, {4, 0x1f600}};
#define FORCED(start, count) \
  (options.forced_characters = forced + (start), \
   options.forced_character_count = (count))
  REFUSED_OPTION(FORCED(0, 3),
                 "the place of a forced character is 1, expected");
  REFUSED_ARGUMENT(FORCED(3, 1), "a forced character is 55296");
  REFUSED_ARGUMENT(FORCED(4, 1), "a forced character is 4294967295");
  REFUSED_OPTION(FORCED(5, 1), "is 18446744073709551615, expected one below");
  WITH(FORCED(6, 1), MICROGPT_ERROR_TEXT, "(U+1F600) is not in the vocabulary");

  ACCEPTED(options.temperature = 0);
  ACCEPTED(options.temperature = 1e-38f);
  ACCEPTED(options.temperature = 1e38f);
  ACCEPTED(options.top_k = 1);
  ACCEPTED(options.top_k = UINT64_MAX - 1);
  ACCEPTED(options.top_p = 1e-30f);
  ACCEPTED(options.min_p = 1);
  ACCEPTED(options.repetition_penalty = 1e30f);
  ACCEPTED(options.repetition_penalty = 1e-30f);
  ACCEPTED(options.minimum_length = UINT64_MAX);
  ACCEPTED(options.maximum_length = 0);
  ACCEPTED(options.maximum_length = UINT64_MAX - 1);
  ACCEPTED((options.slides = 1, options.maximum_length = 300));
  ACCEPTED(options.allowed_characters = "ab?");
  ACCEPTED(options.banned_characters = "aeiou!");
  ACCEPTED((options.stop_strings = stops, options.stop_string_count = 1));
  ACCEPTED(options.allows_empty_text = -1);
  options = options_of(1);
  FORCED(0, 2);
  options.banned_characters = "x";
  GRANTED(
      microgpt_model_generate(model, "ma", &options, 0, &text, NULL, &error));
  CHECK(strncmp(text, "maqx", 4) == 0);
  microgpt_free(text);
  options = options_of(1);
  options.allowed_characters = "xy";
  options.minimum_length = 5;
  options.maximum_length = 5;
  GRANTED(
      microgpt_model_generate(model, NULL, &options, 3, &text, NULL, &error));
  CHECK(strlen(text) == 5 && strspn(text, "xy") == 5);
  microgpt_free(text);
}

/* ---- Texts ---- */

static void check_texts(const microgpt_model *model) {
  microgpt_error error;
  microgpt_options options = options_of(1);
  char *whole, *same;
  size_t length;
  REFUSED(
      microgpt_model_generate(NULL, "ma", &options, 0, &whole, NULL, &error),
      MICROGPT_ERROR_ARGUMENT, "model is NULL");
  REFUSED(microgpt_model_generate(model, "ma", &options, 0, NULL, NULL, &error),
          MICROGPT_ERROR_ARGUMENT, "text is NULL");
  REFUSED(
      microgpt_model_generate(model, "\xff", &options, 0, &whole, NULL, &error),
      MICROGPT_ERROR_ARGUMENT, "prompt is not UTF-8 at byte 0");
  REFUSED(
      microgpt_model_generate(model, "ma-", &options, 0, &whole, NULL, &error),
      MICROGPT_ERROR_TEXT, "“-” (U+002D)");
  REFUSED(microgpt_model_generate(model, "mariamariamariam", &options, 0,
                                  &whole, NULL, &error),
          MICROGPT_ERROR_TEXT, "the prompt has 16 characters, expected");
  CHECK(whole == NULL);
  CHECK(microgpt_model_generate(NULL, NULL, NULL, 0, NULL, NULL, NULL) ==
        MICROGPT_ERROR_ARGUMENT);
  GRANTED(microgpt_model_generate(model, "ma", NULL, UINT64_MAX, &whole,
                                  &length, &error));
  CHECK(length == strlen(whole));
  microgpt_free(whole);

  /* Character by character, all of it or a part, the model closed meanwhile. */
  microgpt_text *text = NULL;
  microgpt_character character;
  REFUSED(microgpt_text_begin(NULL, "ma", &options, 0, &text, &error),
          MICROGPT_ERROR_ARGUMENT, "model is NULL");
  REFUSED(microgpt_text_begin(model, "ma", &options, 0, NULL, &error),
          MICROGPT_ERROR_ARGUMENT, "text is NULL");
  REFUSED(microgpt_text_begin(model, "é", &options, 0, &text, &error),
          MICROGPT_ERROR_TEXT, "“é” (U+00E9)");
  CHECK(text == NULL);
  REFUSED(microgpt_text_next(NULL, &character, &error), MICROGPT_ERROR_ARGUMENT,
          "text is NULL");
  REFUSED(microgpt_text_string(NULL, &same, &length, &error),
          MICROGPT_ERROR_ARGUMENT, "text is NULL");
  CHECK(microgpt_text_finish_reason(NULL) == MICROGPT_FINISH_NONE);
  CHECK(microgpt_text_seed(NULL) == 0);
  microgpt_text_free(NULL);
  for (uint64_t index = 0; index < 20; index++) {
    options.reports_log_probabilities = index % 2 == 0;
    GRANTED(microgpt_model_generate(model, "Ma", &options, index, &whole,
                                    &length, &error));
    GRANTED(microgpt_text_begin(model, "Ma", &options, index, &text, &error));
    CHECK(microgpt_text_seed(text) == 1);
    char taken[128] = "Ma";
    microgpt_status status;
    double total = 0;
    while ((status = microgpt_text_next(text, &character, &error)) ==
           MICROGPT_OK) {
      CHECK(microgpt_text_finish_reason(text) == MICROGPT_FINISH_NONE ||
            strlen(taken) + 1 == length);
      CHECK(microgpt_model_character(model, character.token) ==
            character.character);
      CHECK(character.character == (unsigned char)character.utf8[0]);
      CHECK(isnan(character.log_probability) == (index % 2 != 0));
      total += character.log_probability;
      strcat(taken, character.utf8);
    }
    CHECK(status == MICROGPT_DONE && error.message[0] == 0);
    CHECK(microgpt_text_next(text, NULL, NULL) == MICROGPT_DONE);
    CHECK(strcmp(taken, whole) == 0);
    CHECK(microgpt_text_finish_reason(text) ==
          (length == 16 ? MICROGPT_FINISH_LENGTH : MICROGPT_FINISH_STOP));
    GRANTED(microgpt_text_string(text, &same, NULL, &error));
    CHECK(strcmp(same, whole) == 0);
    microgpt_free(same);
    REFUSED(microgpt_text_string(text, NULL, NULL, &error),
            MICROGPT_ERROR_ARGUMENT, "string is NULL");
    microgpt_text_free(text);
    if (index % 2 == 0 && length < 16) {
      double logarithms[16], sum = 0;
      size_t count;
      GRANTED(
          microgpt_model_score(model, whole, logarithms, 16, &count, &error));
      for (size_t i = 2; i < count - 1; i++) sum += logarithms[i];
      CHECK(fabs(sum - total) < 1e-9);
    }
    microgpt_free(whole);
  }
  const char *stops[] = {"ri"};
  options = options_of(3);
  options.stop_strings = stops;
  options.stop_string_count = 1;
  options.temperature = 0;
  GRANTED(microgpt_text_begin(model, "ma", &options, 0, &text, &error));
  while (microgpt_text_next(text, NULL, NULL) == MICROGPT_OK) {}
  CHECK(microgpt_text_finish_reason(text) != MICROGPT_FINISH_NONE);
  GRANTED(microgpt_text_string(text, &same, &length, &error));
  CHECK(strstr(same, "ri") == NULL);
  microgpt_free(same);
  microgpt_text_free(text);
  /* Without an end, and of any length of prompt. */
  options = options_of(3);
  options.slides = 1;
  options.minimum_length = UINT64_MAX;
  char prompt[4001];
  memset(prompt, 'a', 4000);
  prompt[4000] = 0;
  GRANTED(microgpt_text_begin(model, prompt, &options, 0, &text, &error));
  for (int i = 0; i < 500; i++) GRANTED(microgpt_text_next(text, NULL, &error));
  CHECK(microgpt_text_finish_reason(text) == MICROGPT_FINISH_NONE);
  GRANTED(microgpt_text_string(text, &same, &length, &error));
  CHECK(length == 4500);
  microgpt_free(same);
  microgpt_text_free(text);
}

static void check_many(const microgpt_model *model) {
  microgpt_error error;
  microgpt_options options = options_of(9);
  enum { COUNT = 5000 };
  static char *texts[COUNT];
  static const char *prompts[COUNT];
  for (int i = 0; i < COUNT; i++)
    prompts[i] = i % 3 == 0 ? NULL : i % 3 == 1 ? "jo" : "Catharina";
  GRANTED(microgpt_model_generate_many(model, prompts, COUNT, &options, 7,
                                       texts, &error));
  for (uint64_t i = 0; i < COUNT; i += i < 100 ? 1 : 97) {
    char *one;
    GRANTED(microgpt_model_generate(model, prompts[i], &options, 7 + i, &one,
                                    NULL, &error));
    CHECK(strcmp(one, texts[i]) == 0);
    microgpt_free(one);
  }
  for (int i = 0; i < COUNT; i++) microgpt_free(texts[i]);
  /* One that is bad, behind those of which some are made already. */
  prompts[COUNT - 1] = "?";
  REFUSED(microgpt_model_generate_many(model, prompts, COUNT, &options, 7,
                                       texts, &error),
          MICROGPT_ERROR_TEXT, "“?”");
  for (int i = 0; i < COUNT; i++) CHECK(texts[i] == NULL);
  GRANTED(microgpt_model_generate_many(model, NULL, 3, NULL, UINT64_MAX, texts,
                                 &error));
  for (int i = 0; i < 3; i++) microgpt_free(texts[i]);
  GRANTED(microgpt_model_generate_many(model, NULL, 0, NULL, 0, NULL, &error));
  REFUSED(microgpt_model_generate_many(model, NULL, 1, NULL, 0, NULL, &error),
          MICROGPT_ERROR_ARGUMENT, "texts is NULL");
  REFUSED(microgpt_model_generate_many(model, NULL, SIZE_MAX, NULL, 0, texts,
                                       &error),
          MICROGPT_ERROR_ARGUMENT, "texts has");
  REFUSED(microgpt_model_generate_many(NULL, NULL, 1, NULL, 0, texts, &error),
          MICROGPT_ERROR_ARGUMENT, "model is NULL");
  options.slides = 1;
  REFUSED(
      microgpt_model_generate_many(model, NULL, 1, &options, 0, texts, &error),
      MICROGPT_ERROR_OPTION, "maximum length is unlimited");
}

/* ---- Threads ---- */

enum { THREADS = 8, TEXTS = 200 };

static const microgpt_model *shared_model;
static char *expected_texts[TEXTS];

static void *use_shared_model(void *context) {
  const int thread = *(int *)context;
  intptr_t wrong = 0;
  microgpt_error error;
  microgpt_options options;
  microgpt_options_init(&options, sizeof options, &error);
  options.seed = 5;
  for (int i = 0; i < TEXTS; i++) {
    const int index = (i * 7 + thread * 25) % TEXTS;
    char *text;
    if (microgpt_model_generate(shared_model, NULL, &options, (uint64_t)index,
                                &text, NULL, &error) != MICROGPT_OK ||
        strcmp(text, expected_texts[index]) != 0)
      wrong += 1;
    microgpt_free(text);
    if (microgpt_model_generate(shared_model, "?", &options, 0, &text, NULL,
                          &error) != MICROGPT_ERROR_TEXT)
      wrong += 1;
  }
  char *many[16];
  if (microgpt_model_generate_many(shared_model, NULL, 16, &options, 0, many,
                             &error) != MICROGPT_OK)
    return (void *)(wrong + 1);
  for (int i = 0; i < 16; i++) {
    if (strcmp(many[i], expected_texts[i]) != 0) wrong += 1;
    microgpt_free(many[i]);
  }
  return (void *)wrong;
}

static void check_threads(const char *path) {
  for (uint32_t own = 1; own <= 3; own += 2) {
    microgpt_model *model = open_model(path, own);
    microgpt_options options = options_of(5);
    microgpt_error error;
    GRANTED(microgpt_model_generate_many(model, NULL, TEXTS, &options, 0,
                                   expected_texts, &error));
    shared_model = model;
    pthread_t threads[THREADS];
    int numbers[THREADS];
    for (int i = 0; i < THREADS; i++) {
      numbers[i] = i;
      if (pthread_create(&threads[i], NULL, use_shared_model, &numbers[i]) != 0)
        exit(2);
    }
    for (int i = 0; i < THREADS; i++) {
      void *wrong;
      pthread_join(threads[i], &wrong);
      CHECK(wrong == NULL);
    }
    /* A text outlives the model that it was begun with. */
    microgpt_text *text;
    GRANTED(microgpt_text_begin(model, NULL, &options, 0, &text, &error));
    microgpt_model_close(model);
    while (microgpt_text_next(text, NULL, &error) == MICROGPT_OK) {}
    char *string;
    GRANTED(microgpt_text_string(text, &string, NULL, &error));
    CHECK(strcmp(string, expected_texts[0]) == 0);
    microgpt_free(string);
    microgpt_text_free(text);
    for (int i = 0; i < TEXTS; i++) microgpt_free(expected_texts[i]);
  }
}

/* ---- Programs ---- */

static int hostile(const char *path, int count, char **bad) {
  open_badly(path);
  microgpt_model *model = open_model(path, 2);
  check_dimensions(model);
  check_tokens(model);
  check_options(model);
  check_texts(model);
  check_many(model);
  microgpt_model_close(model);
  check_threads(path);
  for (int i = 0; i < count; i++) {
    microgpt_error error;
    REFUSED(microgpt_model_open(bad[i], i % 2 == 0 ? MICROGPT_OPEN_COPY : 0, 1,
                                &model, &error),
            MICROGPT_ERROR_FORMAT, bad[i]);
  }
  printf("%d failures\n", failures);
  return failures != 0;
}

/* The bytes of a file. */
static unsigned char *bytes_of(const char *path, size_t *count) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) exit(1);
  *count = (size_t)ftell(file);
  rewind(file);
  unsigned char *bytes = malloc(*count);
  if (bytes == NULL || fread(bytes, 1, *count, file) != *count) exit(1);
  fclose(file);
  return bytes;
}

/* A weight that is no number: refused where weights are looked at, and where
 * they are not, what is generated with it. The file is raw and ends with wte,
 * so the token of BOS comes last, which every text begins with. */
static int numbers(const char *path, const char *bad) {
  size_t count;
  unsigned char *bytes = bytes_of(path, &count);
  const float nan = NAN;
  memcpy(bytes + count - sizeof nan, &nan, sizeof nan);
  FILE *file = fopen(bad, "wb");
  if (file == NULL || fwrite(bytes, 1, count, file) != count) exit(1);
  fclose(file);
  free(bytes);

  microgpt_model *model;
  microgpt_error error;
  /* Its checksum differs: that is told first. */
  REFUSED(microgpt_model_open(bad, 0, 1, &model, &error),
          MICROGPT_ERROR_FORMAT, "crc32");
  GRANTED(
      microgpt_model_open(bad, MICROGPT_OPEN_UNVERIFIED, 1, &model, &error));
  char *string;
  REFUSED(microgpt_model_generate(model, NULL, NULL, 3, &string, NULL, &error),
          MICROGPT_ERROR_NOT_FINITE, "of the text with index 3");
  CHECK(string == NULL);
  char *many[2];
  const char *prompts[2] = {"a", "b"};
  REFUSED(
      microgpt_model_generate_many(model, prompts, 2, NULL, 0, many, &error),
      MICROGPT_ERROR_NOT_FINITE, "not finite");
  CHECK(many[0] == NULL && many[1] == NULL);
  microgpt_text *text;
  GRANTED(microgpt_text_begin(model, NULL, NULL, 0, &text, &error));
  for (int i = 0; i < 3; i++)
    REFUSED(microgpt_text_next(text, NULL, &error), MICROGPT_ERROR_NOT_FINITE,
            "not finite");
  CHECK(microgpt_text_finish_reason(text) == MICROGPT_FINISH_NONE);
  microgpt_text_free(text);
  double logarithms[4];
  REFUSED(microgpt_model_score(model, "ab", logarithms, 4, &count, &error),
          MICROGPT_ERROR_NOT_FINITE, "not finite");
  microgpt_model_close(model);
  printf("%d failures\n", failures);
  return failures != 0;
}

static int texts(const char *path, const char *seed, const char *count,
                 const char *prompt, const char *threads) {
  microgpt_model *model =
      open_model(path, (uint32_t)strtoul(threads, NULL, 10));
  microgpt_options options = options_of(strtoull(seed, NULL, 10));
  const size_t number = strtoul(count, NULL, 10);
  char **made = calloc(number, sizeof *made);
  const char **prompts = calloc(number, sizeof *prompts);
  microgpt_error error;
  for (size_t i = 0; i < number; i++) prompts[i] = prompt;
  if (microgpt_model_generate_many(model, prompts, number, &options, 0, made,
                             &error) != MICROGPT_OK) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  for (size_t i = 0; i < number; i++) {
    char *one;
    GRANTED(microgpt_model_generate(model, prompt, &options, i, &one, NULL,
                                    &error));
    CHECK(strcmp(one, made[i]) == 0);
    puts(made[i]);
    microgpt_free(one);
    microgpt_free(made[i]);
  }
  free(made);
  free(prompts);
  microgpt_model_close(model);
  return failures != 0;
}

int main(int count, char **arguments) {
  if (count >= 3 && strcmp(arguments[1], "hostile") == 0)
    return hostile(arguments[2], count - 3, arguments + 3);
  if (count == 4 && strcmp(arguments[1], "numbers") == 0)
    return numbers(arguments[2], arguments[3]);
  if (count >= 5 && strcmp(arguments[1], "texts") == 0)
    return texts(arguments[2], arguments[3], arguments[4],
                 count > 5 ? arguments[5] : NULL,
                 count > 6 ? arguments[6] : "1");
  fprintf(stderr, "client hostile MODEL BAD... | numbers MODEL BAD | texts "
                  "MODEL SEED COUNT\n");
  return 64;
}
