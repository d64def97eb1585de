/* MicroGPT: text from small GPT models, for C and whatever calls C.
 *
 *     microgpt_model *model;
 *     char *name;
 *     microgpt_error error;
 *     if (microgpt_model_open("names.mgpt", 0, 1, &model, &error) != MICROGPT_OK ||
 *         microgpt_model_generate(model, "Ma", NULL, 0, &name, NULL, &error) !=
 *             MICROGPT_OK) {
 *       fprintf(stderr, "%s\n", error.message);
 *       exit(1);
 *     }
 *     puts(name);
 *     microgpt_free(name);
 *     microgpt_model_close(model);
 *
 * Same model, prompt, options and index: same text, as in Swift, on the command
 * line and over HTTP.
 *
 * Text is UTF-8. What goes in ends with a zero byte, so U+0000 cannot be given;
 * what comes out ends with one as well, and has its length beside it.
 * Ill-formed UTF-8 is refused. Characters are Unicode scalar values; a token is
 * a character's number in the model's vocabulary.
 *
 * Functions that can fail return a microgpt_status, and say why in a
 * microgpt_error of the caller's, which may be NULL. A function that fails has
 * written nothing else, but for handles and allocated texts, which are set to
 * NULL, and what its description names. NULL is refused wherever its
 * description does not allow it.
 *
 * There is no state but that of the handles. Any number of threads may use one
 * model at once. A text in the making belongs to one thread at a time.
 *
 * Memory that is lacking ends the process, as in any Swift program, but where
 * MICROGPT_ERROR_SYSTEM says so. */
#ifndef MICROGPT_H
#define MICROGPT_H

#include <stddef.h>
#include <stdint.h>

/* The version of this header; functions are added with a greater minor one, and
 * changed or removed with a greater major one. */
#define MICROGPT_VERSION "1.0.0"

/* As many as there are. */
#define MICROGPT_UNLIMITED UINT64_MAX

/* What stands for a token that is no character. */
#define MICROGPT_NO_CHARACTER UINT32_MAX

