/* ISC licence; see LICENSE. */
#ifndef BASE_BARE_H
#define BASE_BARE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

/*
 * For programs that only wait, one beside every session: no C library, so no
 * heap, no tables to relocate, no page written but those of the stack. Such a
 * program is one file that includes this header and defines
 *
 *   int bare_main(char **argv, char **envp)
 *
 * It has no stack protector and no errno: a call returns what the kernel
 * says, -E... for an error. Nothing in it may need a relocation: no table of
 * pointers, no variable that is not on the stack.
 */

#if defined(__x86_64__)

#define BARE_START \
  ".globl _start\n_start:\n\txor %ebp, %ebp\n\tmov %rsp, %rdi\n" \
  "\tand $-16, %rsp\n\tcall bare_start\n\thlt\n"

static inline long bare_call6(long nr, long a, long b, long c, long d, long e,
  long f)
{
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long r;

  __asm__ volatile ("syscall" : "=a" (r)
    : "a" (nr), "D" (a), "S" (b), "d" (c), "r" (r10), "r" (r8), "r" (r9)
    : "rcx", "r11", "memory");
  return r;
}

#elif defined(__aarch64__)

#define BARE_START \
  ".globl _start\n_start:\n\tmov x29, #0\n\tmov x0, sp\n\tbl bare_start\n"

static inline long bare_call6(long nr, long a, long b, long c, long d, long e,
  long f)
{
  register long x8 __asm__("x8") = nr;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;

  __asm__ volatile ("svc 0" : "+r" (x0)
    : "r" (x8), "r" (x1), "r" (x2), "r" (x3), "r" (x4), "r" (x5)
    : "memory");
  return x0;
}

#else
#error "base/bare.h has the calls of x86_64 and aarch64 only"
#endif

/* bare_call - a system call with up to five arguments, SYS_... without SYS_ */
#define bare_call(name, ...) BARE_PICK(SYS_##name, __VA_ARGS__, 0, 0, 0, 0, 0)
#define BARE_PICK(nr, a, b, c, d, e, ...) \
  bare_call6((nr), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)

int bare_main(char **argv, char **envp);
void bare_start(long *stack);

/* argc, argv, 0, environment, 0: as the kernel puts them there */
__attribute__((used)) void bare_start(long *stack)
{
  char **argv = (char **)(stack + 1);

  bare_call(exit_group, bare_main(argv, argv + *stack + 1));
  __builtin_unreachable();
}

__asm__ (".text\n" BARE_START);

/* the milliseconds of CLOCK_MONOTONIC, as clock_ms of timedio.h */
static inline int64_t bare_clock_ms(void)
{
  struct { long s, ns; } t = { 0, 0 };

  bare_call(clock_gettime, 1, &t);
  return (int64_t)t.s * 1000 + t.ns / 1000000;
}

static inline size_t bare_len(const char *s)
{
  size_t n = 0;

  while (s[n]) n++;
  return n;
}

/* bare_num - the next number of *s, which has a space or its end behind it;
 * *s moves behind that */
static inline int64_t bare_num(const char **s)
{
  int minus = **s == '-';
  int64_t n = 0;

  *s += minus;
  for (; **s >= '0' && **s <= '9'; ++*s) n = n * 10 + (**s - '0');
  if (**s == ' ') ++*s;
  return minus ? -n : n;
}

/* bare_fmt - n in decimal with a NUL, at the end of buf; where it begins */
#define BARE_FMT 24
static inline char *bare_fmt(char *buf, uint64_t n)
{
  char *p = buf + BARE_FMT - 1;

  *p = 0;
  do *--p = (char)('0' + n % 10); while (n /= 10);
  return p;
}

#endif
