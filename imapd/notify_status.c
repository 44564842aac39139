/* ISC licence; see LICENSE. */
#include "notify_impl.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timedio.h"
#include "mailbox_name.h"
#include "status_items.h"

/*
 * Messages of folders that are not selected: a STATUS when something is not
 * as the client knows it. RFC 5465 sections 5.1, 5.2, 5.3.
 */
#define REST_MAX_MS 2000        /* a busy folder is looked at so often */

/* the folder's facts as they are now, brought up to the disk; *again as
 * folder_again_ms. 0, -1 errno */
static int facts_of(struct session *s, const char *storage,
                    struct folder_counts *c, int *again)
{
  struct folder *f;
  int r, saved;

  if (folder_open(&f, &s->account, storage, strlen(storage), 0) == -1)
    return -1;
  r = folder_sync(f) == -1 || folder_counts(f, c) == -1 ? -1 : 0;
  saved = errno;
  if (r == 0) {
    if (!folder_modseqs(f)) c->modseq = 0;
    *again = folder_again_ms(f);
  }
  folder_close(f);
  errno = saved;
  return r;
}

static void put(struct session *s, const struct notify_folder *f,
                unsigned items, const struct folder_counts *c)
{
  struct status_facts x;
  stralloc name = STRALLOC_ZERO;

  memset(&x, 0, sizeof x);
  x.c = *c;
  mailbox_wire(s, f->storage, strlen(f->storage), &name);
  if (name.len) status_put(s, name.s, name.len, items, &x);
  stralloc_free(&name);
}

/* what STATUS has to say, 0: nothing */
static unsigned news(const struct session *s, const struct notify_folder *f,
                     const struct folder_counts *c)
{
  const struct folder_counts *k = &f->facts;
  int unknown = f->have == FACTS_NONE;
  int valid = unknown || (k->uidvalidity && k->uidvalidity != c->uidvalidity);
  int count = valid || k->messages != c->messages || k->uidnext != c->uidnext;
  unsigned items = 0;

  /* nothing was ever in it */
  if (unknown && !c->messages && c->uidnext == 1) return 0;
  /* its own, and nothing else; or it knows nothing, and did it itself */
  if (f->own && (unknown || (!valid && c->messages == k->messages + f->own
                             && c->uidnext == k->uidnext + f->own)))
    return 0;
  if (count && f->events & NOTIFY_NEW)
    items = STATUS_MESSAGES | STATUS_UIDNEXT | STATUS_UIDVALIDITY;
  if (f->events & NOTIFY_FLAGS) {
    if (unknown || k->unseen != c->unseen)
      items |= STATUS_UNSEEN | STATUS_UIDVALIDITY;
    if (valid || (session_condstore(s) && k->modseq != c->modseq))
      items |= STATUS_UIDVALIDITY;
  }
  if (items && session_condstore(s)) items |= STATUS_HIGHESTMODSEQ;
  return items;
}

/* it is gone, or may not be read, or cannot be just now */
static void no_facts(struct session *s, struct notify_folder *f)
{
  if (errno == ENOENT || errno == ENOTDIR)
    s->notify->dirty |= WATCH_NAMES;
  else if (errno == EACCES) {
    watchset_again(s->notify->watch, f->watched);
    if (watchset_denied(f->watched) && !f->denied) notify_access(s, f);
  } else
    log_fault("fault", "notify");
}

void notify_look_mail(struct session *s, struct notify_folder *f)
{
  struct folder_counts c;
  int64_t start = clock_ms(), rest;
  unsigned items;
  int again = -1;

  if (facts_of(s, f->storage, &c, &again) == -1) {
    no_facts(s, f);
    return;
  }
  if (f->have == FACTS_NEW) {
    memset(&f->facts, 0, sizeof f->facts);
    f->facts.uidnext = 1;
    f->facts.modseq = c.messages ? 0 : c.modseq;
    if (!c.messages) f->facts.uidnext = c.uidnext;
  }
  items = news(s, f, &c);
  if (items) put(s, f, items, &c);
  f->facts = c;
  f->have = FACTS_KNOWN;
  f->own = 0;
  /* a folder that takes long to look at, and changes all the time, must not
   * take all our time */
  rest = (clock_ms() - start) * 4;
  if (rest > REST_MAX_MS) rest = REST_MAX_MS;
  f->due = rest ? clock_ms() + rest : 0;
  if (again == -1) return;
  if (clock_ms() + again > f->due) f->due = clock_ms() + again;
  notify_queue(s->notify, f, WATCH_MAIL);
}

void notify_status(struct session *s, struct notify_folder *f)
{
  unsigned items = STATUS_MESSAGES;
  struct folder_counts c;
  int again = -1;

  if (facts_of(s, f->storage, &c, &again) == -1) {
    no_facts(s, f);
    return;
  }
  /* RFC 5465 section 3.1 */
  if (f->events & NOTIFY_NEW) items |= STATUS_UIDNEXT | STATUS_UIDVALIDITY;
  if (f->events & NOTIFY_FLAGS)
    items |= STATUS_UIDVALIDITY | STATUS_HIGHESTMODSEQ | STATUS_UNSEEN;
  if (session_condstore(s)) items |= STATUS_HIGHESTMODSEQ;
  put(s, f, items, &c);
  f->facts = c;
  f->have = FACTS_KNOWN;
}

void notify_baseline(struct session *s, struct notify_folder *n)
{
  struct folder *f;

  if (folder_open(&f, &s->account, n->storage, strlen(n->storage), 0) == -1)
    return;
  if (folder_counts(f, &n->facts) == 0) {
    if (!folder_modseqs(f)) n->facts.modseq = 0;
    n->have = FACTS_KNOWN;
  }
  folder_close(f);
}
