/* ISC licence; see LICENSE. */
#include "notify_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timedio.h"
#include "list_line.h"
#include "mailbox_name.h"

/*
 * The folders that there are, as NOTIFY knows them, and what others do to
 * their names and subscriptions: RFC 5465 sections 5.4, 5.5. A list of names
 * is compared with the one before. What is gone under one name and new under
 * another, the same directory, was renamed.
 */
#define AGAIN_MS 500            /* until a second look */

struct change {
  enum { MADE, MOVED, GONE, NOTHING } kind;
  struct notify_folder *f;
  size_t slot;                  /* of f in the new list; not of GONE */
};

struct changes {
  struct change *v;
  size_t n, a;
};

/* ---- comparing ---- */

static void identify(struct session *s, const char *storage,
                     struct notify_identity *who)
{
  stralloc dir = STRALLOC_ZERO;
  struct statx x;

  memset(who, 0, sizeof *who);
  tree_dir(&dir, storage, strlen(storage));
  if (statx(s->account.rootfd, dir.s, 0, STATX_INO | STATX_BTIME, &x) == 0) {
    who->dev = (uint64_t)x.stx_dev_major << 32 | x.stx_dev_minor;
    who->ino = x.stx_ino;
    if (x.stx_mask & STATX_BTIME)
      who->born = x.stx_btime.tv_sec * 1000000000 + x.stx_btime.tv_nsec;
  }
  stralloc_free(&dir);
}

static int who_cmp(const struct notify_identity *a,
                   const struct notify_identity *b)
{
  if (a->dev != b->dev) return a->dev < b->dev ? -1 : 1;
  if (a->ino != b->ino) return a->ino < b->ino ? -1 : 1;
  return a->born < b->born ? -1 : a->born > b->born;
}

static struct notify_folder *make(const char *storage,
                                  const struct notify_identity *who)
{
  struct notify_folder *f = xalloc(sizeof *f);

  memset(f, 0, sizeof *f);
  f->storage = xalloc(strlen(storage) + 1);
  memcpy(f->storage, storage, strlen(storage) + 1);
  f->who = *who;
  return f;
}

static void unmake(struct notify_folder *f)
{
  stralloc_free(&f->entries);
  free(f->was);
  free(f->storage);
  free(f);
}

static void add_change(struct changes *c, int kind, struct notify_folder *f,
                       size_t slot)
{
  if (c->n == c->a) {
    c->a = c->a * 2 + 16;
    c->v = xrealloc(c->v, c->a * sizeof *c->v);
  }
  c->v[c->n].kind = kind;
  c->v[c->n].f = f;
  c->v[c->n++].slot = slot;
}

/* Both lists are in octet order. The new one is returned. */
static struct notify_folder **compare(struct session *s, const stralloc *names,
                                      size_t count, struct changes *c)
{
  struct notify *n = s->notify;
  struct notify_folder **v = xalloc((count + 1) * sizeof *v);
  struct notify_identity who;
  size_t i = 0, at, slot = 0;
  const char *name;

  for (at = 0; at < names->len; at += strlen(name) + 1, slot++) {
    name = names->s + at;
    while (i < n->n && strcmp(n->f[i]->storage, name) < 0)
      add_change(c, GONE, n->f[i++], 0);
    identify(s, name, &who);
    v[slot] = 0;
    if (i < n->n && !strcmp(n->f[i]->storage, name)) {
      /* one that was watched before there was a list has none yet */
      if (!n->f[i]->who.ino) n->f[i]->who = who;
      if (!who_cmp(&n->f[i]->who, &who)) v[slot] = n->f[i];
      else add_change(c, GONE, n->f[i], 0);
      i++;
    }
    if (v[slot]) continue;
    v[slot] = make(name, &who);
    add_change(c, MADE, v[slot], slot);
  }
  while (i < n->n) add_change(c, GONE, n->f[i++], 0);
  return v;
}

static int change_cmp(const void *a, const void *b)
{
  const struct change *const *x = a, *const *y = b;

  return who_cmp(&(*x)->f->who, &(*y)->f->who);
}

/* the old folder goes on under the name of the new one */
static void moved(struct notify_folder **v, struct change *made,
                  struct change *gone)
{
  struct notify_folder *old = gone->f, *new = made->f;

