/* ISC licence; see LICENSE. */
#include "search.h"

#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"
#include "fetch_file.h"
#include "limit.h"
#include "message/date.h"
#include "message/header.h"
#include "message_cache.h"
#include "modseq.h"
#include "progress.h"
#include "search_eval.h"

/*
 * For each message:
 *   columns  inside a snapshot of the index: keys for From, Subject and the
 *            like are looked for in many messages at once. What they deny is
 *            not looked at one by one;
 *   glance   still inside: flags, dates, sizes, then the header fields that
 *            are kept. Most programs are decided here, many messages in one
 *            snapshot;
 *   study    outside: what the program still waits for, the cheapest first,
 *            until it is decided.
 */
#define SNAPSHOT_MESSAGES 4096  /* looked at in one snapshot */

struct job {
  struct folder *folder;
  const struct search_program *g;
  struct search_result *result;
  struct uidset recent;
  struct search_facts facts;
  struct search_needs needs;
  struct search_key *some;      /* keys at hand, copied from the program */
  struct search_columns columns;
  stralloc parts;               /* PARTS of the message at hand */
  int has_parts;
  struct fetch_file file;
  struct progress progress;
  int dates, sent;              /* a key needs INTERNALDATE, or Date */
  uint64_t most;                /* matches that this walk is after */
};

static enum search_answer eval(struct job *j)
{
  return search_eval(j->g, &j->facts, &j->needs);
}

/* those keys that the program waits for and that have (or have not) scope
 * SEARCH_HEADER, in some */
static size_t collect(struct job *j, int header)
{
  size_t i, n = 0;

  for (i = 0; i < j->needs.n; i++)
    if ((j->g->keys[j->needs.keys[i]].scope == SEARCH_HEADER) == header) {
      j->needs.keys[n] = j->needs.keys[i];
      j->some[n++] = j->g->keys[j->needs.keys[i]];
    }
  return n;
}

static void give_back(struct job *j, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    j->g->keys[j->needs.keys[i]].found = j->some[i].found;
}

/* those of n keys of some that a column is for are answered by what it will
 * have of the message; returns how many are left */
static size_t answer_by_columns(struct job *j, size_t n, const char *block,
                                size_t len)
{
  size_t i, left = 0;
  int r;

  for (i = 0; i < n && j->columns.kind[j->needs.keys[i]] < 0; i++) ;
  if (i == n) return n;
  search_columns_learn(&j->columns, j->facts.uid, block, len);
  for (i = 0; i < n; i++) {
    uint32_t key = j->needs.keys[i];

    r = search_columns_found(&j->columns, key);
    if (r != -1) {
      j->g->keys[key].found = r;
      continue;
    }
    j->needs.keys[left] = key;
    j->some[left++] = j->some[i];
  }
  return left;
}

static int64_t saved_day(struct folder *f, const struct message *m)
{
  int64_t t = folder_saved(f, m);

  return t == INT64_MIN ? t : date_day(t, date_zone(t));
}

static void learn_date(struct job *j, int64_t date)
{
  j->facts.date = date;
  j->facts.day = date_day(date, date_zone(date));
  j->facts.known |= KNOW_DATE;
}

static void learn_sent(struct job *j, const char *date, size_t len)
{
  struct mail_date d;

  j->facts.has_sent = date_parse(date, len, &d);
  if (j->facts.has_sent) j->facts.sent = d.day;
}

static void learn_thread(struct job *j, const char *block, size_t len)
{
  struct lstr headers = { block, len };

  if (j->g->threadids)
    object_id_thread(j->facts.thread, j->facts.email, headers);
}

/* a header block, or those fields of it that the index keeps */
static void learn_header(struct job *j, const char *block, size_t len,
                         unsigned known)
{
  struct header_field date;
  size_t n = collect(j, 1);

  n = answer_by_columns(j, n, block, len);
  if (n) search_header(block, len, j->some, n);
  give_back(j, n);
  j->facts.has_sent = 0;
  if (j->sent && header_find(block, len, "Date", &date))
    learn_sent(j, date.body.s, date.body.len);
  learn_thread(j, block, len);
  j->facts.known |= known;
}

/* inside a snapshot */
static enum search_answer glance(struct job *j, const struct message *m)
{
  enum search_answer a;
  struct lstr value;
  size_t i;

