/* ISC licence; see LICENSE. */
#include "fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "bodystructure.h"
#include "envelope.h"
#include "fetch_binary.h"
#include "fetch_file.h"
#include "fetch_section.h"
#include "flags.h"
#include "message/date.h"
#include "message/preview.h"
#include "modseq.h"
#include "object_id.h"
#include "tell.h"

/*
 * For each message:
 *   look     inside a snapshot of the index: facts and kept texts. If they
 *            answer all that is asked, the answer is put together right there
 *            (many messages in one snapshot);
 *   else what was found is copied, the snapshot ends, and (where nothing was
 *   found, for up to WAITING_MAX messages of one snapshot)
 *   complete marks the message seen, opens its file and computes what lacks;
 *   answer   puts the answer together, the same code in both cases.
 */
#define WAITING_MAX 64

struct waiting {                /* of struct job, for one that needs its file */
  struct message m;
  size_t name;                  /* m.name, in names */
  int64_t saved;
  object_id email;
  int mark;
};

struct job {
  struct session *s;
  const struct fetch_items *items;
  struct fetch_result *result;
  struct uidset recent;         /* \Recent, as at the start */
  struct fetch_file file;
  struct message m;             /* the message at hand; guid is not valid */
  stralloc name;                /* m.name, outside of the snapshot */
  int64_t saved;                /* and its save date, and EMAILID */
  object_id email;
  struct lstr value[CACHE_KINDS];       /* of the index or of copy */
  stralloc copy[CACHE_KINDS];
  int mark;                     /* \Seen is to be set and told */
  struct waiting *waiting;
  size_t nwaiting;
  stralloc names;
  int store_failed;             /* has been logged */
};

static int wants(const struct job *j, enum fetch_what what)
{
  return j->items->asked >> what & 1;
}

/* PREVIEW (LAZY) takes what is there: RFC 8970 section 4.1 */
static int may_lack(const struct job *j, int kind)
{
  return kind == CACHE_PREVIEW && j->items->lazy;
}

/* SAVEDATE is never NIL (RFC 8514 section 4.2): what does not know its own has
 * been here since it came at all */
static int wants_date(const struct job *j)
{
  return wants(j, FETCH_INTERNALDATE)
    || (wants(j, FETCH_SAVEDATE) && j->saved == INT64_MIN);
}

/* what the index has of the message; 1 if that is all that is needed */
static int look(struct job *j, uint32_t uid)
{
  int kind, all = 1;

  j->saved = wants(j, FETCH_SAVEDATE) ? folder_saved(j->s->folder, &j->m) : 0;
  if (wants(j, FETCH_EMAILID) || wants(j, FETCH_THREADID))
    object_id_email(j->email, &j->m);
  for (kind = 1; kind < CACHE_KINDS; kind++) {
    j->value[kind].s = 0;
    if (!(j->items->kinds >> kind & 1)) continue;
    if (!message_cache_get(j->s->folder, uid, kind, &j->value[kind]))
      if (!may_lack(j, kind)) all = 0;
  }
  j->mark = j->items->sets_seen && !j->s->readonly &&
            !(j->m.flags & MF_SEEN);
  if (j->mark || (wants(j, FETCH_SIZE) && j->m.vsize < 0) ||
      (wants_date(j) && j->m.date == INT64_MIN))
    return 0;
  return all && !j->items->needs_file;
}

/* before the snapshot ends: what was found must outlive it */
static void keep(struct job *j)
{
  int kind;

  stralloc_copyb(&j->name, j->m.name, j->m.namelen);
  j->m.name = j->name.s;
  for (kind = 1; kind < CACHE_KINDS; kind++) {
    if (!j->value[kind].s) continue;
    stralloc_copyb(&j->copy[kind], j->value[kind].s, j->value[kind].len);
    stralloc_append(&j->copy[kind], 0);     /* so that s is never 0 */
    j->value[kind].s = j->copy[kind].s;
  }
}

static int found_any(const struct job *j)
{
  int kind;

  for (kind = 1; kind < CACHE_KINDS; kind++)
    if (j->value[kind].s) return 1;
  return 0;
}

