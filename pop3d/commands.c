/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "dotstuff.h"
#include "session.h"

/* ------------------------------------------------------------ responses */

/* "-ERR BEFORE n AFTER" */
static void err_msn(struct session *s, const char *before, uint64_t n,
                    const char *after)
{
  output_puts(&s->out, "-ERR ");
  output_puts(&s->out, before);
  output_num(&s->out, n);
  output_puts(&s->out, after);
  output_puts(&s->out, "\r\n");
}

static void err_gone(struct session *s, uint64_t msn)
{
  err_msn(s, "message ", msn, " was removed by another program");
}

/* 1 if the message may be referred to; else the -ERR has been said */
static int usable(struct session *s, uint64_t msn)
{
  unsigned flags;

  if (msn > s->drop.n) {
    err_msn(s, "there is no such message; the last one is ", s->drop.n, "");
    return 0;
  }
  flags = s->drop.m[msn - 1].flags;
  if (flags & DROP_DELETED) {
    err_msn(s, "message ", msn, " is deleted");
    return 0;
  }
  if (flags & DROP_GONE) {
    err_gone(s, msn);
    return 0;
  }
  return 1;
}

/* a call of the store has failed with errno */
static void err_fault(struct session *s, const char *what)
{
  log_fault("fault", what);
  reply_err(s, "[SYS/TEMP] the mailbox cannot be read now; try again later");
}

/* "n SP size" or "n SP uidl", and the line end */
static void put_number(struct session *s, uint64_t n)
{
  output_num(&s->out, n);
  output_put(&s->out, " ", 1);
}

/* "n messages" */
static void put_left(struct session *s)
{
  uint32_t n = maildrop_left(&s->drop);

  output_num(&s->out, n);
  output_puts(&s->out, n == 1 ? " message" : " messages");
}

static void put_end(struct session *s)
{
  output_put(&s->out, "\r\n", 2);
}

/* ------------------------------------------------- STAT, LIST, UIDL, NOOP */

static void cmd_stat(struct session *s, const struct command *c)
{
  (void)c;
  maildrop_size_all(&s->drop);
  output_puts(&s->out, "+OK ");
  put_number(s, maildrop_left(&s->drop));
  output_num(&s->out, maildrop_total(&s->drop));
  put_end(s);
}

/* the lines of a listing, up to a client that is gone */
static void list_all(struct session *s,
                     void (*put)(struct session *, uint32_t))
{
  uint32_t i;

  for (i = 1; i <= s->drop.n && !s->out.dead; i++)
    if (!(s->drop.m[i - 1].flags & (DROP_DELETED | DROP_GONE))) put(s, i);
  output_puts(&s->out, ".\r\n");
}

static void put_size(struct session *s, uint32_t msn)
{
  put_number(s, msn);
  output_num(&s->out, s->drop.m[msn - 1].size);
  put_end(s);
}

static void cmd_list(struct session *s, const struct command *c)
{
  uint64_t size;

  if (c->msn) {
    if (!usable(s, c->msn)) return;
    if (maildrop_size(&s->drop, (uint32_t)c->msn, &size) == -1) {
      err_gone(s, c->msn);
      return;
    }
    output_puts(&s->out, "+OK ");
    put_size(s, (uint32_t)c->msn);
    return;
  }
  maildrop_size_all(&s->drop);
  output_puts(&s->out, "+OK ");
  put_left(s);
  output_puts(&s->out, " (");
  output_num(&s->out, maildrop_total(&s->drop));
  output_puts(&s->out, " octets)\r\n");
  list_all(s, put_size);
}

static void put_uidl(struct session *s, uint32_t msn)
{
  put_number(s, msn);
  s->text.len = 0;
  maildrop_uidl(&s->drop, msn, &s->text);
  output_put(&s->out, s->text.s, s->text.len);
  put_end(s);
}

static void cmd_uidl(struct session *s, const struct command *c)
{
  if (c->msn) {
    if (!usable(s, c->msn)) return;
    output_puts(&s->out, "+OK ");
    put_uidl(s, (uint32_t)c->msn);
    return;
  }
  reply_ok(s, "unique-ids follow");
  list_all(s, put_uidl);
}

static void cmd_noop(struct session *s, const struct command *c)
{
  (void)c;
  reply_ok(s, "nothing done");
}

/* -------------------------------------------------------------- RETR, TOP */

static const char err_utf8[] = "[UTF8] this message is for clients that say "
                               "UTF8 before they log in";

/* the first line; a size only where it is that of what follows */
static void ok_message(struct session *s, uint32_t msn, const struct send *m)
{
  const struct drop_message *d = &s->drop.m[msn - 1];

  if (m->lines != DOTSTUFF_ALL) reply_ok(s, "top of message follows");
  else if (!(d->flags & DROP_SIZED) || m->surrogate)
    reply_ok(s, "message follows");
  else {
    output_puts(&s->out, "+OK ");
    output_num(&s->out, d->size);
    output_puts(&s->out, " octets\r\n");
  }
}

