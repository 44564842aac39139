/* ISC licence; see LICENSE. */
#include "maildrop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <skalibs/types.h>

#include "base/alloc.h"
#include "base/log.h"
#include "maildir/uidlist.h"

/* ---------------------------------------------------------- the snapshot */

static void add_message(struct maildrop *d, const struct message *x,
                        uint32_t *room)
{
  struct drop_message *m;

  if (d->n == *room) {
    *room += *room / 2 + 64;
    d->m = xrealloc(d->m, (size_t)*room * sizeof *d->m);
  }
  m = &d->m[d->n++];
  m->uid = x->uid;
  m->uidl = 0;
  m->size = 0;
  m->flags = 0;
  if (x->vsize >= 0) {
    m->size = (uint64_t)x->vsize;
    m->flags = DROP_SIZED;
  }
}

static int take_messages(struct maildrop *d)
{
  struct folder_counts c;
  struct message x;
  uint32_t from = 1, room;
  int r;

  if (folder_counts(d->folder, &c) == -1) return -1;
  d->uidvalidity = c.uidvalidity;
  room = c.messages;
  if (room) d->m = xalloc((size_t)room * sizeof *d->m);
  if (folder_begin(d->folder) == -1) return -1;
  while ((r = folder_next(d->folder, from, &x)) == 1) {
    add_message(d, &x, &room);
    if (x.uid == UINT32_MAX) break;
    from = x.uid + 1;
  }
  folder_end(d->folder);
  return r == -1 ? -1 : 0;
}

/* ------------------------------------------------------- what is pinned */

/*
 * The uidlist and the snapshot both ascend by UID, so one walk over the two
 * finds the fields of every message.
 */
struct walk {
  struct maildrop *d;
  uint32_t at;                  /* first message not passed yet */
  uint32_t *order;              /* field O by message, or 0: none has one */
};

#define NO_ORDER UINT32_MAX

static struct drop_message *walk_to(struct walk *w, uint32_t uid)
{
  while (w->at < w->d->n && w->d->m[w->at].uid < uid) w->at++;
  if (w->at == w->d->n || w->d->m[w->at].uid != uid) return 0;
  return &w->d->m[w->at];
}

/* the pool may not outgrow the 32 bits that point into it */
static void pin(struct maildrop *d, struct drop_message *m,
                const char *s, size_t len)
{
  if (d->uidls.len > UINT32_MAX - UIDL_MAX - 2) return;
  m->uidl = (uint32_t)d->uidls.len + 1;
  uidl_fix(&d->uidls, s, len);
  stralloc_0(&d->uidls);
}

static void set_order(struct walk *w, const char *s, size_t len)
{
  char fmt[UINT32_FMT + 1];
  uint32_t n, i;

  if (!len || len > UINT32_FMT - 1) return;
  memcpy(fmt, s, len);
  fmt[len] = 0;
  if (!uint320_scan(fmt, &n)) return;
  if (!w->order) {
    w->order = xalloc((size_t)w->d->n * sizeof *w->order);
    for (i = 0; i < w->d->n; i++) w->order[i] = NO_ORDER;
  }
  w->order[w->at] = n;
}

static int each_pinned(void *arg, const struct uidlist_record *r)
{
  struct walk *w = arg;
  struct drop_message *m = walk_to(w, r->uid);
  const char *s;
  size_t len;

  if (!m) return 0;
  s = uidlist_field(r->fields, r->fieldslen, 'P', &len);
  if (s && len) pin(w->d, m, s, len);
  else if (s) pin(w->d, m, r->name, r->namelen);        /* as Dovecot has it */
  s = uidlist_field(r->fields, r->fieldslen, 'O', &len);
  if (s) set_order(w, s, len);
  return 0;
}

/* ------------------------------------------------------------- the format */

/*
 * A header's format that we cannot follow is not passed over in silence, for
 * every unique-id depends on it; but the user gets the mail.
 */
static void choose_format(struct maildrop *d, const stralloc *words,
                          const struct uidl_format *wanted)
{
  size_t len;
  const char *s;
  int known = uidl_format_words(&d->format, words, &s, &len);

  if (known == 1) return;
  if (known == -1) {
    log_begin("warning");
    log_str("what", "uidl-format");
    log_word("format", s, len);
    log_end();
  }
  if (wanted) d->format = *wanted;
  else uidl_format_name(&d->format, UIDL_DEFAULT);
}

