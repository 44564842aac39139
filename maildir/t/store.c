/* ISC licence; see LICENSE. */
#include "maildir/folder.h"

#include <errno.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <time.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "maildir/maildirsize.h"
#include "maildir/young.h"
#include "scratch.h"

const char *PROG = "store";

/*
 * The store against a Maildir that others change as well. PROMISE marks the
 * tests of the promises in ARCHITECTURE.md.
 */
static int root;                /* the Maildir */
static char path[300];
static struct account acc;
static struct folder *in, *in2;

static void settle(void)        /* longer than a tick of the file system */
{
  struct timespec t = { 0, 30000000 };

  nanosleep(&t, 0);
}

static void deliver(const char *name, const char *text)
{
  char tmp[200], new[200];

  snprintf(tmp, sizeof tmp, "tmp/%s", name);
  snprintf(new, sizeof new, "new/%s", name);
  scratch_puts(root, tmp, text);
  if (renameat(root, tmp, root, new) == -1) scratch_die(name);
}

static void wipe_index(void)
{
  unlinkat(root, "roost.index/data.mdb", 0);
  unlinkat(root, "roost.index/lock.mdb", 0);
  unlinkat(root, "roost.index/boot", 0);
  unlinkat(root, "roost.index", AT_REMOVEDIR);
}

static uint64_t count(struct folder *f)
{
  struct folder_counts c;

  return folder_counts(f, &c) == 0 ? c.messages : 9999;
}

static char *uids_of(struct folder *f)
{
  static stralloc out = STRALLOC_ZERO;
  struct uidset set = UIDSET_ZERO;

  folder_uids(f, &set);
  out.len = 0;
  uidset_fmt(&out, &set);
  stralloc_0(&out);
  uidset_free(&set);
  return out.s;
}

#define UIDS_ARE(f, s) CHECK(!strcmp(uids_of(f), s) || \
                             !printf("uids %s, wanted %s\n", uids_of(f), s))

static uint32_t flags_of(struct folder *f, uint32_t uid)
{
  struct message m;
  uint32_t flags = 0xffff;

  folder_begin(f);
  if (folder_get(f, uid, &m) == 1) flags = m.flags;
  folder_end(f);
  return flags;
}

static struct uidset set_of(uint32_t lo, uint32_t hi)
{
  struct uidset s = UIDSET_ZERO;

  uidset_add(&s, lo, hi);
  return s;
}

static int store(struct folder *f, uint32_t lo, uint32_t hi,
                 enum store_how how, uint32_t flags)
{
  struct uidset s = set_of(lo, hi);
  int r = folder_store(f, &s, how, flags, 0, UINT64_MAX, 0);

  uidset_free(&s);
  return r;
}

