/* MicroGPT: text from small GPT models, for C and every language that calls C.
 *
 *     microgpt_model *model;
 *     char *name;
 *     microgpt_error error;
 *     if (microgpt_model_open("names.mgpt", 0, 1, &model, &error) !=
 *             MICROGPT_OK ||
 *         microgpt_model_generate(model, "Ma", NULL, 0, &name, NULL, &error) !=
 *             MICROGPT_OK) {
 *       fprintf(stderr, "%s\n", error.message);
 *       exit(1);
 *     }
 *     puts(name);
 *     microgpt_free(name);
 *     microgpt_model_close(model);
 *
 * The same model, prompt, options and index give the same text, as in Swift, on
 * the command line and over HTTP.
 *
 * Functions are named after the handle that they take: microgpt_model_… and
 * microgpt_text_….
 *
 * Text is UTF-8. Input ends with a zero byte, so U+0000 cannot be given; output
 * ends with one as well, and its length is reported beside it. Ill-formed UTF-8
 * is refused. Characters are Unicode scalar values; a token is the index of a
 * character in the model's vocabulary.
 *
 * Functions that can fail return a microgpt_status and write the reason to the
 * caller's microgpt_error, which may be NULL. A function that fails writes
 * nothing else, except handles and allocated texts, which it sets to NULL, and
 * what its description names. NULL is refused unless the description of a
 * parameter allows it.
 *
 * There is no state outside the handles. Any number of threads may use a model at
 * the same time. An unfinished text belongs to one thread at a time.
 *
 * If memory runs out, the process ends, as in any Swift program, except where
 * MICROGPT_ERROR_MEMORY is reported. */
#ifndef MICROGPT_H
#define MICROGPT_H

#include <stddef.h>
#include <stdint.h>

/* The version of this header. Functions are added in a minor version, and
 * changed or removed in a major one. */
#define MICROGPT_VERSION "1.0.0"

/* No limit. */
#define MICROGPT_UNLIMITED UINT64_MAX

/* The character of a token that has none. */
#define MICROGPT_NO_CHARACTER UINT32_MAX

