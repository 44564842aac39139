/* ISC licence; see LICENSE. */
#include "convert_maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "convert.h"
#include "maildir/folder.h"
#include "maildir/keywords.h"
#include "maildir/uidlist.h"
#include "tool.h"

struct job {
  const struct conversion *c;
  const char *path;
  struct tree tree;
  stralloc out;                 /* for descriptor 1 */
  struct namemap dirs;          /* folders of the snapshot, by state_name */
  size_t *at;                   /* where their lines begin */
};

/* call for the INBOX and every folder; the worst of what it returns */
typedef int folder_fn(struct job *, const char *storage, const char *dir,
                      int dirfd);

static int on_folder(struct job *j, const char *storage, folder_fn *fn)
{
  stralloc dir = STRALLOC_ZERO;
  int fd, r = 111;

  tree_dir(&dir, storage, strlen(storage));
  fd = openat(j->tree.rootfd, dir.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd != -1) r = fn(j, storage, dir.s, fd);
  if (r == 111) log_fault_file("fault", dir.s);
  if (fd != -1) close(fd);
  stralloc_free(&dir);
  return r;
}

static int on_folders(struct job *j, folder_fn *fn)
{
  stralloc names = STRALLOC_ZERO;
  const char *s;
  int ret, r;

  if (tree_list(&j->tree, &names) == -1)
    die_sys(111, "unable to list the folders of ", j->path);
  ret = on_folder(j, "", fn);
  for (s = names.s; s && s < names.s + names.len; s += strlen(s) + 1) {
    r = on_folder(j, s, fn);
    if (r > ret) ret = r;
  }
  stralloc_free(&names);
  return ret;
}

/* ---- the report ---- */

static void cat_count(stralloc *out, size_t n, const char *what)
{
  stralloc_cats(out, ", ");
  stralloc_catu(out, n);
  stralloc_append(out, ' ');
  stralloc_cats(out, what);
}

static void cat_name(stralloc *out, const char *s)
{
  for (; *s; s++)
    stralloc_append(out, (unsigned char)*s < 32 || *s == 127 ? '?' : *s);
}

/* unique-ids that the server which comes next cannot give */
static size_t lost_uidls(const struct job *j, const struct folder_state *s)
{
  uint64_t n, v;
  size_t i, lost = 0;

  for (i = 0; i < s->map.n; i++) {
    const char *uidl = state_text(s, s->m[i].uidl);

    if (!*uidl) continue;
    if (j->c->to == TO_COURIER
        && !convert_courier_uidl(uidl, namemap_text(&s->map, i),
                                 s->map.e[i].base, &n, &v)) lost++;
    if (j->c->to != TO_COURIER && strlen(uidl) > 70) lost++;
  }
  return lost;
}

/* and what cannot be kept, with the reason */
static void cat_lost(const struct job *j, const struct folder_state *s,
                     stralloc *out)
{
  size_t lost = lost_uidls(j, s);

  stralloc_cat(out, &s->told);
  if (lost) {
    stralloc_cats(out, "  not kept: ");
    stralloc_catu(out, lost);
    stralloc_cats(out, j->c->to == TO_COURIER
                  ? " UIDLs that are none of Courier's forms: POP3 clients"
                    " fetch these messages again\n"
                  : " UIDLs longer than 70 octets: they become hashes\n");
  }
  if (s->binary_uidl && j->c->to != TO_ROOST)
    stralloc_cats(out, "  not kept: UIDLs, whose format in dovecot-uidlist's"
                  " header (word P) is not known here\n");
  if (s->extra_words && j->c->to == TO_DOVECOT) {
    stralloc_cats(out, "  not kept: ");
    stralloc_catu(out, s->extra_words);
    stralloc_cats(out, " keywords beyond the 26 that Dovecot reads\n");
  }
}

