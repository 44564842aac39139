/* ISC licence; see LICENSE. */
/*
 * A whole conversation before login: the first octet says which protocol
 * (1: POP3) and what it offers (2: plaintext logins, 4: TLS, 8: APOP; 16:
 * the input comes by a pipe; 32: all mechanisms, each answered by two
 * challenges), the rest is what the client sends. Every frame
 * that the talker makes has to be one that the monitor takes.
 *
 * The functions by which a talker speaks with its monitor are replaced here.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/timedio.h"
#include "login/imap_talk.h"
#include "login/mechanism.h"
#include "login/pop3_talk.h"

const char *PROG = "fuzz_login_talk";

#define INPUT_MAX 60000         /* fits into a pipe */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static jmp_buf over;

static void must_parse(const struct frame *f)
{
  static char wire[FRAME_MAX];
  static struct frame again;

  if (frame_parse(&again, wire, frame_make(wire, f)) == -1) abort();
}

struct talk_verdict talk_ask(struct talk *t, const struct frame *f)
{
  static int challenges;
  struct talk_verdict v = { VERDICT_REFUSED, 0 };

  must_parse(f);
  challenges = f->kind == FRAME_ATTEMPT ? 2 : challenges - 1;
  if (f->kind != FRAME_CANCEL && f->kind != FRAME_PLAIN && challenges > 0
      && (f->data[0] || f->kind == FRAME_RESPONSE)) {
    memcpy(t->challenge, "Zm9v", 5);
    v.why = VERDICT_CHALLENGE;
  } else t->failures++;
  client_flush(&t->client);
  return v;
}

void talk_tls(struct talk *t)
{
  if (!t->starttls) abort();
  longjmp(over, 1);
}

void talk_end(struct talk *t, enum frame_reason why)
{
  static struct frame f;

  (void)t;
  frame_init(&f, FRAME_END, (char)why);
  must_parse(&f);
  longjmp(over, 1);
}

enum frame_reason talk_reason(enum client_result r)
{
  return r == CLIENT_CLOSED ? END_CLOSED : END_IO;
}

static int input(const uint8_t *data, size_t len, int by_pipe)
{
  int fd[2], r;

  if (by_pipe) r = pipe(fd);
  else r = socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
  if (r == -1 || (len && write(fd[1], data, len) != (ssize_t)len)) abort();
  close(fd[1]);
  return fd[0];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static int out = -1;
  static struct talk t;

  if (!len) return 0;
  if (len > INPUT_MAX) len = INPUT_MAX;
  if (out == -1) out = open("/dev/null", O_WRONLY);
  memset(&t, 0, sizeof t);
  client_init(&t.client, input(data + 1, len - 1, data[0] & 16), out,
    clock_ms() + 60000);
  t.greet = 1;
  t.plain_ok = (data[0] & 2) != 0;
  t.starttls = (data[0] & 4) != 0;
  t.stamp = data[0] & 8 ? "<1.2.3@localhost>" : "";
  t.noise = "1.2.3@localhost>";
  t.mechanisms = mechanism_set("PLAIN LOGIN");
  if (data[0] & 32)
    t.mechanisms = mechanism_set("PLAIN LOGIN CRAM-MD5 EXTERNAL SCRAM-SHA-1 "
      "SCRAM-SHA-256 SCRAM-SHA-256-PLUS OAUTHBEARER XOAUTH2");
  t.offered = t.plain_ok || data[0] & 32 ? t.mechanisms : 0;
  if (!setjmp(over)) {
    if (data[0] & 1) pop3_talk(&t);
    else imap_talk(&t);
  }
  close(t.client.in);
  return 0;
}