static void begin(void)
{
  int base = scratch_dir();

  scratch_mkdir(base, "Maildir");
  root = openat(base, "Maildir", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  close(base);
  snprintf(path, sizeof path, "%s/Maildir", scratch_path);
  if (account_open(&acc, path) == -1) scratch_die(path);
  if (folder_open(&in, &acc, "", 0, 1) == -1) scratch_die("INBOX");
}

static void end(void)
{
  folder_close(in);
  account_close(&acc);
  close(root);
  scratch_remove();
}

/* a second session's handle; LMDB must not be opened twice in one process */
static void second(void)
{
  if (folder_open(&in2, &acc, "", 0, 0) == -1) scratch_die("INBOX");
}

static void delivering(void)
{
  struct folder_counts c;

  begin();
  CHECK(folder_sync(in) == 0 && count(in) == 0);
  deliver("1000.b.host", "Subject: b\n\nb\n");
  deliver("999.a.host", "Subject: a\n\na\n");
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1:2");
  CHECK(scratch_has(root, "cur/999.a.host:2,"));
  CHECK(!scratch_has(root, "new/999.a.host"));
  CHECK(folder_counts(in, &c) == 0 && c.uidnext == 3 && c.unseen == 2);
  CHECK(c.recent == 2 && c.uidvalidity);
  CHECK(folder_first_unseen(in) == 1);
  settle();
  CHECK(folder_sync(in) == 0);
  deliver("1001.c.host", "x\n");
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1:3");
  end();
}

/* \Recent is told to one session; who does not claim leaves new/ alone */
static void claiming(void)
{
  struct folder_counts c;

  begin();
  second();
  deliver("1.a.h", "x\n");
  CHECK(folder_sync(in2) == 0 && folder_counts(in2, &c) == 0);
  CHECK(c.messages == 1 && c.recent == 1);
  CHECK(scratch_has(root, "new/1.a.h"));
  CHECK(folder_sync(in) == 0 && folder_counts(in, &c) == 0);
  CHECK(c.recent == 1 && scratch_has(root, "cur/1.a.h:2,"));
  CHECK(folder_sync(in2) == 0 && folder_counts(in2, &c) == 0);
  CHECK(c.recent == 0);
  folder_close(in2);
  end();
}

static void flags(void)
{
  uint64_t now, then;
  struct uidset changed = UIDSET_ZERO, gone = UIDSET_ZERO;
  struct folder_counts c;

  begin();
  deliver("1.a.h", "x\n");
  deliver("2.b.h", "x\n");
  folder_sync(in);
  folder_changes(in, 0, &changed, &gone, 0, &then);
  uidset_clear(&changed);
  CHECK(store(in, 1, 2, STORE_ADD, MF_SEEN) == 0);
  CHECK(scratch_has(root, "cur/1.a.h:2,S") && flags_of(in, 2) == MF_SEEN);
  CHECK(store(in, 1, 1, STORE_ADD, MF_FLAGGED) == 0);
  CHECK(scratch_has(root, "cur/1.a.h:2,FS"));
  CHECK(store(in, 1, 1, STORE_REMOVE, MF_SEEN) == 0);
  CHECK(scratch_has(root, "cur/1.a.h:2,F"));
  CHECK(store(in, 1, 1, STORE_SET, MF_ANSWERED) == 0);
  CHECK(scratch_has(root, "cur/1.a.h:2,R"));
  CHECK(folder_counts(in, &c) == 0 && c.unseen == 1);
  /* our own changes are left out for the view, not for others */
  CHECK(folder_changes(in, then, &changed, &gone, 1, &now) == 1);
  CHECK(uidset_count(&changed) == 0 && now > then);
  CHECK(folder_changes(in, then, &changed, &gone, 1, &now) == 1);
  CHECK(uidset_count(&changed) == 2);
  /* someone else renames: seen, and the next STORE keeps it */
  settle();
  folder_sync(in);
  renameat(root, "cur/1.a.h:2,R", root, "cur/1.a.h:2,FRa");
  CHECK(store(in, 1, 1, STORE_ADD, MF_SEEN) == 0);
  CHECK(scratch_has(root, "cur/1.a.h:2,FRSa"));
  CHECK(flags_of(in, 1) == (MF_FLAGGED | MF_ANSWERED | MF_SEEN));
  uidset_free(&changed);
  uidset_free(&gone);
  end();
}

static void removing(void)
{
  struct uidset all, out = UIDSET_ZERO;
  struct uidset changed = UIDSET_ZERO, gone = UIDSET_ZERO;
  uint64_t now, then;
  int i;
  char name[32];

  begin();
  for (i = 1; i <= 9; i++) {
    snprintf(name, sizeof name, "%d.x.h", i);
    deliver(name, "x\n");
  }
  folder_sync(in);
  folder_changes(in, 0, &changed, &gone, 0, &then);
  store(in, 3, 5, STORE_ADD, MF_DELETED);
  all = set_of(1, 9);
  CHECK(folder_remove(in, &all, 1, &out) == 0);
  CHECK(uidset_count(&out) == 3);
  UIDS_ARE(in, "1:2,6:9");
  CHECK(!scratch_has(root, "cur/4.x.h:2,T"));
  CHECK(folder_changes(in, then, &changed, &gone, 0, &now) == 1);
  CHECK(uidset_count(&gone) == 3 && uidset_has(&gone, 4));
  /* someone else's unlink */
  settle();
  folder_sync(in);
  unlinkat(root, "cur/7.x.h:2,", 0);
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1:2,6,8:9");
  /* PROMISE P2: it comes back: never under the old UID */
  deliver("7.x.h", "x\n");
  settle();
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1:2,6,8:10");
  uidset_free(&all);
  uidset_free(&out);
  uidset_free(&changed);
  uidset_free(&gone);
  end();
}

static void appending(void)
{
  struct append *a;
  struct uidset uids = UIDSET_ZERO;
  struct message m;
  char name[300];
  int64_t vsize = 0;
  int kw, fd;

  begin();
  folder_sync(in);
  kw = folder_keyword(in, "$Work", 5, 1);
  CHECK(kw == 0 && !strcmp(folder_keyword_name(in, 0), "$Work"));
  a = append_begin(in);
  CHECK(append_start(a) == 0);
  CHECK(append_data(a, "A: b\r", 5) == 0);
  CHECK(append_data(a, "\n\r\nx\r\r\ny\nz\r", 11) == 0);
  CHECK(append_finish(a, MF_SEEN, 1u << kw, 1234567890) == 0);
  CHECK(append_start(a) == 0 && append_data(a, "q", 1) == 0);
  CHECK(append_finish(a, 0, 0, INT64_MIN) == 0);
  CHECK(append_commit(a, &uids) == 0);
  append_free(a);
  CHECK(uidset_count(&uids) == 2 && uidset_has(&uids, 1));
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1:2");
  folder_begin(in);
  CHECK(folder_get(in, 1, &m) == 1 && m.flags == MF_SEEN && m.keywords == 1);
  CHECK(m.date == 1234567890);
  snprintf(name, sizeof name, "cur/%.*s", (int)m.namelen, m.name);
  vsize = m.vsize;
  CHECK(folder_get(in, 2, &m) == 1 && !m.in_new && m.vsize == 1);
  folder_end(in);
  CHECK(scratch_is(root, name, "A: b\n\nx\r\r\ny\nz\r"));
  /* as sent: each lone LF becomes CR LF: "A: b..x...y..z." */
  CHECK(vsize == 17);
  fd = folder_message_fd(in, 1);
  CHECK(fd != -1);
  close(fd);
  /* nothing is left of an append that is given up */
  a = append_begin(in);
  CHECK(append_start(a) == 0 && append_data(a, "half", 4) == 0);
  append_free(a);
  fd = openat(root, "tmp", O_RDONLY | O_DIRECTORY);
  CHECK(scratch_count(fd) == 0);
  close(fd);
  uidset_free(&uids);
  end();
}

static void copying(void)
{
  struct folder *to;
  struct uidset all, from = UIDSET_ZERO, uids = UIDSET_ZERO;
  stralloc list = STRALLOC_ZERO;
  char *text;
  struct folder_counts c;

  begin();
  CHECK(account_create(&acc, "Old", 3) == 0);
  CHECK(folder_open(&to, &acc, "Old", 3, 1) == 0);
  deliver("1.a.h,S=2", "x\n");
  deliver("2.b.h", "yy\n");
  deliver("3.c.h", "zzz\n");
  folder_sync(in);
  store(in, 2, 2, STORE_ADD, MF_FLAGGED);
  folder_cache_put(in, 1, 3, 'c', "ached", 5);
  folder_flush(in);
  all = set_of(1, 2);
  CHECK(folder_copy(in, &all, to, 0, &from, &uids) == 0);
  CHECK(uidset_count(&from) == 2 && uidset_count(&uids) == 2);
  CHECK(folder_sync(to) == 0 && folder_sync(in) == 0);
  UIDS_ARE(to, "1:2");
  UIDS_ARE(in, "1:3");
  CHECK(flags_of(to, 2) == MF_FLAGGED);
  {
    const char *p;
    size_t n;

    folder_begin(to);
    CHECK(folder_cache_get(to, 1, 3, &p, &n) == 1 && n == 6
          && !memcmp(p, "cached", 6));
    folder_end(to);
  }
  text = scratch_get(root, ".Old/dovecot-uidlist");
  CHECK(strstr(text, "\n1 G1.a.h,S=2 :") != 0);
  free(text);
  uidset_clear(&from);
  uidset_clear(&uids);
  uidset_add(&all, 3, 3);
  uidset_remove(&all, 1, 1);
  CHECK(folder_copy(in, &all, to, 1, &from, &uids) == 0);
  CHECK(folder_sync(to) == 0 && folder_sync(in) == 0);
  UIDS_ARE(to, "1:4");
  UIDS_ARE(in, "1");
  CHECK(folder_counts(in, &c) == 0 && c.uidnext == 4);
  /* back again: new UIDs */
  uidset_clear(&from);
  uidset_clear(&uids);
  uidset_clear(&all);
  uidset_add(&all, 4, 4);
  CHECK(folder_copy(to, &all, in, 1, &from, &uids) == 0);
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1,4");
  folder_close(to);
  stralloc_free(&list);
  uidset_free(&all);
  uidset_free(&from);
  uidset_free(&uids);
  end();
}

/* PROMISE P1: without the index everything is as before */
static void losing_the_index(void)
{
  struct uidset changed = UIDSET_ZERO, gone = UIDSET_ZERO;
  struct folder_counts before, after;
  uint64_t now;

  begin();
  deliver("1.a.h", "x\n");
  deliver("2.b.h", "x\n");
  folder_sync(in);
  store(in, 2, 2, STORE_ADD, MF_SEEN);
  folder_counts(in, &before);
  wipe_index();
  CHECK(folder_sync(in) == 0);
  CHECK(folder_counts(in, &after) == 0);
  UIDS_ARE(in, "1:2");
  CHECK(flags_of(in, 2) == MF_SEEN);
  CHECK(before.uidvalidity == after.uidvalidity);
  CHECK(before.uidnext == after.uidnext && before.unseen == after.unseen);
  CHECK(after.modseq > before.modseq);
  CHECK(folder_changes(in, before.modseq, &changed, &gone, 1, &now) == 0);
  uidset_free(&changed);
  uidset_free(&gone);
  end();
}

/* a uidlist that went away is written again from what the index remembers */
static void losing_the_uidlist(void)
{
  struct folder_counts before, after;

  begin();
  deliver("1.a.h", "x\n");
  deliver("2.b.h", "x\n");
  folder_sync(in);
  folder_counts(in, &before);
  unlinkat(root, "dovecot-uidlist", 0);
  deliver("0.c.h", "x\n");
  CHECK(folder_sync(in) == 0 && folder_counts(in, &after) == 0);
  UIDS_ARE(in, "1:3");
  CHECK(before.uidvalidity == after.uidvalidity);
  wipe_index();
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1:3");
  /* PROMISE P2: a broken one costs the UIDVALIDITY, and that goes up */
  scratch_puts(root, "dovecot-uidlist", "3 V9 N4\n3 :x\n2 :y\n");
  CHECK(folder_sync(in) == -1 && errno == ESTALE);
  folder_close(in);
  folder_open(&in, &acc, "", 0, 1);
  CHECK(folder_sync(in) == 0 && folder_counts(in, &after) == 0);
  CHECK(after.uidvalidity > before.uidvalidity && after.messages == 3);
  end();
}

/* where a list has a name twice the later UID is the message's */
static void listed_twice(void)
{
  begin();
  scratch_puts(root, "cur/1.a.h:2,S", "x\n");
  scratch_puts(root, "cur/2.b.h:2,", "x\n");
  scratch_puts(root, "dovecot-uidlist",
               "3 V9 N9\n3 :1.a.h\n4 :2.b.h\n7 :1.a.h\n");
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "4,7");
  CHECK(flags_of(in, 7) == MF_SEEN);
  scratch_puts(root, "cur/3.c.h:2,", "x\n");
  scratch_puts(root, "dovecot-uidlist",
               "1 10 9\n3 1.a.h\n4 2.b.h\n7 1.a.h\n");
  wipe_index();
  folder_close(in);
  folder_open(&in, &acc, "", 0, 1);
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "4,7,9");
  CHECK(flags_of(in, 7) == MF_SEEN);
  end();
}

