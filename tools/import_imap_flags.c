/* ISC licence; see LICENSE. */
/*
 * Flags and keywords that changed elsewhere after the messages came in. Each
 * is looked for where it is by now, whatever its folder.
 */
#include "import_imap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/log.h"

#define AT_ONCE 1000            /* messages of a FETCH */

struct found {                  /* one that may differ */
  struct import_place place;
  uint32_t flags;
  size_t words, len;            /* in text */
};

struct update {
  struct import *im;
  const struct import_origin *origin;
  struct found *v;
  size_t n, a;
  stralloc text;
  struct folder *folder;        /* the one that is open, ... */
  uint32_t number;              /* ... and which it is */
};

/* ---- what the server says ---- */

static void note(struct update *u, uint32_t uid,
                 const struct import_message *m)
{
  struct import_id id;
  const struct import_place *at;
  struct found *f;

  import_imap_id(u->origin, uid, &id);
  at = import_find(u->im, &id);
  if (!at) return;              /* it came in just now */
  if (u->n == u->a) {
    u->a = u->a ? u->a * 2 : 256;
    u->v = xrealloc(u->v, u->a * sizeof *u->v);
  }
  f = u->v + u->n++;
  f->place = *at;
  f->flags = m->flags;
  f->words = u->text.len;
  f->len = m->keywords.len;
  stralloc_catb(&u->text, m->keywords.s, m->keywords.len);
}

/* * 7 FETCH (UID 9 FLAGS (...)); one that came on its own accord may have no
 * UID and is passed over */
static void take_flags(void *arg, const struct imap_reply *r)
{
  struct update *u = arg;
  struct import_message m = { .date = 0 };
  uint32_t uid = 0;
  size_t i, k, behind;
  int told = 0;

  if (!imap_is(r, 2, "FETCH") || r->n < 4 || r->token[3].kind != IMAP_OPEN)
    return;
  for (i = 4; i + 1 < r->n; i = behind) {
    behind = imap_skip(r, i + 1);
    if (imap_is(r, i, "UID")) uid = imap_number(r, i + 1);
    if (!imap_is(r, i, "FLAGS")) continue;
    told = 1;
    for (k = i + 2; k + 1 < behind; k++)
      import_imap_flag(&m, imap_word(r, k), r->token[k].len);
  }
  if (uid && told && u->n < IMAP_TOKENS_MAX) note(u, uid, &m);
  import_message_free(&m);
}

/* ---- what is here ---- */

static int has_word(const char *words, size_t len, const char *word)
{
  const char *s;

  for (s = words; s < words + len; s += strlen(s) + 1)
    if (!strcasecmp(s, word)) return 1;
  return 0;
}

/* does it bear just those keywords? Between begin and end */
static int same_words(struct folder *f, const struct message *m,
                      const char *words, size_t len)
{
  const char *name, *s;
  stralloc here = STRALLOC_ZERO;
  uint32_t letters;
  size_t at = 0;
  int same = 1, i;

  for (letters = m->keywords, i = 0; letters; letters >>= 1, i++)
    if (letters & 1 && (name = folder_keyword_name(f, i))) {
      stralloc_cats(&here, name);
      stralloc_0(&here);
    }
  while ((name = folder_keyword_next(f, m->uid, m->keywords, &at))) {
    stralloc_cats(&here, name);
    stralloc_0(&here);
  }
  for (s = here.s; same && s && s < here.s + here.len; s += strlen(s) + 1)
    same = has_word(words, len, s);
  for (s = words; same && s < words + len; s += strlen(s) + 1)
    same = here.len && has_word(here.s, here.len, s);
  stralloc_free(&here);
  return same;
}

static void open_folder(struct update *u, uint32_t number)
{
  const char *storage = import_place_folder(u->im, number);

  if (u->folder && u->number == number) return;
  if (u->folder) folder_close(u->folder);
  u->folder = 0;
  if (folder_open(&u->folder, &u->im->account, storage, strlen(storage), 0)
      == -1 || folder_sync(u->folder) == -1)
    import_die(u->im, 111, 1, "unable to open a folder: ", storage);
  u->number = number;
}

/* 1: it is there, and differs */
static int differs(struct update *u, const struct found *f)
{
  struct message m;
  int r;

  if (folder_begin(u->folder) == -1) return 0;
  r = folder_get(u->folder, f->place.uid, &m) == 1
    && ((m.flags & ~(uint32_t)MF_PASSED) != f->flags
        || !same_words(u->folder, &m, u->text.len ? u->text.s + f->words : "",
                       f->len));
  folder_end(u->folder);
  return r;
}

static void set(struct update *u, const struct found *f)
{
  struct import_message m = { .flags = f->flags };
  struct keyword_ids ids = KEYWORD_IDS_ZERO;
  struct uidset one = UIDSET_ZERO;
  uint32_t letters;

  m.keywords.s = u->text.s + f->words;  /* borrowed */
  m.keywords.len = f->len;
  letters = import_keywords(u->im, u->folder, &m, &ids);
  uidset_add(&one, f->place.uid, f->place.uid);
  if (folder_store_more(u->folder, &one, STORE_SET, f->flags, letters, &ids,
                        UINT64_MAX, 0) == -1)
    import_die(u->im, 111, 1, "unable to change flags in ",
               import_place_folder(u->im, f->place.folder));
  keyword_ids_free(&ids);
  uidset_free(&one);
}

static int by_folder(const void *a, const void *b)
{
  const struct import_place *x = &((const struct found *)a)->place;
  const struct import_place *y = &((const struct found *)b)->place;

  if (x->folder != y->folder) return x->folder < y->folder ? -1 : 1;
  return x->uid < y->uid ? -1 : x->uid > y->uid;
}

static void apply(struct update *u)
{
  size_t i;

  if (u->n) qsort(u->v, u->n, sizeof *u->v, by_folder);
  for (i = 0; i < u->n; i++) {
    open_folder(u, u->v[i].place.folder);
    if (!differs(u, u->v + i)) continue;
    if (!u->im->dry) set(u, u->v + i);
    u->im->updated++;
  }
}

static void ask(struct imap *c, struct uidset *uids)
{
  stralloc s = STRALLOC_ZERO;

  stralloc_cats(&s, "UID FETCH ");
  uidset_fmt(&s, uids);
  stralloc_cats(&s, " (UID FLAGS)");
  stralloc_0(&s);
  imap_begin(c, s.s);
  imap_end(c);                  /* NO: what was told is good all the same */
  stralloc_free(&s);
  uidset_clear(uids);
}

void import_imap_flags(struct import *im, struct imap *c,
                       const struct import_origin *origin,
                       const struct uidset *uids)
{
  struct update u = { .im = im, .origin = origin };
  struct uidset batch = UIDSET_ZERO;
  uint32_t uid = 0;
  void *was = c->arg;
  size_t n = 0;

  c->arg = &u;
  c->untagged = take_flags;
  while (uid < UINT32_MAX && (uid = uidset_next(uids, uid + 1))) {
    uidset_add(&batch, uid, uid);
    if (++n % AT_ONCE == 0) ask(c, &batch);
  }
  if (batch.n) ask(c, &batch);
  c->untagged = 0;
  c->arg = was;
  apply(&u);
  if (u.folder) folder_close(u.folder);
  uidset_free(&batch);
  free(u.v);
  stralloc_free(&u.text);
}