/* one of which nothing but the message itself is to be kept */
static void set_aside(struct job *j)
{
  struct waiting *w;

  if (!j->waiting) j->waiting = xalloc(WAITING_MAX * sizeof *j->waiting);
  w = j->waiting + j->nwaiting++;
  w->m = j->m;
  w->name = j->names.len;
  stralloc_catb(&j->names, j->m.name, j->m.namelen);
  w->saved = j->saved;
  memcpy(w->email, j->email, sizeof w->email);
  w->mark = j->mark;
}

static void put_value(struct job *j, const char *name, enum cache_kind kind)
{
  reply_puts(&j->s->out, name);
  reply_put(&j->s->out, j->value[kind].s, j->value[kind].len);
}

static void put_date(struct reply *out, const char *name, int64_t date)
{
  char text[INTERNALDATE_LEN];

  internaldate_fmt(text, date, date_zone(date));
  reply_puts(out, name);
  reply_puts(out, " \"");
  reply_put(out, text, sizeof text);
  reply_put(out, "\"", 1);
}

static void put_id(struct reply *out, const char *name, const object_id id)
{
  reply_puts(out, name);
  reply_puts(out, " (");
  reply_put(out, id, OBJECT_ID_LEN);
  reply_puts(out, ")");
}

static void put_flags(struct job *j)
{
  flags_put(&j->s->out, j->s->folder, j->m.uid, j->m.flags, j->m.keywords,
            uidset_has(&j->recent, j->m.uid));
}

/* 0; -1: this section could not be read, NIL was put; -2 as below */
static int put_section(struct job *j, const struct body_section *b)
{
  struct reply *out = &j->s->out;
  int r;

  if (j->value[CACHE_HEADERS].s && b->fields == 1 && !b->depth &&
      b->cached_names) {
    fetch_section_cached(out, b, j->value[CACHE_HEADERS]);
    return 0;
  }
  if (b->form == SECTION_BODY)
    r = fetch_section_put(out, &j->file, j->value[CACHE_PARTS], b);
  else
    r = fetch_binary_put(out, &j->file, j->value[CACHE_PARTS], b);
  if (r != -1) return r;
  j->result->error = errno;
  reply_put(out, b->label.s, b->label.len);
  reply_puts(out, b->form == SECTION_BINARY_SIZE ? " 0" : " NIL");
  return -1;
}

/* 0; -2 with errno: a literal could not be filled, the session is lost */
static int put_item(struct job *j, const struct fetch_item *item)
{
  struct reply *out = &j->s->out;
  object_id thread;

  switch (item->what) {
    case FETCH_UID:
      reply_puts(out, "UID ");
      reply_num(out, j->m.uid);
      break;
    case FETCH_FLAGS: put_flags(j); break;
    case FETCH_MODSEQ: modseq_put(j->s, j->m.modseq); break;
    case FETCH_INTERNALDATE: put_date(out, "INTERNALDATE", j->m.date); break;
    case FETCH_SAVEDATE:
      put_date(out, "SAVEDATE", j->saved == INT64_MIN ? j->m.date : j->saved);
      break;
    case FETCH_EMAILID: put_id(out, "EMAILID", j->email); break;
    case FETCH_THREADID:
      object_id_thread(thread, j->email, j->value[CACHE_HEADERS]);
      put_id(out, "THREADID", thread);
      break;
    case FETCH_SIZE:
      reply_puts(out, "RFC822.SIZE ");
      reply_num(out, (uint64_t)j->m.vsize);
      break;
    case FETCH_ENVELOPE: put_value(j, "ENVELOPE ", CACHE_ENVELOPE); break;
    case FETCH_BODYSTRUCTURE:
      put_value(j, "BODYSTRUCTURE ", CACHE_BODYSTRUCTURE);
      break;
    case FETCH_BODY: put_value(j, "BODY ", CACHE_BODY); break;
    case FETCH_PREVIEW:
      reply_puts(out, "PREVIEW ");
      reply_nstring(out, j->value[CACHE_PREVIEW].s,
                    j->value[CACHE_PREVIEW].len);
      break;
    case FETCH_SECTION:
      if (put_section(j, &item->section) == -2) return -2;
      break;
  }
  return 0;
}

