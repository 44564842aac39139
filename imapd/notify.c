/* ISC licence; see LICENSE. */
#include "notify_impl.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "modseq.h"
#include "reply.h"

/*
 * Waiting. The watchset marks what may have changed: the Maildir, or folders,
 * which go into a queue. Then all that is due is looked at, and told between
 * commands, and in IDLE.
 */
#define TRIM_AFTER_MS 5000      /* without input: give memory back */
/* Names come in bursts: a RENAME is one for each folder below. Look when there
 * is quiet, and once more, for a directory that gets its cur/ later. */
#define NAMES_QUIET_MS 100
#define NAMES_LATEST_MS 1000
#define NAMES_AGAIN_MS 500

unsigned notify_selected(const struct session *s)
{
  return s->notify ? s->notify->selected : NOTIFY_MESSAGES;
}

const stralloc *notify_items(const struct session *s)
{
  return s->notify && s->notify->items.len ? &s->notify->items : 0;
}

int notify_active(const struct session *s)
{
  return s->notify && s->notify->watch;
}

/* ---- the queue ---- */

void notify_queue(struct notify *n, struct notify_folder *f, unsigned what)
{
  if (!f->dirty) {
    f->next = n->queue;
    n->queue = f;
  }
  f->dirty |= what;
}

void notify_unqueue(struct notify *n, struct notify_folder *f)
{
  struct notify_folder **at = &n->queue;

  f->dirty = 0;
  for (; *at; at = &(*at)->next)
    if (*at == f) {
      *at = f->next;
      return;
    }
}

static void mark(void *arg, void *whose, unsigned what)
{
  struct notify *n = arg;
  size_t i;

  if (whose) {
    notify_queue(n, whose, what);
    return;
  }
  n->dirty |= what;
  if (!(what & WATCH_LOST)) return;
  n->dirty |= WATCH_NAMES | WATCH_SUBSCRIPTIONS | WATCH_ATTRIBUTES;
  for (i = 0; i < n->n; i++)
    if (n->f[i]->watched)
      notify_queue(n, n->f[i], WATCH_MAIL | WATCH_ATTRIBUTES);
}

static void look_again(struct session *s, struct notify_folder *f)
{
  watchset_again(s->notify->watch, f->watched);
  if (watchset_denied(f->watched) != f->denied) notify_access(s, f);
  /* it may be gone, or another one */
  s->notify->dirty |= WATCH_NAMES;
}

/* One of the queue. Of the selected folder the messages are the view's. */
static void look_at(struct session *s, struct notify_folder *f, int idling)
{
  unsigned what = f->dirty;
  int again;

  f->dirty = 0;
  f->due = 0;
  if (!f->watched) return;
  if (what & WATCH_AGAIN) look_again(s, f);
  if (what & WATCH_ATTRIBUTES && f->events & NOTIFY_METADATA)
    notify_look_metadata(s, f, 0, 0);
  if (!(what & WATCH_MAIL)) return;
  if (f != s->notify->shown) {
    if (f->events & NOTIFY_MESSAGES && !f->denied) notify_look_mail(s, f);
    return;
  }
  if (!s->notify->selected) return;
  if (session_sync(s, idling || !s->notify->delayed, 1) == -1) return;
  modseq_between(s);
  again = folder_again_ms(s->folder);
  if (again == -1) return;
  f->due = clock_ms() + again;
  notify_queue(s->notify, f, WATCH_MAIL);
}

static void look_at_queue(struct session *s, int idling)
{
  struct notify *n = s->notify;
  struct notify_folder *f = n->queue, *next;
  int64_t now = clock_ms();

  n->queue = 0;
  for (; f; f = next) {
    next = f->next;
    if (f->due > now || s->logout || reply_drain(&s->out) == -1) {
      f->next = n->queue;       /* later */
      n->queue = f;
    } else
      look_at(s, f, idling);
  }
}

/* The client gets no more of this: RFC 5465 section 5.8 */
static void overflow(struct session *s)
{
  struct notify *n = s->notify;

  reply_untagged(&s->out, "OK [NOTIFICATIONOVERFLOW] too much to be told of, "
                 "as after NOTIFY NONE now");
  notify_drop(n);
  notify_groups_free(n);
  n->selected = 0;
  n->items.len = 0;
}