/* PROMISE P2: an older uidlist, restored, gives no UID a second time */
static void restored_uidlist(void)
{
  char *old, *list;

  begin();
  deliver("1.a.h", "x\n");
  folder_sync(in);
  old = scratch_get(root, "dovecot-uidlist");
  deliver("2.b.h", "x\n");
  folder_sync(in);
  UIDS_ARE(in, "1:2");
  settle();
  unlinkat(root, "dovecot-uidlist", 0);
  scratch_puts(root, "dovecot-uidlist", old);
  deliver("3.c.h", "x\n");
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1,3:4");
  /* nor where there is nothing to number: the list itself has to know */
  unlinkat(root, "cur/2.b.h:2,", 0);
  unlinkat(root, "cur/3.c.h:2,", 0);
  settle();
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1");
  settle();
  unlinkat(root, "dovecot-uidlist", 0);
  scratch_puts(root, "dovecot-uidlist", old);
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1");
  list = scratch_get(root, "dovecot-uidlist");
  CHECK(strstr(list, " N5 ") && strstr(list, "1 :1.a.h\n"));
  free(list);
  free(old);
  end();
}

/* PROMISE P6: whatever stands in the index's files, the mail is there */
static void damaged_index(void)
{
  static const off_t at[] = { 0, 4096, 8192, 12288, 20480, 40960 };
  size_t i;
  int fd, pid, status;
  char junk[4096];

  begin();
  deliver("1.a.h", "x\n");
  deliver("2.b.h", "x\n");
  folder_sync(in);
  store(in, 1, 1, STORE_ADD, MF_SEEN);
  for (i = 0; i < sizeof at / sizeof *at; i++) {
    folder_close(in);
    account_close(&acc);
    fd = openat(root, "roost.index/data.mdb", O_RDWR);
    memset(junk, (int)(0x55 + i), sizeof junk);
    if (pwrite(fd, junk, sizeof junk, at[i]) != sizeof junk) CHECK(0);
    close(fd);
    pid = fork();
    if (!pid) {                 /* this session may die of it */
      close(2);
      if (account_open(&acc, path) == -1) _exit(1);
      if (folder_open(&in, &acc, "", 0, 1) == -1) _exit(1);
      folder_sync(in);
      count(in);
      _exit(0);
    }
    waitpid(pid, &status, 0);
    CHECK(WIFEXITED(status)
          && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 111));
    CHECK(account_open(&acc, path) == 0);
    CHECK(folder_open(&in, &acc, "", 0, 1) == 0);
    CHECK(folder_sync(in) == 0);
    UIDS_ARE(in, "1:2");
    CHECK(flags_of(in, 1) == MF_SEEN);
  }
  end();
}