  free(old->was);
  old->was = old->storage;
  old->storage = new->storage;
  new->storage = 0;
  unmake(new);
  v[made->slot] = made->f = old;
  made->kind = MOVED;
  gone->kind = NOTHING;
}

static void pair(struct changes *c, struct notify_folder **v)
{
  struct change **gone = xalloc((c->n + 1) * sizeof *gone), **hit, *key;
  size_t i, n = 0;

  for (i = 0; i < c->n; i++)
    if (c->v[i].kind == GONE && c->v[i].f->who.ino) gone[n++] = &c->v[i];
  qsort(gone, n, sizeof *gone, change_cmp);
  for (i = 0; n && i < c->n; i++) {
    if (c->v[i].kind != MADE) continue;
    key = &c->v[i];
    hit = bsearch(&key, gone, n, sizeof *gone, change_cmp);
    if (hit && (*hit)->kind == GONE) moved(v, key, *hit);
  }
  free(gone);
}

/* ---- what is wanted of them ---- */

/* both lists are in octet order */
static void mark_subscribed(struct notify *n)
{
  const stralloc *subs = &n->subscriptions;
  size_t at = 0, i;
  int c = 1;

  for (i = 0; i < n->n; i++) {
    while (at < subs->len
           && (c = strcmp(subs->s + at, n->f[i]->storage)) < 0)
      at += strlen(subs->s + at) + 1;
    n->f[i]->subscribed = at < subs->len && !c;
  }
}

static void unwatch(struct notify *n, struct notify_folder *f)
{
  notify_unqueue(n, f);
  if (f->watched) watchset_drop(n->watch, f->watched);
  f->watched = 0;
  if (n->shown == f) n->shown = 0;
}

/* first: by NOTIFY itself. Later a folder may be on its way to its owner. */
static void update(struct session *s, struct notify_folder *f, int first)
{
  struct notify *n = s->notify;
  unsigned e = notify_match(s, f->storage, f->subscribed);
  unsigned gained = e & ~f->events;

  f->events = e;
  if (!(e & (NOTIFY_MESSAGES | NOTIFY_METADATA)) && f != n->shown) {
    if (f->watched) unwatch(n, f);
    return;
  }
  if (!f->watched) f->watched = watchset_add(n->watch, f->storage, f);
  if (watchset_denied(f->watched) != f->denied) {
    if (first) notify_access(s, f);
    else {
      f->due = clock_ms() + AGAIN_MS;
      notify_queue(n, f, WATCH_AGAIN);
    }
  }
  if (gained & NOTIFY_MESSAGES && f->have == FACTS_NONE)
    notify_baseline(s, f);
  if (gained & NOTIFY_METADATA) notify_learn_metadata(s, f);
}

/* ---- telling ---- */

/* is it the client's own doing? What is made above a name, and what is renamed
 * with it, is so, too. */
static int related(const char *own, const char *storage)
{
  size_t n, m;

  if (!own || !*own) return 0;
  n = strlen(own);
  m = strlen(storage);
  if (strncmp(own, storage, n < m ? n : m)) return 0;
  return n == m || (n < m ? storage[n] : own[m]) == '.';
}

static void line(struct session *s, struct mailboxes *all, const char *storage,
                 unsigned how, const char *was)
{
  stralloc name = STRALLOC_ZERO, old = STRALLOC_ZERO;
  struct mailbox none = { .parent = -1 };
  const struct mailbox *m = &none;
  struct text oldname = { 0, 0 };
  long i;

  mailbox_wire(s, storage, strlen(storage), &name);
  if (was) mailbox_wire(s, was, strlen(was), &old);
  oldname.s = old.s;
  oldname.len = old.len;
  i = mailboxes_find(all, name.s ? name.s : "", name.len,
                     s->account.tree.ns.separator);
  if (i != -1) m = &all->m[i];
  none.name = name.s;
  none.len = name.len;
  if (name.len)
    list_line(s, m, LINE_SUBSCRIBED | LINE_NONEXISTENT | how,
              old.len ? &oldname : 0);
  stralloc_free(&name);
  stralloc_free(&old);
}

