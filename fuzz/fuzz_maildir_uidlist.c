/* ISC licence; see LICENSE. */
/*
 * A dovecot-uidlist: what is read ascends and is clean, is the same when it
 * comes in two pieces, and is the same again after a rewrite.
 */
#include <errno.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "maildir/filename.h"
#include "maildir/uidlist.h"
#include "maildir_scratch.h"

char const *PROG = "fuzz_maildir_uidlist";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint32_t last;

/* records as lines of version 3 */
static int collect(void *arg, const struct uidlist_record *r)
{
  size_t n;

  must(r->uid > last && r->uid < UINT32_MAX && r->namelen);
  must(!memchr(r->name, '/', r->namelen) && !memchr(r->name, 0, r->namelen));
  must(!memchr(r->name, '\n', r->namelen));
  must(filename_base(r->name, r->namelen) == r->namelen);
  must(!uidlist_field(r->fields, r->fieldslen, 'a', &n));
  last = r->uid;
  uidlist_line(arg, r->uid, r->fields, r->fieldslen, r->name, r->namelen);
  return 0;
}

static int same(const stralloc *a, const stralloc *b)
{
  return a->len == b->len && (!a->len || !memcmp(a->s, b->s, a->len));
}

static void in_pieces(int dir, const uint8_t *data, size_t len,
                      const struct uidlist *whole, const stralloc *wanted)
{
  struct uidlist u = { 0 };
  stralloc lines = STRALLOC_ZERO;
  int fd;

  last = 0;
  scratch_put(dir, UIDLIST_NAME, data, len / 2);
  if (uidlist_read(&u, dir, collect, &lines) == 0) {
    fd = openat(dir, UIDLIST_NAME, O_WRONLY | O_APPEND | O_CLOEXEC);
    must(fd != -1);
    must(write(fd, data + len / 2, len - len / 2) == (ssize_t)(len - len / 2));
    close(fd);
    if (uidlist_read_tail(&u, dir, collect, &lines) == 0)
      must(same(&lines, wanted) && u.end == whole->end
           && u.uidnext == whole->uidnext && u.last == whole->last);
  }
  uidlist_free(&u);
  stralloc_free(&lines);
}

static void rewritten(int dir, struct uidlist *u, const stralloc *lines)
{
  struct uidlist v = { 0 };
  stralloc again = STRALLOC_ZERO;

  must(uidlist_create(u, dir, lines) == 0);
  last = 0;
  must(uidlist_read(&v, dir, collect, &again) == 0 && same(&again, lines));
  must(v.uidvalidity == u->uidvalidity && v.uidnext == u->uidnext);
  must(!strcmp(v.guid, u->guid) && same(&v.words, &u->words));
  uidlist_free(&v);
  stralloc_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  int dir = scratch_dir();
  struct uidlist u = { 0 };
  stralloc lines = STRALLOC_ZERO;

  last = 0;
  scratch_put(dir, UIDLIST_NAME, data, len);
  if (uidlist_read(&u, dir, collect, &lines) == 0) {
    must(u.end <= len && u.uidnext > u.last && u.last == last);
    in_pieces(dir, data, len, &u, &lines);
    rewritten(dir, &u, &lines);
  } else must(errno == EBADMSG);
  uidlist_free(&u);
  stralloc_free(&lines);
  return 0;
}
