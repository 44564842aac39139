/* ISC licence; see LICENSE. */
#include "sync.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"

/*
 * The first look of all at a folder where another server was. Its UIDs become
 * records of the uidlist that is about to be made, POP3's unique-ids their
 * field P, keywords letters of names; those for which no letter is left go to
 * roost-extra once the UIDs are known. The uidlist comes last: until it is
 * there all this can be done again, with the same end.
 */
struct words {
  struct sync *s;
  uint32_t known;               /* letters that have names */
  int all;                      /* what it kept is all that there is */
};

static void take_uids(struct sync *s)
{
  const struct takeover *t = &s->taken;
  struct uidlist_record r;
  size_t i;

  for (i = 0; i < t->map.n; i++) {
    if (!t->item[i].uid) continue;
    memset(&r, 0, sizeof r);
    r.uid = t->item[i].uid;
    r.name = namemap_text(&t->map, i);
    r.namelen = t->map.e[i].len;
    r.fields = "";
    sync_listed(&s->listed, &r);
  }
  s->u.uidvalidity = t->uidvalidity ? t->uidvalidity
    : uidvalidity_next(s->f->account->rootfd);
  s->u.uidnext = t->uidnext;
  if (t->uidl_format) {
    stralloc_cats(&s->u.words, " P");
    stralloc_cats(&s->u.words, t->uidl_format);
  }
}

void sync_taken(const struct sync *s, const char *base, size_t len,
                stralloc *fields)
{
  const char *uidl = takeover_uidl(&s->taken,
                                   takeover_find(&s->taken, base, len));

  fields->len = 0;
  if (!uidl) return;
  stralloc_append(fields, 'P');
  stralloc_cats(fields, uidl);
}

/* ---- keywords ---- */

static const struct takeover *sorted;

/* the most used ones get the letters */
static int by_uses(const void *a, const void *b)
{
  uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
  size_t m = sorted->word[i].uses, n = sorted->word[j].uses;

  if (m != n) return m > n ? -1 : 1;
  return i < j ? -1 : i > j;
}

/* letters of names that no line of dovecot-keywords explains */
static uint32_t letters_in_use(const struct sync *s)
{
  uint32_t flags, keywords, all = 0;
  size_t i;

  for (i = 0; i < s->scan.map.n; i++) {
    filename_flags(namemap_text(&s->scan.map, i), s->scan.map.e[i].len,
                   &flags, &keywords);
    all |= keywords;
  }
  return all;
}

/* a letter for each, as long as there are any; 0, -1 errno */
static int give_letters(struct words *w, int fd)
{
  const struct takeover *t = &w->s->taken;
  struct keywords *k = &w->s->f->keywords;
  uint32_t *order = xalloc(t->word_map.n * sizeof *order), i, in_use;
  const char *name;
  int letter, r = keywords_read(k, fd) == -1 ? -1 : 0;

  w->s->letter = xalloc(t->word_map.n);
  memset(w->s->letter, -1, t->word_map.n);
  in_use = r == -1 ? 0 : letters_in_use(w->s) & ~keywords_known(k);
  for (i = 0; i < t->word_map.n; i++) order[i] = i;
  sorted = t;
  qsort(order, t->word_map.n, sizeof *order, by_uses);
  for (i = 0; r == 0 && i < t->word_map.n; i++) {
    name = takeover_word_name(t, order[i]);
    letter = keywords_find(k, name, strlen(name));
    if (letter == -1 && t->word[order[i]].uses)
      letter = keywords_add(k, fd, name, strlen(name), in_use);
    if (letter >= 0) w->s->letter[order[i]] = (signed char)letter;
    else if (t->word[order[i]].uses && errno != EMFILE) r = -1;
  }
  if (r == 0) w->known = keywords_known(k);
  free(order);
  return r;
}

/* what Courier wrote after dovecot-keywords was written last is all that
 * there is; else what names of files have stays, too */
static int newer(const struct sync *s, int fd)
{
  struct stat st;

  return fstatat(fd, KEYWORDS_NAME, &st, 0) == -1
    || s->taken.keywords_mtime >= st.st_mtime;
}

/* entry i of the scan gets another name, in cur/; 0, -1 errno */
static int rename_entry(struct sync *s, size_t i, const stralloc *to)
{
  stralloc from = STRALLOC_ZERO, dest = STRALLOC_ZERO;
  int root = s->f->account->rootfd, r;

  folder_path(s->f, &from, s->scan.where[i] & SCAN_NEW,
              namemap_text(&s->scan.map, i), s->scan.map.e[i].len);
  folder_path(s->f, &dest, 0, to->s, to->len);
  r = rename_keep(root, from.s, root, dest.s);
  if (r == 0) {
    namemap_reset(&s->scan.map, i, to->s, to->len);
    s->scan.where[i] &= (unsigned char)~SCAN_NEW;
  }
  else if (errno == ENOENT || errno == EEXIST) {
    s->again = 1;               /* someone was faster; its own look will tell */
    r = 0;
  }
  stralloc_free(&from);
  stralloc_free(&dest);
  return r;
}

