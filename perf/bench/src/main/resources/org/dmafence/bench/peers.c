/*
 * The peers of the RCU rows that are written in C: liburcu as Debian ships it, and read sections written by hand.
 *
 *   cc -O2 -DRCU_MEMB peers.c -o peers-memb -lurcu-memb -lpthread      (or RCU_MB and -lurcu-mb)
 *
 * Stays running and measures one window for each line of standard input, "what times"; answers one line with nanoseconds per
 * operation, or "?". Ends with its input. Sections are measured by the CPU time of the thread; callbacks by that of the
 * process, for they run on another thread; synchronize by the clock on the wall, the median of the window.
 *
 * liburcu's sections are inlined, which is as quick as it gets; the program is built where it runs and given to nobody.
 */
#define _GNU_SOURCE
#define _LGPL_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <urcu.h> /* the flavour is RCU_MEMB or RCU_MB, from the compiler's command line */

#define compiler_barrier() __asm__ __volatile__("" ::: "memory")

static int one = 1;
static int *pointer = &one;
static volatile long sink;

static double now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* ---- read sections: enter, follow one pointer, leave --------------------------------------------------------------- */

static void read_urcu(long times)
{
	long sum = 0;

	for (long i = 0; i < times; i++) {
		rcu_read_lock();
		sum += *(volatile int *)rcu_dereference(pointer);
		rcu_read_unlock();
	}
	sink = sum;
}

/* A slot per reader, reached through a handle; a token of the outer section makes it nest, an updater would run membarrier. */
struct slot {
	char before[120];
	volatile uint64_t epoch;
	char after[120];
};

static struct slot slot;
static volatile uint64_t epoch = 1;

static __attribute__((noinline)) void read_token(struct slot *handle, long times)
{
	long sum = 0;

	for (long i = 0; i < times; i++) {
		uint64_t token = handle->epoch;

		if (token == 0)
			handle->epoch = epoch;
		compiler_barrier();
		sum += *(volatile int *)*(int *volatile *)&pointer;
		compiler_barrier();
		if (token == 0)
			handle->epoch = 0;
	}
	sink = sum;
}

/* The same where there is no membarrier: the store of the epoch is a full fence. */
static __attribute__((noinline)) void read_exchange(struct slot *handle, long times)
{
	long sum = 0;

	for (long i = 0; i < times; i++) {
		uint64_t token = handle->epoch;

		if (token == 0)
			__atomic_exchange_n(&handle->epoch, epoch, __ATOMIC_SEQ_CST);
		sum += *(volatile int *)*(int *volatile *)&pointer;
		compiler_barrier();
		if (token == 0)
			handle->epoch = 0;
	}
	sink = sum;
}

/* ---- grace periods -------------------------------------------------------------------------------------------------- */

static volatile int stop;
static volatile int reading;

static void *busy_reader(void *unused)
{
	rcu_register_thread();
	while (!stop) {
		rcu_read_lock();
		sink += *(volatile int *)rcu_dereference(pointer);
		rcu_read_unlock();
		reading = 1;
	}
	rcu_unregister_thread();
	return unused;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double synchronize(long times)
{
	double *took = calloc(times, sizeof(*took));
	pthread_t thread;
	double median;

	stop = reading = 0;
	pthread_create(&thread, NULL, busy_reader, NULL);
	while (!reading)
		;
	for (long i = 0; i < times; i++) {
		double start = now_ns(CLOCK_MONOTONIC);

		synchronize_rcu();
		took[i] = now_ns(CLOCK_MONOTONIC) - start;
	}
	stop = 1;
	pthread_join(thread, NULL);
	qsort(took, times, sizeof(*took), compare);
	median = took[times / 2];
	free(took);
	return median;
}

static long ran;

static void count(struct rcu_head *head)
{
	ran++;
}

/* The heads are there already, as they are in a kernel object. */
static double callbacks(long times)
{
	struct rcu_head *heads = calloc(times, sizeof(*heads));
	double start, took;

	memset(heads, 1, times * sizeof(*heads));
	start = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	for (long i = 0; i < times; i++)
		call_rcu(&heads[i], count);
	rcu_barrier();
	took = now_ns(CLOCK_PROCESS_CPUTIME_ID) - start;
	free(heads);
	return took / times;
}

/* ---- the conversation ----------------------------------------------------------------------------------------------- */

static double section(const char *what, long times)
{
	double start = now_ns(CLOCK_THREAD_CPUTIME_ID);

	if (strcmp(what, "read") == 0)
		read_urcu(times);
	else if (strcmp(what, "read-token") == 0)
		read_token(&slot, times);
	else if (strcmp(what, "read-exchange") == 0)
		read_exchange(&slot, times);
	else
		return -1;
	return (now_ns(CLOCK_THREAD_CPUTIME_ID) - start) / times;
}

int main(void)
{
	char what[32];
	long times;

	rcu_register_thread();
	while (scanf("%31s %ld", what, &times) == 2) {
		double ns;

		/* Who waits for grace periods must not be a reader that waits for itself, nor hold others up while it waits. */
		if (strcmp(what, "synchronize") == 0)
			ns = synchronize(times);
		else if (strcmp(what, "callbacks") == 0)
			ns = callbacks(times);
		else
			ns = section(what, times);
		if (ns < 0)
			printf("?\n");
		else
			printf("%.6f\n", ns);
		fflush(stdout);
	}
	rcu_unregister_thread();
	return 0;
}
