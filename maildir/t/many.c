/* ISC licence; see LICENSE. */
#include "maildir/folder.h"

#include <stdint.h>
#include <sys/wait.h>
#include <time.h>

#include "base/alloc.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "many";

/*
 * Changes of many messages at once, whose names are short and long, grow and
 * shrink, while others rename some of the files: what the index holds of each
 * is what its name says, and what was asked for.
 */
#define MESSAGES 3000
#define ROUNDS 8

static int root;
static struct account acc;
static struct folder *in;
static uint32_t want[MESSAGES + 1], there = MESSAGES;
static char gone[MESSAGES + 1];
static unsigned long seed = 1;

static unsigned int some(unsigned int n)
{
  seed = seed * 1103515245 + 12345;
  return (unsigned int)(seed >> 16 & 0x7fff) % n;
}

static void begin(void)
{
  char name[300], pad[200];
  int base = scratch_dir(), i;

  scratch_mkdir(base, "Maildir");
  root = openat(base, "Maildir", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  close(base);
  scratch_mkdir(root, "cur");
  scratch_mkdir(root, "new");
  scratch_mkdir(root, "tmp");
  memset(pad, 'x', sizeof pad);
  for (i = 1; i <= MESSAGES; i++) {
    snprintf(name, sizeof name, "cur/%d.M%dP1.%.*s.h:2,", 1000000000 + i, i,
             (int)(i * 7 % 190), pad);
    scratch_puts(root, name, "x\n");
  }
  snprintf(name, sizeof name, "%s/Maildir", scratch_path);
  if (account_open(&acc, name) == -1
      || folder_open(&in, &acc, "", 0, 1) == -1
      || folder_sync(in) == -1) scratch_die("open");
}

/* another program renames the file of a message, or removes it */
static void meddle(uint32_t uid, int remove)
{
  struct message m;
  char from[300], to[300];

  if (gone[uid]) return;
  folder_begin(in);
  if (folder_get(in, uid, &m) != 1) scratch_die("folder_get");
  snprintf(from, sizeof from, "cur/%.*s", (int)m.namelen, m.name);
  folder_end(in);
  if (remove) {
    unlinkat(root, from, 0);
    gone[uid] = 1;
    there--;
    return;
  }
  if (strchr(strstr(from, ":2,"), 'P')) return;
  snprintf(to, sizeof to, "%.*s:2,P%s", (int)(strstr(from, ":2,") - from),
           from, strchr(strstr(from, ":2,"), ',') + 1);
  if (renameat(root, from, root, to) == -1) scratch_die(from);
  want[uid] |= MF_PASSED;
}

/* every record against what is wanted and against the disk */
static void look(const char *what)
{
  struct folder_counts c;
  struct message m;
  char name[300];
  uint32_t uid, flags, keywords;
  int bad = 0;

  folder_begin(in);
  for (uid = 1; uid <= MESSAGES; uid++) {
    if (folder_get(in, uid, &m) != 1) {
      if (!gone[uid]) bad++;
      continue;
    }
    snprintf(name, sizeof name, "cur/%.*s", (int)m.namelen, m.name);
    filename_flags(m.name, m.namelen, &flags, &keywords);
    if (gone[uid] || m.flags != want[uid] || flags != want[uid]
        || !scratch_has(root, name)) {
      if (!bad) printf("%s: uid %u: %s, wanted %x\n", what, uid, name,
                       want[uid]);
      bad++;
    }
  }
  folder_end(in);
  CHECK(bad == 0);
  CHECK(folder_counts(in, &c) == 0 && c.messages == there);
}

static void pick(struct uidset *set, unsigned int one_of)
{
  uint32_t uid;

  uidset_clear(set);
  for (uid = 1; uid <= MESSAGES; uid++)
    if (!some(one_of)) uidset_add(set, uid, uid);
}

static void change(enum store_how how, uint32_t flags, unsigned int one_of)
{
  struct uidset set = UIDSET_ZERO;
  uint32_t uid;

  pick(&set, one_of);
  for (uid = 1; uid <= MESSAGES; uid++) {
    if (!some(20)) meddle(uid, !some(10));
    if (!uidset_has(&set, uid)) continue;
    want[uid] = how == STORE_ADD ? want[uid] | flags
              : how == STORE_REMOVE ? want[uid] & ~flags
              : flags | (want[uid] & MF_PASSED);
  }
  CHECK(folder_store(in, &set, how, flags, 0, UINT64_MAX, 0) == 0);
  uidset_free(&set);
}

static void storing(void)
{
  static const uint32_t flags[] = {
    MF_SEEN, MF_DRAFT | MF_FLAGGED, MF_ANSWERED, MF_SEEN | MF_DRAFT | MF_DELETED
  };
  struct timespec tick = { 0, 30000000 };
  int i;

  for (i = 0; i < ROUNDS; i++) {
    change((enum store_how[]){ STORE_ADD, STORE_REMOVE, STORE_SET }[i % 3],
           flags[some(4)], 1 + some(4));
    CHECK(folder_sync(in) == 0);
    nanosleep(&tick, 0);        /* what others did in that tick */
    CHECK(folder_sync(in) == 0);
    look("STORE");
  }
}

static void removing(void)
{
  struct uidset set = UIDSET_ZERO, out = UIDSET_ZERO;
  uint32_t uid, n = 0;

  pick(&set, 3);
  for (uid = 1; uid <= MESSAGES; uid++)
    if (uidset_has(&set, uid) && !gone[uid]) {
      gone[uid] = 1;
      n++;
    }
  there -= n;
  CHECK(folder_remove(in, &set, 0, &out) == 0 && uidset_count(&out) == n);
  CHECK(folder_sync(in) == 0);
  look("remove");
  uidset_free(&set);
  uidset_free(&out);
}

/* in a child: from the last on, give each file a flag or take it away, by
 * whatever name it has at that moment */
static void race(int on)
{
  static const char *const has[] = { "", "S" };
  char name[300], from[320], to[320], pad[200];
  int i, j;

  memset(pad, 'x', sizeof pad);
  for (i = MESSAGES; i; i--) {
    snprintf(name, sizeof name, "cur/%d.M%dP1.%.*s.h:2,", 1000000000 + i, i,
             (int)(i * 7 % 190), pad);
    for (j = 0; j < 200; j++) {
      snprintf(from, sizeof from, "%s%s%s", name, on ? "" : "P", has[j % 2]);
      snprintf(to, sizeof to, "%s%s%s", name, on ? "P" : "", has[j % 2]);
      if (renameat(root, from, root, to) == 0) break;
    }
  }
  _exit(0);
}

/* who stores and who renames the same files come to the same end */
static void racing(void)
{
  struct uidset all = UIDSET_ZERO;
  struct timespec tick = { 0, 30000000 };
  uint32_t uid;
  pid_t pid;
  int i;

  uidset_add(&all, 1, MESSAGES);
  for (i = 0; i < 4; i++) {
    pid = fork();
    if (pid == 0) race(i % 2 == 0);
    CHECK(folder_store(in, &all, i % 2 ? STORE_REMOVE : STORE_ADD, MF_SEEN, 0,
                       UINT64_MAX, 0) == 0);
    waitpid(pid, 0, 0);
    CHECK(folder_sync(in) == 0);
    nanosleep(&tick, 0);
    CHECK(folder_sync(in) == 0);
    for (uid = 1; uid <= MESSAGES; uid++)
      want[uid] = i % 2 ? 0 : MF_SEEN | MF_PASSED;
    look("race");
  }
  uidset_free(&all);
}

int main(void)
{
  begin();
  look("at first");
  racing();
  storing();
  removing();
  folder_close(in);
  account_close(&acc);
  close(root);
  scratch_remove();
  return check_done("many");
}
