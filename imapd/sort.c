/* ISC licence; see LICENSE. */
#include "sort.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "maildir/index.h"
#include "message_cache.h"
#include "sort_fill.h"
#include "sort_keys.h"

/*
 * All inside of one snapshot, in the pages of the index: no string is copied.
 * The first 16 octets of the first criterion, or its number, go beside each
 * message. By the first 8 they are sorted without comparisons (by radix); only
 * what is equal then is compared further, and put into order if it is not: most
 * of it is equal altogether, and in the order of the mailbox already.
 */

/* what one criterion has of all messages */
struct column {
  struct sort_criterion by;
  uint64_t *numbers;            /* ordered as unsigned; 0: strings */
  struct lstr *strings;
};

struct row { uint64_t head, next; uint32_t i; };

struct job {
  struct folder *folder;
  uint32_t *uids;               /* ascending */
  unsigned char *have;          /* of each: how many columns know it */
  size_t n;
  struct column columns[SORT_KEYS];
  size_t ncolumns;
  struct uidset missing;
  unsigned fill;                /* what is missing: FILL_... */
};

static const struct { const char *name; enum sort_key key; } names[] = {
  { "ARRIVAL", SORT_ARRIVAL }, { "CC", SORT_CC }, { "DATE", SORT_DATE },
  { "FROM", SORT_FROM }, { "SIZE", SORT_SIZE }, { "SUBJECT", SORT_SUBJECT },
  { "TO", SORT_TO },
  { "DISPLAYFROM", SORT_DISPLAYFROM }, { "DISPLAYTO", SORT_DISPLAYTO },
};
#define NAMES (sizeof names / sizeof *names)

static void add_criterion(struct sort_order *o, enum sort_key key, int reverse)
{
  size_t i;

  for (i = 0; i < o->n; i++) if (o->v[i].key == key) return;
  o->v[o->n].key = key;
  o->v[o->n++].reverse = reverse;
}

int sort_parse(struct sort_order *o, struct parse *p)
{
  struct text t;
  size_t i;
  int reverse;

  o->n = 0;
  if (!parse_char(p, '(')) return 0;
  do {
    if (!parse_atom(p, &t)) break;
    reverse = text_is(&t, "REVERSE");
    if (reverse && (!parse_sp(p) || !parse_atom(p, &t))) break;
    for (i = 0; i < NAMES && !text_is(&t, names[i].name); i++)
      ;
    if (i == NAMES) break;
    add_criterion(o, names[i].key, reverse);
    if (parse_try(p, ')')) return 1;
  } while (parse_sp(p));
  p->why = "sort criterion expected";
  return 0;
}

static enum sort_string string_of(enum sort_key key)
{
  switch (key) {
    case SORT_TO: return STRING_TO;
    case SORT_CC: return STRING_CC;
    case SORT_DISPLAYFROM: return STRING_DISPLAYFROM;
    case SORT_DISPLAYTO: return STRING_DISPLAYTO;
    default: return STRING_FROM;
  }
}

static uint64_t ordered(int64_t n)
{
  return (uint64_t)n ^ (uint64_t)1 << 63;
}

static void lacks(struct job *j, size_t i, unsigned what)
{
  uidset_add(&j->missing, j->uids[i], j->uids[i]);
  j->fill |= what;
}

/* ARRIVAL and SIZE are in the messages' own records. -1 errno */
static int gather_record(struct job *j, struct column *c)
{
  int arrival = c->by.key == SORT_ARRIVAL, r;
  struct message m;
  size_t i = 0;

  while (i < j->n) {
    r = folder_next(j->folder, j->uids[i], &m);
    if (r == -1) return -1;
    if (!r) break;
    while (i < j->n && j->uids[i] < m.uid) i++;         /* these are gone */
    if (i == j->n || j->uids[i] != m.uid) continue;
    if (arrival ? m.date == INT64_MIN : m.vsize < 0)
      lacks(j, i, arrival ? FILL_DATE : FILL_SIZE);
    else {
      c->numbers[i] = ordered(arrival ? m.date : m.vsize);
      j->have[i]++;
    }
    i++;
  }
  return 0;
}

