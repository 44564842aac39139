/* ISC licence; see LICENSE. */
/*
 * The control files of a Maildir from the shell, for tests that set Roost
 * beside other software:
 *
 *   files DIR list                      folders, one per line
 *   files DIR subscribed
 *   files DIR subscribe|unsubscribe|create|delete FOLDER
 *   files DIR rename FOLDER FOLDER
 *   files DIR uidlist FOLDER            header, then records as they stand
 *   files DIR append FOLDER NAME...     give UIDs to base names, print them
 *   files DIR rewrite FOLDER            the same records, a new file
 *   files DIR keywords FOLDER
 *   files DIR keyword FOLDER NAME       give it a letter, print its index
 *   files DIR uidvalidity               take a new value
 *   files DIR lock FOLDER SECONDS       hold the uidlist lock, say "held"
 *
 * FOLDER is a storage name, "" the INBOX. Exits 111 with the reason when
 * something fails. Without arguments it tries itself in a scratch directory.
 */
#include <errno.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "base/log.h"
#include "check.h"
#include "maildir/keywords.h"
#include "maildir/tree.h"
#include "maildir/uidlist.h"
#include "scratch.h"

const char *PROG = "files";

static struct tree t;

static void must(int ret, const char *what)
{
  if (ret == -1) die_sys(111, what, 0);
}

