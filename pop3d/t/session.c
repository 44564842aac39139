/* ISC licence; see LICENSE. */
/*
 * Sessions over a store that is made up here, so that it can fail where and
 * when a test wants it to.
 */
#include "pop3d/session.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <skalibs/strerr.h>

#include "collect.h"
#include "maildir/t/check.h"
#include "pop3d/dotstuff.h"
#include "pop3d/surrogate.h"

char const *PROG = "session";

/* ------------------------------------------------------- a store to fail */

#define MAX 4000

struct folder {
  uint32_t n, uidvalidity;
  int64_t vsize[MAX + 1];       /* by UID; -1 unknown */
  int vsize_errno[MAX + 1];
  int fd_errno[MAX + 1];
  const char *text;             /* of every message */
  size_t textlen;
  const char *fields[MAX + 1];  /* in the uidlist */
  const char *words;
  int uidlist_errno, sync_errno, remove_errno, store_errno;
  uint32_t remove_max;          /* so many before remove_errno */
  struct uidset removed, seen;
  unsigned vsizes;              /* calls of folder_vsize */
};

static struct folder store;

static void reset_store(uint32_t n)
{
  uint32_t i;

  uidset_free(&store.removed);
  uidset_free(&store.seen);
  memset(&store, 0, sizeof store);
  store.n = n;
  store.uidvalidity = 16;
  store.text = "A: b\n\nc\n";
  store.textlen = 8;
  for (i = 1; i <= n; i++) {
    store.vsize[i] = 11;
    store.fields[i] = "";
  }
}

static int fails(int e)
{
  errno = e;
  return e ? -1 : 0;
}

int folder_sync(struct folder *f)
{
  return fails(f->sync_errno);
}

int folder_counts(struct folder *f, struct folder_counts *c)
{
  memset(c, 0, sizeof *c);
  c->messages = f->n / 2;       /* it may grow until we look */
  c->uidvalidity = f->uidvalidity;
  return 0;
}

int folder_begin(struct folder *f)
{
  (void)f;
  return 0;
}

void folder_end(struct folder *f)
{
  (void)f;
}

int folder_next(struct folder *f, uint32_t from, struct message *m)
{
  if (from > f->n) return 0;
  memset(m, 0, sizeof *m);
  m->uid = from;
  m->vsize = f->vsize[from];
  return 1;
}

int folder_uidlist(struct folder *f, uidlist_each *each, void *arg,
                   stralloc *words)
{
  struct uidlist_record r;
  char name[32];
  uint32_t i;

  for (i = 1; i <= f->n + 3; i++) {     /* some are gone */
    r.uid = i;
    r.name = name;
    r.namelen = (size_t)snprintf(name, sizeof name, "name.%u", i % (MAX - 1));
    r.fields = i <= f->n ? f->fields[i] : "Pgone";
    r.fieldslen = strlen(r.fields);
    each(arg, &r);
  }
  stralloc_copys(words, f->words ? f->words : "");
  return fails(f->uidlist_errno);
}

int folder_vsize(struct folder *f, uint32_t uid, int64_t *vsize)
{
  f->vsizes++;
  *vsize = 11;
  return fails(f->vsize_errno[uid]);
}

int folder_message_fd(struct folder *f, uint32_t uid)
{
  if (fails(f->fd_errno[uid]) == -1) return -1;
  return memory_file(f->text, f->textlen);
}

void folder_flush(struct folder *f)
{
  (void)f;
}

int folder_remove(struct folder *f, const struct uidset *uids, int only,
                  struct uidset *removed)
{
  uint32_t uid = 0, n = 0;

  (void)only;
  while ((uid = uidset_next(uids, uid + 1))) {
    if (f->remove_errno && n++ == f->remove_max) return fails(f->remove_errno);
    uidset_add(removed, uid, uid);
    uidset_add(&f->removed, uid, uid);
  }
  return 0;
}

