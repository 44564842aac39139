/* ISC licence; see LICENSE. */
#include "damage.h"

#include <fcntl.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "judge.h"
#include "maildir/index.h"

/*
 * P6: a damaged index costs no mail, no UID, and at most one session. Each
 * case: a Maildir, a session that makes its index, the damage, then sessions
 * that look and change. One that dies has to say so in the log and exit 111;
 * no second one may; and all see what was there before.
 */
#define PAGE 4096
#define SESSIONS 3

enum kind {
  ZERO, ONES, RANDOM, FEW, BIT, SWAP, DOUBLE, CUT, KINDS,
  LOCK_ZERO = KINDS, LOCK_RANDOM, LOCK_CUT, LOCK_GONE, DATA_GONE, ALL_GONE,
  BOOT_GONE, BOOT_RANDOM, COPIED, DATA_EMPTY, LOCK_OTHER, KINDS_ALL
};

static const char *const names[] = {
  "zeros", "ones", "random page", "16 random octets", "one bit",
  "swapped with the next", "a copy of the next", "cut here",
  "lock.mdb zeros", "lock.mdb random", "lock.mdb cut", "lock.mdb removed",
  "data.mdb removed", "all removed", "boot removed", "boot random",
  "copied from elsewhere", "data.mdb empty", "lock.mdb of another"
};

struct ground {                 /* shared with the children */
  struct doing d;
  struct picture truth, now, warm;
};

static struct ground *g;
static int errors;              /* descriptor for what sessions log */
static char where[100];
static unsigned long *good, *bad, sessions_lost;

static void complain(const char *what, int status)
{
  static char said[1500];
  ssize_t n = pread(errors, said, sizeof said - 1, 0);

  said[n > 0 ? n : 0] = 0;
  ++*bad;
  printf("FAILED index, %s: %s (%x)\n%s", where, what, status, said);
  fflush(stdout);
}

static int one_path(char *out, size_t size, const char *file)
{
  return snprintf(out, size, "%s/roost.index/%s", g->d.path, file);
}

/* ---- sessions ---- */

/* large things in the index, too */
static void big_caches(struct account *a)
{
  static char much[9000];
  struct folder *f;
  struct uidset uids = UIDSET_ZERO;
  uint32_t uid = 0;

  if (folder_open(&f, a, "", 0, 0) == -1 || folder_sync(f) == -1) _exit(88);
  folder_uids(f, &uids);
  memset(much, 'c', sizeof much);
  while ((uid = uidset_next(&uids, uid + 1))) {
    folder_cache_put(f, uid, 2, 0, much, uid % 2 ? sizeof much : 1500);
    folder_cache_put(f, uid, 3, 0, much, 700);
  }
  folder_close(f);
  uidset_free(&uids);
}

static void make_truth(void)
{
  if (account_open(&g->d.a, g->d.path) == -1) _exit(90);
  picture_take(&g->truth, &g->d.a);
  big_caches(&g->d.a);
  account_close(&g->d.a);
}

static void read_caches(struct account *a)
{
  struct folder *f;
  const char *data;
  size_t len;
  uint32_t uid;

  if (folder_open(&f, a, "", 0, 0) == -1 || folder_sync(f) == -1) _exit(88);
  if (folder_begin(f) == -1) _exit(87);
  for (uid = 1; uid < 15; uid++)
    if (folder_cache_get(f, uid, 2, &data, &len)
        && (!len || data[len - 1] != 'c')) _exit(86);
  folder_end(f);
  folder_close(f);
}

static void look(void)
{
  if (account_open(&g->d.a, g->d.path) == -1) _exit(90);
  picture_take(&g->now, &g->d.a);
  read_caches(&g->d.a);
  account_close(&g->d.a);
}

static void change(struct picture *p)
{
  struct doing *d = &g->d;
  struct uidset u = UIDSET_ZERO;

  d->n = 0;
  if (folder_open(&d->in, &d->a, "", 0, 0) == -1) _exit(91);
  if (folder_sync(d->in) == -1) _exit(92);
  if (op_append(d, d->in, 200, MF_SEEN, 0) == -1 || d->n != 1) _exit(93);
  uidset_add(&u, d->uids[0], d->uids[0]);
  if (folder_remove(d->in, &u, 0, 0) == -1) _exit(95);
  if (d->uids[0] < g->truth.f[0].uidnext) _exit(89);
  folder_close(d->in);
  picture_take(p, &d->a);
  account_close(&d->a);
}

static void look_and_change(void)
{
  if (account_open(&g->d.a, g->d.path) == -1) _exit(90);
  change(&g->now);
}

static int in_child(void (*fn)(void))
{
  int status = -1;
  pid_t pid = fork();

  if (pid == 0) {
    dup2(errors, 2);
    alarm(FAULT_LIMIT_MS / 2000);
    fn();
    _exit(0);
  }
  if (pid != -1) waitpid(pid, &status, 0);
  return status;
}