static void cat_report(struct job *j, const struct folder_state *s,
                       const char *dir)
{
  size_t i, uids = 0, uidls = 0, before = j->out.len, head;

  for (i = 0; i < s->map.n; i++) {
    uids += s->m[i].uid != 0;
    uidls += s->m[i].uidl != 0;
  }
  cat_name(&j->out, j->path);
  stralloc_append(&j->out, ' ');
  cat_name(&j->out, !strcmp(dir, ".") ? "INBOX" : dir + 1);
  stralloc_cats(&j->out, ": ");
  stralloc_cats(&j->out, s->from);
  cat_count(&j->out, s->map.n, "messages");
  cat_count(&j->out, uids, "UIDs");
  cat_count(&j->out, s->map.n - uids, "new");
  if (!strcmp(dir, ".")) cat_count(&j->out, uidls, "UIDLs");
  cat_count(&j->out, s->words, "keywords");
  stralloc_append(&j->out, '\n');
  head = j->out.len;
  cat_lost(j, s, &j->out);
  if (j->c->quiet && j->out.len == head) j->out.len = before;
}

/* ---- what is done with a folder ---- */

/* "F UIDVALIDITY UIDNEXT DIRECTORY" begins the lines of a folder */
static void find_folders(struct job *j)
{
  const char *begin = j->c->lines, *s = begin, *end = s + j->c->len, *lf, *sp;
  size_t i, a = 0;

  for (; s < end && (lf = memchr(s, '\n', (size_t)(end - s))); s = lf + 1) {
    if (lf - s < 2 || memcmp(s, "F ", 2)) continue;
    sp = memchr(s + 2, ' ', (size_t)(lf - s) - 2);
    sp = sp ? memchr(sp + 1, ' ', (size_t)(lf - sp) - 1) : 0;
    if (!sp) continue;
    i = namemap_add(&j->dirs, sp + 1, (size_t)(lf - sp) - 1,
                    (size_t)(lf - sp) - 1);
    if (i == NAMEMAP_NONE) die_sys(111, "unable to read the snapshot", 0);
    if (i >= a) {
      a = j->dirs.a;
      j->at = xrealloc(j->at, a * sizeof *j->at);
    }
    j->at[i] = (size_t)(s - begin);
  }
}

/* 1: it is not as in the snapshot; one that was not there yet is as it may be */
static int compare(struct job *j, const struct folder_state *s,
                   const char *dir)
{
  stralloc told = STRALLOC_ZERO, name = STRALLOC_ZERO;
  size_t i, to;
  int r = 0;

  state_name(&name, dir);
  i = namemap_find(&j->dirs, name.s, name.len);
  stralloc_free(&name);
  if (i == NAMEMAP_NONE) return 0;
  to = i + 1 < j->dirs.n ? j->at[i + 1] : j->c->len;
  if (state_compare(s, dir, j->c->lines + j->at[i], to - j->at[i], &told)) {
    cat_name(&j->out, j->path);
    stralloc_append(&j->out, ' ');
    cat_name(&j->out, !strcmp(dir, ".") ? "INBOX" : dir + 1);
    stralloc_cats(&j->out, ": differs\n");
    stralloc_cat(&j->out, &told);
    r = 1;
  }
  stralloc_free(&told);
  return r;
}

static int look(struct job *j, const char *storage, const char *dir, int fd)
{
  struct folder_state s;
  int r = 111;

  memset(&s, 0, sizeof s);
  if (folder_state(&s, fd, !*storage) == 0) {
    r = 0;
    if (j->c->snapshot) state_lines(&s, dir, &j->out);
    else if (j->c->verify) r = compare(j, &s, dir);
    else cat_report(j, &s, dir);
  }
  folder_state_free(&s);
  return r;
}

/* every folder of ours gets its UIDs; those of Courier's stay its own when
 * it is Courier who comes next */
static int sync_one(struct account *a, const char *storage, int to_courier)
{
  struct folder *f;
  stralloc path = STRALLOC_ZERO;
  int r, ours;

  tree_dir(&path, storage, strlen(storage));
  path.len--;
  stralloc_cats(&path, "/" UIDLIST_NAME);
  stralloc_0(&path);
  ours = faccessat(a->rootfd, path.s, F_OK, 0) == 0;
  path.len -= sizeof UIDLIST_NAME;
  stralloc_cats(&path, "courierimapuiddb");
  stralloc_0(&path);
  r = to_courier && !ours && faccessat(a->rootfd, path.s, F_OK, 0) == 0;
  stralloc_free(&path);
  if (r) return 0;
  r = folder_open(&f, a, storage, strlen(storage), 0);
  if (r == 0) {
    r = folder_sync(f);
    folder_close(f);
  }
  if (r == 0) return 0;
  log_fault_file("fault", *storage ? storage : "INBOX");
  return 111;
}