/* an index that was copied from elsewhere is not believed */
static void copied_index(void)
{
  char cmd[1400];

  begin();
  deliver("1.a.h", "x\n");
  folder_sync(in);
  folder_close(in);
  account_close(&acc);
  snprintf(cmd, sizeof cmd, "cp '%s/roost.index/data.mdb' '%s/x' && "
           "mv '%s/x' '%s/roost.index/data.mdb'", path, path, path, path);
  CHECK(system(cmd) == 0);
  deliver("2.b.h", "x\n");
  CHECK(account_open(&acc, path) == 0);
  folder_open(&in, &acc, "", 0, 1);
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1:2");
  end();
}

/* dead records do not pile up; the living keep their UIDs and fields */
static void compacting(void)
{
  stralloc lines = STRALLOC_ZERO;
  struct stat st;
  char line[128], *text;
  int i;

  begin();
  deliver("1.a.h", "x\n");
  folder_sync(in);
  text = scratch_get(root, "dovecot-uidlist");
  stralloc_catb(&lines, text, (size_t)(strchr(text, '\n') - text) + 1);
  free(text);
  stralloc_cats(&lines, "1 W7 Gabc Zq :1.a.h\n");
  for (i = 2; i < 3000; i++) {
    snprintf(line, sizeof line, "%d :%d.gone.mail.example.org\n", i, i);
    stralloc_cats(&lines, line);
  }
  stralloc_0(&lines);
  unlinkat(root, "dovecot-uidlist", 0);
  scratch_puts(root, "dovecot-uidlist", lines.s);
  settle();
  CHECK(folder_sync(in) == 0);
  CHECK(fstatat(root, "dovecot-uidlist", &st, 0) == 0 && st.st_size > 65536);
  deliver("2.b.h", "x\n");
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1,3000");
  deliver("3.c.h", "x\n");
  CHECK(folder_sync(in) == 0);
  CHECK(fstatat(root, "dovecot-uidlist", &st, 0) == 0 && st.st_size < 300);
  UIDS_ARE(in, "1,3000:3001");
  text = scratch_get(root, "dovecot-uidlist");
  CHECK(strstr(text, "\n1 W7 Gabc Zq :1.a.h\n") != 0);
  CHECK(strstr(text, " N3001 ") != 0);  /* as it was when rewritten */
  free(text);
  wipe_index();
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1,3000:3001");
  stralloc_free(&lines);
  end();
}