/* 1: look at the names now */
static int names_due(struct notify *n, int called)
{
  int64_t now = clock_ms();

  if (called) {
    if (!n->names_called) n->names_called = now;
    n->names_at = now + NAMES_QUIET_MS;
    if (n->names_at > n->names_called + NAMES_LATEST_MS)
      n->names_at = n->names_called + NAMES_LATEST_MS;
  }
  if (!n->names_at || now < n->names_at) return 0;
  n->names_at = n->names_called ? now + NAMES_AGAIN_MS : 0;
  n->names_called = 0;
  return 1;
}

static void look_at_all(struct session *s, int idling)
{
  struct notify *n = s->notify;
  unsigned dirty = n->dirty;

  n->dirty = 0;
  if (names_due(n, !!(dirty & WATCH_NAMES)) && n->wanted)
    notify_relist(s, 0, 0);
  if (dirty & WATCH_SUBSCRIPTIONS && n->wanted) notify_resubscribe(s, 0);
  if (dirty & WATCH_ATTRIBUTES) {
    if (n->wanted & NOTIFY_SERVER) notify_look_metadata(s, 0, 0, 0);
    if (n->wanted & NOTIFY_METADATA) notify_look_uses(s, 1, 0);
  }
  look_at_queue(s, idling);
  if (n->overflow) overflow(s);
}

/* ---- waiting ---- */

/* milliseconds until something is due, at most left */
static int64_t until_due(const struct notify *n, int64_t left)
{
  const struct notify_folder *f;
  int64_t now = clock_ms(), at = now + left;

  if (n->poll_at < at) at = n->poll_at;
  if (n->names_at && n->names_at < at) at = n->names_at;
  if (n->dirty) at = now;
  for (f = n->queue; f; f = f->next)
    if (f->due < at) at = f->due;
  return at > now ? at - now : 0;
}

static void look(struct session *s, int idling)
{
  struct notify *n = s->notify;
  int timed = clock_ms() >= n->poll_at;

  notify_shown(s);
  watchset_look(n->watch, timed, mark, n);
  if (n->dirty || n->names_at || n->queue) look_at_all(s, idling);
  if (n->watch && timed)
    n->poll_at = clock_ms() + watchset_poll_ms(n->watch);
}

static void trim(struct session *s)
{
  if (s->folder) folder_flush(s->folder);
  malloc_trim(0);
}

int notify_until_input(struct session *s, int idling)
{
  struct notify *n = s->notify;
  int64_t start = clock_ms(), deadline = start + s->in.idle_ms, left;
  int r, trimmed = idling;

  /* IDLE tells what was withheld: EXPUNGE of SELECTED-DELAYED */
  if (idling && session_sync(s, 1, 1) == -1) return 0;
  for (;;) {
    if (n->watch) look(s, idling);
    if (s->logout) return 0;
    left = deadline - clock_ms();
    if (left <= 0) {
      errno = ETIMEDOUT;
      return -1;
    }
    if (!trimmed && clock_ms() - start >= TRIM_AFTER_MS) {
      trim(s);
      trimmed = 1;
    }
    if (!trimmed && left > TRIM_AFTER_MS) left = TRIM_AFTER_MS;
    r = input_wait(&s->in, n->watch ? watchset_fd(n->watch) : -1,
                   n->watch ? until_due(n, left) : left);
    if (r == 1 || r == -1) return r;
  }
}

/* ---- the folders ---- */

struct notify_folder *notify_find(const struct notify *n, const char *storage)
{
  size_t lo = 0, hi = n->n, mid;
  int c;

  while (lo < hi) {
    mid = lo + (hi - lo) / 2;
    c = strcmp(storage, n->f[mid]->storage);
    if (!c) return n->f[mid];
    if (c < 0) hi = mid;
    else lo = mid + 1;
  }
  return 0;
}

static struct notify_folder *insert(struct notify *n, const char *storage)
{
  struct notify_folder *f = xalloc(sizeof *f);
  size_t i;

