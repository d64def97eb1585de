#if defined(__linux__)
#define _GNU_SOURCE  // sched_getaffinity
#include <sched.h>
#endif

#include "mgpt_threads.h"

#include "mgpt_memory.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

// One call of mgpt_pool_perform; it lives on the caller's stack.
typedef struct job {
  mgpt_task task;
  void *context;
  size_t count;
  // The next task to begin; it runs past `count`, by one a thread at most.
  atomic_size_t next;
  // How many workers hold this job. Changed under the pool's mutex.
  atomic_size_t helpers;
  // The pool's list of jobs. Guarded by the pool's mutex.
  struct job *previous, *following;
} job;

struct mgpt_pool {
  pthread_mutex_t mutex;
  // Signalled when a job has come or the pool closes.
  pthread_cond_t work;
  // Signalled when the last worker has let go of a job.
  pthread_cond_t released;
  job *jobs;
  bool closing;
  // Whether there is a processor for each thread.
  bool is_patient;
  // Counts the jobs that have come, and the closing. Changed under the mutex.
  atomic_size_t calls;
  // The numbers of the workers that have begun.
  atomic_size_t numbers;
  size_t workers;
  pthread_t threads[];
};

static void run(job *job, size_t thread) {
  for (;;) {
    size_t index = atomic_fetch_add_explicit(
        &job->next, 1, memory_order_relaxed);
    if (index >= job->count) return;
    job->task(job->context, index, thread);
  }
}

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Takes the mutex, which nobody holds for long: to sleep until it is free would
// take longer.
static void enter(mgpt_pool *pool) {
  for (int i = 0; pool->is_patient && i < 64; i += 1) {
    if (pthread_mutex_trylock(&pool->mutex) == 0) return;
    pause_briefly();
  }
  pthread_mutex_lock(&pool->mutex);
}

// Waits until a number differs from what it was, for fifty microseconds at
// most: about what it takes to wake a thread that sleeps. Returns whether it
// does.
static bool watch(const mgpt_pool *pool, atomic_size_t *number, size_t was) {
  if (!pool->is_patient) return false;
  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  do {
    for (int i = 0; i < 16; i += 1) {
      if (atomic_load_explicit(number, memory_order_relaxed) != was)
        return true;
      pause_briefly();
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while ((now.tv_sec - start.tv_sec) * 1000000000
               + (now.tv_nsec - start.tv_nsec)
           < 50000);
  return false;
}

// The first job with a task that nobody has begun. The mutex is held.
static job *find_job(mgpt_pool *pool) {
  job *job = pool->jobs;
  while (job != NULL
         && atomic_load_explicit(&job->next, memory_order_relaxed)
                >= job->count)
    job = job->following;
  return job;
}

static void *work(void *context) {
  mgpt_pool *pool = context;
  const size_t number = atomic_fetch_add(&pool->numbers, 1) + 1;
  size_t heard = 0;  // the calls known when there was nothing to do
  enter(pool);
  while (!pool->closing) {
    job *job = find_job(pool);
    if (job == NULL) {
      const size_t calls = atomic_load(&pool->calls);
      if (heard == calls) {
        pthread_cond_wait(&pool->work, &pool->mutex);
      } else {
        heard = calls;
        pthread_mutex_unlock(&pool->mutex);
        watch(pool, &pool->calls, calls);
        enter(pool);
      }
      continue;
    }
    job->helpers += 1;
    pthread_mutex_unlock(&pool->mutex);
    run(job, number);
    enter(pool);
    job->helpers -= 1;
    if (job->helpers == 0) pthread_cond_broadcast(&pool->released);
  }
  pthread_mutex_unlock(&pool->mutex);
  return NULL;
}

enum { STACK_BYTES = 1 << 20 };

// Starts workers until there are `wanted`, the system refuses one, or its stack
// would take the last memory.
static void start_workers(mgpt_pool *pool, size_t wanted) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return;
  // Where the default is small (musl, macOS) and where it is large alike.
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  // Signals are for the threads of the program that uses this library; but for
  // a lost page of a mapped file, which is told to the thread that touched it.
  sigset_t all, old;
  sigfillset(&all);
  sigdelset(&all, SIGBUS);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  while (pool->workers < wanted
         && mgpt_has_memory(2 * STACK_BYTES)
         && pthread_create(
                &pool->threads[pool->workers], &attributes, work, pool)
                == 0)
    pool->workers += 1;
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  pthread_attr_destroy(&attributes);
}

mgpt_pool *mgpt_pool_create(size_t threads) {
  const size_t wanted = threads > 1 ? threads - 1 : 0;
  mgpt_pool *pool =
      calloc(1, sizeof(mgpt_pool) + wanted * sizeof(pthread_t));
  if (pool == NULL) return NULL;
  pool->is_patient = threads <= mgpt_processor_count();
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->work, NULL);
  pthread_cond_init(&pool->released, NULL);
  if (wanted > 0) start_workers(pool, wanted);
  return pool;
}

size_t mgpt_pool_threads(const mgpt_pool *pool) {
  return pool == NULL ? 1 : pool->workers + 1;
}

void mgpt_pool_perform(
    mgpt_pool *pool, size_t count, mgpt_task task, void *context) {
  job job = {.task = task, .context = context, .count = count};
  const bool shared = count > 1 && pool != NULL && pool->workers > 0;
  if (shared) {
    enter(pool);
    job.following = pool->jobs;
    if (job.following != NULL) job.following->previous = &job;
    pool->jobs = &job;
    pool->calls += 1;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
  }
  run(&job, 0);
  if (shared) {
    size_t helpers;
    do helpers = atomic_load(&job.helpers);
    while (helpers > 0 && watch(pool, &job.helpers, helpers));
    enter(pool);
    if (job.following != NULL) job.following->previous = job.previous;
    if (job.previous != NULL)
      job.previous->following = job.following;
    else
      pool->jobs = job.following;
    while (job.helpers > 0)
      pthread_cond_wait(&pool->released, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
  }
}

void mgpt_pool_destroy(mgpt_pool *pool) {
  if (pool == NULL) return;
  enter(pool);
  pool->closing = true;
  pool->calls += 1;
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->mutex);
  for (size_t i = 0; i < pool->workers; i += 1)
    pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->released);
  pthread_cond_destroy(&pool->work);
  pthread_mutex_destroy(&pool->mutex);
  free(pool);
}

size_t mgpt_processor_count(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (size_t)count : 1;
}
