/* ISC licence; see LICENSE. */
/* The mail of one folder elsewhere: which UIDs are there, which of them are
 * not here, and those, some at a time. */
#include "import_imap.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/log.h"
#include "maildir/uidset.h"

#define AT_ONCE 250             /* messages of a FETCH */

struct fetch {
  struct import *im;
  struct imap *c;
  struct import_origin origin;
  uint32_t uidnext;             /* there; 0: it does not tell */
  struct uidset all;            /* UIDs there */
  stralloc found;               /* ranges of them as they come */
  struct uidset wanted;         /* of the FETCH that runs, not come yet */
  struct uidset known;          /* of all, those that are here */
  int started;                  /* a message is being stored */
  uint64_t left;                /* octets that its literal still has */
  uint64_t done, todo;
};

/* ---- what is there ---- */

static void take_select(void *arg, const struct imap_reply *r)
{
  struct fetch *f = arg;
  const char *s = imap_word(r, 2);

  if (!imap_is(r, 1, "OK")) return;
  if (!strncasecmp(s, "[UIDVALIDITY ", 13))
    f->origin.uidvalidity = (uint32_t)strtoul(s + 13, 0, 10);
  if (!strncasecmp(s, "[UIDNEXT ", 9))
    f->uidnext = (uint32_t)strtoul(s + 9, 0, 10);
}

static void take_search(void *arg, const struct imap_reply *r)
{
  struct fetch *f = arg;
  struct uidrange one;
  size_t i;

  if (!imap_is(r, 1, "SEARCH")) return;
  for (i = 2; i < r->n; i++) {
    one.lo = one.hi = imap_number(r, i);
    if (one.lo && f->found.len < sizeof one * IMAP_TOKENS_MAX)
      stralloc_catb(&f->found, (char *)&one, sizeof one);
  }
}

void import_imap_id(const struct import_origin *o, uint32_t uid,
                    struct import_id *id)
{
  stralloc n = STRALLOC_ZERO;
  const char *part[5];

  stralloc_catu(&n, o->uidvalidity);
  stralloc_append(&n, '.');
  stralloc_catu(&n, uid);
  stralloc_0(&n);
  part[0] = "imap";
  part[1] = o->host;
  part[2] = o->user;
  part[3] = strcasecmp(o->from->wire, "INBOX") ? o->from->wire : "INBOX";
  part[4] = n.s;
  import_id_of(id, part, 5);
  stralloc_free(&n);
}

/* EXAMINE changes nothing there: no \Seen, no \Recent taken away */
static int look(struct fetch *f)
{
  f->c->untagged = take_select;
  imap_begin(f->c, "EXAMINE ");
  imap_add_string(f->c, f->origin.from->wire);
  if (imap_end(f->c) != 1 || !f->origin.uidvalidity) return -1;
  f->c->untagged = take_search;
  imap_begin(f->c, "UID SEARCH ALL");
  if (imap_end(f->c) != 1) return -1;
  if (f->found.len)
    uidset_build(&f->all, (struct uidrange *)f->found.s,
                 f->found.len / sizeof(struct uidrange));
  stralloc_free(&f->found);
  f->todo = uidset_count(&f->all);
  return 0;
}

/* ---- a message ---- */

/* its text, as the server writes it: s 0 is the start, with the size */
static void take_text(void *arg, const char *s, size_t len)
{
  struct fetch *f = ((struct imap *)arg)->arg;

  if (!s) {
    /* two texts in one response: the first is not a message of its own */
    if (f->started) import_drop(f->im);
    import_start(f->im);
    f->started = 1;
  }
  else
    import_data(f->im, s, len);
}

void import_imap_flag(struct import_message *m, const char *s, size_t len)
{
  static const struct { const char *name; uint32_t flag; } table[] = {
    { "\\Answered", MF_ANSWERED }, { "\\Flagged", MF_FLAGGED },
    { "\\Deleted", MF_DELETED }, { "\\Seen", MF_SEEN }, { "\\Draft", MF_DRAFT }
  };
  size_t i;

  for (i = 0; i < sizeof table / sizeof *table; i++)
    if (!strcasecmp(s, table[i].name)) m->flags |= table[i].flag;
  if (!strcasecmp(s, "\\Recent")) m->recent = 1;
  if (*s == '\\' || !len || len > 255) return;
  stralloc_catb(&m->keywords, s, len + 1);
}

/* the items of a FETCH response; their order is the server's */
static void take_items(const struct imap_reply *r, struct import_message *m,
                       uint32_t *uid, size_t *text)
{
  size_t i = 4, k, behind;

  while (i + 1 < r->n) {
    behind = imap_skip(r, i + 1);
    if (imap_is(r, i, "UID")) *uid = imap_number(r, i + 1);
    else if (imap_is(r, i, "INTERNALDATE"))
      m->date = imap_date(imap_word(r, i + 1), r->token[i + 1].len);
    else if (imap_is(r, i, "BODY[]")) *text = i + 1;
    else if (imap_is(r, i, "FLAGS"))
      for (k = i + 2; k + 1 < behind; k++)
        import_imap_flag(m, imap_word(r, k), r->token[k].len);
    i = behind;
  }
}

