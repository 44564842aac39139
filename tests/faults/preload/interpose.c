/* ISC licence; see LICENSE. */
/*
 * Preloaded into a program by tests/faults/protocol.py: counts the program's
 * calls of what may fail, and lets the one that is asked for fail. Both
 * sides share a small file, named in FAULT_SHARED, that is mapped before the
 * program fences itself in; the program knows nothing of it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

struct shared {
  long calls, mallocs;          /* so far */
  long at, at_malloc;           /* the one that fails; 0 none */
  int turn;                     /* which of its errors; -1: it is killed */
  int hit;
  char name[24];                /* of the call that was hit */
};

static volatile struct shared *shared;

static void *next(const char *name)
{
  return dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void begin(void)
{
  int (*real_open)(const char *, int, ...)
    = (int (*)(const char *, int, ...))next("open");
  const char *path = getenv("FAULT_SHARED");
  int fd = path ? real_open(path, O_RDWR | O_CLOEXEC) : -1;
  void *m;

  if (fd == -1) return;
  m = mmap(0, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (m != MAP_FAILED) shared = m;
}

/* how a call may fail, by turns; 0: in no further way */
static int error_of(const char *name, int turn)
{
  static const int space[] = { EIO, ENOSPC, EDQUOT, 0 };
  static const int opening[] = { EIO, EMFILE, EACCES, 0 };
  static const int memory[] = { ENOMEM, 0 }, other[] = { EIO, 0 };
  const int *e = other;

  if (strstr(name, "write") || strstr(name, "link") || strstr(name, "mkdir")
      || strstr(name, "rename")) e = space;
  else if (strstr(name, "open")) e = opening;
  else if (strstr(name, "alloc") || strstr(name, "mmap")) e = memory;
  while (turn-- && *e) e++;
  return *e;
}

static int hit(const char *name)
{
  int e = shared->turn == -1 ? 0 : error_of(name, shared->turn);

  if (shared->turn != -1 && !e) return 0;
  shared->hit = 1;
  strncpy((char *)shared->name, name, sizeof shared->name - 1);
  if (shared->turn == -1) kill(getpid(), SIGKILL);
  shared->turn = e;             /* for who asks what it was */
  errno = e;
  return 1;
}

/* does this call fail? */
static int fails(const char *name)
{
  if (!shared) return 0;
  return ++shared->calls == shared->at && hit(name);
}

static int no_memory(const char *name)
{
  if (!shared) return 0;
  return ++shared->mallocs == shared->at_malloc && hit(name);
}

/* ---- calls ---- */

#define REAL(name, type, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type (*)(__VA_ARGS__))next(#name)

#define CALL(type, name, params, args, ...) \
type name params; \
type name params \
{ \
  REAL(name, type, __VA_ARGS__); \
  return fails(#name) ? (type)-1 : real args; \
}

CALL(int, fsync, (int a), (a), int)
CALL(int, fdatasync, (int a), (a), int)
CALL(int, rename, (const char *a, const char *b), (a, b), const char *,
     const char *)
CALL(int, renameat, (int a, const char *b, int c, const char *d),
     (a, b, c, d), int, const char *, int, const char *)
CALL(int, renameat2, (int a, const char *b, int c, const char *d,
     unsigned int e), (a, b, c, d, e), int, const char *, int, const char *,
     unsigned int)
CALL(int, link, (const char *a, const char *b), (a, b), const char *,
     const char *)
CALL(int, linkat, (int a, const char *b, int c, const char *d, int e),
     (a, b, c, d, e), int, const char *, int, const char *, int)
CALL(int, unlink, (const char *a), (a), const char *)
CALL(int, unlinkat, (int a, const char *b, int c), (a, b, c), int,
     const char *, int)
CALL(int, mkdir, (const char *a, mode_t b), (a, b), const char *, mode_t)
CALL(int, mkdirat, (int a, const char *b, mode_t c), (a, b, c), int,
     const char *, mode_t)
CALL(int, futimens, (int a, const struct timespec b[2]), (a, b), int,
     const struct timespec *)
CALL(int, utimensat, (int a, const char *b, const struct timespec c[2], int d),
     (a, b, c, d), int, const char *, const struct timespec *, int)
CALL(int, ftruncate, (int a, off_t b), (a, b), int, off_t)
CALL(int, ftruncate64, (int a, off_t b), (a, b), int, off_t)
CALL(ssize_t, pread, (int a, void *b, size_t c, off_t d), (a, b, c, d), int,
     void *, size_t, off_t)
CALL(ssize_t, pwrite, (int a, const void *b, size_t c, off_t d), (a, b, c, d),
     int, const void *, size_t, off_t)
CALL(ssize_t, pread64, (int a, void *b, size_t c, off_t d), (a, b, c, d), int,
     void *, size_t, off_t)
CALL(ssize_t, pwrite64, (int a, const void *b, size_t c, off_t d),
     (a, b, c, d), int, const void *, size_t, off_t)

/* the client and the log are no disk */
ssize_t write(int fd, const void *s, size_t len)
{
  REAL(write, ssize_t, int, const void *, size_t);
  return fd > 2 && fails("write") ? -1 : real(fd, s, len);
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
  REAL(writev, ssize_t, int, const struct iovec *, int);
  return fd > 2 && fails("writev") ? -1 : real(fd, v, n);
}

ssize_t read(int fd, void *s, size_t len)
{
  REAL(read, ssize_t, int, void *, size_t);
  return fd > 2 && fails("read") ? -1 : real(fd, s, len);
}

#define OPEN(name) \
int name(const char *path, int flags, ...) \
{ \
  va_list a; \
  mode_t mode; \
  REAL(name, int, const char *, int, ...); \
  va_start(a, flags); \
  mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(a, mode_t) : 0; \
  va_end(a); \
  return fails(#name) ? -1 : real(path, flags, mode); \
}

#define OPENAT(name) \
int name(int fd, const char *path, int flags, ...) \
{ \
  va_list a; \
  mode_t mode; \
  REAL(name, int, int, const char *, int, ...); \
  va_start(a, flags); \
  mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(a, mode_t) : 0; \
  va_end(a); \
  return fails(#name) ? -1 : real(fd, path, flags, mode); \
}

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

#define MMAP(name, offset) \
void *name(void *a, size_t n, int prot, int flags, int fd, offset off) \
{ \
  REAL(name, void *, void *, size_t, int, int, int, offset); \
  return fails("mmap") ? MAP_FAILED : real(a, n, prot, flags, fd, off); \
}

MMAP(mmap, off_t)
MMAP(mmap64, off64_t)

/* ---- memory; these are there before dlsym works ---- */

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

void *malloc(size_t n)
{
  return no_memory("malloc") ? 0 : __libc_malloc(n);
}

void *calloc(size_t n, size_t m)
{
  return no_memory("calloc") ? 0 : __libc_calloc(n, m);
}

void *realloc(void *p, size_t n)
{
  return no_memory("realloc") ? 0 : __libc_realloc(p, n);
}
