/* ISC licence; see LICENSE. */
#ifndef TESTS_FAULTS_FAULT_H
#define TESTS_FAULTS_FAULT_H

/*
 * Runs a piece of work in a child and makes one of its system calls fail, or
 * kills it there. A seccomp filter with a notifier stops the child at every
 * system call, whoever makes it (libc's inside and direct syscall(2) users
 * as well), and the parent decides. Memory is different: malloc and realloc
 * of this program fail by themselves.
 */
enum fault_kind {
  FAULT_NONE,                   /* count only */
  FAULT_KILL,                   /* SIGKILL instead of the call */
  FAULT_TORN,                   /* half of a write is done, then SIGKILL */
  FAULT_SHORT,                  /* half of a write is done, and said so */
  FAULT_ONCE,                   /* the call fails with err */
  FAULT_ON,                     /* it and all later ones of its sort */
  FAULT_MALLOC                  /* at counts calls of malloc and the like */
};

struct fault {
  enum fault_kind kind;
  long at;                      /* 1: the first call after fault_arm */
  int err;
  int nr;                       /* FAULT_ONCE: only if it is this call; 0 any */
};

#define FAULT_CALLS 4096

struct fault_seen {
  long calls, mallocs;          /* between fault_arm and fault_disarm */
  short nr[FAULT_CALLS];        /* which ones; 0-based */
  unsigned char creat[FAULT_CALLS];     /* an open with O_CREAT */
  int hit;                      /* the fault took place */
  int status;                   /* as waitpid has it */
  int hung;                     /* it took longer than FAULT_LIMIT_MS */
};

#define FAULT_LIMIT_MS 20000

/* fault_available - 1 if notifiers work here */
int fault_available(void);

/*
 * fault_run - fn(arg) in a child, which then ends with 0. Its descriptor 2 is
 * errfd. fn calls fault_arm where the counting begins and fault_disarm where
 * it ends. 0, or -1 with errno (nothing was run).
 */
int fault_run(const struct fault *, void (*fn)(void *), void *arg, int errfd,
              struct fault_seen *);
void fault_arm(void);
void fault_disarm(void);
/* fault_was_hit - in the child: 1 if the fault took place */
int fault_was_hit(void);

/* fault_call - name of a system call, or "?" ; fault_errors - the errnos with
 * which it is made to fail (ended by 0), none if it cannot */
const char *fault_call(int nr);
const int *fault_errors(int nr, int creat);

#endif