/* an end that is allowed once: 111, with a word in the log */
static int may_end(int status)
{
  static char said[8000];
  ssize_t n = pread(errors, said, sizeof said - 1, 0);

  said[n > 0 ? n : 0] = 0;
  return WIFEXITED(status) && WEXITSTATUS(status) == 111
    && (strstr(said, "damaged") || strstr(said, "discarded"));
}

/* a session that ended may not have removed what it appended */
static void forget_appended(struct pic_folder *f)
{
  int i = f->n - 1;

  for (; i >= 0 && f->m[i].num == 200; i--) {
    memset(f->m + i, 0, sizeof f->m[i]);
    f->n--;
  }
}

/* the same but for UIDNEXT of the INBOX, which grew by what was appended */
static int same(struct picture *p)
{
  static char why[300];
  uint32_t next = p->n ? p->f[0].uidnext : 0;
  int r;

  if (p->n && p->f[0].n > g->truth.f[0].n) forget_appended(p->f);

  if (p->whole && next < g->truth.f[0].uidnext) {
    complain("UIDNEXT fell", (int)next);
    return 0;
  }
  if (p->n) p->f[0].uidnext = g->truth.f[0].uidnext;
  r = judge_same(&g->truth, p, why, sizeof why);
  if (!r) complain(why, 0);
  return r;
}

/* ---- damage ---- */

static void noise(unsigned char *p, size_t n)
{
  while (n--) *p++ = (unsigned char)(random() >> 7);
}

static void page_damage(enum kind k, long page, unsigned char *p,
                        unsigned char *next)
{
  unsigned char save[PAGE];

  (void)page;
  switch (k) {
  case ZERO: memset(p, 0, PAGE); break;
  case ONES: memset(p, 255, PAGE); break;
  case RANDOM: noise(p, PAGE); break;
  case FEW: noise(p + random() % (PAGE - 16), 16); break;
  case BIT: p[random() % PAGE] ^= (unsigned char)(1 << random() % 8); break;
  case SWAP:
    memcpy(save, p, PAGE);
    memcpy(p, next, PAGE);
    memcpy(next, save, PAGE);
    break;
  default: memcpy(p, next, PAGE); break;
  }
}

static void damage_page(enum kind k, long page)
{
  unsigned char p[2 * PAGE];
  char path[300];
  int fd;
  ssize_t n;

  one_path(path, sizeof path, "data.mdb");
  fd = open(path, O_RDWR);
  if (fd == -1) return;
  memset(p, 0, sizeof p);
  n = pread(fd, p, sizeof p, page * PAGE);
  if (n > 0 && k == CUT) {
    if (ftruncate(fd, page * PAGE + (page % 2 ? 100 : 0)) == -1) n = 0;
  }
  else if (n > 0) {
    page_damage(k, page, p, p + PAGE);
    n = pwrite(fd, p, (size_t)n, page * PAGE);
  }
  close(fd);
}

static void rewrite(const char *file, int random_octets, off_t size)
{
  unsigned char p[PAGE];
  char path[300];
  int fd;

  one_path(path, sizeof path, file);
  fd = open(path, O_RDWR);
  if (fd == -1) return;
  memset(p, 0, sizeof p);
  if (random_octets) noise(p, sizeof p);
  if (size >= 0) {
    if (ftruncate(fd, size) == -1) perror(path);
  }
  else if (pwrite(fd, p, random_octets == 2 ? 20 : sizeof p, 0) == -1)
    perror(path);
  close(fd);
}

static void gone(const char *file)
{
  char path[300];

  one_path(path, sizeof path, file);
  unlink(path);
}

/* all three files replaced by copies, as a restore does it */
static void copied(void)
{
  static const char *const files[] = { "data.mdb", "lock.mdb", "boot" };
  static char text[1 << 20];
  char path[300], to[310];
  size_t i;
  ssize_t n;
  int fd;

  for (i = 0; i < 3; i++) {
    one_path(path, sizeof path, files[i]);
    snprintf(to, sizeof to, "%s.copy", path);
    fd = open(path, O_RDONLY);
    n = fd == -1 ? 0 : read(fd, text, sizeof text);
    close(fd);
    fd = open(to, O_WRONLY | O_CREAT, 0600);
    if (n < 0 || write(fd, text, (size_t)n) != n || rename(to, path) == -1)
      perror(to);
    close(fd);
  }
}