int folder_store(struct folder *f, const struct uidset *uids,
                 enum store_how how, uint32_t flags, uint32_t keywords,
                 uint64_t unchangedsince, struct uidset *modified)
{
  (void)keywords, (void)unchangedsince, (void)modified;
  if (how == STORE_ADD && flags == MF_SEEN) uidset_union(&f->seen, uids);
  return fails(f->store_errno);
}

/* ------------------------------------------------------------- a session */

static struct session session;
static stralloc answers = STRALLOC_ZERO;

/* all commands at once; the answers, all at once */
static void run(const char *commands)
{
  int fd[2];
  char buf[4096];
  ssize_t r;

  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1) abort();
  if (write(fd[0], commands, strlen(commands)) == -1) abort();
  shutdown(fd[0], SHUT_WR);
  memset(&session, 0, sizeof session);
  session.expire = "NEVER";
  session.mark_seen = 1;
  session.how = SEND_SURROGATE;
  input_init(&session.in, fd[1], &session.out, 50);
  output_init(&session.out, fd[1], 50);
  if (maildrop_open(&session.drop, &store, 0) == -1) abort();
  session_run(&session);
  maildrop_close(&session.drop);
  stralloc_free(&session.text);
  close(fd[1]);
  answers.len = 0;
  while ((r = read(fd[0], buf, sizeof buf)) > 0)
    stralloc_catb(&answers, buf, (size_t)r);
  close(fd[0]);
}

static int said(const char *text)
{
  if (same(&answers, text, strlen(text))) return 1;
  printf("said: %.*s\n", (int)answers.len, answers.s);
  return 0;
}

/* the answers hold text as a line, or as its beginning */
static int has(const char *text)
{
  stralloc_0(&answers);
  answers.len--;
  return strstr(answers.s, text) != 0;
}

static int why(const char *text)
{
  return session.why && !strcmp(session.why, text);
}

/* --------------------------------------------------------------- the tests */

static void check_end(void)
{
  reset_store(2);
  run("STAT\r\nDELE 1\r\nSTAT");
  CHECK(said("+OK 2 messages\r\n+OK 2 22\r\n+OK marked to be deleted\r\n"));
  CHECK(why("closed") && !store.removed.n && !store.seen.n);
  run("DELE 1\r\nRETR 2\r\nQUIT\r\nSTAT\r\n");
  CHECK(why("quit") && uidset_has(&store.removed, 1));
  CHECK(uidset_count(&store.removed) == 1);
  CHECK(uidset_has(&store.seen, 2) && uidset_count(&store.seen) == 1);
  CHECK(session.deleted == 1 && session.retrieved == 1);
  CHECK(has("left\r\n") && !has("left\r\n+OK"));
}

static void check_remove_fails(void)
{
  reset_store(5);
  store.remove_errno = EACCES;
  store.remove_max = 2;
  run("DELE 1\r\nDELE 2\r\nDELE 3\r\nQUIT\r\n");
  CHECK(has("-ERR [SYS/TEMP] some deleted messages not removed\r\n"));
  CHECK(why("quit") && session.error == EACCES && session.deleted == 2);
  reset_store(5);
  store.sync_errno = ESTALE;
  run("DELE 1\r\nQUIT\r\n");
  CHECK(has("-ERR [SYS/TEMP] some") && !store.removed.n);
  reset_store(5);
  store.sync_errno = ENOSPC;    /* a full disk must let one delete */
  run("DELE 1\r\nQUIT\r\n");
  CHECK(has("+OK goodbye, 4") && store.removed.n);
  reset_store(5);
  store.store_errno = EROFS;    /* no flags is no reason for -ERR */
  run("RETR 1\r\nQUIT\r\n");
  CHECK(has("+OK goodbye, 5"));
}

static void check_sizes(void)
{
  reset_store(5);
  store.vsize[2] = store.vsize[3] = store.vsize[4] = -1;
  store.vsize_errno[3] = ENOENT;
  store.vsize_errno[4] = EIO;
  run("LIST 1\r\n");
  CHECK(store.vsizes == 0);     /* nothing is counted that is not asked for */
  run("LIST 2\r\nSTAT\r\nSTAT\r\nLIST\r\nLIST 3\r\nUIDL 3\r\n");
  CHECK(said("+OK 5 messages\r\n+OK 2 11\r\n+OK 4 33\r\n+OK 4 33\r\n"
             "+OK 4 messages (33 octets)\r\n1 11\r\n2 11\r\n4 0\r\n5 11\r\n"
             ".\r\n-ERR message 3 was removed by another program\r\n"
             "-ERR message 3 was removed by another program\r\n"));
  CHECK(store.vsizes == 3);
}