#ifdef __cplusplus
extern "C" {
#endif

/* The result of a call: negative if it failed. */
typedef enum microgpt_status {
  /* Success. */
  MICROGPT_OK = 0,
  /* microgpt_text_next: the text is finished. */
  MICROGPT_DONE = 1,
  /* A null pointer, a number out of range, or text that is not UTF-8. */
  MICROGPT_ERROR_ARGUMENT = -1,
  /* An option outside its range. */
  MICROGPT_ERROR_OPTION = -2,
  /* A text with a character that the vocabulary lacks, or a text too long. */
  MICROGPT_ERROR_TEXT = -3,
  /* The buffer for the result is too small; its size was reported. */
  MICROGPT_ERROR_BUFFER_TOO_SMALL = -4,
  /* The operating system refused to open, read or map the file. */
  MICROGPT_ERROR_SYSTEM = -5,
  /* The file is not a checkpoint, or damaged, or of a later version. */
  MICROGPT_ERROR_FORMAT = -6,
  /* Out of memory: the message says for what, and how much. */
  MICROGPT_ERROR_MEMORY = -7,
  /* A weight, or a logit that the model gives, is NaN or infinite. */
  MICROGPT_ERROR_NOT_FINITE = -8
} microgpt_status;

/* The reason for a failure: one clause of UTF-8 without a full stop, ended by a
 * zero byte, truncated to this size; empty if the call succeeded. */
typedef struct microgpt_error {
  char message[512];
} microgpt_error;

/* A model. */
typedef struct microgpt_model microgpt_model;

/* An unfinished text. */
typedef struct microgpt_text microgpt_text;

/* The version of the library, as "1.0.0": a static string. */
const char *microgpt_version(void);

/* Frees a string that this library allocated. NULL is allowed. */
void microgpt_free(void *memory);

/* ---- Models ---- */

/* Flags for opening a checkpoint. */
enum {
  /* Read the file into memory. Otherwise it is mapped: processes share its
   * pages, and it must not be truncated while it is open; replacing it by a new
   * file of that name is safe. */
  MICROGPT_OPEN_COPY = 1,
  /* Do not check the weights against their checksums, which reads all of them,
   * nor that mapped weights are finite. A damaged file may then give nonsense
   * or MICROGPT_ERROR_NOT_FINITE, but does no other harm. */
  MICROGPT_OPEN_UNVERIFIED = 2
};

/* Opens a checkpoint file.
 *
 * path     The file; NULL is refused.
 * flags    MICROGPT_OPEN_COPY, MICROGPT_OPEN_UNVERIFIED, both, or 0.
 * threads  The number of threads that generate a text of a large model, or many
 *          texts of any model, including the caller's: 1 to 1,024, fewer if the
 *          system refuses them. Texts do not depend on it. More than 4 MiB of
 *          weights are checked on all processors, by threads that stay.
 * model    Set to the model, which microgpt_model_close closes; to NULL if the
 *          file cannot be opened.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT, _SYSTEM, _FORMAT, _MEMORY or _NOT_FINITE.
 * Time: O(weights). */
microgpt_status microgpt_model_open(
    const char *path, uint32_t flags, uint32_t threads, microgpt_model **model,
    microgpt_error *error);

/* Opens a checkpoint in memory; the bytes are copied.
 *
 * bytes    The whole file, byte_count bytes; NULL only if there are none.
 * threads, model, failures  As above; weights are always checked. */
microgpt_status microgpt_model_open_bytes(
    const void *bytes, size_t byte_count, uint32_t threads,
    microgpt_model **model, microgpt_error *error);

/* Closes a model. No other call with this model may be running or follow, but
 * texts begun with it stay usable: they keep what they need. NULL is
 * allowed. */
void microgpt_model_close(microgpt_model *model);

/* The dimensions: n_layer, n_head, n_embd, block_size, vocab_size, and the
 * number of weights. block_size is the maximum number of characters of a text
 * unless its context slides. 0 for NULL. */
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
 * tokens    A buffer for the tokens; NULL if capacity is 0.
 * capacity  Its size in tokens: one for each byte of the text is enough.
 * count     Set to the number of tokens, even if the buffer is too small.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT, _TEXT, _BUFFER_TOO_SMALL or _MEMORY. */
microgpt_status microgpt_model_encode(
    const microgpt_model *model, const char *text, uint32_t *tokens,
    size_t capacity, size_t *count, microgpt_error *error);

/* The text of tokens.
 *
 * tokens    count tokens; BOS and what is no token give nothing. NULL if count
 *           is 0.
 * text      A buffer for the text; NULL if capacity is 0.
 * capacity  Its size in bytes: 4 * count + 1 is enough.
 * length    Set to the length of the text in bytes, without the zero byte that
 *           ends it, even if the buffer is too small. NULL is allowed.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT, _BUFFER_TOO_SMALL or _MEMORY. */
microgpt_status microgpt_model_decode(
    const microgpt_model *model, const uint32_t *tokens, size_t count,
    char *text, size_t capacity, size_t *length, microgpt_error *error);

/* The log-probabilities of a text: the natural logarithm of the probability of
 * each character given those before it, then that of the text ending there,
 * unless it fills the context (block_size characters). Their sum is the
 * log-probability of the whole text.
 *
 * text               At most block_size characters.
 * log_probabilities  A buffer for them; NULL if capacity is 0.
 * capacity           Its size in numbers: block_size is enough.
 * count              Set to their number, even if the buffer is too small.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT, _TEXT, _BUFFER_TOO_SMALL, _MEMORY or
 * _NOT_FINITE. */
microgpt_status microgpt_model_score(
    const microgpt_model *model, const char *text, double *log_probabilities,
    size_t capacity, size_t *count, microgpt_error *error);

/* ---- Options ---- */

/* A character at a position of the continuation. */
typedef struct microgpt_forced {
  /* Counted from 0, the first character after the prompt. */
  uint64_t position;
  /* The character. */
  uint32_t character;
} microgpt_forced;

/* Options of generation. Call microgpt_options_init first, then change what is
 * to differ. What it points to is read during the call that takes the options.
 *
 * They apply in this order: repetition penalty, permitted characters,
 * temperature, top-k, top-p, min-p, the draw. */
typedef struct microgpt_options {
  /* The size of this struct; set by microgpt_options_init. */
  size_t size;
  /* The random seed. Initially 32 random bits. */
  uint64_t seed;
  /* The divisor of the logits, 0 or more: at 0 the most likely character always
   * wins, at 1 probabilities are the model's own. Initially 0.5. */
  float temperature;
  /* Nucleus sampling: draw from the smallest set of most likely characters
   * whose probabilities sum to at least this value, above 0, at most 1.
   * Initially 1. */
  float top_p;
  /* The minimum probability of a character as a fraction of the most likely
   * one's, 0 to 1. Initially 0. */
  float min_p;
  /* The divisor of the logits of characters that the context has already, or
   * the factor of negative logits: above 0. Initially 1. */
  float repetition_penalty;
  /* The number of most likely characters to draw from, 1 or more. Initially
   * MICROGPT_UNLIMITED. */
  uint64_t top_k;
  /* The minimum number of characters to generate before the model may end the
   * text. Initially 0. */
  uint64_t minimum_length;
  /* The maximum number of characters to generate, minimum_length or more.
   * Initially MICROGPT_UNLIMITED: what the context holds. */
  uint64_t maximum_length;
  /* Texts that end the continuation before them, each with at least one
   * character: stop_string_count pointers. Initially none. */
  const char *const *stop_strings;
  size_t stop_string_count;
  /* Characters that are never drawn. Initially NULL: none. */
  const char *banned_characters;
  /* Characters to draw from. Initially NULL: all. */
  const char *allowed_characters;
  /* Characters that are given instead of drawn, at most one a position, in any
   * order: forced_character_count of them. The model does not end the text
   * before the last of them. Initially none. */
  const microgpt_forced *forced_characters;
  size_t forced_character_count;
  /* Whether a text without prompt may be empty; 0 for no. Initially 0. */
  int32_t allows_empty_text;
  /* Whether the context slides when all block_size positions are full; 0 for
   * no: the text then ends. Otherwise the later half of the context is read
   * anew, and the text goes on. Initially 0. */
  int32_t slides;
  /* Whether microgpt_text_next reports log-probabilities; 0 for no. Initially
   * 0. */
  int32_t reports_log_probabilities;
} microgpt_options;

/* Sets options to their initial values.
 *
 * size  sizeof(microgpt_options), by which the library knows the version of the
 *       header that its caller was compiled with.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT. */
microgpt_status microgpt_options_init(
    microgpt_options *options, size_t size, microgpt_error *error);

/* ---- Texts ---- */

/* Generates a text that follows BOS and the prompt, until the model ends it,
 * the context is full, or it has its maximum length.
 *
 * prompt   The beginning: at most block_size - 1 characters unless the context
 *          slides. NULL for none.
 * options  NULL for those of microgpt_options_init. If the context slides,
 *          maximum_length must be given, as a text might never end.
 * index    The index of the text among those of a seed.
 * text     Set to prompt and continuation, which microgpt_free frees; to NULL
 *          after a failure.
 * length   Set to its length in bytes, without the zero byte that ends it. NULL
 *          is allowed.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT, _OPTION, _TEXT, _MEMORY or _NOT_FINITE.
 * Time: O(characters * weights). */
microgpt_status microgpt_model_generate(
    const microgpt_model *model, const char *prompt,
    const microgpt_options *options, uint64_t index, char **text,
    size_t *length, microgpt_error *error);

/* Generates many texts, the same as microgpt_model_generate, together: on all
 * threads of the model, reading the weights of a large model once for all.
 *
 * prompts      count beginnings, each of which may be NULL for none; NULL if no
 *              text has a prompt.
 * first_index  The index of the first text; the others follow.
 * texts        count pointers, set to the texts, which microgpt_free frees; to
 *              NULL after a failure.
 *
 * Options and failures as above. */
microgpt_status microgpt_model_generate_many(
    const microgpt_model *model, const char *const *prompts, size_t count,
    const microgpt_options *options, uint64_t first_index, char **texts,
    microgpt_error *error);

/* Begins a text that is generated character by character; the characters are
 * the continuation of microgpt_model_generate.
 *
 * text  Set to the text, which microgpt_text_free frees; to NULL after a
 *       failure. If the context slides, it may be endless.
 *
 * Other parameters and failures as above. */
microgpt_status microgpt_text_begin(
    const microgpt_model *model, const char *prompt,
    const microgpt_options *options, uint64_t index, microgpt_text **text,
    microgpt_error *error);

/* A generated character. */
typedef struct microgpt_character {
  /* The natural logarithm of the model's probability, before any options apply;
   * NaN unless reports_log_probabilities is set. */
  double log_probability;
  /* The character. */
  uint32_t character;
  /* Its token. */
  uint32_t token;
  /* The character as UTF-8, ended by a zero byte. */
  char utf8[8];
} microgpt_character;

/* Generates the next character. Characters that may belong to a stop string are
 * held back until it is clear that they do not.
 *
 * character  Set to it. NULL is allowed.
 *
 * Returns MICROGPT_DONE if the text is finished. Fails with
 * MICROGPT_ERROR_ARGUMENT, MICROGPT_ERROR_MEMORY or MICROGPT_ERROR_NOT_FINITE,
 * and again when it is called again. Time: O(weights). */
microgpt_status microgpt_text_next(
    microgpt_text *text, microgpt_character *character, microgpt_error *error);

/* The reason why a text is finished. */
typedef enum microgpt_finish_reason {
  /* It is not: microgpt_text_next has not returned MICROGPT_DONE. */
  MICROGPT_FINISH_NONE = 0,
  /* The model ended it. */
  MICROGPT_FINISH_STOP = 1,
  /* The context is full, or the text has its maximum length. */
  MICROGPT_FINISH_LENGTH = 2,
  /* A stop string would have come next. */
  MICROGPT_FINISH_STOP_STRING = 3
} microgpt_finish_reason;

/* The reason why a text is finished. MICROGPT_FINISH_NONE for NULL. */
microgpt_finish_reason microgpt_text_finish_reason(const microgpt_text *text);

/* The random seed of a text, which microgpt_options_init may have drawn. 0 for
 * NULL. */
uint64_t microgpt_text_seed(const microgpt_text *text);

/* The prompt and the characters generated so far.
 *
 * string  Set to it; microgpt_free frees it. NULL after a failure.
 * length  Set to its length in bytes, without the zero byte that ends it. NULL
 *         is allowed.
 *
 * Fails with MICROGPT_ERROR_ARGUMENT or _MEMORY. */
microgpt_status microgpt_text_string(
    const microgpt_text *text, char **string, size_t *length,
    microgpt_error *error);

/* Frees a text, finished or not. NULL is allowed. */
void microgpt_text_free(microgpt_text *text);

#ifdef __cplusplus
}
#endif

#endif