/* What a FETCH that has set \Seen tells although nobody asked: FLAGS, and
 * to a CONDSTORE client UID and MODSEQ (RFC 7162 section 3.2.4). */
static void put_marked(struct job *j)
{
  struct reply *out = &j->s->out;

  if (!wants(j, FETCH_UID) && tell_uid_item(j->s, 0)) {
    reply_puts(out, "UID ");
    reply_num(out, j->m.uid);
    reply_put(out, " ", 1);
  }
  if (!wants(j, FETCH_FLAGS)) {
    put_flags(j);
    reply_put(out, " ", 1);
  }
  if (!wants(j, FETCH_MODSEQ) && modseq_shown(j->s)) {
    modseq_put(j->s, j->m.modseq);
    reply_put(out, " ", 1);
  }
}

static int answer(struct job *j)
{
  struct reply *out = &j->s->out;
  const struct fetch_item *v = j->items->v;
  size_t i;
  int tell = j->mark;

  tell_fetch(j->s, j->m.uid);
  for (i = 0; i < j->items->n; i++) {
    if (tell && v[i].what > FETCH_SIZE) {
      put_marked(j);
      tell = 0;
    }
    if (put_item(j, &v[i]) == -2) return -2;
    if (i + 1 < j->items->n) reply_put(out, " ", 1);
  }
  reply_puts(out, ")\r\n");
  if (j->items->needs_file) j->s->fetched++;
  return 0;
}

/* the flags and the MODSEQ that it has now, by one look */
static void look_again(struct job *j)
{
  struct folder *f = j->s->folder;
  struct message m;

  if (folder_begin(f) == -1) return;
  if (folder_get(f, j->m.uid, &m) == 1) {
    j->m.flags = m.flags | MF_SEEN;
    j->m.keywords = m.keywords;
    j->m.modseq = m.modseq;
  }
  folder_end(f);
}

/* Set \Seen. That it failed is no reason to keep the text from the reader. */
static void set_seen(struct job *j)
{
  struct uidset one = UIDSET_ZERO;

  uidset_add(&one, j->m.uid, j->m.uid);
  if (folder_store(j->s->folder, &one, STORE_ADD, MF_SEEN, 0, UINT64_MAX,
                   0) == 0) {
    j->m.flags |= MF_SEEN;
    if (session_condstore(j->s)) look_again(j);
  } else {
    j->mark = 0;
    if (!j->store_failed) log_fault("fault", "seen");
    j->store_failed = 1;
  }
  uidset_free(&one);
}

/* BODY or BODYSTRUCTURE. 1; 0: it must not be kept, since it is not the same
 * for all clients; -1 errno */
static int make_structure(struct job *j, enum cache_kind kind, stralloc *out)
{
  unsigned how = kind == CACHE_BODYSTRUCTURE ? BODYSTRUCTURE_EXTENDED : 0;

  if (fetch_file_whole(&j->file) == -1) return -1;
  if (!session_rev2(j->s)) how |= BODYSTRUCTURE_REV1;
  bodystructure_cat(out, j->file.mime.root, how);
  return !bodystructure_two_forms(j->file.mime.root);
}

/* compute one kind that the index did not have, and give it to the index */
static int make(struct job *j, enum cache_kind kind)
{
  struct fetch_file *f = &j->file;
  stralloc *out = &j->copy[kind];
  int r, keep = 1;

  out->len = 0;
  switch (kind) {
    case CACHE_ENVELOPE:
      if (fetch_file_envelope(f) == -1) return -1;
      envelope_cat(out, f->mime.root->envelope);
      break;
    case CACHE_BODYSTRUCTURE: case CACHE_BODY:
      keep = make_structure(j, kind, out);
      if (keep == -1) return -1;
      break;
    case CACHE_HEADERS:
      r = fetch_file_header(f);
      if (r != 1) return r;     /* too long: left to the section */
      message_cache_headers(f->header.s, f->header.len, out);
      break;
    case CACHE_PARTS:
      return 0;                 /* fetch_section_put sees to it */
    case CACHE_PREVIEW:
      if (fetch_file_whole(f) == -1 ||
          preview_make(f->fd, f->mime.root, out) == -1)
        return -1;
      break;
    case CACHE_THREAD: case CACHE_SUBJECT: case CACHE_ADDRESSES:
      return 0;                 /* not of FETCH */
  }
  if (keep) message_cache_put(f->folder, f->uid, kind, out->s, out->len);
  j->value[kind].len = out->len;
  stralloc_append(out, 0);
  j->value[kind].s = out->s;
  return 0;
}