static void take(struct job *j, struct column *c, size_t i, struct lstr value)
{
  struct thread_keys k;

  if (c->by.key == SORT_DATE) {
    thread_keys_get(value, &k);
    c->numbers[i] = ordered(k.date);
  } else if (c->by.key == SORT_SUBJECT) c->strings[i] = value;
  else c->strings[i] = sort_string_get(value, string_of(c->by.key));
  j->have[i]++;
}

static void gather_cached(struct job *j, struct column *c)
{
  enum cache_kind kind = c->by.key == SORT_DATE ? CACHE_THREAD
                       : c->by.key == SORT_SUBJECT ? CACHE_SUBJECT
                                                   : CACHE_ADDRESSES;
  struct lstr value;
  uint32_t uid;
  size_t i = 0;

  while (i < j->n &&
         message_cache_next(j->folder, kind, j->uids[i], &uid, &value)) {
    for (; i < j->n && j->uids[i] < uid; i++) lacks(j, i, FILL_KEYS);
    if (i == j->n || j->uids[i] != uid) continue;
    take(j, c, i++, value);
  }
  for (; i < j->n; i++) lacks(j, i, FILL_KEYS);
}

/* one column; all gathers what is missing in some */
static void missing_in(struct job *j, struct column *c, struct uidset *all)
{
  uidset_clear(&j->missing);
  if (c->by.key == SORT_ARRIVAL || c->by.key == SORT_SIZE) {
    if (gather_record(j, c) == -1) j->fill |= FILL_DATE;
  } else gather_cached(j, c);
  uidset_union(all, &j->missing);
}

/* fill all columns inside of a snapshot */
static void gather(struct job *j, struct uidset *missing)
{
  size_t i;

  memset(j->have, 0, j->n);
  j->fill = 0;
  uidset_clear(missing);
  for (i = 0; i < j->ncolumns; i++) missing_in(j, &j->columns[i], missing);
}

static int string_cmp(const struct lstr *a, const struct lstr *b)
{
  size_t n = a->len < b->len ? a->len : b->len;
  int r = n ? memcmp(a->s, b->s, n) : 0;

  return r ? r : a->len < b->len ? -1 : a->len > b->len;
}

static int row_cmp(const void *x, const void *y, void *arg)
{
  const struct row *a = x, *b = y;
  const struct job *j = arg;
  const struct column *c;
  int r;

  index_step();
  if (a->next != b->next) return a->next < b->next ? -1 : 1;
  for (c = j->columns; c < j->columns + j->ncolumns; c++) {
    if (c->numbers)
      r = c->numbers[a->i] < c->numbers[b->i] ? -1
        : c->numbers[a->i] > c->numbers[b->i];
    else r = string_cmp(&c->strings[a->i], &c->strings[b->i]);
    if (r) return c->by.reverse ? -r : r;
  }
  return a->i < b->i ? -1 : 1;
}

static uint64_t octets_at(const struct lstr *s, size_t from)
{
  unsigned char some[8] = { 0 };
  uint64_t n = 0;
  size_t k;

  if (s->len > from)
    memcpy(some, s->s + from, s->len - from < 8 ? s->len - from : 8);
  for (k = 0; k < 8; k++) n = n << 8 | some[k];
  return n;
}

static void put_row(struct row *row, const struct column *c, size_t i)
{
  uint64_t turn = c->by.reverse ? UINT64_MAX : 0;

  row->i = (uint32_t)i;
  row->head = c->numbers ? c->numbers[i] : octets_at(&c->strings[i], 0);
  row->next = c->numbers ? 0 : octets_at(&c->strings[i], 8);
  row->head ^= turn;
  row->next ^= turn;
}

