/* ISC licence; see LICENSE. */
#include "maildir/folder.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <time.h>

#include "base/alloc.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "passed_over";

/*
 * A directory that is renamed in while it is read, as deterministic as can
 * be: each look at it passes a message over, which gets another name at that
 * moment, as many times in a row as a case says. Such a message keeps its UID
 * (PROMISE P2), whether the index knew it, was lost, or another server was
 * here before; one that is gone is told so at once even while others rename
 * on, and costs two looks where nobody does.
 */
static int root;
static char path[300];
static struct stat cur_dir;
static unsigned int looks;              /* at cur/ since the last begin() */
static unsigned int hide;               /* that many pass the shy one over */
static unsigned int stir;               /* that many see someone rename */

#define SHY "1600000005.5.h"
#define BUSY "1600000001.1.h"

/* the file of this base name in cur/ gets other flags */
static void rename_one(const char *base)
{
  char from[100], to[100];
  int i;

  for (i = 0; i < 2; i++) {
    snprintf(from, sizeof from, "cur/%s:2,%s", base, i ? "F" : "S");
    snprintf(to, sizeof to, "cur/%s:2,%s", base, i ? "S" : "F");
    if (renameat(root, from, root, to) == 0) return;
  }
}

struct dent { uint64_t ino; int64_t off; uint16_t len; char type, name[]; };

/* take the entry out of what readdir gives */
static long without(char *buf, long n, const char *base)
{
  struct dent *d;
  long at, len;

  for (at = 0; at < n; at += len) {
    d = (struct dent *)(void *)(buf + at);
    len = d->len;
    if (strncmp(d->name, base, strlen(base))) continue;
    memmove(buf + at, buf + at + len, (size_t)(n - at - len));
    return n - len;
  }
  return n;
}

/* in the place of libc's: the store reads directories by it */
long syscall(long nr, ...)
{
  long a[3], n;
  struct stat st;
  va_list v;
  int i;

  va_start(v, nr);
  for (i = 0; i < 3; i++) a[i] = va_arg(v, long);
  va_end(v);
  if (nr != SYS_getdents64) {
    errno = ENOSYS;
    return -1;
  }
  n = getdents64((int)a[0], (void *)a[1], (size_t)(uint32_t)a[2]);
  if (n <= 0 || fstat((int)a[0], &st) == -1
      || st.st_ino != cur_dir.st_ino) return n;
  looks++;
  if (stir) {
    stir--;
    rename_one(BUSY);
  }
  if (!hide) return n;
  hide--;
  rename_one(SHY);
  return without((char *)a[1], n, SHY);
}

/* old enough that a directory's time tells all that happens from now on */
static void let_rest(void)
{
  struct timespec t = { 0, 60000000 };

  nanosleep(&t, 0);
  looks = 0;
}

static void begin(const char *control, const char *text)
{
  char name[100];
  int i;

  root = scratch_dir();
  scratch_mkdir(root, "cur");
  scratch_mkdir(root, "new");
  scratch_mkdir(root, "tmp");
  for (i = 0; i < 10; i++) {
    snprintf(name, sizeof name, "cur/160000000%d.%d.h:2,S", i, i);
    scratch_puts(root, name, "Subject: x\n\nx\n");
  }
  if (control) scratch_puts(root, control, text);
  snprintf(path, sizeof path, "%s", scratch_path);
  if (fstatat(root, "cur", &cur_dir, 0) == -1) scratch_die("cur");
  hide = stir = 0;
  let_rest();
}

static struct account account;
static struct folder *folder;

static void open_folder(void)
{
  if (account_open(&account, path) == -1
      || folder_open(&folder, &account, "", 0, 1) == -1) scratch_die("open");
}

static void close_folder(void)
{
  folder_close(folder);
  account_close(&account);
}

/* the UID of the message with this base name, 0 it is not there */
static uint32_t uid_of(const char *base)
{
  struct message m;
  uint32_t uid = 0, found = 0;

  if (folder_begin(folder) == -1) scratch_die("begin");
  while (folder_next(folder, uid + 1, &m) == 1) {
    uid = m.uid;
    if (m.namelen > strlen(base) && !memcmp(m.name, base, strlen(base)))
      found = uid;
  }
  folder_end(folder);
  return found;
}

static uint32_t messages(void)
{
  struct folder_counts c;

  return folder_counts(folder, &c) == 0 ? c.messages : 0;
}

static void known_to_the_index(unsigned int times)
{
  begin(0, 0);
  open_folder();
  CHECK(folder_sync(folder) == 0);
  CHECK(uid_of(SHY) == 6);
  let_rest();
  rename_one(BUSY);
  hide = times;
  CHECK(folder_sync(folder) == 0);
  CHECK(hide == 0);
  CHECK(uid_of(SHY) == 6);
  CHECK(messages() == 10);
  CHECK(folder_sync(folder) == 0);
  CHECK(uid_of(SHY) == 6);
  close_folder();
  scratch_remove();
}

/* control files that give the ten the UIDs 21 to 30 */
static const char *const before_us[][2] = {
  { "dovecot-uidlist", "3 V7 N40 G00000000000000000000000000000000\n%d :%s\n" },
  { "courierimapuiddb", "1 7 40\n%d %s\n" }
};

static void known_to_a_list(int which, unsigned int times)
{
  char text[600], name[40];
  const char *head = before_us[which][1], *line = strchr(head, '\n') + 1;
  size_t n = (size_t)(line - head), i;

  memcpy(text, head, n);
  for (i = 0; i < 10; i++) {
    snprintf(name, sizeof name, "160000000%d.%d.h", (int)i, (int)i);
    n += (size_t)snprintf(text + n, sizeof text - n, line, (int)(21 + i),
                          name);
  }
  begin(before_us[which][0], text);
  hide = times;
  open_folder();
  CHECK(folder_sync(folder) == 0);
  CHECK(hide == 0);
  CHECK(uid_of(SHY) == 26);
  CHECK(messages() == 10);
  CHECK(folder_sync(folder) == 0);
  CHECK(uid_of(SHY) == 26);
  close_folder();
  scratch_remove();
}

static void really_gone(void)
{
  begin(0, 0);
  open_folder();
  CHECK(folder_sync(folder) == 0);
  let_rest();
  if (unlinkat(root, "cur/" SHY ":2,S", 0) == -1) scratch_die("unlink");
  stir = 1000000;                       /* and nobody ever rests */
  CHECK(folder_sync(folder) == 0);
  CHECK(uid_of(SHY) == 0);
  CHECK(messages() == 9);
  stir = 0;
  let_rest();
  if (unlinkat(root, "cur/" BUSY ":2,S", 0) == -1
      && unlinkat(root, "cur/" BUSY ":2,F", 0) == -1) scratch_die("unlink");
  let_rest();
  CHECK(folder_sync(folder) == 0);
  CHECK(uid_of(BUSY) == 0);
  CHECK(looks <= 3);                    /* sum, names, and once more */
  close_folder();
  scratch_remove();
}

int main(void)
{
  unsigned int i;

  for (i = 0; i < 6; i++) {
    known_to_the_index(i);
    known_to_a_list(0, i);
    known_to_a_list(1, i);
  }
  really_gone();
  return check_done("passed_over");
}