/* maildirsize stays right through all that we do, T and Trash included */
static void quota(void)
{
  struct folder *trash;
  struct append *a;
  struct uidset one, from = UIDSET_ZERO, to = UIDSET_ZERO;
  struct maildirsize q;

  begin();
  account_create(&acc, "Trash", 5);
  folder_open(&trash, &acc, "Trash", 5, 1);
  folder_sync(in);
  scratch_puts(root, "maildirsize", "1000S,3C\n0 0\n");
#define USED(b, c) do { \
    CHECK(maildirsize_open(&q, root) == 1 && q.bytes == b && q.count == c); \
    maildirsize_close(&q); \
  } while (0)
  a = append_begin(in);
  append_start(a);
  append_data(a, "A: b\r\n\r\nxyz\r\n", 13);
  append_finish(a, MF_SEEN, 0, INT64_MIN);
  append_start(a);
  append_data(a, "q", 1);
  append_finish(a, 0, 0, INT64_MIN);
  CHECK(append_commit(a, &to) == 0);
  append_free(a);
  USED(11, 2);
  folder_sync(in);
  store(in, 1, 1, STORE_ADD, MF_DELETED);
  USED(1, 1);
  store(in, 1, 1, STORE_REMOVE, MF_DELETED);
  USED(11, 2);
  one = set_of(1, 1);
  CHECK(folder_copy(in, &one, in, 0, &from, &to) == 0);
  USED(21, 3);
  CHECK(folder_copy(in, &one, in, 0, &from, &to) == -1 && errno == EDQUOT);
  UIDS_ARE(in, "1:3");
  CHECK(folder_copy(in, &one, trash, 1, &from, &to) == 0);
  USED(11, 2);
  uidset_clear(&one);
  uidset_add(&one, 2, 2);
  folder_sync(in);
  CHECK(folder_remove(in, &one, 0, 0) == 0);
  USED(10, 1);
  uidset_free(&one);
  uidset_free(&from);
  uidset_free(&to);
  folder_close(trash);
  end();
}

