/* ISC licence; see LICENSE. */
/*
 * One folder beside what a server answers. The server is asked first: it may
 * serve these very files, and gives new mail its UIDs when it is asked. What
 * it answers is kept, sorted by UID; then the files are looked at, and both
 * lists are gone through side by side.
 */
#include "convert_server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "maildir/filename.h"

#define ANSWERS_MAX IMAP_TOKENS_MAX     /* messages of a folder */
#define WORDS_MAX 1024                  /* keywords of a message */
#define TEXT_MAX ((size_t)1 << 28)      /* octets of all of theirs */
#define TOLD_MAX 100                    /* lines of a folder */

struct answer {
  uint32_t uid, flags;
  int64_t size;                 /* -1: none was told */
  size_t words;                 /* in text, + 1; 0: none */
};

struct look {
  uint32_t uidvalidity, uidnext;
  struct answer *v;
  size_t n, a;
  int too_many;
  stralloc text;
  const struct folder_state *here;
  int dirfd;
  stralloc *told;
  unsigned long differences;
};

/* ---- keywords, sorted without case, with spaces between ---- */

static int by_word(const void *a, const void *b)
{
  return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* words: n of them in a row, each NUL-ended */
static void cat_words(stralloc *out, const char *words, size_t len)
{
  const char *v[WORDS_MAX], *s;
  size_t n = 0, i;

  for (s = words; s < words + len && n < WORDS_MAX; s += strlen(s) + 1)
    v[n++] = s;
  if (n) qsort(v, n, sizeof *v, by_word);
  for (i = 0; i < n; i++) {
    if (i && !strcasecmp(v[i], v[i - 1])) continue;
    if (i) stralloc_append(out, ' ');
    for (s = v[i]; *s; s++)     /* a person reads them on a terminal */
      stralloc_append(out, (unsigned char)*s < 33 || *s == 127 ? '?' : *s);
  }
}

/* those of message i here, as its clients see them */
static void words_here(const struct look *l, size_t i, stralloc *out)
{
  stralloc words = STRALLOC_ZERO;
  size_t k;

  stralloc_cats(&words, state_text(l->here, l->here->m[i].words));
  if (words.len) stralloc_0(&words);
  for (k = 0; k < words.len; k++)
    if (words.s[k] == ' ') words.s[k] = 0;
  if (l->here->m[i].flags & MF_PASSED) {
    stralloc_cats(&words, "$Forwarded");
    stralloc_0(&words);
  }
  cat_words(out, words.s, words.len);
  stralloc_free(&words);
}

/* ---- what the server answers ---- */

static void take_examine(void *arg, const struct imap_reply *r)
{
  struct look *l = arg;
  const char *s = imap_word(r, 2);

  if (!imap_is(r, 1, "OK")) return;
  if (!strncasecmp(s, "[UIDVALIDITY ", 13))
    l->uidvalidity = (uint32_t)strtoul(s + 13, 0, 10);
  if (!strncasecmp(s, "[UIDNEXT ", 9))
    l->uidnext = (uint32_t)strtoul(s + 9, 0, 10);
}

static struct answer *next(struct look *l)
{
  if (l->n == ANSWERS_MAX || l->text.len > TEXT_MAX) {
    l->too_many = 1;
    return 0;
  }
  if (l->n == l->a) {
    l->a = l->a ? l->a * 2 : 256;
    l->v = xrealloc(l->v, l->a * sizeof *l->v);
  }
  return l->v + l->n;
}

/* * 7 FETCH (UID 9 FLAGS (\Seen) RFC822.SIZE 400); one that came on its own
 * accord has no size and is passed over */
static void take_fetch(void *arg, const struct imap_reply *r)
{
  struct look *l = arg;
  struct import_message m = { .date = 0 };
  struct answer a = { 0, 0, -1, 0 }, *to;
  size_t i, k, behind;

  if (!imap_is(r, 2, "FETCH") || r->n < 4 || r->token[3].kind != IMAP_OPEN)
    return;
  for (i = 4; i + 1 < r->n; i = behind) {
    behind = imap_skip(r, i + 1);
    if (imap_is(r, i, "UID")) a.uid = imap_number(r, i + 1);
    else if (imap_is(r, i, "RFC822.SIZE")) a.size = imap_number(r, i + 1);
    else if (imap_is(r, i, "FLAGS"))
      for (k = i + 2; k + 1 < behind; k++)
        import_imap_flag(&m, imap_word(r, k), r->token[k].len);
  }
  if (a.uid && a.size != -1 && (to = next(l))) {
    a.flags = m.flags;
    if (m.keywords.len) {
      a.words = l->text.len + 1;
      cat_words(&l->text, m.keywords.s, m.keywords.len);
      stralloc_0(&l->text);
    }
    *to = a;
    l->n++;
  }
  stralloc_free(&m.keywords);
}

static int by_uid(const void *a, const void *b)
{
  uint32_t x = ((const struct answer *)a)->uid;
  uint32_t y = ((const struct answer *)b)->uid;

  return x < y ? -1 : x > y;
}

/* EXAMINE changes nothing there; 0, -1 */
static int ask(struct look *l, struct imap *c, const char *wire)
{
  size_t i, n = 0;
  int r;

  c->arg = l;
  c->untagged = take_examine;
  imap_begin(c, "EXAMINE ");
  imap_add_string(c, wire);
  r = imap_end(c);
  if (r == 1) {
    c->untagged = take_fetch;
    imap_begin(c, "UID FETCH 1:* (UID FLAGS RFC822.SIZE)");
    r = imap_end(c);
  }
  c->untagged = 0;
  if (l->too_many) die_text(100, "more than a folder can hold is there: ", wire);
  if (r != 1) return -1;
  if (l->n) qsort(l->v, l->n, sizeof *l->v, by_uid);
  for (i = 0; i < l->n; i++)
    if (!n || l->v[i].uid != l->v[n - 1].uid) l->v[n++] = l->v[i];
  l->n = n;
  return 0;
}

/* ---- telling ---- */

static int may_tell(struct look *l)
{
  if (l->differences++ == TOLD_MAX) stralloc_cats(l->told, "  and more\n");
  return l->differences <= TOLD_MAX;
}

static void tell(struct look *l, uint32_t uid, const char *what)
{
  if (!may_tell(l)) return;
  stralloc_cats(l->told, "  UID ");
  stralloc_catu(l->told, uid);
  stralloc_cats(l->told, what);
}

static void differ(struct look *l, uint32_t uid, const char *what,
                   const char *here, const char *there)
{
  if (!may_tell(l)) return;
  stralloc_cats(l->told, "  ");
  if (uid) {
    stralloc_cats(l->told, "UID ");
    stralloc_catu(l->told, uid);
    stralloc_cats(l->told, ": ");
  }
  stralloc_cats(l->told, what);
  stralloc_cats(l->told, *here ? " here " : " here none");
  stralloc_cats(l->told, here);
  stralloc_cats(l->told, *there ? ", there " : ", there none");
  stralloc_cats(l->told, there);
  stralloc_append(l->told, '\n');
}

static void differ_number(struct look *l, uint32_t uid, const char *what,
                          uint64_t here, uint64_t there)
{
  stralloc x = STRALLOC_ZERO, y = STRALLOC_ZERO;

  stralloc_catu(&x, here);
  stralloc_catu(&y, there);
  stralloc_0(&x);
  stralloc_0(&y);
  differ(l, uid, what, x.s, y.s);
  stralloc_free(&x);
  stralloc_free(&y);
}

static void tell_fault(struct look *l, const char *what, const char *why)
{
  l->differences++;
  stralloc_cats(l->told, what);
  stralloc_cats(l->told, why);
  stralloc_append(l->told, '\n');
}

/* ---- comparing ---- */

static void letters(char out[8], uint32_t flags)
{
  static const char all[] = "DFPRST";
  size_t i;

  for (i = 0; all[i]; i++)
    if (flags >> i & 1) *out++ = all[i];
  *out = 0;
}

/* octets with CR LF for each LF, as RFC822.SIZE counts; -1: it is gone or
 * cannot be read */
static int64_t count(const struct look *l, size_t i)
{
  stralloc path = STRALLOC_ZERO;
  char buf[32768], last = 0;
  int64_t size = 0;
  ssize_t got = -1, k;
  int fd;

  stralloc_cats(&path, l->here->m[i].in_new ? "new/" : "cur/");
  stralloc_cats(&path, namemap_text(&l->here->map, i));
  stralloc_0(&path);
  fd = openat(l->dirfd, path.s, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  stralloc_free(&path);
  if (fd == -1) return -1;
  while ((got = read(fd, buf, sizeof buf)) > 0)
    for (size += got, k = 0; k < got; last = buf[k++])
      size += buf[k] == '\n' && last != '\r';
  close(fd);
  return got == -1 ? -1 : size;
}

static void compare_message(struct look *l, size_t i, const struct answer *a)
{
  const struct message_state *m = l->here->m + i;
  const char *there = a->words ? l->text.s + a->words - 1 : "";
  uint32_t mine = m->flags & ~(uint32_t)MF_PASSED;
  stralloc words = STRALLOC_ZERO;
  char x[8], y[8];
  int64_t size;

  if (mine != a->flags) {
    letters(x, mine);
    letters(y, a->flags);
    differ(l, a->uid, "flags", x, y);
  }
  words_here(l, i, &words);
  stralloc_0(&words);
  if (strcasecmp(words.s, there))
    differ(l, a->uid, "keywords", words.s, there);
  size = m->vsize == -1 ? count(l, i) : m->vsize;
  if (size != -1 && size != a->size)
    differ_number(l, a->uid, "size", (uint64_t)size, (uint64_t)a->size);
  stralloc_free(&words);
}

/* mail here that the server could not have known yet makes no difference */
static void compare_messages(struct look *l)
{
  size_t n, i, k = 0, *order = state_order(l->here, &n), missing = 0;
  uint32_t uid;

  for (i = 0; i < n; i++) {
    uid = l->here->m[order[i]].uid;
    for (; k < l->n && l->v[k].uid < uid; k++, missing++)
      tell(l, l->v[k].uid, ": there, not here\n");
    if (k < l->n && l->v[k].uid == uid)
      compare_message(l, order[i], l->v + k++);
    else if (!l->uidnext || uid < l->uidnext)
      tell(l, uid, ": here, not there\n");
  }
  for (; k < l->n; k++, missing++)
    tell(l, l->v[k].uid, ": there, not here\n");
  if (missing && n < l->here->map.n) {
    stralloc_cats(l->told, "  messages here that have no UID yet: ");
    stralloc_catu(l->told, l->here->map.n - n);
    stralloc_append(l->told, '\n');
  }
  free(order);
}

static void compare(struct look *l)
{
  const struct folder_state *s = l->here;

  if (s->uidvalidity != l->uidvalidity)
    differ_number(l, 0, "UIDVALIDITY", s->uidvalidity, l->uidvalidity);
  if (s->uidnext < l->uidnext)
    differ_number(l, 0, "UIDNEXT", s->uidnext, l->uidnext);
  compare_messages(l);
}

unsigned long convert_server_folder(struct imap *c, const char *wire, int dirfd,
                                    int inbox, stralloc *told)
{
  struct look l = { .dirfd = dirfd, .told = told };
  struct folder_state here;

  memset(&here, 0, sizeof here);
  l.here = &here;
  if (ask(&l, c, wire) == -1)
    tell_fault(&l, "  the server does not open it: ", c->text);
  else if (folder_state(&here, dirfd, inbox) == -1)
    tell_fault(&l, "  it cannot be read here: ", strerror(errno));
  else compare(&l);
  folder_state_free(&here);
  free(l.v);
  stralloc_free(&l.text);
  close(dirfd);
  return l.differences;
}
