/* ISC licence; see LICENSE. */
/*
 * roost-extra: it means the same when it comes in two pieces, and the same
 * again when it was compacted, which changes nothing a second time.
 */
#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "maildir/extra.h"
#include "maildir_scratch.h"

char const *PROG = "fuzz_maildir_extra";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define V 1700000000u

static int same(const stralloc *a, const stralloc *b)
{
  return a->len == b->len && (!a->len || !memcmp(a->s, b->s, a->len));
}

static void in_pieces(int dir, const uint8_t *data, size_t len,
                      const stralloc *wanted)
{
  struct extra e = { 0 };
  stralloc state = STRALLOC_ZERO;
  int fd;

  scratch_put(dir, EXTRA_NAME, data, len / 2);
  must(extra_read(&e, dir, V) != -1);
  fd = openat(dir, EXTRA_NAME, O_WRONLY | O_APPEND | O_CLOEXEC);
  must(fd != -1);
  must(write(fd, data + len / 2, len - len / 2) == (ssize_t)(len - len / 2));
  close(fd);
  must(extra_read(&e, dir, V) != -1);
  extra_state(&e, 0, &state);
  must(same(&state, wanted));
  extra_free(&e);
  stralloc_free(&state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  int dir = scratch_dir();
  struct extra e = { 0 }, again = { 0 };
  stralloc state = STRALLOC_ZERO, second = STRALLOC_ZERO, line = STRALLOC_ZERO;
  struct uidset s = UIDSET_ZERO;

  scratch_put(dir, EXTRA_NAME, data, len);
  must(extra_read(&e, dir, V) != -1);
  extra_state(&e, 0, &state);
  in_pieces(dir, data, len, &state);
  /* what is said of it is read again */
  extra_take(&again, state.s, state.len);
  extra_settle(&again);
  extra_state(&again, 0, &second);
  must(same(&state, &second));
  /* and one more line takes nothing away */
  scratch_put(dir, EXTRA_NAME, data, len);
  must(extra_read(&e, dir, V) != -1);
  uidset_add(&s, 4000000000u, 4000000001u);
  extra_line(&line, &s, '-', "never");
  must(extra_append(&e, dir, V, &line, 0, 0) == 0);
  extra_free(&again);
  must(extra_read(&again, dir, V) == 1);
  second.len = 0;
  extra_state(&again, 0, &second);
  must(same(&state, &second));
  uidset_free(&s);
  stralloc_free(&state);
  stralloc_free(&second);
  stralloc_free(&line);
  extra_free(&e);
  extra_free(&again);
  return 0;
}
