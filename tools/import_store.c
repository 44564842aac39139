/* ISC licence; see LICENSE. */
/* Messages into folders, many at a time. */
#include "import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "base/log.h"
#include "tool.h"

/* A commit costs three syncs and holds the uidlist's lock; a kill costs what
 * waits for it. */
#define BATCH_MESSAGES 250
#define BATCH_BYTES (64 << 20)

static void put_name(stralloc *out, const char *s, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++)
    stralloc_append(out, (unsigned char)s[i] < 32 || s[i] == 127 ? '?' : s[i]);
}

void import_left_out(struct import *im, uint64_t n, const char *what,
                     const char *which)
{
  stralloc s = STRALLOC_ZERO;

  import_progress_end();
  stralloc_cats(&s, PROG);
  stralloc_cats(&s, ": left out: ");
  put_name(&s, which, strlen(which));
  stralloc_cats(&s, ": ");
  stralloc_cats(&s, what);
  stralloc_append(&s, '\n');
  if (write(2, s.s, s.len) == -1) errno = 0;    /* the count tells it, too */
  stralloc_free(&s);
  im->out += n;
  if (!n) im->all_out++;
}

static int open_synced(struct import *im, const char *storage)
{
  int saved;

  if (folder_open(&im->folder, &im->account, storage, strlen(storage), 0) == -1)
    return -1;
  if (folder_sync(im->folder) == 0) return 0;
  saved = errno;
  folder_close(im->folder);
  im->folder = 0;
  errno = saved;
  return -1;
}

void import_folder(struct import *im, const char *storage, const char *name)
{
  im->here = im->there = im->out = im->renumbered = im->updated = 0;
  im->name.len = 0;
  put_name(&im->name, name, strlen(name));
  stralloc_0(&im->name);                /* it is told as a C string, too */
  im->name.len--;
  if (im->dry) return;
  import_make(im, storage, 0);
  /* the second time, if another UIDVALIDITY was taken over just now */
  if (open_synced(im, storage) == -1
      && (errno != ESTALE || open_synced(im, storage) == -1))
    die_sys(111, "unable to open the folder ", name);
}

static void count(stralloc *s, const char *before, uint64_t n,
                  const char *after)
{
  stralloc_cats(s, before);
  stralloc_catu(s, n);
  stralloc_cats(s, after);
}

static void say_counts(const struct import *im, stralloc *s, uint64_t here,
                       uint64_t there, uint64_t out)
{
  count(s, ": ", here, im->dry ? " to import" : " imported");
  count(s, ", ", there, " there already");
  if (out) count(s, ", ", out, " left out");
  stralloc_append(s, '\n');
}

void import_folder_end(struct import *im)
{
  stralloc s = STRALLOC_ZERO;

  import_commit(im);
  if (im->folder) folder_close(im->folder);
  im->folder = 0;
  import_progress_end();
  stralloc_catb(&s, im->name.s, im->name.len);
  if (im->renumbered) count(&s, ": ", im->renumbered, " could not keep the UID");
  if (im->updated)
    count(&s, ": ", im->updated, im->dry ? " to update" : " updated");
  say_counts(im, &s, im->here, im->there, im->out);
  tool_say(&s);
  stralloc_free(&s);
  im->all_here += im->here;
  im->all_there += im->there;
  im->all_out += im->out;
  im->all_renumbered += im->renumbered;
  im->here = im->there = im->out = im->renumbered = im->updated = 0;
  im->uidvalidity = 0;
}

int import_total(struct import *im)
{
  stralloc s = STRALLOC_ZERO;

  stralloc_cats(&s, "all");
  say_counts(im, &s, im->all_here, im->all_there, im->all_out);
  tool_say(&s);
  stralloc_free(&s);
  return im->all_out || im->all_renumbered;
}

void import_die(struct import *im, int code, int sys, const char *text,
                const char *what)
{
  int saved = errno;

  if (im->folder) import_folder_end(im);
  import_progress_end();
  errno = saved;
  if (sys) die_sys(code, text, what);
  die_text(code, text, what);
}

/* what could not be written is gone; what was whole before is kept */
static void fail(struct import *im, const char *why)
{
  int saved = errno;

  if (im->append) append_drop(im->append);
  if (saved == EDQUOT)
    import_die(im, 100, 0, "the mailbox is over its quota: make room, or raise "
               "it (maildir-quota), and run this again", 0);
  errno = saved;
  import_die(im, 111, 1, why, im->name.s);
}

void import_start(struct import *im)
{
  if (im->dry) return;
  if (!im->append) im->append = append_begin(im->folder);
  if (append_start(im->append) == -1) fail(im, "unable to write to tmp/ of ");
}

void import_data(struct import *im, const char *s, size_t len)
{
  if (im->dry) return;
  im->bytes += len;
  if (append_data(im->append, s, len) == -1)
    fail(im, "unable to write a message of ");
}

void import_drop(struct import *im)
{
  if (!im->dry) append_drop(im->append);
}

uint32_t import_keywords(struct import *im, struct folder *f,
                         const struct import_message *m,
                         struct keyword_ids *ids)
{
  const char *s = m->keywords.s, *end = s + m->keywords.len;
  uint32_t letters = 0;

  for (; s && s < end; s += strlen(s) + 1) {
    if (folder_keyword_ids(f, s, strlen(s), 1, &letters, ids) == 0) continue;
    if (errno != EMFILE && errno != EINVAL)
      fail(im, "unable to note a keyword of ");
    import_left_out(im, 0, "this keyword is one too many", s);
  }
  return letters;
}

void import_finish(struct import *im, const struct import_message *m)
{
  struct keyword_ids ids = KEYWORD_IDS_ZERO;
  stralloc field = STRALLOC_ZERO;
  uint32_t letters;
  size_t i;

  import_note(im, &m->id, 0);
  im->here++;
  if (im->dry) return;
  stralloc_cats(&field, ",I=");
  for (i = 0; i < IMPORT_ID; i++) {
    stralloc_append(&field, "0123456789abcdef"[m->id.b[i] >> 4]);
    stralloc_append(&field, "0123456789abcdef"[m->id.b[i] & 15]);
  }
  stralloc_0(&field);
  append_origin(im->append, field.s, m->uid, im->uidvalidity, m->recent);
  if (m->uid) uidset_add(&im->wanted, m->uid, m->uid);
  stralloc_free(&field);
  letters = import_keywords(im, im->folder, m, &ids);
  append_keywords(im->append, &ids);
  keyword_ids_free(&ids);
  if (append_finish(im->append, m->flags, letters, m->date) == -1) {
    im->here--;
    fail(im, "unable to write a message of ");
  }
  if (++im->waiting >= BATCH_MESSAGES || im->bytes >= BATCH_BYTES)
    import_commit(im);
}

void import_commit(struct import *im)
{
  struct uidset uids = UIDSET_ZERO;
  struct append *a = im->append;

  im->append = 0;
  if (a && im->waiting && append_commit(a, &uids) == -1) {
    im->here -= im->waiting;
    im->waiting = 0;
    uidset_clear(&im->wanted);
    append_free(a);
    fail(im, "unable to store messages in ");
  }
  append_free(a);
  uidset_subtract(&im->wanted, &uids);
  im->renumbered += uidset_count(&im->wanted);
  uidset_clear(&im->wanted);
  uidset_free(&uids);
  im->waiting = 0;
  im->bytes = 0;
}

void import_message_free(struct import_message *m)
{
  stralloc_free(&m->keywords);
}
