/// A pool of worker threads (POSIX threads, one mutex, two conditions).
#ifndef MGPT_THREADS_H
#define MGPT_THREADS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A pool; every function may be called from any thread at any time, but
/// for mgpt_pool_destroy.
typedef struct mgpt_pool mgpt_pool;

/// One task: its context, its number, and the number of the thread that runs
/// it, below that of the pool's threads: 0 for the caller, and no two alike
/// among the threads at work for one call.
typedef void (*mgpt_task)(void *context, size_t index, size_t thread);

/// Creates a pool of `threads` threads, the calling one of
/// mgpt_pool_perform included; or of fewer, where the system refuses one or
/// memory is short. NULL where there is none at all: every function takes that
/// for a pool of the calling thread alone.
mgpt_pool *mgpt_pool_create(size_t threads);

/// The number of threads, at least 1.
size_t mgpt_pool_threads(const mgpt_pool *pool);

/// Runs the tasks 0 to count − 1, each once, and returns when all have run.
///
/// The calling thread takes part. What a task wrote is visible to the caller
/// afterwards. Several callers share the workers; a task may call this itself.
/// Neither can lock up: a caller runs all of its tasks that no worker has
/// begun, and waits only for such as are running. Where there is a processor
/// for each thread, a thread that has nothing to do looks out for work for
/// fifty microseconds before it sleeps.
void mgpt_pool_perform(
    mgpt_pool *pool, size_t count, mgpt_task task, void *context);

/// Ends the threads and frees the pool. No call may be under way, and none
/// may follow.
void mgpt_pool_destroy(mgpt_pool *pool);

/// The number of processors that this process may run on, at least 1.
size_t mgpt_processor_count(void);

#ifdef __cplusplus
}
#endif

#endif