void notify_access(struct session *s, struct notify_folder *f)
{
  struct mailboxes all = { 0 };

  f->denied = !f->denied;
  if (f->events & NOTIFY_MESSAGES
      && mailboxes_read(&all, &s->account.tree, 1, session_utf8(s),
                        s->by_alias) == 0)
    line(s, &all, f->storage, f->denied ? LINE_NOACCESS : 0, 0);
  mailboxes_free(&all);
  if (!f->denied) notify_queue(s->notify, f, WATCH_MAIL);
}

/* the name above, into above. 0: there is none */
static int name_above(const struct session *s, const char *storage,
                      stralloc *above)
{
  const struct namespace *ns = &s->account.tree.ns;
  const char *dot = strrchr(storage, '.');

  above->len = 0;
  if (!dot && (ns->prefix.len != 6 || strncasecmp(ns->prefix.s, "INBOX", 5)))
    return 0;
  if (dot) stralloc_catb(above, storage, (size_t)(dot - storage));
  stralloc_0(above);
  return *storage != 0;
}

/* What is above one that was made or deleted is affected, too, once for all
 * that are below it: the last one told is in above. */
static void tell_above(struct session *s, struct mailboxes *all,
                       const char *storage, stralloc *above)
{
  stralloc name = STRALLOC_ZERO;
  int same;

  if (name_above(s, storage, &name)) {
    same = name.len == above->len && !memcmp(name.s, above->s, name.len);
    if (!same && notify_match(s, name.s, 0) & NOTIFY_NAMES) {
      line(s, all, name.s, 0, 0);
      stralloc_copy(above, &name);
    }
  }
  stralloc_free(&name);
}

/* was it renamed along with the folder above it? Then nothing is said. */
static int moved_along(struct session *s, const struct notify_folder *f)
{
  stralloc now = STRALLOC_ZERO, was = STRALLOC_ZERO;
  struct notify_folder *above = 0;
  int along = 0;

  if (strchr(f->storage, '.') && strchr(f->was, '.')
      && !strcmp(strrchr(f->storage, '.'), strrchr(f->was, '.'))
      && name_above(s, f->storage, &now) && name_above(s, f->was, &was))
    above = notify_find(s->notify, now.s);
  if (above && above->was) along = !strcmp(above->was, was.s);
  stralloc_free(&now);
  stralloc_free(&was);
  return along;
}

static void tell_change(struct session *s, struct mailboxes *all,
                        const struct change *c, stralloc *above)
{
  const struct notify_folder *f = c->f;
  unsigned e = f->events;

  if (c->kind == MOVED) {
    e |= notify_match(s, f->was, 0);
    if (e & NOTIFY_NAMES && !moved_along(s, f))
      line(s, all, f->storage, 0, f->was);
    return;
  }
  /* deleted and made again is made */
  if (c->kind == GONE && notify_find(s->notify, f->storage)) return;
  if (e & NOTIFY_NAMES) line(s, all, f->storage, 0, 0);
  tell_above(s, all, f->storage, above);
}

static void tell(struct session *s, const struct changes *c, const char *own,
                 const char *own2)
{
  struct mailboxes all = { 0 };
  stralloc above = STRALLOC_ZERO;
  const struct notify_folder *f;
  size_t i;

  if (!(s->notify->wanted & NOTIFY_NAMES) || !c->n) return;
  if (mailboxes_read(&all, &s->account.tree, 1, session_utf8(s),
                        s->by_alias) == -1)
    log_fault("fault", "notify");
  for (i = 0; i < c->n; i++) {
    f = c->v[i].f;
    if (c->v[i].kind == NOTHING || related(own, f->storage)
        || related(own2, f->storage))
      continue;
    if (c->v[i].kind == MOVED && (related(own, f->was)
                                  || related(own2, f->was)))
      continue;
    tell_change(s, &all, &c->v[i], &above);
    if (reply_drain(&s->out) == -1) break;
  }
  mailboxes_free(&all);
  stralloc_free(&above);
}

/* ---- names ---- */

/* "", which is INBOX, and the others */
static int read_names(struct session *s, stralloc *names, size_t *count)
{
  size_t i;

  stralloc_0(names);
  if (tree_list(&s->account.tree, names) == -1) return -1;
  for (*count = i = 0; i < names->len; i++) *count += !names->s[i];
  if (*count <= NOTIFY_FOLDERS_MAX) return 0;
  errno = EFBIG;
  return -1;
}