/* the unique-ids that are made of names, once and for all */
static int each_named(void *arg, const struct uidlist_record *r)
{
  struct walk *w = arg;
  struct drop_message *m = walk_to(w, r->uid);
  struct uidl_facts x = { 0, 0, 0, 0, 0, 0 };

  if (!m || m->uidl || w->d->uidls.len > UINT32_MAX - UIDL_MAX - 2) return 0;
  x.uid = m->uid;
  x.uidvalidity = w->d->uidvalidity;
  x.name = r->name;
  x.namelen = r->namelen;
  x.guid = uidlist_field(r->fields, r->fieldslen, 'G', &x.guidlen);
  if (!x.guid) x.guidlen = 0;
  m->uidl = (uint32_t)w->d->uidls.len + 1;
  uidl_make(&w->d->uidls, &w->d->format, &x);
  stralloc_0(&w->d->uidls);
  return 0;
}

/* --------------------------------------------------------------- doubles */

struct unique { const char *s; uint32_t i; };

static int by_uidl(const void *a, const void *b)
{
  const struct unique *x = a, *y = b;
  int r = strcmp(x->s, y->s);

  if (r) return r;
  return x->i < y->i ? -1 : x->i > y->i;
}

/* all unique-ids as strings: those by the format go to text */
static struct unique *all_uidls(const struct maildrop *d, stralloc *text)
{
  struct unique *u = xalloc((size_t)d->n * sizeof *u);
  size_t *at = xalloc((size_t)d->n * sizeof *at);
  uint32_t i;

  for (i = 0; i < d->n; i++) {
    u[i].i = i;
    at[i] = text->len;
    if (d->m[i].uidl) continue;
    maildrop_uidl(d, i + 1, text);
    stralloc_0(text);
  }
  for (i = 0; i < d->n; i++)
    u[i].s = d->m[i].uidl ? d->uidls.s + d->m[i].uidl - 1 : text->s + at[i];
  free(at);
  return u;
}

/*
 * Pinned unique-ids may be there twice, or be what the format gives to
 * another message. The lowest UID keeps it. Called while the messages are
 * still in the order of their UIDs. Adding to uidls may move it, so the
 * losers are noted first.
 */
static void part_doubles(struct maildrop *d)
{
  stralloc text = STRALLOC_ZERO, mine = STRALLOC_ZERO;
  struct unique *u;
  uint32_t i, first = 0, losers = 0;

  if (!d->uidls.len) return;    /* the format alone is unique */
  u = all_uidls(d, &text);
  qsort(u, d->n, sizeof *u, by_uidl);
  for (i = 1; i < d->n; i++) {
    if (strcmp(u[i].s, u[first].s)) first = i;
    else u[losers++].i = u[i].i;        /* losers < i: that .i was read */
  }
  for (i = 0; i < losers; i++) {
    mine.len = 0;
    maildrop_uidl(d, u[i].i + 1, &mine);
    if (d->uidls.len > UINT32_MAX - UIDL_MAX - 2) break;
    first = (uint32_t)d->uidls.len + 1;
    uidl_other(&d->uidls, mine.s, mine.len, d->m[u[i].i].uid);
    stralloc_0(&d->uidls);
    d->m[u[i].i].uidl = first;
  }
  free(u);
  stralloc_free(&text);
  stralloc_free(&mine);
}

/* ----------------------------------------------------------------- order */

struct place { struct drop_message m; uint32_t order; };

static int by_order(const void *a, const void *b)
{
  const struct place *x = a, *y = b;

  if (x->order != y->order) return x->order < y->order ? -1 : 1;
  return x->m.uid < y->m.uid ? -1 : x->m.uid > y->m.uid;
}

static void put_in_order(struct maildrop *d, const uint32_t *order)
{
  struct place *p = xalloc((size_t)d->n * sizeof *p);
  uint32_t i;

  for (i = 0; i < d->n; i++) {
    p[i].m = d->m[i];
    p[i].order = order[i];
  }
  qsort(p, d->n, sizeof *p, by_order);
  for (i = 0; i < d->n; i++) d->m[i] = p[i].m;
  free(p);
}

/* ------------------------------------------------------------ open, close */

int maildrop_open(struct maildrop *d, struct folder *f,
                  const struct uidl_format *format)
{
  struct walk w = { d, 0, 0 };
  stralloc words = STRALLOC_ZERO;
  int ret = -1, saved;

  memset(d, 0, sizeof *d);
  d->folder = f;
  if (take_messages(d) == -1) goto done;
  if (folder_uidlist(f, each_pinned, &w, &words) == -1 && errno != EBADMSG)
    goto done;                  /* broken: the sync has given new UIDs */
  choose_format(d, &words, format);
  if (d->n && uidl_format_needs_name(&d->format)) {
    w.at = 0;
    words.len = 0;
    if (folder_uidlist(f, each_named, &w, &words) == -1 && errno != EBADMSG)
      goto done;
  }
  part_doubles(d);
  if (w.order) put_in_order(d, w.order);
  ret = 0;
done:
  saved = errno;
  free(w.order);
  stralloc_free(&words);
  if (ret == -1) maildrop_close(d);
  errno = saved;
  return ret;
}