static void folders(void)
{
  struct folder *f;
  struct folder_counts a, b;

  begin();
  CHECK(account_create(&acc, "a", 1) == 0);
  CHECK(account_create(&acc, "a.b", 3) == 0);
  CHECK(account_create(&acc, "a", 1) == -1 && errno == EEXIST);
  CHECK(folder_open(&f, &acc, "a.b", 3, 1) == 0 && folder_sync(f) == 0);
  folder_counts(f, &a);
  folder_close(f);
  CHECK(account_rename(&acc, "a", 1, "c", 1) == 0);
  CHECK(folder_open(&f, &acc, "a.b", 3, 1) == -1 && errno == ENOENT);
  CHECK(folder_open(&f, &acc, "c.b", 3, 1) == 0 && folder_sync(f) == 0);
  folder_counts(f, &b);
  CHECK(a.uidvalidity == b.uidvalidity);
  CHECK(account_delete(&acc, "c.b", 3) == 0);
  CHECK(folder_sync(f) == -1 && errno == ENOENT);
  folder_close(f);
  CHECK(account_create(&acc, "c.b", 3) == 0);
  CHECK(folder_open(&f, &acc, "c.b", 3, 1) == 0 && folder_sync(f) == 0);
  CHECK(folder_counts(f, &a) == 0 && a.messages == 0);
  CHECK(a.uidvalidity > b.uidvalidity);
  folder_close(f);
  end();
}