static int folder(const char *storage)
{
  stralloc dir = STRALLOC_ZERO;
  int fd;

  tree_dir(&dir, storage, strlen(storage));
  fd = openat(t.rootfd, dir.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  must(fd, "open the folder");
  stralloc_free(&dir);
  return fd;
}

static void print_names(const stralloc *names)
{
  const char *s;

  for (s = names->s; s && s < names->s + names->len; s += strlen(s) + 1)
    puts(*s ? s : "INBOX");
}

static int keep(void *lines, const struct uidlist_record *r)
{
  uidlist_line(lines, r->uid, r->fields, r->fieldslen, r->name, r->namelen);
  return 0;
}

static void show_uidlist(int fd)
{
  struct uidlist u = { 0 };
  stralloc lines = STRALLOC_ZERO;

  must(uidlist_read(&u, fd, keep, &lines), "read the uidlist");
  printf("%d %lu %lu %s%.*s\n", u.version, (unsigned long)u.uidvalidity,
         (unsigned long)u.uidnext, u.guid, (int)u.words.len,
         u.words.len ? u.words.s : "");
  printf("%.*s", (int)lines.len, lines.len ? lines.s : "");
  uidlist_free(&u);
  stralloc_free(&lines);
}

static void change_uidlist(int fd, char **name)
{
  struct uidlist u = { 0 };
  struct dotlock l = DOTLOCK_ZERO;
  stralloc lines = STRALLOC_ZERO;
  uint32_t uid;

  must(uidlist_lock(&l, fd), "lock the uidlist");
  must(uidlist_read(&u, fd, name ? 0 : keep, &lines), "read the uidlist");
  if (!u.version) u.uidvalidity = uidvalidity_next(t.rootfd);
  for (uid = u.uidnext; name && *name; name++, uid++) {
    uidlist_line(&lines, uid, "", 0, *name, strlen(*name));
    printf("%lu\n", (unsigned long)uid);
  }
  must(name && u.version ? uidlist_append(&u, fd, &lines, uid)
       : uidlist_create(&u, fd, &lines), "write the uidlist");
  dotlock_release(&l);
  uidlist_free(&u);
  stralloc_free(&lines);
}

static void show_keywords(int fd)
{
  struct keywords k = KEYWORDS_ZERO;
  int i;

  must(keywords_read(&k, fd), "read the keywords");
  for (i = 0; i < KEYWORD_LETTERS; i++)
    if (k.name[i]) printf("%d %s\n", i, k.name[i]);
  keywords_free(&k);
}

static void add_keyword(int fd, const char *name)
{
  struct keywords k = KEYWORDS_ZERO;
  struct dotlock l = DOTLOCK_ZERO;
  int i;

  must(uidlist_lock(&l, fd), "lock the uidlist");
  i = keywords_add(&k, fd, name, strlen(name), 0);
  must(i, "add the keyword");
  printf("%d\n", i);
  dotlock_release(&l);
  keywords_free(&k);
}

static void hold_lock(int fd, const char *seconds)
{
  struct dotlock l = DOTLOCK_ZERO;

  must(uidlist_lock(&l, fd), "lock the uidlist");
  puts("held");
  fflush(stdout);
  sleep((unsigned int)atoi(seconds));
  dotlock_release(&l);
}

static int in_folder(const char *cmd, int argc, char **argv)
{
  int fd = folder(argv[0]);

  if (!strcmp(cmd, "uidlist")) show_uidlist(fd);
  else if (!strcmp(cmd, "append")) change_uidlist(fd, argv + 1);
  else if (!strcmp(cmd, "rewrite")) change_uidlist(fd, 0);
  else if (!strcmp(cmd, "keywords")) show_keywords(fd);
  else if (!strcmp(cmd, "keyword") && argc > 1) add_keyword(fd, argv[1]);
  else if (!strcmp(cmd, "lock") && argc > 1) hold_lock(fd, argv[1]);
  else return 0;
  close(fd);
  return 1;
}

static int in_tree(const char *cmd, int argc, char **argv)
{
  size_t n = strlen(argv[0]);

  if (!strcmp(cmd, "subscribe"))
    must(subscriptions_set(&t, argv[0], n, 1), cmd);
  else if (!strcmp(cmd, "unsubscribe"))
    must(subscriptions_set(&t, argv[0], n, 0), cmd);
  else if (!strcmp(cmd, "create")) must(tree_create(&t, argv[0], n), cmd);
  else if (!strcmp(cmd, "delete")) must(tree_delete(&t, argv[0], n), cmd);
  else if (!strcmp(cmd, "rename") && argc > 1)
    must(tree_rename(&t, argv[0], n, argv[1], strlen(argv[1]), 0, 0), cmd);
  else return 0;
  return 1;
}

static int in_account(const char *cmd)
{
  stralloc names = STRALLOC_ZERO;

  if (!strcmp(cmd, "list")) must(tree_list(&t, &names), cmd);
  else if (!strcmp(cmd, "subscribed"))
    must(subscriptions_read(&t, &names), cmd);
  else if (!strcmp(cmd, "uidvalidity"))
    printf("%lu\n", (unsigned long)uidvalidity_next(t.rootfd));
  else return 0;
  print_names(&names);
  stralloc_free(&names);
  return 1;
}

static int run(int argc, char **argv)
{
  if (argc == 1) return in_account(argv[0]);
  return in_tree(argv[0], argc - 1, argv + 1)
    || in_folder(argv[0], argc - 1, argv + 1);
}

#define RUN(...) do { \
    char *v[] = { __VA_ARGS__, 0 }; \
    CHECK(run(sizeof v / sizeof *v - 1, v)); \
  } while (0)

static int try_all(void)
{
  tree_init(&t, scratch_dir());
  RUN("create", "a");
  RUN("append", "a", "x", "y");
  RUN("rewrite", "a");
  RUN("keyword", "a", "Blue");
  RUN("uidlist", "a");
  RUN("keywords", "a");
  RUN("subscribe", "a");
  RUN("subscribed");
  RUN("rename", "a", "b");
  RUN("list");
  RUN("lock", "b", "0");
  RUN("unsubscribe", "a");
  RUN("uidvalidity");
  RUN("delete", "b");
  tree_free(&t);
  scratch_remove();
  return check_done(PROG);
}

int main(int argc, char **argv)
{
  int fd;

  if (argc == 1) return try_all();
  fd = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd == -1) die_sys(111, "cannot open ", argv[1]);
  tree_init(&t, fd);
  if (argc > 2 && run(argc - 2, argv + 2)) return 0;
  die_text(100, "usage: files DIR COMMAND [FOLDER [NAME...]]", 0);
}