  j->facts.known = 0;
  j->facts.uid = m->uid;
  j->facts.flags = m->flags;
  j->facts.keywords = m->keywords;
  j->facts.modseq = m->modseq;
  j->facts.recent = uidset_has(&j->recent, m->uid);
  if (j->dates && m->date != INT64_MIN) learn_date(j, m->date);
  j->facts.saved_day = j->g->saved ? saved_day(j->folder, m) : INT64_MIN;
  if (j->g->emailids || j->g->threadids) object_id_email(j->facts.email, m);
  if (m->vsize >= 0) {
    j->facts.size = m->vsize;
    j->facts.known |= KNOW_SIZE;
  }
  for (i = 0; i < j->g->nkeys; i++) j->g->keys[i].found = 0;
  a = eval(j);
  if (a == SEARCH_UNKNOWN && j->needs.want & KNOW_FIELDS &&
      message_cache_get(j->folder, m->uid, CACHE_HEADERS, &value)) {
    learn_header(j, value.s, value.len, KNOW_FIELDS);
    a = eval(j);
  }
  j->has_parts = a == SEARCH_UNKNOWN && j->needs.want & KNOW_TEXT &&
    message_cache_get(j->folder, m->uid, CACHE_PARTS, &value);
  if (j->has_parts) stralloc_copyb(&j->parts, value.s, value.len);
  return a;
}

static int open_file(struct job *j)
{
  if (j->file.fd != -1) return 0;
  return fetch_file_open(&j->file, j->folder, j->facts.uid);
}

static struct lstr packed(const struct job *j)
{
  struct lstr parts = LSTR_ZERO;

  if (!j->has_parts) return parts;
  parts.s = j->parts.s;
  parts.len = j->parts.len;
  return parts;
}

/* look for n keys of some in the file */
static int study_words(struct job *j, size_t n)
{
  if (fetch_file_parts(&j->file, packed(j)) == -1) return -1;
  if (search_message(j->file.fd, j->file.mime.root, j->some, n) == -1)
    return -1;
  give_back(j, n);
  return 0;
}

/* a header that does not fit into memory */
static int study_long_header(struct job *j)
{
  const struct mime_envelope *e;

  if (fetch_file_envelope(&j->file) == -1) return -1;
  e = j->file.mime.root->envelope;
  j->facts.has_sent = 0;
  if (e->date.s) learn_sent(j, e->date.s, e->date.len);
  learn_thread(j, 0, 0);
  j->facts.known |= KNOW_FIELDS | KNOW_HEADER;
  return study_words(j, collect(j, 1));
}

static int study_header(struct job *j)
{
  struct fetch_file *f = &j->file;
  stralloc kept = STRALLOC_ZERO;
  int r;

  if (open_file(j) == -1) return -1;
  r = fetch_file_header(f);
  if (r == -1) return -1;
  if (!r) return study_long_header(j);
  if (!(j->facts.known & KNOW_FIELDS)) {
    message_cache_headers(f->header.s, f->header.len, &kept);
    message_cache_put(f->folder, f->uid, CACHE_HEADERS, kept.s, kept.len);
    stralloc_free(&kept);
  }
  learn_header(j, f->header.s, f->header.len, KNOW_FIELDS | KNOW_HEADER);
  return 0;
}

static int study_text(struct job *j)
{
  if (open_file(j) == -1) return -1;
  j->facts.known |= KNOW_TEXT;
  return study_words(j, collect(j, 0));
}

/* find out what the program waits for, the cheapest of it; -1 errno */
static int study_one(struct job *j)
{
  struct folder *f = j->folder;
  unsigned want = j->needs.want;
  int64_t n;

  if (want & KNOW_DATE) {
    if (folder_date(f, j->facts.uid, &n) == -1) return -1;
    learn_date(j, n);
    return 0;
  }
  if (want & (KNOW_FIELDS | KNOW_HEADER)) return study_header(j);
  if (want & KNOW_SIZE) {
    if (folder_vsize(f, j->facts.uid, &n) == -1) return -1;
    j->facts.size = n;
    j->facts.known |= KNOW_SIZE;
    return 0;
  }
  return study_text(j);
}