static void take_fetch(void *arg, const struct imap_reply *r)
{
  struct fetch *f = arg;
  struct import_message m = { .date = INT64_MIN };
  uint32_t uid = 0;
  size_t text = 0;

  if (!imap_is(r, 2, "FETCH") || r->n < 4 || r->token[3].kind != IMAP_OPEN)
    return;
  take_items(r, &m, &uid, &text);
  if (text && r->token[text].kind == IMAP_STRING) {     /* quoted */
    take_text(f->c, 0, r->token[text].len);
    import_data(f->im, imap_word(r, text), r->token[text].len);
  }
  if (f->started && uid && uidset_has(&f->wanted, uid)) {
    uidset_remove(&f->wanted, uid, uid);
    import_imap_id(&f->origin, uid, &m.id);
    if (f->im->uidvalidity) m.uid = uid;
    f->started = 0;
    import_finish(f->im, &m);
    import_progress(f->im, ++f->done, f->todo);
  }
  else if (f->started) {        /* none that was asked for */
    import_drop(f->im);
    f->started = 0;
  }
  import_message_free(&m);
}

/* ---- all that is missing ---- */

static int ask(struct fetch *f, const struct uidset *uids)
{
  stralloc s = STRALLOC_ZERO;
  int r;

  stralloc_cats(&s, "UID FETCH ");
  uidset_fmt(&s, uids);
  stralloc_cats(&s, " (UID FLAGS INTERNALDATE BODY.PEEK[])");
  stralloc_0(&s);
  imap_begin(f->c, s.s);
  stralloc_free(&s);
  r = imap_end(f->c);
  return r;
}

/* One message that a server cannot read may end the command for all behind
 * it: they are asked for one by one then. */
static void get(struct fetch *f, struct uidset *batch)
{
  struct uidset one = UIDSET_ZERO;
  uint32_t uid = 0;
  stralloc s = STRALLOC_ZERO;

  uidset_copy(&f->wanted, batch);
  if (ask(f, batch) != 1 && uidset_count(batch) > 1) {
    uidset_copy(batch, &f->wanted);
    while (uid < UINT32_MAX && (uid = uidset_next(batch, uid + 1))) {
      uidset_clear(&one);
      uidset_add(&one, uid, uid);
      ask(f, &one);
    }
  }
  uid = 0;
  while (uid < UINT32_MAX && (uid = uidset_next(&f->wanted, uid + 1))) {
    s.len = 0;
    stralloc_cats(&s, f->origin.from->shown);
    stralloc_cats(&s, " UID ");
    stralloc_catu(&s, uid);
    stralloc_0(&s);
    import_left_out(f->im, 1, "the server did not give it", s.s);
  }
  uidset_clear(batch);
  uidset_free(&one);
  stralloc_free(&s);
}

static void all(struct fetch *f)
{
  struct uidset batch = UIDSET_ZERO;
  struct import_id id;
  uint32_t uid = 0;

  while (uid < UINT32_MAX && (uid = uidset_next(&f->all, uid + 1))) {
    import_imap_id(&f->origin, uid, &id);
    if (import_is_known(f->im, &id)) {
      uidset_add(&f->known, uid, uid);
      f->im->there++;
      f->done++;
      continue;
    }
    if (f->im->dry) {
      f->im->here++;
      continue;
    }
    uidset_add(&batch, uid, uid);
    if (uidset_count(&batch) == AT_ONCE) get(f, &batch);
  }
  if (batch.n) get(f, &batch);
  uidset_free(&batch);
}

static void lost(void *arg, const char *why, const char *words)
{
  struct fetch *f = arg;

  if (f->started) import_drop(f->im);
  import_die(f->im, 111, 0, why, words);
}

/* UIDVALIDITY and the UIDs of a folder that is new here, so that clients need
 * not fetch anything again */
static void keep_uids(struct fetch *f, const char *storage)
{
  if (f->im->dry) return;
  if (import_make(f->im, storage, f->origin.uidvalidity))
    f->im->uidvalidity = f->origin.uidvalidity;
  else
    import_left_out(f->im, 0, "its UIDs cannot be kept: the folder here was in "
                    "use before", f->origin.from->shown);
}

static void all_of(struct fetch *f, const struct import_options *opt)
{
  f->c->untagged = take_fetch;
  f->c->in.text = take_text;
  all(f);
  f->c->in.text = 0;
  f->c->untagged = 0;
  import_commit(f->im);
  if (opt->update_flags && f->known.n)
    import_imap_flags(f->im, f->c, &f->origin, &f->known);
}

void import_imap_fetch(struct import *im, const struct import_options *opt,
                       struct imap *c, const char *user,
                       const struct remote *from, const char *storage)
{
  struct fetch f = { .im = im, .c = c,
                     .origin = { c->server.host, user, from, 0 } };
  uint32_t keep;
  int there;

  c->arg = &f;
  c->lost = lost;
  c->lost_arg = &f;
  there = look(&f) == 0;
  if (there && opt->keep_uids) keep_uids(&f, storage);
  keep = im->uidvalidity;
  import_folder(im, storage, from->name);
  im->uidvalidity = keep;
  if (there) all_of(&f, opt);
  else import_left_out(im, 0, "the server does not open it", from->shown);
  import_folder_end(im);
  if (keep && f.uidnext && f.uidnext <= FILENAME_KEPT_MAX)
    import_uidnext(im, storage, f.uidnext);
  c->untagged = 0;
  c->lost = 0;
  uidset_free(&f.all);
  uidset_free(&f.wanted);
  uidset_free(&f.known);
}
