/* ISC licence; see LICENSE. */
#include "session.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/note.h"
#include "base/timedio.h"
#include "base/title.h"
#include "command.h"
#include "compress.h"
#include "contexts.h"
#include "limit.h"
#include "login/sign.h"
#include "maildir/index.h"
#include "modseq.h"
#include "notify.h"
#include "read.h"

/* commands in a row that were BAD before we hang up */
#define BAD_MAX 20
/* buffers larger than this are given back after the command */
#define KEEP_MAX 16384

volatile int session_stop;

void session_title(const struct session *s, const char *state)
{
  title_set(s->user ? s->user : "", s->address ? s->address : "", state,
            s->shown, (char *)0);
}

void session_show(struct session *s, const char *name, size_t len)
{
  if (len > sizeof s->shown - 1) len = sizeof s->shown - 1;
  memcpy(s->shown, name, len);
  s->shown[len] = 0;
  session_title(s, "");
}

void session_folder(struct session *s, const stralloc *storage)
{
  const char *name = storage && storage->len ? storage->s : "INBOX";
  size_t len = storage && storage->len ? storage->len : 5;

  if (!storage) len = 0;
  note_folder(name, len);
  session_show(s, name, len);
}

void session_close_folder(struct session *s)
{
  if (!s->folder) return;
  notify_closing(s);
  folder_flush(s->folder);
  folder_close(s->folder);
  s->folder = 0;
  s->readonly = 0;
  session_folder(s, 0);
  view_free(&s->view);
  contexts_free(s);
}

const struct uidset *session_recent(const struct session *s)
{
  static const struct uidset none = UIDSET_ZERO;

  return session_rev2(s) ? &none : folder_recent(s->folder);
}

void session_rest(void *arg, int silent)
{
  struct session *s = arg;

  if (!silent) {
    /* The index that was closed is there no more: what is in its place has
     * to know the folder before a command asks it. The view stays. */
    if (!s->folder)
      account_wake(&s->account);
    else if (index_stale(s->account.index) && folder_sync(s->folder) == -1)
      log_fault("fault", "sync");
    return;
  }
  if (s->folder) folder_flush(s->folder);
  account_rest(&s->account);
  if (!s->out.buf.len) stralloc_free(&s->out.buf);
  if (!s->cmd.len) stralloc_free(&s->cmd);      /* else: amid a literal */
  if (!s->text.len) stralloc_free(&s->text);
  malloc_trim(0);
}

static void bye(struct session *s, const char *text, const char *why)
{
  reply_puts(&s->out, "* BYE ");
  reply_puts(&s->out, text);
  reply_crlf(&s->out);
  s->logout = 1;
  s->why = why;
}

/* who ended it, and why: the client is told */
static void stopped(struct session *s)
{
  int sig = session_stop;

  if (sig == SIGN_ADDRESS_LIMIT)
    bye(s, "too many sessions from this address, the newest wins", "limit");
  else if (sig == SIGN_ACCOUNT_LIMIT)
    bye(s, "too many sessions of this user, the newest wins", "limit");
  else if (sig == SIGN_KICKED)
    bye(s, "ended by the administrator", "kicked");
  else
    bye(s, "the server is shutting down", "term");
}

void session_input_ended(struct session *s, int result)
{
  if (s->logout) return;
  s->logout = 1;
  if (!result) {
    s->why = "closed";
    return;
  }
  switch (errno) {
  case ETIMEDOUT:
    bye(s, "autologout: idle for too long", "timeout");
    break;
  case EINTR:
    stopped(s);
    break;
  case EPIPE:
    s->why = s->out.error == ETIMEDOUT ? "stalled" : "closed";
    break;
  case EPROTO:
    bye(s, "the compressed data are broken", "broken");
    break;
  case ECONNRESET:
    s->why = "closed";
    break;
  default:
    log_fault("fault", "input");
    s->why = "io";
  }
}

int session_sync(struct session *s, int expunges, int with_uid)
{
  if (!s->folder) return 0;
  if (view_sync(s, expunges, with_uid) == 0) {
    s->fault_told = 0;
    return 0;
  }
  if (s->out.dead) return -1;
  /* RFC 2180 section 3.3 */
  if (errno == ENOENT || errno == ENOTDIR) {
    bye(s, "the mailbox was deleted", "folder-deleted");
    return -1;
  }
  if (errno == ESTALE) {
    bye(s, "the mailbox was replaced", "folder-replaced");
    return -1;
  }
  /* A disk that fails for a while: say so once, and serve what is known. */
  if (!s->fault_told) log_fault("fault", "sync");
  s->fault_told = 1;
  modseq_unsure(s);
  return 0;
}