/* Outside of a snapshot. A message that is gone matches nothing. */
static enum search_answer study(struct job *j)
{
  enum search_answer a = SEARCH_UNKNOWN;

  while (a == SEARCH_UNKNOWN) {
    if (study_one(j) == -1) {
      if (errno != ENOENT && errno != ESTALE) {
        j->result->error = errno;
        log_fault("fault", "search");
      }
      a = SEARCH_NO;
      break;
    }
    a = eval(j);
  }
  fetch_file_close(&j->file);
  return a;
}

/* the largest member of uids that is at most uid, 0 if there is none */
static uint32_t at_most(const struct uidset *uids, uint32_t uid)
{
  size_t lo = 0, hi = uids->n, mid;

  while (lo < hi) {
    mid = lo + (hi - lo) / 2;
    if (uids->r[mid].lo <= uid) lo = mid + 1;
    else hi = mid;
  }
  if (!lo) return 0;
  return uids->r[lo - 1].hi < uid ? uids->r[lo - 1].hi : uid;
}

/* the member of uids that comes after uid on the way up or down, 0: none */
static uint32_t step(const struct uidset *uids, uint32_t uid, int down)
{
  if (!down) return uid == UINT32_MAX ? 0 : uidset_next(uids, uid + 1);
  return at_most(uids, uid - 1);
}

/* 1 if more are wanted */
static int match(struct job *j, uint32_t uid)
{
  uidset_add(&j->result->uids, uid, uid);
  return --j->most != 0;
}

/* Messages that a snapshot decides. *uid is the next one. 1: that message
 * needs study; 0: the snapshot got old, or no messages are left, or enough
 * were found; -1 errno of the index. */
static int skim(struct job *j, const struct uidset *uids, uint32_t *uid,
                int down)
{
  struct folder *f = j->folder;
  enum search_answer a;
  struct message m;
  int r = 0, n;

  if (folder_begin(f) == -1) return -1;
  for (n = 0; *uid && n < SNAPSHOT_MESSAGES; n++) {
    if (search_columns_full(&j->columns)) break;
    a = SEARCH_NO;
    if (!search_columns_no(&j->columns, *uid)) {
      r = folder_get(f, *uid, &m);
      if (r == -1) break;
      if (r) a = glance(j, &m);
      r = a == SEARCH_UNKNOWN;
      if (r) break;
    }
    *uid = a == SEARCH_YES && !match(j, *uid) ? 0 : step(uids, *uid, down);
    j->progress.done++;
  }
  folder_end(f);
  search_columns_flush(&j->columns);
  return r;
}

/* One way through uids, up to that many matches. */
static void walk(struct job *j, const struct uidset *uids, int down,
                 uint64_t most)
{
  uint32_t uid = down ? uidset_max(uids) : uidset_next(uids, 1);
  int r;

  j->most = most;
  while (uid) {
    j->result->stopped = progress_stop(&j->progress);
    if (j->result->stopped) return;
    r = skim(j, uids, &uid, down);
    if (r == -1) {
      j->result->error = errno;
      log_fault("fault", "index");
      return;
    }
    if (!r) continue;
    if (study(j) == SEARCH_YES && !match(j, uid)) return;
    uid = step(uids, uid, down);
    j->progress.done++;
  }
}

int search_only_ends(const struct search_program *g)
{
  return g->options & (SEARCH_MIN | SEARCH_MAX) &&
         !(g->options & ~(SEARCH_MIN | SEARCH_MAX | SEARCH_SAVE |
                          SEARCH_CONTEXT));
}

/* How many matches from below and from above will do for what is to be told.
 * 0: all of them are wanted. */
static int some(const struct search_program *g, uint64_t *below,
                uint64_t *above)
{
  unsigned o = g->options;

  *below = !!(o & SEARCH_MIN);
  *above = !!(o & SEARCH_MAX);
  if (o & SEARCH_PARTIAL)
    *(g->partial.last ? above : below) = g->partial.hi;
  return !(o & (SEARCH_ALL | SEARCH_COUNT | SEARCH_UPDATE)) &&
         (*below || *above);
}