#ifdef __cplusplus
extern "C" {
#endif

/* What became of a call: negative if it failed. */
typedef enum microgpt_status {
  /* Done. */
  MICROGPT_OK = 0,
  /* microgpt_text_next: the text has ended. */
  MICROGPT_DONE = 1,
  /* A null pointer, a number out of range, or text that is not UTF-8. */
  MICROGPT_ERROR_ARGUMENT = -1,
  /* An option outside its limits. */
  MICROGPT_ERROR_OPTION = -2,
  /* A text with a character that the vocabulary lacks, or too long a one. */
  MICROGPT_ERROR_TEXT = -3,
  /* The room for the result is too small; the size it takes was told. */
  MICROGPT_ERROR_BUFFER_TOO_SMALL = -4,
  /* The operating system refused to open, read or map the file. */
  MICROGPT_ERROR_SYSTEM = -5,
  /* The file is not a checkpoint, or damaged, or of a later version. */
  MICROGPT_ERROR_FORMAT = -6,
  /* Memory is lacking: the message says for what, and how much. */
  MICROGPT_ERROR_MEMORY = -7,
  /* A weight, or a logit that the model gives, is NaN or infinite. */
  MICROGPT_ERROR_NOT_FINITE = -8
} microgpt_status;

/* Why a call failed: one clause without a full stop, UTF-8, ended by a zero
 * byte, cut where it would be longer; empty if the call succeeded. */
typedef struct microgpt_error {
  char message[512];
} microgpt_error;

/* A model. */
typedef struct microgpt_model microgpt_model;

/* A text in the making. */
typedef struct microgpt_text microgpt_text;

/* The version of the library, as "1.0.0": a string that is always there. */
const char *microgpt_version(void);

/* Frees what this library allocated for the caller. NULL is allowed. */
void microgpt_free(void *memory);

/* ---- Models ---- */

/* How to open a checkpoint; to be added up. */
enum {
  /* Read the file into memory. Otherwise it is mapped: programs share it, and
   * it must not be cut short while it is open; a new file may take its name. */
  MICROGPT_OPEN_COPY = 1,
  /* Do not check weights against their checksums, for which all are read, nor
   * that they are finite where they are used in place. A damaged file may then
   * give nonsense or MICROGPT_ERROR_NOT_FINITE, but no other harm. */
  MICROGPT_OPEN_UNVERIFIED = 2
};

/* Opens a checkpoint file.
 *
 * path     The file; NULL is refused.
 * flags    MICROGPT_OPEN_COPY, MICROGPT_OPEN_UNVERIFIED, their sum, or 0.
 * threads  The threads that make a text of a large model, or many texts of any,
 *          the caller's included: 1 to 1,024, fewer where the system refuses
 *          them. Texts do not depend on it. More than 4 MiB of weights are
 *          checked on all processors, by threads that stay.
 * model    Is set to the model, to be closed by microgpt_model_close; NULL if it
 *          cannot be opened.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT, _SYSTEM, _FORMAT, _MEMORY or _NOT_FINITE.
 * Time: O(weights). */
microgpt_status microgpt_model_open(
    const char *path, uint32_t flags, uint32_t threads, microgpt_model **model,
    microgpt_error *error);

/* Opens a checkpoint that is in memory; the bytes are copied.
 *
 * bytes    The whole file, byte_count bytes; NULL only if there are none.
 * threads, model, failure  As above; weights are always checked. */
microgpt_status microgpt_model_open_bytes(
    const void *bytes, size_t byte_count, uint32_t threads,
    microgpt_model **model, microgpt_error *error);

/* Closes a model. No other call with this model may be under way or follow, but
 * texts that were begun with it go on: they keep what they need. NULL is
 * allowed. */
void microgpt_model_close(microgpt_model *model);

/* The dimensions: n_layer, n_head, n_embd, block_size, vocab_size, and the
 * number of weights. block_size is the most characters of a text unless its
 * context slides. 0 for NULL. */
uint32_t microgpt_model_layer_count(const microgpt_model *model);
uint32_t microgpt_model_head_count(const microgpt_model *model);
uint32_t microgpt_model_embedding_width(const microgpt_model *model);
uint32_t microgpt_model_block_size(const microgpt_model *model);
uint32_t microgpt_model_vocabulary_size(const microgpt_model *model);
uint64_t microgpt_model_parameter_count(const microgpt_model *model);

/* The character of a token. Tokens are numbered from 0 in the order of their
 * characters; the last, vocab_size - 1, is BOS, which begins and ends a text.
 * MICROGPT_NO_CHARACTER for BOS, for what is no token, and for NULL. */
uint32_t microgpt_model_character(const microgpt_model *model, uint32_t token);

/* The tokens of a text, one a character; a capital that the model lacks counts
 * as its lower case.
 *
 * text      The text.
 * tokens    Room for them; NULL if capacity is 0.
 * capacity  How many there is room for: one for each byte of the text will do.
 * count     Is set to the number of tokens, also where there is no room.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT, _TEXT, _BUFFER_TOO_SMALL or _MEMORY. */
microgpt_status microgpt_model_encode(
    const microgpt_model *model, const char *text, uint32_t *tokens,
    size_t capacity, size_t *count, microgpt_error *error);

/* The text of tokens.
 *
 * tokens    Tokens, count of them; BOS and what is no token give nothing. NULL
 *           if count is 0.
 * text      Room for the text; NULL if capacity is 0.
 * capacity  Its size in bytes: 4 * count + 1 is enough.
 * length    Is set to the length of the text in bytes, without the zero byte
 *           that ends it, also where there is no room. NULL is allowed.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT, _BUFFER_TOO_SMALL or _MEMORY. */
microgpt_status microgpt_model_decode(
    const microgpt_model *model, const uint32_t *tokens, size_t count,
    char *text, size_t capacity, size_t *length, microgpt_error *error);

/* How likely the model finds a text from its beginning on: the natural
 * logarithm of the chance of each character after those before it, then that of
 * the text ending there, unless it fills the context (block_size characters).
 * Their sum is that of the whole.
 *
 * text               At most block_size characters.
 * log_probabilities  Room for the logarithms; NULL if capacity is 0.
 * capacity           How many there is room for: block_size is enough.
 * count              Is set to their number, also where there is no room.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT, _TEXT, _BUFFER_TOO_SMALL, _MEMORY or _NOT_FINITE. */
microgpt_status microgpt_model_score(
    const microgpt_model *model, const char *text, double *log_probabilities,
    size_t capacity, size_t *count, microgpt_error *error);

/* ---- Options ---- */

/* A character at a place of the continuation. */
typedef struct microgpt_forced {
  /* Counted from 0, the first character after the prompt. */
  uint64_t place;
  /* The character. */
  uint32_t character;
} microgpt_forced;

/* How to generate. microgpt_options_init first, then change what is to be
 * changed. What it points to is read during the call that is given the options.
 *
 * They act in this order: the repetition penalty, what may be drawn at all, the
 * temperature, top-k, top-p, min-p, the draw. */
typedef struct microgpt_options {
  /* The size of this struct; set by microgpt_options_init. */
  size_t size;
  /* What chance depends on. At first a number of 32 bits drawn at random. */
  uint64_t seed;
  /* What the logits are divided by, 0 or more: at 0 the likeliest character
   * always wins, at 1 chances are those of the training data. At first 0.5. */
  float temperature;
  /* The share of chance to draw from, above 0, at most 1: the fewest likeliest
   * characters that have it. At first 1. */
  float top_p;
  /* How likely a character must be, as a share of the likeliest one's chance, 0
   * to 1. At first 0. */
  float min_p;
  /* What the logits of characters that the context has already are divided by,
   * or multiplied with if they are negative: above 0. At first 1. */
  float repetition_penalty;
  /* The number of likeliest characters to draw from, 1 or more. At first
   * MICROGPT_UNLIMITED. */
  uint64_t top_k;
  /* The fewest characters to generate before the model may end the text. At
   * first 0. */
  uint64_t minimum_length;
  /* The most characters to generate, minimum_length or more. At first
   * MICROGPT_UNLIMITED: what the context holds. */
  uint64_t maximum_length;
  /* Texts that end the continuation before them, each with at least one
   * character: stop_string_count pointers. At first none. */
  const char *const *stop_strings;
  size_t stop_string_count;
  /* The characters that are never drawn. At first NULL: none. */
  const char *banned_characters;
  /* The characters to draw from. At first NULL: all. */
  const char *allowed_characters;
  /* Characters that are not drawn but given, one a place at most, in any order:
   * forced_character_count of them. The model does not end the text before the
   * last of them. At first none. */
  const microgpt_forced *forced_characters;
  size_t forced_character_count;
  /* Whether a text without prompt may be empty; 0 for no. At first 0. */
  int32_t allows_empty;
  /* What becomes of a text when the context of block_size positions is full: 0
   * if it ends; otherwise the later half of the context is read anew, and the
   * text goes on. At first 0. */
  int32_t slides;
  /* Whether microgpt_text_next tells the logarithms of chances; 0 for no. At first
   * 0. */
  int32_t reports_log_probabilities;
} microgpt_options;

/* Sets options to what they are at first.
 *
 * size  sizeof(microgpt_options), which tells a library the version of the
 *       header that its caller was compiled with.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT. */
microgpt_status microgpt_options_init(
    microgpt_options *options, size_t size, microgpt_error *error);

/* ---- Texts ---- */

/* Generates a text: from BOS and the prompt on, until the model ends it, the
 * context is full, or it is long enough.
 *
 * prompt   The beginning: at most block_size - 1 characters unless the context
 *          slides. NULL for none.
 * options  NULL for those of microgpt_options_init. With a context that slides
 *          maximum_length must be given, as a text might never end.
 * index    The number of the text among those of a seed.
 * text     Is set to prompt and continuation, to be freed by microgpt_free;
 *          NULL if there is a failure.
 * length   Is set to its length in bytes, without the zero byte that ends it.
 *          NULL is allowed.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT, _OPTION, _TEXT, _MEMORY or _NOT_FINITE.
 * Time: O(characters * weights). */
microgpt_status microgpt_model_generate(
    const microgpt_model *model, const char *prompt,
    const microgpt_options *options, uint64_t index, char **text,
    size_t *length, microgpt_error *error);

/* Generates many texts, those of microgpt_model_generate, together: on all threads of
 * the model, and sharing what is read of a large one.
 *
 * prompts      Their beginnings, count of them, each may be NULL for none; NULL
 *              if all are to be without.
 * first_index  The index of the first text; the others follow.
 * texts        count pointers, which are set to the texts, each to be freed by
 *              microgpt_free; to NULL if there is a failure.
 *
 * Options and failures as above. */
microgpt_status microgpt_model_generate_many(
    const microgpt_model *model, const char *const *prompts, size_t count,
    const microgpt_options *options, uint64_t first_index, char **texts,
    microgpt_error *error);

/* Begins a text that is taken character by character; together they are the
 * continuation of microgpt_model_generate.
 *
 * text  Is set to the text, to be ended by microgpt_text_free; NULL if there is a
 *       failure. With a context that slides it may have no end.
 *
 * Other parameters and failures as above. */
microgpt_status microgpt_text_begin(
    const microgpt_model *model, const char *prompt,
    const microgpt_options *options, uint64_t index, microgpt_text **text,
    microgpt_error *error);

/* A generated character. */
typedef struct microgpt_character {
  /* The natural logarithm of the chance that the model gives it, whatever the
   * options make of that; NaN unless they ask for it. */
  double log_probability;
  /* The character. */
  uint32_t character;
  /* Its token. */
  uint32_t token;
  /* The character as UTF-8, ended by a zero byte. */
  char utf8[8];
} microgpt_character;

/* Makes the next character. Those that may belong to a stop string are held
 * back until it is clear that they do not.
 *
 * character  Is set to it. NULL is allowed.
 *
 * MICROGPT_DONE if the text has ended. Fails with MICROGPT_ERROR_ARGUMENT,
 * MICROGPT_ERROR_MEMORY or MICROGPT_ERROR_NOT_FINITE, also when it is called
 * again. Time: O(weights). */
microgpt_status microgpt_text_next(
    microgpt_text *text, microgpt_character *character, microgpt_error *error);

/* Why a text ended. */
typedef enum microgpt_finish_reason {
  /* It has not: microgpt_text_next has not returned MICROGPT_DONE. */
  MICROGPT_FINISH_NONE = 0,
  /* The model ended it. */
  MICROGPT_FINISH_STOP = 1,
  /* The context, or the permitted length, was used up. */
  MICROGPT_FINISH_LENGTH = 2,
  /* A stop string would have come next. */
  MICROGPT_FINISH_STOP_STRING = 3
} microgpt_finish_reason;

/* Why a text ended. MICROGPT_FINISH_NONE for NULL. */
microgpt_finish_reason microgpt_text_finish_reason(const microgpt_text *text);

/* The seed of a text, of interest where none was given. 0 for NULL. */
uint64_t microgpt_text_seed(const microgpt_text *text);

/* The prompt and the characters that were made.
 *
 * string  Is set to it, to be freed by microgpt_free; NULL if there is a
 *         failure.
 * length  Is set to its length in bytes, without the zero byte that ends it.
 *         NULL is allowed.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT or _MEMORY. */
microgpt_status microgpt_text_string(
    const microgpt_text *text, char **string, size_t *length,
    microgpt_error *error);

/* Ends a text, whether or not it has come to its own end, and frees it. NULL is
 * allowed. */
void microgpt_text_free(microgpt_text *text);

#ifdef __cplusplus
}
#endif

#endif
