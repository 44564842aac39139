/* ISC licence; see LICENSE. */
#include "rest_state.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "session.h"

void rest_state_free(struct rest_state *s)
{
  int i;

  for (i = 0; i < REST_TEXTS; i++) stralloc_free(&s->text[i]);
  for (i = 0; i < REST_SETS; i++) uidset_free(&s->set[i]);
  free(s->own);
  s->own = 0;
  s->nown = 0;
}

/* ---- writing ---- */

static void put(stralloc *out, const void *data, size_t len)
{
  stralloc_catb(out, data, len);
}

static void put_count(stralloc *out, size_t n)
{
  uint64_t count = n;

  put(out, &count, sizeof count);
}

void rest_state_put(stralloc *out, const struct rest_state *s)
{
  int i;

  put(out, &s->head, sizeof s->head);
  put(out, s->n, sizeof s->n);
  for (i = 0; i < REST_TEXTS; i++) {
    put_count(out, s->text[i].len);
    if (s->text[i].len) put(out, s->text[i].s, s->text[i].len);
  }
  for (i = 0; i < REST_SETS; i++) {
    put_count(out, s->set[i].n);
    if (s->set[i].n) put(out, s->set[i].r, s->set[i].n * sizeof *s->set[i].r);
  }
  put_count(out, s->nown);
  if (s->nown) put(out, s->own, s->nown * sizeof *s->own);
}

/* ---- reading ---- */

struct reader { const char *s; size_t left; };

static int take(struct reader *r, void *to, size_t len)
{
  if (len > r->left) return 0;
  if (len) memcpy(to, r->s, len);
  r->s += len;
  r->left -= len;
  return 1;
}

/* how many things of that size follow; they are there */
static int take_count(struct reader *r, size_t size, size_t *n)
{
  uint64_t count;

  if (!take(r, &count, sizeof count) || count > r->left / size) return 0;
  *n = (size_t)count;
  return 1;
}

static int take_text(struct reader *r, stralloc *text)
{
  size_t n;

  if (!take_count(r, 1, &n) || n > REST_TEXT_MAX || memchr(r->s, 0, n))
    return 0;
  text->len = 0;
  stralloc_catb(text, r->s, n);
  stralloc_0(text);
  text->len--;
  r->s += n;
  r->left -= n;
  return 1;
}

/* ranges in order, with a gap between */
static int take_set(struct reader *r, struct uidset *set)
{
  struct uidrange x;
  uint64_t least = 1;
  size_t n;

  if (!take_count(r, sizeof x, &n)) return 0;
  for (; n; n--) {
    if (!take(r, &x, sizeof x) || x.lo < least || x.hi < x.lo) return 0;
    uidset_add(set, x.lo, x.hi);
    least = (uint64_t)x.hi + 2;
  }
  return 1;
}

static int take_own(struct reader *r, struct rest_state *s)
{
  if (!take_count(r, sizeof *s->own, &s->nown)) return 0;
  s->own = xalloc(s->nown * sizeof *s->own);
  return take(r, s->own, s->nown * sizeof *s->own);
}

/* ---- is it one that a session can have? ---- */

static int subset(const struct uidset *a, const struct uidset *of)
{
  struct uidset rest = UIDSET_ZERO;
  int r;

  uidset_copy(&rest, a);
  uidset_subtract(&rest, of);
  r = !rest.n;
  uidset_free(&rest);
  return r;
}

/* the largest value that a number may have */
static uint64_t most(int i)
{
  static const unsigned char yes_or_no[] = {
    REST_BY_ALIAS, REST_FAULT_TOLD, REST_UTF8, REST_SELECTED, REST_READONLY,
    REST_NOMODSEQ, REST_LOST, REST_HIDDEN, REST_MODSEQ_SENT, REST_EXPUNGE_SENT
  };
  static const unsigned char words[] = {
    REST_BAD_COMMANDS, REST_UIDVALIDITY, REST_TOP, REST_EXISTS, REST_RECENT,
    REST_KEYWORDS, REST_BEYOND
  };
  static const unsigned char descriptors[] = {
    REST_IMAPD, REST_IDLE, REST_NOTES, REST_DIR, REST_WATCH, REST_WATCH_NEW,
    REST_WATCH_CUR, REST_WATCH_KIND
  };

  if (memchr(yes_or_no, i, sizeof yes_or_no)) return 1;
  if (memchr(words, i, sizeof words)) return UINT32_MAX;
  if (memchr(descriptors, i, sizeof descriptors)) return INT_MAX;
  if (i == REST_WAITING) return WAITING_IDLE;
  if (i == REST_ENABLED) return ENABLED_ALL;
  if (i == REST_DEADLINE || i == REST_NOTED) return INT64_MAX;
  return UINT64_MAX;
}

static int sound(const struct rest_state *s)
{
  const struct uidset *uids = &s->set[REST_UIDS];
  int i;

  for (i = 0; i < REST_NUMBERS; i++)
    if (s->n[i] > most(i)) return 0;
  if (s->n[REST_WAITING] == WAITING_NOT) return 0;
  if (!s->n[REST_IMAPD] || !s->n[REST_IDLE]) return 0;
  if (!s->text[REST_MAILDIR].len) return 0;
  if ((s->n[REST_WAITING] == WAITING_IDLE) != (s->text[REST_TAG].len != 0))
    return 0;
  if (!s->n[REST_SELECTED])
    return !uids->n && !s->n[REST_EXISTS] && !s->n[REST_DIR]
      && !s->n[REST_WATCH] && !s->set[REST_GONE].n;
  return s->n[REST_EXISTS] == uidset_count(uids)
    && s->n[REST_TOP] >= uidset_max(uids) && s->n[REST_UIDVALIDITY]
    && subset(&s->set[REST_GONE], uids);
}

int rest_state_take(struct rest_state *s, const char *data, size_t len)
{
  struct reader r = { data, len };
  int i;

  if (len > REST_STATE_MAX || !take(&r, &s->head, sizeof s->head)
      || memcmp(s->head.magic, REST_MAGIC, sizeof s->head.magic)
      || !take(&r, s->n, sizeof s->n))
    return -1;
  for (i = 0; i < REST_TEXTS; i++)
    if (!take_text(&r, &s->text[i])) return -1;
  for (i = 0; i < REST_SETS; i++)
    if (!take_set(&r, &s->set[i])) return -1;
  if (!take_own(&r, s) || r.left || !sound(s)) return -1;
  return 0;
}