void maildrop_close(struct maildrop *d)
{
  free(d->m);
  d->m = 0;
  d->n = 0;
  stralloc_free(&d->uidls);
}

/* ------------------------------------------------------------- questions */

uint32_t maildrop_left(const struct maildrop *d)
{
  uint32_t i, left = 0;

  for (i = 0; i < d->n; i++)
    if (!(d->m[i].flags & (DROP_DELETED | DROP_GONE))) left++;
  return left;
}

uint64_t maildrop_total(const struct maildrop *d)
{
  uint64_t total = 0;
  uint32_t i;

  for (i = 0; i < d->n; i++)
    if (!(d->m[i].flags & (DROP_DELETED | DROP_GONE))) total += d->m[i].size;
  return total;
}

/* UIDs mean what they meant at login only while UIDVALIDITY is the same */
static int same_folder(struct maildrop *d)
{
  struct folder_counts c;

  if (folder_counts(d->folder, &c) == -1) return -1;
  if (c.uidvalidity == d->uidvalidity) return 0;
  errno = ESTALE;
  return -1;
}

int maildrop_size(struct maildrop *d, uint32_t msn, uint64_t *size)
{
  struct drop_message *m = &d->m[msn - 1];
  int64_t v;

  if (!(m->flags & DROP_SIZED)) {
    if (same_folder(d) == -1
        || folder_vsize(d->folder, m->uid, &v) == -1) {
      if (errno == ENOENT) {
        m->flags |= DROP_GONE;
        return -1;
      }
      log_fault("fault", "size");
      v = 0;
    }
    m->size = (uint64_t)v;
    m->flags |= DROP_SIZED;
  }
  *size = m->size;
  return 0;
}

void maildrop_size_all(struct maildrop *d)
{
  uint32_t i, counted = 0;
  uint64_t size;

  for (i = 0; i < d->n; i++) {
    if (d->m[i].flags & (DROP_SIZED | DROP_GONE)) continue;
    maildrop_size(d, i + 1, &size);
    counted++;
  }
  if (counted) folder_flush(d->folder);
}

void maildrop_uidl(const struct maildrop *d, uint32_t msn, stralloc *out)
{
  const struct drop_message *m = &d->m[msn - 1];
  struct uidl_facts x = { m->uid, d->uidvalidity, "", 0, "", 0 };

  if (m->uidl) stralloc_cats(out, d->uidls.s + m->uidl - 1);
  else uidl_make(out, &d->format, &x);
}

int maildrop_fd(struct maildrop *d, uint32_t msn)
{
  int fd = -1;

  if (same_folder(d) == 0)
    fd = folder_message_fd(d->folder, d->m[msn - 1].uid);
  if (fd == -1 && errno == ENOENT) d->m[msn - 1].flags |= DROP_GONE;
  return fd;
}

/* --------------------------------------------------------------- changes */

void maildrop_reset(struct maildrop *d)
{
  uint32_t i;

  for (i = 0; i < d->n; i++) d->m[i].flags &= ~DROP_DELETED & 0xffu;
}

/* UIDs of the messages whose flags, looked at through mask, are value */
static void uids_with(const struct maildrop *d, unsigned mask, unsigned value,
                      struct uidset *set)
{
  struct uidrange *r = xalloc((size_t)d->n * sizeof *r);
  size_t n = 0;
  uint32_t i;

  for (i = 0; i < d->n; i++)
    if ((d->m[i].flags & mask) == value) {
      r[n].lo = r[n].hi = d->m[i].uid;
      n++;
    }
  uidset_build(set, r, n);
  free(r);
}

/* a full disk or the like must not keep anyone from deleting */
static int ready_to_change(struct maildrop *d)
{
  if (folder_sync(d->folder) == -1 && errno == ESTALE) return -1;
  return same_folder(d);
}

int maildrop_update(struct maildrop *d, int mark_seen, uint32_t *removed)
{
  struct uidset set = UIDSET_ZERO, did = UIDSET_ZERO;
  int ret = 0, saved = 0;

  *removed = 0;
  uids_with(d, DROP_DELETED, DROP_DELETED, &set);
  if (set.n && ready_to_change(d) == -1) {
    saved = errno;
    uidset_free(&set);
    errno = saved;
    return -1;
  }
  if (set.n) {
    ret = folder_remove(d->folder, &set, 0, &did);
    saved = errno;
  }
  *removed = (uint32_t)uidset_count(&did);
  if (mark_seen) {
    uidset_clear(&set);
    uids_with(d, DROP_RETRIEVED | DROP_DELETED | DROP_GONE, DROP_RETRIEVED,
              &set);
    if (set.n && folder_store(d->folder, &set, STORE_ADD, MF_SEEN, 0,
                              UINT64_MAX, 0) == -1)
      log_fault("fault", "seen");
  }
  uidset_free(&set);
  uidset_free(&did);
  errno = saved;
  return ret;
}