/* open the message and look at it, send it: 1 when it was sent to its end */
static int send_message(struct session *s, uint32_t msn, uint64_t lines)
{
  struct send m;
  int done = 0;
  int fd = maildrop_fd(&s->drop, msn);

  if (fd == -1) {
    if (errno == ENOENT) err_gone(s, msn);
    else err_fault(s, "open");
    return 0;
  }
  if (send_open(&m, fd, lines, s->how) == -1) {
    if (errno == EILSEQ) reply_err(s, err_utf8);
    else err_fault(s, "read");
  } else {
    ok_message(s, msn, &m);
    if (send_run(&m, &s->out) == 0) done = 1;
    else if (!s->out.dead) session_end(s, "mail", errno);
  }
  send_close(&m);
  close(fd);
  return done;
}

static void cmd_retr(struct session *s, const struct command *c)
{
  if (!usable(s, c->msn)) return;
  if (!send_message(s, (uint32_t)c->msn, DOTSTUFF_ALL)) return;
  s->retrieved++;
  s->drop.m[c->msn - 1].flags |= DROP_RETRIEVED;
}

static void cmd_top(struct session *s, const struct command *c)
{
  if (!usable(s, c->msn)) return;
  if (send_message(s, (uint32_t)c->msn, c->lines)) s->topped++;
}

/* ------------------------------------------------------- DELE, RSET, QUIT */

static void cmd_dele(struct session *s, const struct command *c)
{
  if (!usable(s, c->msn)) return;
  s->drop.m[c->msn - 1].flags |= DROP_DELETED;
  reply_ok(s, "marked to be deleted");
}

static void cmd_rset(struct session *s, const struct command *c)
{
  (void)c;
  maildrop_reset(&s->drop);
  output_puts(&s->out, "+OK ");
  put_left(s);
  put_end(s);
}

static void cmd_quit(struct session *s, const struct command *c)
{
  (void)c;
  if (maildrop_update(&s->drop, s->mark_seen, &s->deleted) == -1) {
    log_fault("fault", "remove");
    session_end(s, "quit", errno);
    reply_err(s, "[SYS/TEMP] some deleted messages not removed");
    return;
  }
  session_end(s, "quit", 0);
  output_puts(&s->out, "+OK goodbye, ");
  put_left(s);
  output_puts(&s->out, " left\r\n");
}

/* ------------------------------------------------------------- CAPA, LANG */

/*
 * What may be announced before login must be announced here too (RFC 2449
 * section 5): USER, SASL (RFC 5034 section 3) and UTF8 are the front end's.
 * No LOGIN-DELAY, for there is none.
 */
static void cmd_capa(struct session *s, const struct command *c)
{
  (void)c;
  reply_ok(s, "capabilities follow");
  output_puts(&s->out, "TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n"
              "PIPELINING\r\n");
  if (s->front_end) output_puts(&s->out, "USER\r\nSASL PLAIN LOGIN\r\n"
                                "UTF8\r\n");
  output_puts(&s->out, "LANG\r\nEXPIRE ");
  output_puts(&s->out, s->expire);
  output_puts(&s->out, "\r\nIMPLEMENTATION Roost\r\n.\r\n");
}

/*
 * RFC 6856 section 3. English is all that there is; "*" names it as well,
 * and it also serves its regional forms.
 */
static void cmd_lang(struct session *s, const struct command *c)
{
  if (!c->word) {
    reply_ok(s, "languages follow");
    output_puts(&s->out, "en English\r\n.\r\n");
  } else if ((c->wordlen == 1 && *c->word == '*')
             || (c->wordlen >= 2 && !strncasecmp(c->word, "en", 2)
                 && (c->wordlen == 2 || c->word[2] == '-')))
    reply_ok(s, "en English it is");
  else reply_err(s, "there is English only");
}

/* ----------------------------------------------------- of another state */

static void cmd_late(struct session *s, const struct command *c)
{
  (void)c;
  reply_err(s, "you have logged in already");
}

const struct command_row command_table[] = {
  { "STAT", ARGS_NONE, cmd_stat },              /* RFC 1939 section 5 */
  { "LIST", ARGS_MSN_OPTIONAL, cmd_list },
  { "RETR", ARGS_MSN, cmd_retr },
  { "DELE", ARGS_MSN, cmd_dele },
  { "NOOP", ARGS_NONE, cmd_noop },
  { "RSET", ARGS_NONE, cmd_rset },
  { "QUIT", ARGS_NONE, cmd_quit },              /* section 6 */
  { "TOP", ARGS_MSN_LINES, cmd_top },           /* section 7 */
  { "UIDL", ARGS_MSN_OPTIONAL, cmd_uidl },
  { "CAPA", ARGS_NONE, cmd_capa },              /* RFC 2449 section 5 */
  { "LANG", ARGS_WORD_OPTIONAL, cmd_lang },     /* RFC 6856 section 3 */
  { "UTF8", ARGS_ANY, cmd_late },               /* section 2: before login */
  { "USER", ARGS_ANY, cmd_late },               /* RFC 1939 section 7 */
  { "PASS", ARGS_ANY, cmd_late },
  { "APOP", ARGS_ANY, cmd_late },
  { "AUTH", ARGS_ANY, cmd_late },               /* RFC 5034 section 4 */
  { "STLS", ARGS_ANY, cmd_late },               /* RFC 2595 section 4 */
  { 0, ARGS_NONE, 0 }
};