/* What needs the whole file goes first: its one parse then serves the
 * envelope too. */
static int make_all(struct job *j)
{
  static const enum cache_kind order[] = {
    CACHE_BODYSTRUCTURE, CACHE_BODY, CACHE_PREVIEW, CACHE_ENVELOPE,
    CACHE_HEADERS
  };
  size_t i;

  for (i = 0; i < sizeof order / sizeof *order; i++)
    if (j->items->kinds >> order[i] & 1 && !j->value[order[i]].s &&
        !may_lack(j, order[i]))
      if (make(j, order[i]) == -1) return -1;
  return 0;
}

/* 1 if an item cannot be answered from what look found */
static int file_needed(const struct job *j)
{
  int kind;

  if (j->items->needs_file) return 1;
  for (kind = 1; kind < CACHE_KINDS; kind++)
    if (j->items->kinds >> kind & 1 && !j->value[kind].s &&
        !may_lack(j, kind))
      return 1;
  return 0;
}

/* BODY[] has to be counted before its literal can be announced. */
static int count_whole(struct job *j)
{
  const struct fetch_item *v = j->items->v;
  size_t i;

  for (i = 0; i < j->items->n; i++)
    if (v[i].what == FETCH_SECTION && v[i].section.what == SECTION_ALL &&
        !v[i].section.depth)
      return fetch_file_count(&j->file);
  return 0;
}

/* 1 if all BINARY items can be decoded, 0 if not, -1 errno */
static int can_decode(struct job *j)
{
  const struct fetch_item *v = j->items->v;
  size_t i;
  int r = 1;

  for (i = 0; r == 1 && i < j->items->n; i++)
    if (v[i].what == FETCH_SECTION && v[i].section.form != SECTION_BODY)
      r = fetch_binary_known(&j->file, j->value[CACHE_PARTS], &v[i].section);
  return r;
}

/* What was counted or parsed tells the true size. A name may have a wrong
 * ",W=": RFC822.SIZE must agree with BODY[], now and from now on. */
static void correct_size(struct job *j)
{
  int64_t n = j->file.vsize;

  if (n < 0 || n == j->m.vsize) return;
  if (j->m.vsize >= 0) {
    log_begin("wrong-size");
    log_str("folder", folder_name(j->s->folder));
    log_num("uid", j->m.uid);
    log_num("size", (uint64_t)n);
    log_end();
  }
  j->m.vsize = n;
  folder_vsize_is(j->s->folder, j->m.uid, n);
}

/* Outside of a snapshot: all that the answer needs. 1; 0: this message gets
 * no answer; -1 with errno: nothing of it can be sent. */
static int complete(struct job *j)
{
  struct folder *f = j->s->folder;
  int r;

  if (file_needed(j)) {
    if (fetch_file_open_seen(&j->file, f, &j->m) == -1) return -1;
    if (make_all(j) == -1 || count_whole(j) == -1) return -1;
    r = can_decode(j);
    if (r == 0) j->result->unknown_cte = 1;
    if (r != 1) return r;
    correct_size(j);
  }
  if (wants_date(j) && j->m.date == INT64_MIN)
    if (folder_date(f, j->m.uid, &j->m.date) == -1) return -1;
  if (wants(j, FETCH_SIZE) && j->m.vsize < 0)
    if (folder_vsize(f, j->m.uid, &j->m.vsize) == -1) return -1;
  if (j->mark) set_seen(j);
  return 1;
}

/* A message that the snapshot alone could not answer. 0; -2: the literal
 * that was announced cannot be filled, so the stream ends here. */