static void put_result(struct session *s, enum status st)
{
  static const char *const words[] = { " OK ", " NO ", " BAD " };

  reply_put(&s->out, s->tag.s, s->tag.len);
  reply_puts(&s->out, words[st]);
  reply_put(&s->out, s->text.s, s->text.len);
  reply_crlf(&s->out);
}

/* what a command has changed, or others meanwhile, comes before its end */
static enum status finish(struct session *s, const struct command *row,
                          enum status st)
{
  if (s->out.dead || st == STATUS_NONE) return st;
  if ((row->flags & CMD_NO_SYNC) || st == STATUS_BAD) return st;
  session_sync(s, (s->by_uid || !(row->flags & CMD_NO_EXPUNGE))
               && !s->by_number, s->by_uid);
  if (s->folder && !s->out.dead) modseq_finish(s, st);
  return st;
}

static enum status run(struct session *s, const struct command *row,
                       size_t args)
{
  struct parse p;
  enum status st;

  parse_init(&p, s->cmd.s + args, s->cmd.len - args);
  p.utf8 = !!(s->enabled & ENABLED_UTF8);
  s->by_number = 0;
  s->limited = 0;
  st = row->run(s, &p);
  return finish(s, row, st);
}

static void give_back(stralloc *sa)
{
  if (sa->a > KEEP_MAX) stralloc_free(sa);
}

/* Everything behind the OK is compressed: RFC 4978 section 3 */
static void start_compression(struct session *s)
{
  if (reply_flush_whole(&s->out) == -1) {
    errno = EPIPE;
    session_input_ended(s, -1);
  } else if (input_compress(&s->in, s->compress) == 0)
    s->out.z = s->compress;
}

static void end_command(struct session *s, enum status st)
{
  if (s->out.dead) {
    errno = EPIPE;
    session_input_ended(s, -1);
    return;
  }
  if (st != STATUS_NONE) limit_finish(s, st);
  if (st != STATUS_NONE) put_result(s, st);     /* also behind a BYE */
  if (s->compress && !s->in.z) start_compression(s);
  give_back(&s->cmd);
  give_back(&s->text);
  s->bad_commands = st == STATUS_BAD ? s->bad_commands + 1 : 0;
  if (s->bad_commands >= BAD_MAX && !s->logout)
    bye(s, "too many bad commands", "errors");
}

static void one_command(struct session *s)
{
  const struct command *row;
  enum status st = STATUS_BAD;
  size_t args;
  int r = command_read(s, &row, &args);

  if (r == -1) return;
  if (r) st = run(s, row, args);
  end_command(s, st);
}

/* the IDLE in which imap-idle has waited, up to its end */
static void go_on_with_idle(struct session *s)
{
  static char word[] = "IDLE";
  struct text name = { word, 4 };

  end_command(s, finish(s, command_find(&name, 0), idle_go_on(s)));
}

int64_t session_wait_begin(struct session *s, int waiting)
{
  if (!s->deadline) s->deadline = clock_ms() + s->in.idle_ms;
  s->waiting = waiting;
  s->in.may_leave = s->in.leave != 0;
  return s->deadline;
}

void session_wait_end(struct session *s)
{
  s->in.may_leave = 0;
  s->waiting = WAITING_NOT;
  s->deadline = 0;
}

/* a client that has said nothing yet of its next command: 1, 0, -1 */
static int first_octet(struct session *s)
{
  int64_t left;
  int r;

  if (s->in.z || !s->in.leave) return 1;        /* whoever reads will wait */
  left = session_wait_begin(s, WAITING_COMMAND) - clock_ms();
  r = input_wait_long(&s->in, -1, left > 0 ? left : 0);
  session_wait_end(s);
  s->in.ready = r == 1 && s->in.pos == s->in.len;
  if (r) return r;
  errno = ETIMEDOUT;
  return -1;
}

/* 1 once a command comes; 0: the session ended */
static int await_command(struct session *s)
{
  int r = s->notify ? notify_until_input(s, 0) : first_octet(s);

  if (r != 1) session_input_ended(s, r);
  return r == 1;
}

void session_run(struct session *s)
{
  if (s->waiting == WAITING_IDLE) go_on_with_idle(s);
  while (!s->logout) {
    if (session_stop) {
      errno = EINTR;
      session_input_ended(s, -1);
      break;
    }
    if (await_command(s)) one_command(s);
  }
  notify_free(s);
  session_close_folder(s);
  reply_flush(&s->out);
}
