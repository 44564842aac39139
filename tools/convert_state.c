/* ISC licence; see LICENSE. */
#include "convert.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/env.h"
#include "maildir/extra.h"
#include "maildir/filename.h"
#include "maildir/keywords.h"
#include "maildir/takeover.h"
#include "maildir/uidl.h"
#include "maildir/uidlist.h"

/* Reading a folder's state. */

#define RECENT 2                /* s; who changed cur/ since may be at work */
#define MORE_SCANS 3

/* add what is there; a name that is known by now has its latest form */
static int scan(struct folder_state *s, int dirfd, const char *sub)
{
  int fd = openat(dirfd, sub, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *d = fd == -1 ? 0 : fdopendir(fd);
  struct dirent *e;
  size_t len, base, i;
  uint32_t letters;

  if (!d) {
    if (fd != -1) close(fd);
    return -1;
  }
  while ((e = readdir(d))) {
    len = strlen(e->d_name);
    if (e->d_type == DT_DIR || !filename_ok(e->d_name, len)) continue;
    base = filename_base(e->d_name, len);
    i = namemap_find(&s->map, e->d_name, base);
    if (i == NAMEMAP_NONE) i = namemap_add(&s->map, e->d_name, len, base);
    else if (namemap_reset(&s->map, i, e->d_name, len) == -1) continue;
    if (i == NAMEMAP_NONE) continue;
    if (i >= s->a) {
      s->a = s->map.a;
      s->m = xrealloc(s->m, s->a * sizeof *s->m);
    }
    memset(s->m + i, 0, sizeof *s->m);
    s->m[i].in_new = *sub == 'n';
    s->m[i].vsize = filename_size(e->d_name, len, 'W');
    filename_flags(e->d_name, len, &s->m[i].flags, &letters);
  }
  closedir(d);
  return 0;
}

static int at_work(int dirfd, time_t since)
{
  struct stat st;

  return fstatat(dirfd, "cur", &st, 0) == 0 && st.st_mtime >= since - RECENT;
}

/*
 * readdir passes over names that are being changed. A message that is not seen
 * would lose its UID on the way to another server, so as long as someone is at
 * work we look again, and what any look has seen is there.
 */
static int scan_all(struct folder_state *s, int dirfd)
{
  time_t since = time(0);
  int i;

  for (i = 0; i <= MORE_SCANS && (!i || at_work(dirfd, since)); i++)
    if (scan(s, dirfd, "new") == -1 || scan(s, dirfd, "cur") == -1) return -1;
  return 0;
}

static size_t put(struct folder_state *s, const char *text, size_t len)
{
  size_t at = s->text.len + 1;

  stralloc_catb(&s->text, text, len);
  stralloc_0(&s->text);
  return at;
}

/* ---- keywords: names, sorted ---- */

struct names { const char **v; size_t n, a; };

static void add_name(struct names *v, const char *name)
{
  if (v->n == v->a) {
    v->a = v->a ? v->a * 2 : 64;
    v->v = xrealloc(v->v, v->a * sizeof *v->v);
  }
  v->v[v->n++] = name;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t put_names(struct folder_state *s, struct names *v)
{
  size_t at = s->text.len + 1, i, n = 0;

  qsort(v->v, v->n, sizeof *v->v, by_name);
  for (i = 0; i < v->n; i++) {
    if (i && !strcmp(v->v[i], v->v[i - 1])) continue;
    if (n++) stralloc_append(&s->text, ' ');
    stralloc_cats(&s->text, v->v[i]);
  }
  stralloc_0(&s->text);
  v->n = 0;
  return n ? at : 0;
}

/* ---- Dovecot's files ---- */


static int take_record(void *arg, const struct uidlist_record *r)
{
  struct folder_state *s = arg;
  size_t i = namemap_find(&s->map, r->name, r->namelen), n, k;
  const char *v;
  char num[20];

  if (i == NAMEMAP_NONE) return 0;
  s->m[i].uid = r->uid;
  v = uidlist_field(r->fields, r->fieldslen, 'P', &n);
  s->m[i].uidl = !v ? 0 : n ? put(s, v, n) : put(s, r->name, r->namelen);
  v = uidlist_field(r->fields, r->fieldslen, 'G', &n);
  if (v && n) s->m[i].guid = put(s, v, n);
  v = uidlist_field(r->fields, r->fieldslen, 'W', &n);
  if (v && n && n < sizeof num && s->m[i].vsize == -1) {
    for (k = 0; k < n && v[k] >= '0' && v[k] <= '9'; k++) num[k] = v[k];
    num[k] = 0;
    if (k == n) s->m[i].vsize = atoll(num);
  }
  return 0;
}

/* ---- unique-ids that pop3d makes of a format ---- */

/* 1; 0: none was said, or none that we know */
static int choose_format(struct folder_state *s, const stralloc *words,
                         struct uidl_format *f)
{
  const char *site = env_str("POP3_UIDL", 0), *text;
  size_t len;
  int known = uidl_format_words(f, words, &text, &len);

  if (known == 1) return 1;
  s->binary_uidl = known == -1;         /* the site's, as pop3d has it */
  return site ? uidl_format_name(f, site) : 0;
}

static size_t make_one(struct folder_state *s, size_t i,
                       const struct uidl_format *f)
{
  stralloc out = STRALLOC_ZERO;
  const char *guid = state_text(s, s->m[i].guid);
  struct uidl_facts x = { s->m[i].uid, s->uidvalidity,
                          namemap_text(&s->map, i), s->map.e[i].base,
                          guid, strlen(guid) };
  size_t at;

  uidl_make(&out, f, &x);
  at = put(s, out.s, out.len);
  stralloc_free(&out);
  return at;
}

/* what is there twice stays with the lowest UID, the others have it hashed */
static void part_doubles(struct folder_state *s)
{
  struct namemap map = NAMEMAP_ZERO;
  stralloc text = STRALLOC_ZERO;
  size_t n, k, i, len, *order = state_order(s, &n);
  int known;

  for (k = 0; k < n; k++) {
    i = order[k];
    if (!s->m[i].uidl) continue;
    len = strlen(state_text(s, s->m[i].uidl));
    namemap_meet(&map, state_text(s, s->m[i].uidl), len, len, &known);
    if (!known) continue;
    text.len = 0;
    uidl_other(&text, state_text(s, s->m[i].uidl), len, s->m[i].uid);
    s->m[i].uidl = put(s, text.s, text.len);
  }
  stralloc_free(&text);
  namemap_free(&map);
  free(order);
}

/* for all that have none; a message without a UID only where none is needed */
static void by_format(struct folder_state *s, const struct uidl_format *f)
{
  int needs = uidl_format_needs_uid(f);
  size_t i;

  for (i = 0; i < s->map.n; i++)
    if (!s->m[i].uidl && (s->m[i].uid || !needs))
      s->m[i].uidl = make_one(s, i, f);
  part_doubles(s);
}

static void own_uidls(struct folder_state *s, const stralloc *words)
{
  struct uidl_format f;

  if (!choose_format(s, words, &f))
    uidl_format_name(&f, UIDL_DEFAULT);
  by_format(s, &f);
}

/* where another server's files name none, what the site says its users were
 * given */
static void site_uidls(struct folder_state *s)
{
  const char *site = env_str("POP3_UIDL", 0);
  struct uidl_format f;

  if (site && uidl_format_name(&f, site)) by_format(s, &f);
}

static void own_words(struct folder_state *s, const struct keywords *k,
                      const struct extra *e)
{
  struct names v = { 0, 0, 0 };
  uint32_t flags, letters, used = 0, j;
  size_t i;

  for (i = 0; i < s->map.n; i++) {
    filename_flags(namemap_text(&s->map, i), s->map.e[i].len, &flags,
                   &letters);
    for (j = 0; j < KEYWORD_LETTERS; j++)
      if (letters >> j & 1 && k->name[j]) {
        add_name(&v, k->name[j]);
        used |= 1u << j;
      }
    for (j = 0; j < e->n && s->m[i].uid; j++)
      if (uidset_has(&e->word[j].uids, s->m[i].uid))
        add_name(&v, e->word[j].name);
    if (v.n) s->m[i].words = put_names(s, &v);
  }
  for (; used; used &= used - 1) s->words++;
  for (j = 0; j < e->n; j++)
    if (e->word[j].uids.n
        && keywords_find(k, e->word[j].name, strlen(e->word[j].name)) == -1)
      s->extra_words++;
  s->words += s->extra_words;
  free(v.v);
}

/* 1, 0 there is no uidlist, -1 */
static int own_state(struct folder_state *s, int dirfd, int inbox)
{
  struct uidlist u = { 0 };
  struct keywords k = KEYWORDS_ZERO;
  struct extra e = { 0 };
  int r = uidlist_read(&u, dirfd, take_record, s);

  if (r == 0 && u.version) {
    s->from = "dovecot";
    s->uidvalidity = u.uidvalidity;
    s->uidnext = u.uidnext;
    if (inbox) own_uidls(s, &u.words);
    if (keywords_read(&k, dirfd) == -1
        || extra_read(&e, dirfd, u.uidvalidity) == -1) r = -1;
    else own_words(s, &k, &e);
    if (r == 0) r = 1;
  }
  keywords_free(&k);
  extra_free(&e);
  uidlist_free(&u);
  return r;
}

/* ---- another server's ---- */

static void tell(void *arg, const char *file, unsigned long line,
                 const char *why)
{
  struct folder_state *s = arg;

  if (s->faults++ > 20) return;
  stralloc_cats(&s->told, "  ");
  stralloc_cats(&s->told, file);
  if (line) {
    stralloc_cats(&s->told, ", line ");
    stralloc_catu(&s->told, line);
  }
  stralloc_cats(&s->told, ": passed over: ");
  stralloc_cats(&s->told, s->faults > 20 ? "and more" : why);
  stralloc_append(&s->told, '\n');
}

/* letters that have names stay where the other server kept no keywords */
static void other_words(struct folder_state *s, const struct takeover *t)
{
  const struct takeover_item *item;
  struct names v = { 0, 0, 0 };
  size_t i, j;

  for (i = 0; i < s->map.n; i++) {
    item = takeover_find(t, namemap_text(&s->map, i), s->map.e[i].base);
    if (!item) continue;
    s->m[i].uid = item->uid;
    if (item->uidl)
      s->m[i].uidl = put(s, takeover_uidl(t, item),
                         strlen(takeover_uidl(t, item)));
    if (!item->words) continue;
    for (j = item->words; t->ids[j] != TAKEOVER_NO_WORD; j++)
      add_name(&v, takeover_word_name(t, t->ids[j]));
    s->m[i].words = put_names(s, &v);
  }
  for (j = 0; j < t->word_map.n; j++)
    if (t->word[j].uses) s->words++;
  if (s->words > KEYWORD_LETTERS) s->extra_words = s->words - KEYWORD_LETTERS;
  free(v.v);
}

static int other_state(struct folder_state *s, int dirfd, int inbox)
{
  struct takeover t;
  int r;

  memset(&t, 0, sizeof t);
  t.tell = tell;
  t.arg = s;
  r = takeover_read(&t, dirfd, inbox);
  if (r != -1) {
    s->from = r ? t.from : "none";
    s->uidvalidity = t.uidvalidity;
    s->uidnext = t.uidnext;
    other_words(s, &t);
    if (inbox && !t.uidl_format) site_uidls(s);
  }
  takeover_free(&t);
  return r == -1 ? -1 : 0;
}

int folder_state(struct folder_state *s, int dirfd, int inbox)
{
  int r;

  if (scan_all(s, dirfd) == -1) return -1;
  r = own_state(s, dirfd, inbox);
  return r ? (r == 1 ? 0 : -1) : other_state(s, dirfd, inbox);
}

static const struct folder_state *sorted;

static int by_uid(const void *a, const void *b)
{
  uint32_t i = sorted->m[*(const size_t *)a].uid;
  uint32_t j = sorted->m[*(const size_t *)b].uid;

  return i < j ? -1 : i > j;
}

size_t *state_order(const struct folder_state *s, size_t *n)
{
  size_t *order = xalloc(s->map.n * sizeof *order), i;

  *n = 0;
  for (i = 0; i < s->map.n; i++)
    if (s->m[i].uid) order[(*n)++] = i;
  sorted = s;
  qsort(order, *n, sizeof *order, by_uid);
  return order;
}

void folder_state_free(struct folder_state *s)
{
  namemap_free(&s->map);
  free(s->m);
  stralloc_free(&s->text);
  stralloc_free(&s->told);
  memset(s, 0, sizeof *s);
}