static void search(struct job *j, const struct uidset *uids, int whole)
{
  uint64_t below, above;

  if (whole || !some(j->g, &below, &above)) {
    walk(j, uids, 0, UINT64_MAX);
  } else {
    if (below) walk(j, uids, 0, below);
    if (above) walk(j, uids, 1, above);
  }
}

void search_ends(const struct search_program *g, const struct uidset *uids,
                 struct uidset *found)
{
  uint32_t min = uidset_next(uids, 1), max = uidset_max(uids);

  if (min && g->options & SEARCH_MIN) uidset_add(found, min, min);
  if (min && g->options & SEARCH_MAX) uidset_add(found, max, max);
}

/* what costs time and few programs ask for */
static void find_needs(struct job *j)
{
  size_t i;

  for (i = 0; i < j->g->n; i++)
    switch (j->g->v[i].op) {
      case SEARCH_DAY: case SEARCH_TIME: case SEARCH_SAVED:
        j->dates = 1;
        break;
      case SEARCH_SENT: j->sent = 1; break;
      default: break;
    }
}

static void look(struct session *s, struct job *j, const struct uidset *uids,
                 int whole)
{
  j->needs.keys = xalloc(j->g->nkeys * sizeof *j->needs.keys);
  j->some = xalloc(j->g->nkeys * sizeof *j->some);
  find_needs(j);
  search_columns_begin(&j->columns, j->g, j->folder);
  j->facts.columns = &j->columns;
  progress_begin(&j->progress, s, "searched", uidset_count(uids));
  uidset_copy(&j->recent, folder_recent(j->folder));
  search(j, uids, whole);
  search_columns_end(&j->columns);
  folder_flush(j->folder);
  uidset_free(&j->recent);
  free(j->some);
  free(j->needs.keys);
  stralloc_free(&j->parts);
  fetch_file_free(&j->file);
}

/* Keys that say MODSEQ: only what the folder's history names, as far as it
 * goes, so that asking for what is new costs what is new. */
static void narrow_modseq(struct folder *f, const struct search_program *g,
                          struct uidset *uids)
{
  struct uidset changed = UIDSET_ZERO, gone = UIDSET_ZERO;
  const struct search_node *x;
  size_t i;

  for (i = g->v[0].child; i; i = x->next) {
    x = &g->v[i];
    if (x->op != SEARCH_MODSEQ || x->not || x->lo < 2) continue;
    uidset_clear(&changed);
    if (folder_since(f, (uint64_t)x->lo - 1, &changed, &gone) != -1)
      uidset_intersect(uids, &changed);
  }
  uidset_free(&changed);
  uidset_free(&gone);
}

void search_run(struct session *s, const struct search_place *where,
                const struct search_program *g, struct search_result *result)
{
  struct job j = { .folder = where->folder, .g = g, .result = result,
                   .file = FETCH_FILE_ZERO };
  struct uidset uids = UIDSET_ZERO;
  int decided;

  uidset_copy(&uids, &where->view->uids);
  uidset_subtract(&uids, &where->view->gone);
  if (where->among) uidset_intersect(&uids, where->among);
  decided = search_narrow(g, &uids);
  if (where->limited) limit_cut(s, &uids);
  if (g->modseq) narrow_modseq(where->folder, g, &uids);
  if (!decided) look(s, &j, &uids, where->whole);
  /* the answer was found without a look at messages: all of uids */
  else if (!where->whole && search_only_ends(g))
    search_ends(g, &uids, &result->uids);
  else uidset_union(&result->uids, &uids);
  uidset_free(&uids);
}

uint64_t search_modseq(struct folder *f, const struct uidset *uids)
{
  struct message m;
  uint64_t highest = 0;
  uint32_t uid;

  if (folder_begin(f) == -1) return 0;
  for (uid = uidset_next(uids, 1); uid; uid = step(uids, uid, 0))
    if (folder_get(f, uid, &m) == 1 && m.modseq > highest) highest = m.modseq;
  folder_end(f);
  return highest;
}

int search_allowed(struct session *s, const struct search_program *g)
{
  if (g->numbers && session_uidonly(s)) {
    cmd_uid_required(s);
    return 0;
  }
  if (g->modseq && !modseq_usable(s)) return 0;
  if (g->modseq) modseq_enable(s);
  if (g->numbers) s->by_number = 1;
  return 1;
}