static void watching(void)
{
  struct pollfd p = { -1, POLLIN, 0 };
  int fd;

  begin();
  folder_sync(in);
  fd = folder_watch(in);
  CHECK(fd != -1);
  folder_watch_clear(in);
  deliver("1.a.h", "x\n");
  p.fd = fd;
  CHECK(poll(&p, 1, 1000) == 1);
  folder_watch_clear(in);
  CHECK(folder_sync(in) == 0 && count(in) == 1);
  CHECK(folder_watch_poll_ms(in) > 0);
  folder_unwatch(in);
  end();
}

/* two files of one base name: both stay, each with its flags */
static void doubles(void)
{
  uint32_t both;

  begin();
  scratch_puts(root, "cur/1.a.h:2,FS", "x\n");
  CHECK(folder_sync(in) == 0 && count(in) == 1);
  settle();
  scratch_puts(root, "cur/1.a.h:2,R", "x\n");
  CHECK(folder_sync(in) == 0);          /* the first look names it, the */
  settle();                             /* second shows it */
  CHECK(folder_sync(in) == 0);
  UIDS_ARE(in, "1:2");
  both = flags_of(in, 1) | flags_of(in, 2) << 16;
  CHECK(both == ((MF_SEEN | MF_FLAGGED) | MF_ANSWERED << 16)
        || both == (MF_ANSWERED | (MF_SEEN | MF_FLAGGED) << 16));
  end();
}

/* no inotify instance left for this uid: dnotify serves */
static void watching_without_inotify(void)
{
  struct pollfd p = { -1, POLLIN, 0 };
  int all[4096], n = 0;

  begin();
  folder_sync(in);
  while (n < 4096 && (all[n] = inotify_init1(IN_CLOEXEC)) != -1) n++;
  CHECK(n < 4096 && errno == EMFILE);
  p.fd = folder_watch(in);
  CHECK(p.fd != -1);
  CHECK(poll(&p, 1, 0) == 0);
  deliver("1.a.h", "x\n");
  CHECK(poll(&p, 1, 1000) == 1);
  folder_watch_clear(in);
  CHECK(poll(&p, 1, 0) == 0);
  CHECK(folder_sync(in) == 0 && count(in) == 1);
  folder_watch_clear(in);
  store(in, 1, 1, STORE_ADD, MF_SEEN);
  CHECK(poll(&p, 1, 1000) == 1);
  folder_unwatch(in);
  while (n) close(all[--n]);
  end();
}

