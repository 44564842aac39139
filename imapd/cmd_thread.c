/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/log.h"
#include "maildir/index.h"
#include "message_cache.h"
#include "search.h"
#include "sort_fill.h"
#include "thread_tree.h"

static const struct { const char *name; enum thread_algorithm how; } names[] = {
  { "ORDEREDSUBJECT", THREAD_ORDEREDSUBJECT },
  { "REFERENCES", THREAD_REFERENCES },
  { "REFS", THREAD_REFS },
};
#define NAMES (sizeof names / sizeof *names)

/* THREAD keys of the messages at hand, in the pages of the index */
struct job {
  struct folder *folder;
  enum thread_algorithm how;
  uint32_t *uids;
  size_t n;
  struct lstr *keys;            /* s == 0: not known */
  int64_t *arrival;             /* INT64_MIN: not known; 0 not wanted */
};

/* what the index has; what it has not goes into missing and *what */
static void gather_keys(struct job *j, struct uidset *missing,
                        unsigned *what)
{
  struct lstr value;
  uint32_t uid;
  size_t i = 0;

  while (i < j->n && message_cache_next(j->folder, CACHE_THREAD, j->uids[i],
                                        &uid, &value)) {
    for (; i < j->n && j->uids[i] < uid; i++) j->keys[i].s = 0;
    if (i < j->n && j->uids[i] == uid) j->keys[i++] = value;
  }
  for (; i < j->n; i++) j->keys[i].s = 0;
  for (i = 0; i < j->n; i++) {
    if (j->keys[i].s) continue;
    uidset_add(missing, j->uids[i], j->uids[i]);
    *what |= FILL_KEYS;
  }
}

static void gather_arrival(struct job *j, struct uidset *missing,
                           unsigned *what)
{
  struct message m;
  size_t i;

  for (i = 0; i < j->n; i++) {
    j->arrival[i] = INT64_MIN;
    if (folder_get(j->folder, j->uids[i], &m) != 1) continue;
    j->arrival[i] = m.date;
    if (m.date != INT64_MIN) continue;
    uidset_add(missing, j->uids[i], j->uids[i]);
    *what |= FILL_DATE;
  }
}

/* inside a snapshot */
static void build(struct job *j, struct thread_tree *t)
{
  struct thread_keys k;
  size_t i;

  for (i = 0; j->how != THREAD_ORDEREDSUBJECT && i < j->n; i++) {
    if (!j->keys[i].s) continue;
    thread_keys_get(j->keys[i], &k);
    thread_ids(t, (uint32_t)i + 1, k.id);
  }
  for (i = 0; i < j->n; i++) {
    index_step();
    if (!j->keys[i].s) {
      thread_leave_out(t, (uint32_t)i + 1);
      continue;
    }
    thread_keys_get(j->keys[i], &k);
    thread_message(t, j->how, (uint32_t)i + 1, &k,
                   j->arrival ? j->arrival[i] : 0);
  }
}

/* 0; -1: result says why */
static int run_in_snapshots(struct session *s, struct job *j,
                            struct thread_tree *t,
                            struct search_result *result)
{
  struct uidset missing = UIDSET_ZERO;
  unsigned what = 0;
  int filled = 0, r = 0;

  for (;;) {
    if (folder_begin(j->folder) == -1) {
      result->error = errno;
      log_fault("fault", "index");
      r = -1;
      break;
    }
    gather_keys(j, &missing, &what);
    if (j->arrival) gather_arrival(j, &missing, &what);
    if (!missing.n || filled) break;
    folder_end(j->folder);
    r = sort_fill(s, j->folder, &missing, what, result);
    uidset_clear(&missing);
    if (r == -1) break;
    filled = 1;
  }
  if (r == 0) {
    build(j, t);
    folder_end(j->folder);
  }
  uidset_free(&missing);
  return r;
}

static void job_begin(struct job *j, const struct uidset *uids)
{
  uint32_t uid;
  size_t i = 0, r;

  j->n = (size_t)uidset_count(uids);
  j->uids = xalloc(j->n * sizeof *j->uids);
  j->keys = xalloc(j->n * sizeof *j->keys);
  j->arrival = j->how == THREAD_REFS ? xalloc(j->n * sizeof *j->arrival) : 0;
  for (r = 0; r < uids->n; r++)
    for (uid = uids->r[r].lo; ; uid++) {
      j->uids[i++] = uid;
      if (uid == uids->r[r].hi) break;
    }
}

static void answer(struct session *s, struct job *j, struct thread_tree *t)
{
  size_t i;

  thread_finish(t, j->how);
  if (!s->by_uid)
    for (i = 0; i < j->n; i++) j->uids[i] = view_msn(&s->view, j->uids[i]);
  reply_puts(&s->out, "* THREAD");
  if (t->root) reply_put(&s->out, " ", 1);
  thread_put(t, j->uids, &s->out);
  reply_crlf(&s->out);
}

static void thread(struct session *s, enum thread_algorithm how,
                   struct search_result *result)
{
  struct job j = { .folder = s->folder, .how = how };
  struct thread_tree t;

  job_begin(&j, &result->uids);
  thread_begin(&t, j.n);
  if (run_in_snapshots(s, &j, &t, result) == 0) answer(s, &j, &t);
  thread_free(&t);
  free(j.uids);
  free(j.keys);
  free(j.arrival);
}

static enum status run(struct session *s, struct search_program *g,
                       enum thread_algorithm how)
{
  struct search_place here = { s->folder, &s->view, 0, 1, 0 };
  struct search_result result = { UIDSET_ZERO, 0, 0 };
  enum status ret;

  if (!search_allowed(s, g)) return STATUS_BAD;
  search_bind(g, &s->view, s->folder, time(0));
  search_run(s, &here, g, &result);
  if (!result.stopped) thread(s, how, &result);
  ret = search_finish(s, &result, "threaded");
  uidset_free(&result.uids);
  return ret;
}

static int parse_algorithm(struct parse *p, enum thread_algorithm *how)
{
  struct text t;
  size_t i;

  if (!parse_atom(p, &t)) return 0;
  for (i = 0; i < NAMES; i++)
    if (text_is(&t, names[i].name)) {
      *how = names[i].how;
      return 1;
    }
  p->why = "unknown threading algorithm";
  return 0;
}

/* THREAD: RFC 5256 section 3 */
enum status cmd_thread(struct session *s, struct parse *p)
{
  struct search_program g = SEARCH_PROGRAM_ZERO;
  enum thread_algorithm how;
  enum status ret;

  if (parse_sp(p) && parse_algorithm(p, &how) && parse_sp(p) &&
      search_parse_charset(&g, p) && parse_sp(p) && search_parse_keys(&g, p))
    ret = run(s, &g, how);
  else ret = search_refuse(s, &g, p);
  search_program_free(&g);
  return ret;
}