  memset(f, 0, sizeof *f);
  f->storage = xalloc(strlen(storage) + 1);
  memcpy(f->storage, storage, strlen(storage) + 1);
  n->f = xrealloc(n->f, (n->n + 1) * sizeof *n->f);
  for (i = n->n++; i && strcmp(n->f[i - 1]->storage, storage) > 0; i--)
    n->f[i] = n->f[i - 1];
  return n->f[i] = f;
}

struct notify_folder *notify_shown(struct session *s)
{
  struct notify *n = s->notify;
  const char *name;
  struct notify_folder *f;

  if (!s->folder) return n->shown = 0;
  name = folder_name(s->folder);
  if (n->shown && !strcmp(n->shown->storage, name)) return n->shown;
  f = notify_find(n, name);
  if (!f && n->selected) f = insert(n, name);
  n->shown = f;
  if (!n->selected) return f;
  if (!f->watched) f->watched = watchset_add(n->watch, name, f);
  notify_queue(n, f, WATCH_MAIL);       /* behind the watch */
  return f;
}

void notify_drop(struct notify *n)
{
  size_t i;

  n->queue = n->shown = 0;
  watchset_free(n->watch);
  n->watch = 0;
  for (i = 0; i < n->n; i++) {
    stralloc_free(&n->f[i]->entries);
    free(n->f[i]->storage);
    free(n->f[i]);
  }
  free(n->f);
  n->f = 0;
  n->n = 0;
  n->dirty = 0;
  n->names_at = n->names_called = 0;
  n->overflow = 0;
  n->entries = 0;
  stralloc_free(&n->subscriptions);
  stralloc_free(&n->server);
}

void notify_free(struct session *s)
{
  if (!s->notify) return;
  notify_drop(s->notify);
  notify_groups_free(s->notify);
  stralloc_free(&s->notify->items);
  free(s->notify);
  s->notify = 0;
}

/* ---- what the client does itself ---- */

void notify_appended(struct session *s, const char *storage, uint64_t count)
{
  struct notify_folder *f;

  if (!notify_active(s)) return;
  if (s->folder && !strcmp(storage, folder_name(s->folder))) return;
  f = notify_find(s->notify, storage);
  if (!f || !f->watched) return;
  f->own += count;
  notify_queue(s->notify, f, WATCH_MAIL);
}

void notify_renamed(struct session *s, const char *a, const char *b)
{
  if (notify_active(s) && s->notify->wanted) notify_relist(s, a, b);
}

void notify_subscribed(struct session *s, const char *storage)
{
  if (notify_active(s) && s->notify->wanted) notify_resubscribe(s, storage);
}

void notify_annotated(struct session *s, const char *storage,
                      const struct attribute *v, size_t count)
{
  struct notify_folder *f = 0;

  if (!notify_active(s) || !s->notify->wanted) return;
  if (storage) f = notify_find(s->notify, storage);
  if (storage && f && f->events & NOTIFY_METADATA) {
    notify_look_metadata(s, f, v, count);
    notify_look_uses(s, 1, f);
  }
  if (!storage && s->notify->wanted & NOTIFY_SERVER)
    notify_look_metadata(s, 0, v, count);
}

/*
 * What the view has told is what the client knows of it from here on, and what
 * it has removed itself (CLOSE).
 */
void notify_closing(struct session *s)
{
  struct notify_folder *f;
  struct view *v = &s->view;
  uint32_t known;

  if (!notify_active(s)) return;
  f = notify_find(s->notify, folder_name(s->folder));
  s->notify->shown = 0;
  if (!f) return;
  f->own = 0;
  f->have = FACTS_NONE;
  if (folder_counts(s->folder, &f->facts) == -1) return;
  f->have = FACTS_KNOWN;
  uidset_intersect(&v->removed, &v->uids);
  known = v->exists - (uint32_t)uidset_count(&v->removed);
  if (f->facts.messages == known && !v->gone.n && !v->untold.n
      && (v->removed.n || f->facts.modseq == v->modseq))
    return;
  f->facts.messages = known;
  f->facts.modseq = v->modseq;
  if (f->watched) notify_queue(s->notify, f, WATCH_MAIL);
}