static int answer_slowly(struct job *j)
{
  int r = complete(j);

  if (r == -1 && (errno == ENOENT || errno == ESTALE)) {
    j->result->gone++;
    r = 0;
  } else if (r == -1) {
    j->result->error = errno;
    log_fault("fault", "message");
    r = 0;
  } else if (r == 1) {
    r = answer(j);
  }
  if (r == -2) {
    log_fault("fault", "message");
    j->s->out.error = errno;
    j->s->out.dead = 1;
    j->s->out.buf.len = 0;
  }
  fetch_file_close(&j->file);
  return r;
}

/* those that wait, in their order; 0; -1 the reply is dead */
static int answer_waiting(struct job *j)
{
  struct waiting *w;
  size_t i;

  for (i = 0; i < j->nwaiting; i++) {
    if (session_stop && i) {
      j->result->error = EINTR;
      break;
    }
    w = j->waiting + i;
    j->m = w->m;
    j->m.name = j->names.s + w->name;
    j->saved = w->saved;
    memcpy(j->email, w->email, sizeof w->email);
    j->mark = w->mark;
    memset(j->value, 0, sizeof j->value);
    if (answer_slowly(j) == -2 || reply_drain(&j->s->out) == -1) return -1;
  }
  j->nwaiting = 0;
  j->names.len = 0;
  return 0;
}

/* As many messages as the index alone answers, until the reply is full, or
 * those of which it has nothing, which then wait. *uid is the next one. 1: that message is in m and value, for
 * answer_slowly; 0: none is; -1 errno of the index. */
static int fast_run(struct job *j, const struct uidset *uids, uint32_t *uid)
{
  struct folder *f = j->s->folder;
  int r = 0, full = 0;

  if (folder_begin(f) == -1) return -1;
  while (*uid && !full) {
    r = folder_get(f, *uid, &j->m);
    if (r == -1) break;
    if (!r) {
      j->result->gone++;
    } else if (j->m.modseq <= j->items->changedsince) {
      r = 0;
    } else if (look(j, *uid)) {
      r = 0;
      if (j->nwaiting) break;   /* those come first */
      answer(j);
    } else if (found_any(j)) {
      if (j->nwaiting) r = 0;
      else keep(j);
      break;
    } else {
      set_aside(j);
      r = 0;
    }
    full = j->s->out.dead || j->s->out.buf.len > REPLY_HIGH ||
           j->nwaiting == WAITING_MAX;
    *uid = *uid == UINT32_MAX ? 0 : uidset_next(uids, *uid + 1);
  }
  folder_end(f);
  return *uid ? r : 0;
}

static int run(struct job *j, const struct uidset *uids)
{
  uint32_t uid = uidset_next(uids, 1);
  int r;

  while (uid) {
    r = fast_run(j, uids, &uid);
    if (r == -1) {
      j->result->error = errno;
      log_fault("fault", "index");
      return 0;
    }
    if (answer_waiting(j) == -1) return -1;
    if (r == 1) {
      if (answer_slowly(j) == -2) return -1;
      uid = uid == UINT32_MAX ? 0 : uidset_next(uids, uid + 1);
    }
    if (reply_drain(&j->s->out) == -1) return -1;
    if (session_stop && uid) j->result->error = EINTR;
    if (session_stop && j->result->error == EINTR) return 0;
  }
  return 0;
}

int fetch_run(struct session *s, const struct fetch_items *items,
              const struct uidset *uids, struct fetch_result *result)
{
  struct job j = { .s = s, .items = items, .result = result,
                   .file = FETCH_FILE_ZERO };
  int kind, r;

  result->gone = 0;
  result->unknown_cte = 0;
  result->error = 0;
  uidset_copy(&j.recent, session_recent(s));
  r = run(&j, uids);
  folder_flush(s->folder);
  uidset_free(&j.recent);
  fetch_file_free(&j.file);
  stralloc_free(&j.name);
  stralloc_free(&j.names);
  free(j.waiting);
  for (kind = 0; kind < CACHE_KINDS; kind++) stralloc_free(&j.copy[kind]);
  return r;
}
