/* ISC licence; see LICENSE. */
#include "rest.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <skalibs/types.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/note.h"
#include "base/timedio.h"
#include "base/title.h"
#include "contexts.h"
#include "login/sign.h"
#include "rest_state.h"

extern char **environ;

static struct {
  int imapd, idle;              /* the programs; -1 */
  int allowed;
  const char *maildir;
} rest = { -1, -1, 0, 0 };

/* ---- the programs ---- */

/* imap-idle lies beside imapd */
static int open_idle(void)
{
  static const char name[] = "imap-idle";
  char path[PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path);

  if (n == -1) return -1;
  while (n && path[n - 1] != '/') n--;
  if ((size_t)n + sizeof name > sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(path + n, name, sizeof name);
  return open(path, O_PATH | O_CLOEXEC);
}

/* what loads imapd, if it has shared libraries; -1 */
static int open_loader(void)
{
  const ElfW(Phdr) *h = (const ElfW(Phdr) *)getauxval(AT_PHDR);
  unsigned long n = getauxval(AT_PHNUM), i;
  const char *base = 0;

  for (i = 0; h && i < n; i++)
    if (h[i].p_type == PT_PHDR) base = (const char *)h - h[i].p_vaddr;
  for (i = 0; base && i < n; i++)
    if (h[i].p_type == PT_INTERP)
      return open(base + h[i].p_vaddr, O_PATH | O_CLOEXEC);
  return -1;
}

size_t rest_programs(int fd[REST_PROGRAMS])
{
  size_t n = 2;

  rest.imapd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
  rest.idle = open_idle();
  if (rest.imapd == -1 || rest.idle == -1) {
    log_fault("warning", "imap-idle");
    rest_forbid();
    return 0;
  }
  fd[0] = rest.imapd;
  fd[1] = rest.idle;
  fd[2] = open_loader();
  if (fd[2] != -1) n++;
  return n;
}

void rest_allow(struct session *s, const char *maildir)
{
  rest.allowed = 1;
  rest.maildir = maildir;
  s->in.leave = rest_leave;
}

void rest_forbid(void)
{
  fd_close_once(&rest.imapd);
  fd_close_once(&rest.idle);
}

/* ---- signals ---- */

static uint64_t signals(sigset_t *set)
{
  const int all[] = { SIGTERM, SIGN_ADDRESS_LIMIT, SIGN_ACCOUNT_LIMIT,
                      SIGN_KICKED };
  uint64_t mask = 0;
  size_t i;

  sigemptyset(set);
  for (i = 0; i < sizeof all / sizeof *all; i++) {
    sigaddset(set, all[i]);
    mask |= (uint64_t)1 << (all[i] - 1);
  }
  return mask;
}

void rest_signals(int block)
{
  sigset_t set;

  signals(&set);
  sigprocmask(block ? SIG_BLOCK : SIG_UNBLOCK, &set, 0);
}

/* ---- leaving ---- */

static int may_rest(const struct session *s)
{
  return rest.allowed && s->waiting && !s->logout && !s->out.dead
    && !s->out.buf.len && s->in.pos == s->in.len && !s->notify
    && !s->contexts && !s->compress && !s->view.untold.n
    && !account_private(&s->account);
}

static void put_session(struct rest_state *r, const struct session *s)
{
  int64_t noted;

  r->n[REST_WAITING] = (uint64_t)s->waiting;
  r->n[REST_DEADLINE] = (uint64_t)s->deadline;
  r->n[REST_ENABLED] = s->enabled;
  r->n[REST_BY_ALIAS] = s->by_alias != 0;
  r->n[REST_BAD_COMMANDS] = s->bad_commands;
  r->n[REST_FAULT_TOLD] = s->fault_told != 0;
  r->n[REST_FETCHED] = s->fetched;
  r->n[REST_EXPUNGED] = s->expunged;
  r->n[REST_APPENDED] = s->appended;
  r->n[REST_RECEIVED] = s->in.received;
  r->n[REST_SENT] = s->out.sent;
  r->n[REST_UTF8] = s->out.utf8 != 0;
  r->n[REST_IMAPD] = (uint64_t)rest.imapd + 1;
  r->n[REST_IDLE] = (uint64_t)rest.idle + 1;
  r->n[REST_NOTES] = (uint64_t)(note_fd(&noted) + 1);
  r->n[REST_NOTED] = (uint64_t)noted;
  stralloc_cats(&r->text[REST_MAILDIR], rest.maildir);
  if (s->waiting == WAITING_IDLE) stralloc_copy(&r->text[REST_TAG], &s->tag);
}

static void put_view(struct rest_state *r, const struct view *v)
{
  r->n[REST_TOP] = v->top;
  r->n[REST_EXISTS] = v->exists;
  r->n[REST_RECENT] = v->recent;
  r->n[REST_KEYWORDS] = v->keywords;
  r->n[REST_BEYOND] = v->beyond;
  r->n[REST_MODSEQ] = v->modseq;
  r->n[REST_BIRTH] = v->birth;
  r->n[REST_NOMODSEQ] = v->nomodseq != 0;
  r->n[REST_LOST] = v->lost != 0;
  r->n[REST_HIDDEN] = v->hidden != 0;
  r->n[REST_SAFE] = v->safe;
  r->n[REST_MODSEQ_SENT] = v->modseq_sent != 0;
  r->n[REST_EXPUNGE_SENT] = v->expunge_sent != 0;
  uidset_copy(&r->set[REST_UIDS], &v->uids);
  uidset_copy(&r->set[REST_GONE], &v->gone);
  uidset_copy(&r->set[REST_SAVED], &v->saved);
}

static void put_folder(struct rest_state *r, const struct session *s)
{
  struct folder_left l;

  folder_leave(s->folder, &l);
  r->n[REST_SELECTED] = 1;
  r->n[REST_READONLY] = s->readonly != 0;
  r->n[REST_UIDVALIDITY] = l.uidvalidity;
  r->n[REST_DIR] = (uint64_t)(l.dirfd + 1);
  r->n[REST_WATCH] = (uint64_t)(l.watchfd + 1);
  r->n[REST_WATCH_KIND] = (uint64_t)l.watch_kind;
  r->n[REST_WATCH_NEW] = (uint64_t)(l.watch_dirs[0] + 1);
  r->n[REST_WATCH_CUR] = (uint64_t)(l.watch_dirs[1] + 1);
  memcpy(&r->n[REST_EXTRA], &l.extra, sizeof l.extra);
  stralloc_cats(&r->text[REST_STORAGE], folder_name(s->folder));
  uidset_copy(&r->set[REST_RECENTS], l.recent);
  r->own = xalloc(l.nown * sizeof *r->own);
  if (l.nown) memcpy(r->own, l.own, l.nown * sizeof *r->own);
  r->nown = l.nown;
  put_view(r, &s->view);
}

/* the descriptors of a state, the programs' among them */
static const unsigned char descriptors[] = {
  REST_IMAPD, REST_IDLE, REST_NOTES, REST_DIR, REST_WATCH, REST_WATCH_NEW,
  REST_WATCH_CUR
};

/* close them by exec, or not; -1: one is not open */
static int close_by_exec(const struct rest_state *r, int it)
{
  size_t i;
  int fd;

  for (i = 0; i < sizeof descriptors; i++) {
    fd = (int)r->n[descriptors[i]] - 1;
    if (fd == -1) continue;
    if (fd < 3 || fcntl(fd, F_SETFD, it ? FD_CLOEXEC : 0) == -1) return -1;
  }
  return 0;
}

/* a file without a name, which is not to change any more; -1 with errno */
static int write_state(const stralloc *text)
{
  int fd = memfd_create("imapd", MFD_CLOEXEC | MFD_ALLOW_SEALING), saved;

  if (fd == -1) return -1;
  if (text->len <= REST_STATE_MAX
      && write(fd, text->s, text->len) == (ssize_t)text->len
      && fcntl(fd, F_ADD_SEALS,
               F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK) == 0
      && fcntl(fd, F_SETFD, 0) == 0)
    return fd;
  saved = errno;
  close(fd);
  errno = saved;
  return -1;
}

/* the environment with the state's descriptor in front */
static char **environment(char *word)
{
  size_t n = 0, at = 0;
  char **e;

  while (environ[n]) n++;
  e = xalloc((n + 2) * sizeof *e);
  e[at++] = word;
  for (n = 0; environ[n]; n++)
    if (strncmp(environ[n], REST_VAR, strlen(REST_VAR))) e[at++] = environ[n];
  e[at] = 0;
  return e;
}

static void become_idle(struct session *s, int state)
{
  char word[sizeof REST_VAR + INT_FMT], title[TITLE_MAX];
  char *argv[] = { title, 0 }, **envp;

  snprintf(word, sizeof word, REST_VAR "%d", state);
  title_get(title);
  envp = environment(word);
  account_leave(&s->account);
  syscall(SYS_execveat, rest.idle, "", argv, envp, AT_EMPTY_PATH);
  rest.allowed = 0;             /* once is enough to know */
  log_fault("warning", "imap-idle");
  account_stay(&s->account);
  free(envp);
}

void rest_leave(void *session, int watch, int64_t ms)
{
  struct session *s = session;
  struct rest_state r;
  stralloc text = STRALLOC_ZERO;
  struct stat st;
  sigset_t set;
  int fd;

  if (!may_rest(s) || fstat(s->account.rootfd, &st) == -1) return;
  memset(&r, 0, sizeof r);
  memcpy(r.head.magic, REST_MAGIC, sizeof r.head.magic);
  r.head.imapd = rest.imapd;
  r.head.watch = watch;
  r.head.signals = signals(&set);
  r.head.wake = clock_ms() + ms;
  put_session(&r, s);
  r.n[REST_DEV] = st.st_dev;
  r.n[REST_INO] = st.st_ino;
  if (s->folder) put_folder(&r, s);
  rest_state_put(&text, &r);
  fd = write_state(&text);
  rest_signals(1);
  if (fd != -1 && !session_stop && close_by_exec(&r, 0) == 0)
    become_idle(s, fd);
  close_by_exec(&r, 1);
  rest_signals(0);
  fd_close_once(&fd);
  rest_state_free(&r);
  stralloc_free(&text);
}

/* ---- coming back ---- */

int rest_is_back(void)
{
  return environ[0] && !strncmp(environ[0], REST_VAR, strlen(REST_VAR));
}

/* the fence is inherited, for nobody else starts us so */
static int fenced(void)
{
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
    && prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2;
}

static int read_state(struct rest_state *r)
{
  stralloc text = STRALLOC_ZERO;
  struct stat st;
  unsigned int fd = 0;
  int ret = -1;

  if (!uint_scan(environ[0] + strlen(REST_VAR), &fd) || fd < 3) return -1;
  unsetenv("ROOST_REST");
  if (fstat((int)fd, &st) == -1 || st.st_size > REST_STATE_MAX) return -1;
  stralloc_ready(&text, (size_t)st.st_size + 1);
  if (pread((int)fd, text.s, (size_t)st.st_size, 0) == st.st_size)
    ret = rest_state_take(r, text.s, (size_t)st.st_size);
  stralloc_free(&text);
  close((int)fd);
  if (ret == -1) errno = EPROTO;
  return ret;
}

static void take_session(struct session *s, const struct rest_state *r)
{
  s->waiting = (int)r->n[REST_WAITING];
  s->deadline = (int64_t)r->n[REST_DEADLINE];
  s->enabled = (unsigned)r->n[REST_ENABLED];
  s->by_alias = (int)r->n[REST_BY_ALIAS];
  s->bad_commands = (unsigned)r->n[REST_BAD_COMMANDS];
  s->fault_told = (int)r->n[REST_FAULT_TOLD];
  s->fetched = r->n[REST_FETCHED];
  s->expunged = r->n[REST_EXPUNGED];
  s->appended = r->n[REST_APPENDED];
  s->in.received = r->n[REST_RECEIVED];
  s->out.sent = s->out.whole = r->n[REST_SENT];
  s->out.utf8 = (int)r->n[REST_UTF8];
  s->in.woken = 1;
  s->in.woken_sent = s->out.sent;
  rest.imapd = (int)r->n[REST_IMAPD] - 1;
  rest.idle = (int)r->n[REST_IDLE] - 1;
  note_resume((int)r->n[REST_NOTES] - 1, (int64_t)r->n[REST_NOTED]);
  stralloc_copy(&s->tag, &r->text[REST_TAG]);
}

static void take_view(struct view *v, const struct rest_state *r)
{
  v->top = (uint32_t)r->n[REST_TOP];
  v->exists = (uint32_t)r->n[REST_EXISTS];
  v->recent = (uint32_t)r->n[REST_RECENT];
  v->keywords = (uint32_t)r->n[REST_KEYWORDS];
  v->beyond = (uint32_t)r->n[REST_BEYOND];
  v->modseq = r->n[REST_MODSEQ];
  v->birth = r->n[REST_BIRTH];
  v->nomodseq = (int)r->n[REST_NOMODSEQ];
  v->lost = (int)r->n[REST_LOST];
  v->hidden = (int)r->n[REST_HIDDEN];
  v->safe = r->n[REST_SAFE];
  v->modseq_sent = (int)r->n[REST_MODSEQ_SENT];
  v->expunge_sent = (int)r->n[REST_EXPUNGE_SENT];
  uidset_copy(&v->uids, &r->set[REST_UIDS]);
  uidset_copy(&v->gone, &r->set[REST_GONE]);
  uidset_copy(&v->saved, &r->set[REST_SAVED]);
  uidrank_build(&v->rank, &v->uids);
}

/* the Maildir, by its path, if it is the one that we had */
static int take_account(struct session *s, const struct rest_state *r)
{
  struct stat st;

  if (account_open_again(&s->account, r->text[REST_MAILDIR].s) == -1)
    return -1;
  if (fstat(s->account.rootfd, &st) == 0 && st.st_dev == r->n[REST_DEV]
      && st.st_ino == r->n[REST_INO])
    return 0;
  errno = ESTALE;
  return -1;
}

static int take_folder(struct session *s, const struct rest_state *r)
{
  const stralloc *name = &r->text[REST_STORAGE];
  struct folder_left l;

  if (!folder_name_fits(name->s, name->len)) {
    errno = EINVAL;
    return -1;
  }
  l.uidvalidity = (uint32_t)r->n[REST_UIDVALIDITY];
  l.dirfd = (int)r->n[REST_DIR] - 1;
  l.watchfd = (int)r->n[REST_WATCH] - 1;
  l.watch_kind = (int)r->n[REST_WATCH_KIND];
  l.watch_dirs[0] = (int)r->n[REST_WATCH_NEW] - 1;
  l.watch_dirs[1] = (int)r->n[REST_WATCH_CUR] - 1;
  memcpy(&l.extra, &r->n[REST_EXTRA], sizeof l.extra);
  l.recent = &r->set[REST_RECENTS];
  l.own = r->own;
  l.nown = r->nown;
  s->readonly = (int)r->n[REST_READONLY];
  folder_return(&s->folder, &s->account, name->s, name->len, !s->readonly,
                &l);
  folder_watch_clear(s->folder);
  take_view(&s->view, r);
  if (name->len) session_show(s, name->s, name->len);
  else session_show(s, "INBOX", 5);
  /* as session_rest does for one that stayed: another index has to know the
   * folder before a command asks it */
  if (folder_birth(s->folder) != s->view.birth && folder_sync(s->folder) == -1)
    log_fault("fault", "sync");
  return 0;
}

int rest_back(struct session *s)
{
  struct rest_state r;
  int ret = -1;

  memset(&r, 0, sizeof r);
  errno = EPROTO;
  if (fenced() && read_state(&r) == 0 && close_by_exec(&r, 1) == 0) {
    prctl(PR_SET_NAME, "imapd");
    take_session(s, &r);
    ret = take_account(s, &r);
    if (ret == 0 && r.n[REST_SELECTED]) ret = take_folder(s, &r);
    if (ret == 0) rest_allow(s, xstrdup(r.text[REST_MAILDIR].s));
  }
  rest_state_free(&r);
  return ret;
}