/* one file that cannot be touched does not keep the others from it */
static void one_bad_file(void)
{
  struct uidset all, out = UIDSET_ZERO;
  char name[FILENAME_LIMIT + 8] = "cur/";

  begin();
  memset(name + 4, 'x', FILENAME_LIMIT - 3);
  memcpy(name + 4, "0.", 2);
  memcpy(name + FILENAME_LIMIT + 1, ":2,", 3);
  scratch_puts(root, name, "x\n");     /* no room for another flag */
  deliver("1.a.h", "x\n");
  deliver("2.b.h", "x\n");
  folder_sync(in);
  UIDS_ARE(in, "1:3");
  CHECK(store(in, 1, 3, STORE_ADD, MF_SEEN) == -1 && errno == ENAMETOOLONG);
  CHECK(scratch_has(root, "cur/1.a.h:2,S") && scratch_has(root,
                                                          "cur/2.b.h:2,S"));
  all = set_of(1, 3);
  CHECK(folder_remove(in, &all, 0, &out) == 0 && uidset_count(&out) == 3);
  uidset_free(&all);
  uidset_free(&out);
  end();
}

/* mail of this moment that cannot be synced by itself is no reason to refuse
 * the others: it can be linked and renamed */
static void no_sync(void)
{
  struct uidset all, from = UIDSET_ZERO, to = UIDSET_ZERO;
  struct folder *box;
  char name[60];

  begin();
  snprintf(name, sizeof name, "cur/%lld.a.h:2,S", (long long)time(0));
  if (mkfifoat(root, name, 0600) == -1) scratch_die(name);
  snprintf(name, sizeof name, "%lld.b.h", (long long)time(0));
  deliver(name, "x\n");
  CHECK(account_create(&acc, ".Box", 4) == 0
        && folder_open(&box, &acc, ".Box", 4, 0) == 0);
  all = set_of(1, 9);
  CHECK(folder_sync(in) == 0 && folder_sync(box) == 0);
  CHECK(folder_copy(in, &all, box, 0, &from, &to) == 0
        && uidset_count(&to) == 2);
  uidset_clear(&from);
  uidset_clear(&to);
  CHECK(folder_copy(in, &all, box, 1, &from, &to) == 0
        && uidset_count(&to) == 2);
  folder_close(box);
  uidset_free(&all);
  uidset_free(&from);
  uidset_free(&to);
  end();
}

static void ages(void)
{
  char name[60];

  snprintf(name, sizeof name, "%lld.b.h:2,", (long long)time(0) - 5);
  CHECK(young_is(name, strlen(name)));
  CHECK(!young_is("1500000000.b.h:2,", 17));
  CHECK(young_is("message-7:2,S", 13));         /* it does not tell */
  CHECK(young_is("7.b.h", 5));
}

static void sizes(void)
{
  uint64_t size;
  int64_t v, date;

  begin();
  deliver("1.a.h", "ab\ncd\r\n");
  deliver("2.b.h,W=77", "x\n");
  folder_sync(in);
  CHECK(folder_vsize(in, 1, &v) == 0 && v == 8);
  CHECK(folder_size(in, &size) == 0 && size == 85);
  folder_flush(in);
  CHECK(folder_date(in, 1, &date) == 0 && date > 1000000000);
  CHECK(folder_vsize(in, 9, &v) == -1 && errno == ENOENT);
  end();
}

int main(void)
{
  delivering();
  claiming();
  flags();
  removing();
  appending();
  copying();
  losing_the_index();
  losing_the_uidlist();
  listed_twice();
  restored_uidlist();
  damaged_index();
  copied_index();
  compacting();
  quota();
  folders();
  watching();
  watching_without_inotify();
  one_bad_file();
  doubles();
  sizes();
  no_sync();
  ages();
  return check_done("store");
}