static void check_opens(void)
{
  reset_store(3);
  store.fd_errno[1] = ENOENT;
  store.fd_errno[2] = EIO;
  run("RETR 1\r\nTOP 1 0\r\nRETR 2\r\nTOP 2 0\r\nTOP 3 0\r\nQUIT\r\n");
  CHECK(has("\r\n-ERR message 1 was removed"));
  CHECK(has("\r\n-ERR [SYS/TEMP] the mailbox cannot be read"));
  CHECK(has("\r\n+OK top of message follows\r\nA: b\r\n\r\n.\r\n+OK goodbye"));
  CHECK(session.retrieved == 0 && session.topped == 1 && !store.seen.n);
}

static void check_uidls(void)
{
  reset_store(3);
  store.words = " X1 PU%u Yz";
  store.fields[2] = "S10 Pmine W12";
  run("UIDL\r\n");
  CHECK(has("\r\n1 U1\r\n2 mine\r\n3 U3\r\n.\r\n"));
  store.words = "P%f";
  run("UIDL\r\n");
  CHECK(has("\r\n1 name.1\r\n2 mine\r\n3 name.3\r\n.\r\n"));
  store.fields[2] = "Pname.1";
  run("UIDL\r\n");
  CHECK(has("\r\n1 name.1\r\n2 ") && !has("2 name.1"));
  store.words = 0;
  store.fields[1] = "O7";
  store.fields[2] = "Ox";
  store.fields[3] = "O4294967296";
  run("UIDL\r\n");
  CHECK(has("\r\n1 0000000100000010\r\n2 0000000200000010\r\n"));
  store.fields[3] = "O6 P";
  run("UIDL\r\n");
  CHECK(has("\r\n1 name.3\r\n2 0000000100000010\r\n3 00000002"));
  store.uidlist_errno = EBADMSG;
  run("STAT\r\n");
  CHECK(has("+OK 3 33"));
}

/* all the same unique-id: all different in the end, and quickly */
static void check_doubles(void)
{
  stralloc first = STRALLOC_ZERO;
  uint32_t i;

  reset_store(MAX);
  for (i = 1; i <= MAX; i++) store.fields[i] = i % 2 ? "Pone" : "Ptwo";
  run("UIDL 1\r\nUIDL 2\r\nUIDL 3\r\nUIDL 4\r\nUIDL 4000\r\n");
  CHECK(has("+OK 1 one\r\n+OK 2 two\r\n+OK 3 "));
  CHECK(!has("+OK 3 one") && !has("+OK 4000 two"));
  stralloc_copy(&first, &answers);
  run("UIDL 1\r\nUIDL 2\r\nUIDL 3\r\nUIDL 4\r\nUIDL 4000\r\n");
  CHECK(same(&answers, first.s, first.len));
  stralloc_free(&first);
}

/* the same octet by octet as all at once */
static void check_pieces(void)
{
  static const char text[] = "STAT\r\nLIST\r\nUIDL 2\nRETR 1\r\nTOP 1 0\r\n"
    "DELE 1\r\n\r\nFOO\r\nLIST 1\r\nRSET\r\nRETR 9\r\nCAPA\r\nNOOP\r\n"
    "QUIT\r\n";
  stralloc first = STRALLOC_ZERO, got = STRALLOC_ZERO;
  int fd[2];
  char c[4096];
  size_t i;
  ssize_t r;

  reset_store(3);
  run(text);
  stralloc_copy(&first, &answers);
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1) abort();
  if (!fork()) {
    close(fd[0]);
    input_init(&session.in, fd[1], &session.out, 5000);
    output_init(&session.out, fd[1], 5000);
    if (maildrop_open(&session.drop, &store, 0) == -1) abort();
    session_run(&session);
    _exit(0);
  }
  close(fd[1]);
  for (i = 0; i < sizeof text - 1; i++) {
    if (send(fd[0], text + i, 1, MSG_NOSIGNAL) != 1) break;
    while ((r = recv(fd[0], c, sizeof c, MSG_DONTWAIT)) > 0)
      stralloc_catb(&got, c, (size_t)r);
  }
  while ((r = read(fd[0], c, sizeof c)) > 0)
    stralloc_catb(&got, c, (size_t)r);
  wait(0);
  CHECK(same(&got, first.s, first.len));
  close(fd[0]);
  stralloc_free(&first);
  stralloc_free(&got);
}