/* by head, stable: least octet first, leaving out those that are all equal */
static void radix(struct row **rows, struct row **other, size_t n)
{
  static size_t count[8][256];
  struct row *t, *a = *rows, *b = *other;
  size_t i, sum, k;
  int octet;

  memset(count, 0, sizeof count);
  for (i = 0; i < n; i++)
    for (octet = 0; octet < 8; octet++)
      count[octet][a[i].head >> 8 * octet & 255]++;
  for (octet = 0; octet < 8; octet++) {
    if (count[octet][a[0].head >> 8 * octet & 255] == n) continue;
    for (i = sum = 0; i < 256; i++) {
      k = count[octet][i];
      count[octet][i] = sum;
      sum += k;
    }
    for (i = 0; i < n; i++)
      b[count[octet][a[i].head >> 8 * octet & 255]++] = a[i];
    t = a, a = b, b = t;
  }
  *rows = a;
  *other = b;
}

static int in_order(const struct row *rows, size_t n, struct job *j)
{
  size_t i;

  for (i = 1; i < n; i++) if (row_cmp(&rows[i - 1], &rows[i], j) > 0) return 0;
  return 1;
}

static void order_rows(struct job *j, struct row **rows, struct row **other,
                       size_t n)
{
  size_t from, to;

  if (!n) return;
  radix(rows, other, n);
  if (j->ncolumns == 1 && j->columns[0].numbers) return;
  for (from = 0; from < n; from = to) {
    for (to = from + 1; to < n && (*rows)[to].head == (*rows)[from].head; to++)
      ;
    if (to - from > 1 && !in_order(*rows + from, to - from, j))
      qsort_r(*rows + from, to - from, sizeof **rows, row_cmp, j);
  }
}

/* those of which all is known: the others are gone */
static void order(struct job *j, struct sorted *out)
{
  struct row *rows = xalloc(j->n * sizeof *rows);
  struct row *other = xalloc(j->n * sizeof *other);
  size_t i, n = 0;

  for (i = 0; i < j->n; i++) {
    if (j->have[i] != j->ncolumns) continue;
    put_row(&rows[n++], &j->columns[0], i);
  }
  order_rows(j, &rows, &other, n);
  out->v = xalloc(n * sizeof *out->v);
  out->n = n;
  for (i = 0; i < n; i++) out->v[i] = j->uids[rows[i].i];
  free(rows);
  free(other);
}

static void job_begin(struct job *j, const struct uidset *uids,
                      const struct sort_order *by)
{
  uint32_t uid;
  size_t i, r;

  j->n = (size_t)uidset_count(uids);
  j->uids = xalloc(j->n * sizeof *j->uids);
  j->have = xalloc(j->n);
  for (i = r = 0; r < uids->n; r++)
    for (uid = uids->r[r].lo; ; uid++) {
      j->uids[i++] = uid;
      if (uid == uids->r[r].hi) break;
    }
  for (i = 0; i < by->n; i++) {
    struct column *c = &j->columns[j->ncolumns++];

    c->by = by->v[i];
    if (c->by.key <= SORT_SIZE)
      c->numbers = xalloc(j->n * sizeof *c->numbers);
    else c->strings = xalloc(j->n * sizeof *c->strings);
  }
}

static void job_end(struct job *j)
{
  size_t i;

  for (i = 0; i < j->ncolumns; i++) {
    free(j->columns[i].numbers);
    free(j->columns[i].strings);
  }
  free(j->uids);
  free(j->have);
  uidset_free(&j->missing);
}

int sort_run(struct session *s, struct folder *f, const struct uidset *uids,
             const struct sort_order *by, struct sorted *out,
             struct search_result *result)
{
  struct job j = { .folder = f };
  struct uidset missing = UIDSET_ZERO;
  int filled = 0, ret = -1;

  job_begin(&j, uids, by);
  for (;;) {
    if (folder_begin(f) == -1) {
      result->error = errno;
      log_fault("fault", "index");
      goto done;
    }
    gather(&j, &missing);
    if (!missing.n || filled) break;
    folder_end(f);
    if (sort_fill(s, f, &missing, j.fill, result) == -1) goto done;
    filled = 1;
  }
  order(&j, out);
  folder_end(f);
  ret = 0;
done:
  job_end(&j);
  uidset_free(&missing);
  return ret;
}