/* begin to watch what is new, and no longer what is gone */
static void settle(struct session *s, struct changes *c, int first)
{
  struct notify *n = s->notify;
  struct notify_folder *f;
  size_t i;

  for (i = 0; i < c->n; i++)
    if (c->v[i].kind == GONE || c->v[i].kind == MOVED) unwatch(n, c->v[i].f);
  for (i = 0; i < c->n; i++) {
    f = c->v[i].f;
    if (c->v[i].kind != MADE && c->v[i].kind != MOVED) continue;
    if (c->v[i].kind == MADE && !first) f->have = FACTS_NEW;
    update(s, f, first);
    if (f->watched && !first) notify_queue(n, f, WATCH_MAIL);
  }
}

static int relist(struct session *s, int first, const char *own,
                  const char *own2)
{
  struct notify *n = s->notify;
  struct changes c = { 0, 0, 0 };
  stralloc names = STRALLOC_ZERO;
  struct notify_folder **v;
  size_t count, i;

  if (read_names(s, &names, &count) == -1) {
    stralloc_free(&names);
    return -1;
  }
  v = compare(s, &names, count, &c);
  pair(&c, v);
  free(n->f);
  n->f = v;
  n->n = count;
  mark_subscribed(n);
  settle(s, &c, first);
  if (!first) tell(s, &c, own, own2);
  if (c.n && n->wanted & NOTIFY_METADATA) notify_look_uses(s, 0, 0);
  for (i = 0; i < c.n; i++) {
    if (c.v[i].kind == GONE) {
      n->entries -= c.v[i].f->entries.len;
      unmake(c.v[i].f);
    } else if (c.v[i].kind == MOVED) {
      free(c.v[i].f->was);
      c.v[i].f->was = 0;
    }
  }
  free(c.v);
  stralloc_free(&names);
  return 0;
}

void notify_relist(struct session *s, const char *own, const char *own2)
{
  if (relist(s, 0, own, own2) == 0) return;
  if (errno == EFBIG) s->notify->overflow = 1;
  else log_fault("fault", "notify");
}

int notify_start(struct session *s)
{
  struct notify *n = s->notify;

  n->subscriptions.len = 0;
  if (subscriptions_read(&s->account.tree, &n->subscriptions) == -1) return -1;
  if (relist(s, 1, 0, 0) == -1) return -1;
  if (n->wanted & NOTIFY_SERVER) notify_learn_metadata(s, 0);
  return 0;
}

/* ---- subscriptions ---- */

static void tell_subscription(struct session *s, struct mailboxes *all,
                              const char *storage, const char *own)
{
  if (own && !strcmp(own, storage)) return;
  /* it is or was subscribed */
  if (!(notify_match(s, storage, 1) & NOTIFY_SUBSCRIPTIONS)) return;
  if (!all->n
      && mailboxes_read(all, &s->account.tree, 1, session_utf8(s),
                        s->by_alias) == -1)
    log_fault("fault", "notify");
  line(s, all, storage, 0, 0);
}

/* both lists are in octet order: those that only one of them has */
static void tell_subscriptions(struct session *s, const stralloc *a,
                               const stralloc *b, const char *own)
{
  struct mailboxes all = { 0 };
  size_t i = 0, j = 0;
  int c;

  while (i < a->len || j < b->len) {
    c = i == a->len ? 1 : j == b->len ? -1 : strcmp(a->s + i, b->s + j);
    if (c) tell_subscription(s, &all, c < 0 ? a->s + i : b->s + j, own);
    if (c <= 0) i += strlen(a->s + i) + 1;
    if (c >= 0) j += strlen(b->s + j) + 1;
  }
  mailboxes_free(&all);
}

void notify_resubscribe(struct session *s, const char *own)
{
  struct notify *n = s->notify;
  stralloc now = STRALLOC_ZERO;
  size_t i;

  if (subscriptions_read(&s->account.tree, &now) == -1) {
    log_fault("fault", "notify");
    stralloc_free(&now);
    return;
  }
  if (n->wanted & NOTIFY_SUBSCRIPTIONS)
    tell_subscriptions(s, &n->subscriptions, &now, own);
  stralloc_free(&n->subscriptions);
  n->subscriptions = now;
  mark_subscribed(n);
  for (i = 0; i < n->n; i++) update(s, n->f[i], 0);
}