/* nobody speaks for too long; somebody takes nothing */
static void check_times(void)
{
  static char much[300000];
  int fd[2];

  reset_store(1);
  memset(much, 'x', sizeof much);
  store.text = much;
  store.textlen = sizeof much;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1) abort();
  memset(&session, 0, sizeof session);
  input_init(&session.in, fd[1], &session.out, 30);
  output_init(&session.out, fd[1], 30);
  if (write(fd[0], "DELE 1\r\nNO", 10) != 10) abort();
  maildrop_open(&session.drop, &store, 0);
  session_run(&session);
  CHECK(why("timeout") && !store.removed.n);
  maildrop_close(&session.drop);
  input_init(&session.in, fd[1], &session.out, 30);
  if (write(fd[0], "RETR 1\r\nRETR 1\r\nRETR 1\r\nQUIT\r\n", 30) != 30)
    abort();
  maildrop_open(&session.drop, &store, 0);
  session_run(&session);
  CHECK(why("stalled") && session.error == ETIMEDOUT && !store.seen.n);
  maildrop_close(&session.drop);
  close(fd[0]);
  close(fd[1]);
}

/* a file that cannot be read is told before anything is said about it */
static void check_unreadable(void)
{
  struct send m;
  int fd = open("/", O_RDONLY);

  CHECK(send_open(&m, fd, 0, SEND_AS_IS) == -1 && errno == EISDIR);
  send_close(&m);
  CHECK(send_open(&m, fd, 0, SEND_SURROGATE) == -1 && errno == EISDIR);
  send_close(&m);
  close(fd);
}

/* what is sent of a message to a client without UTF-8 */
static void sent(const char *text, size_t len, stralloc *got)
{
  static struct output o;
  struct send m;
  int in = memory_file(text, len), to = memory_file("", 0);

  output_init(&o, to, 1000);
  CHECK(send_open(&m, in, DOTSTUFF_ALL, SEND_SURROGATE) == 0 && m.surrogate);
  CHECK(send_run(&m, &o) == 0);
  output_flush(&o);
  send_close(&m);
  got->len = 0;
  read_all(to, got);
  close(in);
  close(to);
}

/* long fields, and a header longer than is kept in memory */
static void check_long_header(void)
{
  static char text[1200000];
  stralloc got = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < sizeof text; i++)
    text[i] = i % 60 == 59 ? '\n' : i % 60 ? '\xe4' : ' ';
  memcpy(text, "X: ", 3);
  memcpy(text + 60000, "A: b\n\n\xe4\n", 8);
  sent(text, 60008, &got);
  CHECK(same(&got, "A: b\r\n\r\n\xe4\r\n.\r\n", 14));
  memset(text + 60000, 0xe4, 8);
  sent(text, sizeof text, &got);
  CHECK(got.len > sizeof text && !has_8bit(got.s, got.len));
  stralloc_free(&got);
}

int main(void)
{
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC), keep = dup(2);

  signal(SIGPIPE, SIG_IGN);
  dup2(null, 2);                /* the log is not looked at */
  check_end();
  check_remove_fails();
  check_sizes();
  check_opens();
  check_uidls();
  check_doubles();
  check_pieces();
  check_times();
  check_unreadable();
  check_long_header();
  dup2(keep, 2);
  return check_done("session");
}