/* the letters of a message's keywords */
static uint32_t letters_of(const struct sync *s,
                           const struct takeover_item *item)
{
  const uint32_t *id;
  uint32_t mask = 0;

  if (!item || !item->words) return 0;
  for (id = s->taken.ids + item->words; *id != TAKEOVER_NO_WORD; id++)
    if (s->letter[*id] >= 0) mask |= 1u << s->letter[*id];
  return mask;
}

static int word_one(struct words *w, size_t i)
{
  struct sync *s = w->s;
  const char *name = namemap_text(&s->scan.map, i);
  size_t len = s->scan.map.e[i].len, base = s->scan.map.e[i].base;
  uint32_t mask = letters_of(s, takeover_find(&s->taken, name, base));
  uint32_t flags, had, want;
  stralloc to = STRALLOC_ZERO;
  int r = 0;

  filename_flags(name, len, &flags, &had);
  want = w->all ? mask | (had & ~w->known) : had | mask;
  if (had != want) {
    filename_with(&to, name, len, flags, want, w->known);
    /* where letters do not fit, roost-extra gets the keywords */
    if (to.len <= FILENAME_LIMIT) r = rename_entry(s, i, &to);
  }
  stralloc_free(&to);
  return r;
}

static int take_words(struct sync *s, int fd)
{
  struct words w = { s, 0, 0 };
  size_t i;
  int r;

  if (!s->taken.has_keywords) return 0;
  w.all = newer(s, fd);
  r = give_letters(&w, fd);
  for (i = 0; r == 0 && i < s->scan.map.n; i++) r = word_one(&w, i);
  return r;
}

/* those of a message that its name does not have */
static void more_words(const struct sync *s, const struct change *c,
                       struct uidset *uids)
{
  const char *name = sync_name(s, c);
  const struct takeover_item *item =
    takeover_find(&s->taken, name, filename_base(name, c->namelen));
  const uint32_t *id;
  uint32_t flags, has;

  if (!item || !item->words) return;
  filename_flags(name, c->namelen, &flags, &has);
  for (id = s->taken.ids + item->words; *id != TAKEOVER_NO_WORD; id++)
    if (s->letter[*id] < 0 || !(has >> s->letter[*id] & 1))
      uidset_add(uids + *id, c->uid, c->uid);
}

int sync_taken_words(struct sync *s, int fd)
{
  size_t n = s->taken.word_map.n, i;
  struct uidset *uids = xalloc(n * sizeof *uids);
  stralloc lines = STRALLOC_ZERO;
  struct stamp before;
  int r = 0;

  for (i = 0; i < n; i++) memset(uids + i, 0, sizeof *uids);
  for (i = 0; n && i < s->n; i++)
    if (s->changes[i].kind == CHANGE_ADD) more_words(s, s->changes + i, uids);
  for (i = 0; i < n; i++) {
    extra_line(&lines, uids + i, '+', takeover_word_name(&s->taken, i));
    uidset_free(uids + i);
  }
  /* one that is there is of a time before this server, or of a try that was
   * killed, with UIDs that are not sure */
  if (s->taken.has_keywords && unlinkat(fd, EXTRA_NAME, 0) == -1
      && errno != ENOENT) r = -1;
  if (r == 0 && lines.len) {
    r = folder_extra_write(s->f, s->u.uidvalidity, &lines, 1, &before);
    s->stamps.extra = s->f->extra.stamp;
  }
  stralloc_free(&lines);
  free(uids);
  return r;
}

/* ---- */

static void tell(const struct sync *s)
{
  log_begin("takeover");
  log_str("file", s->f->dir.s);
  log_str("from", s->taken.from);
  log_num("uidvalidity", s->u.uidvalidity);
  log_num("uidnext", s->u.uidnext);
  log_num("uids", s->listed.map.n);
  log_end();
}

/* files of these records were there before the records: one that our scan
 * has not was removed, or readdir passed it over while someone was at work */
static int look_twice(struct sync *s)
{
  if (sync_quiet(s, &s->stamps, s->started)) return 0;
  return sync_unseen(s, &s->wanted) ? sync_search(s) : 0;
}

int sync_takeover(struct sync *s, int fd)
{
  int r;

  s->taken.folder = s->f->dir.s;
  r = takeover_read(&s->taken, fd, !*s->f->storage);
  if (r != 1) return r;
  take_uids(s);
  if (look_twice(s) == -1 || take_words(s, fd) == -1) return -1;
  tell(s);
  return 0;
}