static int sync_all(const struct job *j)
{
  stralloc names = STRALLOC_ZERO;
  struct account a;
  const char *s;
  int ret, r;

  if (account_open(&a, ".") == -1) die_sys(111, "unable to open ", j->path);
  if (tree_list(&a.tree, &names) == -1)
    die_sys(111, "unable to list the folders of ", j->path);
  ret = sync_one(&a, "", j->c->to == TO_COURIER);
  for (s = names.s; s && s < names.s + names.len; s += strlen(s) + 1) {
    r = sync_one(&a, s, j->c->to == TO_COURIER);
    if (r > ret) ret = r;
  }
  stralloc_free(&names);
  account_close(&a);
  return ret;
}

static int give_back(struct job *j, const char *storage, const char *dir,
                     int fd)
{
  struct dotlock lock;
  struct folder_state s;
  int r = 111, saved;

  memset(&s, 0, sizeof s);
  if (uidlist_lock(&lock, fd) == -1) return 111;
  if (folder_state(&s, fd, !*storage) == 0) {
    if (strcmp(s.from, "dovecot")) r = 0;       /* it was done before */
    else if (j->c->to == TO_COURIER)
      r = convert_courier(&s, fd, !*storage) == 0 ? 0 : 111;
    else if (!*storage) r = convert_dovecot(&s, fd) == 0 ? 0 : 111;
    else r = 0;
    if (r == 0) cat_report(j, &s, dir);
  }
  saved = errno;
  dotlock_release(&lock);
  folder_state_free(&s);
  errno = saved;
  return r;
}

/*
 * To Courier the index goes before the uidlists do: what it remembers must
 * not stand against what Courier will have done by the time they come back.
 */
static int do_it(struct job *j)
{
  int r = sync_all(j);

  if (r) return r;
  if (j->c->to == TO_ROOST) return on_folders(j, look);
  if (j->c->to == TO_COURIER
      && (convert_courier_root(&j->tree) == -1
          || account_discard_index(".") == -1))
    die_sys(111, "unable to convert ", j->path);
  if (j->c->to == TO_DOVECOT && subscriptions_settle(&j->tree) == -1)
    die_sys(111, "unable to convert ", j->path);
  return on_folders(j, give_back);
}

/* folders of the snapshot that are not there any more */
static int gone(struct job *j)
{
  stralloc dir = STRALLOC_ZERO;
  int ret = 0;
  size_t i;

  for (i = 0; i < j->dirs.n; i++) {
    dir.len = 0;
    state_unname(&dir, namemap_text(&j->dirs, i), j->dirs.e[i].len);
    stralloc_cats(&dir, "/cur");
    stralloc_0(&dir);
    if (faccessat(j->tree.rootfd, dir.s, F_OK, 0) == 0) continue;
    cat_name(&j->out, j->path);
    stralloc_append(&j->out, ' ');
    dir.s[dir.len - 5] = 0;
    cat_name(&j->out, dir.s);
    stralloc_cats(&j->out, ": is gone\n");
    ret = 1;
  }
  stralloc_free(&dir);
  return ret;
}

int convert_maildir(const struct conversion *c, const char *path, size_t tree)
{
  struct job j;
  int r;

  memset(&j, 0, sizeof j);
  j.c = c;
  j.path = path;
  tool_never = 111;
  tool_own_below(path, tree);
  j.tree.rootfd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (j.tree.rootfd == -1) die_sys(111, "unable to open ", path);
  tree_init(&j.tree, j.tree.rootfd);
  if (c->snapshot) {
    stralloc_cats(&j.out, "M ");
    state_name(&j.out, path);
    stralloc_append(&j.out, '\n');
  }
  if (c->verify) find_folders(&j);
  r = c->go && !c->snapshot && !c->verify ? do_it(&j) : on_folders(&j, look);
  if (c->verify && gone(&j) && !r) r = 1;
  tool_say(&j.out);
  return r;
}