static void damage(enum kind k, long page)
{
  switch (k) {
  case LOCK_ZERO: rewrite("lock.mdb", 0, -1); break;
  case LOCK_RANDOM: rewrite("lock.mdb", 1, -1); break;
  case LOCK_CUT: rewrite("lock.mdb", 0, 100); break;
  case LOCK_GONE: gone("lock.mdb"); break;
  case DATA_GONE: gone("data.mdb"); break;
  case DATA_EMPTY: rewrite("data.mdb", 0, 0); break;
  case ALL_GONE: scene_remove_index(g->d.path); break;
  case BOOT_GONE: gone("boot"); break;
  case BOOT_RANDOM: rewrite("boot", 2, -1); break;
  case COPIED: copied(); break;
  case LOCK_OTHER:
    gone("lock.mdb");
    rewrite("data.mdb", 0, 5 * PAGE);
    break;
  default: damage_page(k, page); break;
  }
}

/* ---- cases ---- */

static int prepare(void)
{
  int st;

  if (ftruncate(errors, 0) == -1 || lseek(errors, 0, SEEK_SET)) return -1;
  scene_make(g->d.path, 0);
  memset(&g->warm, 0, sizeof g->warm);
  st = in_child(make_truth);
  if (st == 0 && g->truth.whole) return 0;
  complain("the scene", st);
  return -1;
}

/* sessions that look, then change; *lost may be 1 at the end */
static int afterwards(int lost)
{
  int i, st;

  for (i = 0; i < SESSIONS; i++) {
    if (ftruncate(errors, 0) == -1 || lseek(errors, 0, SEEK_SET)) return 0;
    st = in_child(i == 1 ? look_and_change : look);
    if (st && (!may_end(st) || lost++)) {
      complain(lost > 1 ? "a second session ended" : "a session ended", st);
      return 0;
    }
    if (!st && !same(&g->now)) return 0;
  }
  sessions_lost += (unsigned long)lost;
  return 1;
}

static void cold_case(enum kind k, long page)
{
  snprintf(where, sizeof where, "page %ld, %s", page, names[k]);
  if (prepare() == -1) return;
  damage(k, page);
  if (afterwards(0)) ++*good;
}

/* a session is open while it happens; it looks and writes afterwards */
static void warm_case(enum kind k, long page)
{
  int go[2], ready[2], st, lost = 0;
  pid_t pid;
  char c;

  snprintf(where, sizeof where, "page %ld, %s, in use", page, names[k]);
  if (prepare() == -1 || pipe(go) == -1 || pipe(ready) == -1) return;
  pid = fork();
  if (pid == 0) {
    dup2(errors, 2);
    alarm(FAULT_LIMIT_MS / 2000);
    if (account_open(&g->d.a, g->d.path) == -1) _exit(90);
    picture_take(&g->warm, &g->d.a);
    if (write(ready[1], "", 1) != 1 || read(go[0], &c, 1) != 1) _exit(85);
    picture_take(&g->warm, &g->d.a);
    if (!g->warm.whole) _exit(84);
    change(&g->warm);
    _exit(0);
  }
  close(ready[1]);
  if (read(ready[0], &c, 1) == 1) damage(k, page);
  if (write(go[1], "", 1) != 1) perror("pipe");
  waitpid(pid, &st, 0);
  close(ready[0]);
  close(go[0]);
  close(go[1]);
  if (st && !may_end(st)) {
    complain(*g->warm.why ? g->warm.why : "the open session ended", st);
    return;
  }
  lost = st != 0;
  if ((st || same(&g->warm)) && afterwards(lost)) ++*good;
}

static long count_pages(void)
{
  struct stat st;
  char path[300];

  snprintf(where, sizeof where, "none");
  if (prepare() == -1) return 0;
  one_path(path, sizeof path, "data.mdb");
  return stat(path, &st) == -1 ? 0 : (long)(st.st_size / PAGE);
}

void damage_all(const char *path, int errfd, long stride, unsigned int seed,
                unsigned long *passed, unsigned long *failed)
{
  unsigned long before = *failed, cases = 0;
  long page, pages, n = 0;
  int k;

  g = mmap(0, sizeof *g, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
           -1, 0);
  if (g == MAP_FAILED) exit(1);
  snprintf(g->d.path, sizeof g->d.path, "%s", path);
  errors = errfd;
  good = passed;
  bad = failed;
  srandom(seed);
  index_patience = 1;
  pages = count_pages();
  for (page = 0; page < pages; page++)
    for (k = 0; k < KINDS; k++) {
      if (n++ % stride == 0) cold_case(k, page), cases++;
      if (n++ % stride == 0) warm_case(k, page), cases++;
    }
  for (k = KINDS; k < KINDS_ALL; k++) {
    cold_case(k, -1);
    warm_case(k, -1);
    cases += 2;
  }
  printf("index: %ld pages, %lu damages, %lu sessions lost, %lu failed\n",
         pages, cases, sessions_lost, *failed - before);
  fflush(stdout);
}
