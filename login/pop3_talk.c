/* ISC licence; see LICENSE. */
#include "pop3_talk.h"

#include <string.h>
#include <strings.h>

#include "sasl_talk.h"

struct pop3 {
  struct talk *t;
  char line[POP3_LINE_MAX + 1];
  size_t len;
  char *arg;                    /* behind the keyword's space, or 0 */
  char user[FRAME_LOGIN_MAX + 1];       /* of the last USER, or empty */
  char utf8;                    /* '1' after UTF8 */
  char lang[FRAME_LANG_MAX + 1];
};

/* ------------------------------------------------------------- answering */

static void line(struct pop3 *s, const char *status, const char *text)
{
  client_put(&s->t->client, status);
  client_put(&s->t->client, text);
  client_put(&s->t->client, "\r\n");
}

static void ok(struct pop3 *s, const char *text)
{
  line(s, "+OK ", text);
}

static void err(struct pop3 *s, const char *text)
{
  line(s, "-ERR ", text);
}

/* a command that is wrong in itself */
static void bad(struct pop3 *s, const char *text)
{
  err(s, text);
  if (++s->t->errors >= TALK_ERRORS_MAX) talk_end(s->t, END_ERRORS);
}

/* ------------------------------------------------------------ logging in */

/*
 * RFC 3206: [AUTH] says that the credentials are wrong, [SYS/TEMP] that they
 * may be right. A refusal for lack of TLS is neither: with [AUTH] a client
 * would ask its user for another password.
 */
static void send_verdict(struct pop3 *s, struct talk_verdict v, int plain)
{
  if (plain) err(s, "logging in needs TLS on this connection");
  else if (v.why == VERDICT_REFUSED)
    err(s, "[AUTH] wrong user name or password");
  else if (v.why == VERDICT_TIMEOUT)
    err(s, "[SYS/TEMP] logging in took too long");
  else err(s, "[SYS/TEMP] cannot log you in now, try again later");
  if (v.why == VERDICT_TIMEOUT) talk_end(s->t, END_TIMEOUT);
  if (v.last) talk_end(s->t, END_ATTEMPTS);
}

static void refuse_plain(struct pop3 *s, char method)
{
  static struct frame f;

  frame_init(&f, FRAME_PLAIN, method);
  send_verdict(s, talk_ask(s->t, &f), 1);
}

static void attempt(struct pop3 *s, struct frame *f)
{
  struct talk_verdict v;
  enum client_result how;
  enum sasl_exchange r;

  f->utf8 = s->utf8;
  memcpy(f->lang, s->lang, sizeof f->lang);
  explicit_bzero(s->line, s->len);
  r = sasl_attempt(s->t, f, &v, &how);
  if (r == SASL_ENDED) talk_end(s->t, talk_reason(how));
  if (r == SASL_DONE) send_verdict(s, v, 0);
  else {
    bad(s, sasl_text(r));
    if (v.last) talk_end(s->t, END_ATTEMPTS);
  }
}

/* a password is not wanted at all; 1 if that was said */
static int no_passwords(struct pop3 *s)
{
  if (sasl_passwords(s->t)) return 0;
  bad(s, "there are no passwords here, use AUTH");
  return 1;
}

/* -------------------------------------------------------------- commands */

/* RFC 1939 section 7; the name may have spaces in it */
static void cmd_user(struct pop3 *s)
{
  size_t n = strlen(s->arg);

  if (!s->t->plain_ok) {
    refuse_plain(s, METHOD_PASS);
    return;
  }
  if (no_passwords(s)) return;
  if (!n || n > FRAME_LOGIN_MAX) {
    bad(s, n ? "that is too long" : "USER needs a name");
    return;
  }
  memcpy(s->user, s->arg, n + 1);
  ok(s, "now the password");    /* the same whether there is such a user */
}

static void cmd_pass(struct pop3 *s)
{
  static struct frame f;
  size_t n = strlen(s->arg);

  if (!s->t->plain_ok) refuse_plain(s, METHOD_PASS);
  else if (!s->user[0]) bad(s, "USER comes first");
  else if (n > FRAME_PASSWORD_MAX) bad(s, "that is too long");
  else {
    frame_init(&f, FRAME_ATTEMPT, METHOD_PASS);
    memcpy(f.login, s->user, sizeof f.login);
    memcpy(f.password, s->arg, n + 1);
    s->user[0] = 0;
    attempt(s, &f);
  }
}

/* RFC 1939 section 7: name, space, 32 digits of lower-case hexadecimal */
static void cmd_apop(struct pop3 *s)
{
  static struct frame f;
  char *digest = strrchr(s->arg, ' ');
  size_t n;

  if (!s->t->stamp[0]) {
    bad(s, "there is no APOP here");
    return;
  }
  n = digest ? (size_t)(digest - s->arg) : 0;
  if (!n || n > FRAME_LOGIN_MAX || strlen(++digest) != 32
      || strspn(digest, "0123456789abcdef") != 32) {
    bad(s, "APOP needs a name and a digest");
    return;
  }
  frame_init(&f, FRAME_ATTEMPT, METHOD_APOP);
  memcpy(f.login, s->arg, n);
  f.login[n] = 0;
  memcpy(f.password, digest, 33);
  attempt(s, &f);
}

/* what some old clients expect of AUTH alone, from before there was CAPA */
static void auth_list(struct pop3 *s)
{
  ok(s, "the mechanisms are");
  sasl_names(s->t, "", "\r\n");
  client_put(&s->t->client, ".\r\n");
}

/* RFC 5034 */
static void cmd_auth(struct pop3 *s)
{
  static struct frame f;
  enum client_result how;
  enum sasl_exchange r;
  char *ir;

  if (!s->arg) {
    auth_list(s);
    return;
  }
  ir = strchr(s->arg, ' ');
  if (ir) *ir++ = 0;
  frame_init(&f, FRAME_ATTEMPT, METHOD_SASL_PLAIN);
  r = sasl_exchange(s->t, s->arg, ir, ir ? strlen(ir) : 0, &f, &how);
  if (r == SASL_DONE) attempt(s, &f);
  else if (r == SASL_ENDED) talk_end(s->t, talk_reason(how));
  else if (r == SASL_CLEAR) refuse_plain(s, f.detail);
  else bad(s, sasl_text(r));
}

/* RFC 2449 section 5; what only the handler does is named here too, as a
 * client may ask but once */
static void cmd_capa(struct pop3 *s)
{
  struct client *c = &s->t->client;

  ok(s, "the capabilities are");
  client_put(c, "TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n"
    "PIPELINING\r\nUTF8\r\nLANG\r\n");
  if (s->t->plain_ok && sasl_passwords(s->t)) client_put(c, "USER\r\n");
  if (s->t->offered) {
    client_put(c, "SASL");
    sasl_names(s->t, " ", "");
    client_put(c, "\r\n");
  }
  if (s->t->starttls) client_put(c, "STLS\r\n");
  client_put(c, ".\r\n");
}

/* RFC 2595 section 4, RFC 6856 section 2.1 */
static void cmd_stls(struct pop3 *s)
{
  if (!s->t->starttls) bad(s, "TLS cannot be started here");
  else if (s->utf8 == '1') bad(s, "not after UTF8");
  else {
    ok(s, "begin TLS now");
    talk_tls(s->t);
  }
}

static void cmd_utf8(struct pop3 *s)
{
  s->utf8 = '1';
  ok(s, "UTF-8 it is");
}

/*
 * RFC 6856 section 3. English is all that there is; it also serves its
 * regional forms.
 */
static void cmd_lang(struct pop3 *s)
{
  if (!s->arg) {
    ok(s, "the languages are");
    client_put(&s->t->client, "en English\r\n.\r\n");
  } else if (!strcmp(s->arg, "*") || (!strncasecmp(s->arg, "en", 2)
      && (!s->arg[2] || s->arg[2] == '-'))) {
    memcpy(s->lang, "en", 3);
    ok(s, "en English it is");
  } else bad(s, "no such language");
}

static void cmd_quit(struct pop3 *s)
{
  ok(s, "see you");
  talk_end(s->t, END_QUIT);
}

enum args { NO_ARG, MAY_ARG, ONE_ARG };

struct command {
  const char *name;
  enum args args;
  void (*run)(struct pop3 *);
};

static const struct command commands[] = {
  { "CAPA", NO_ARG, cmd_capa },         /* RFC 2449 section 5 */
  { "USER", ONE_ARG, cmd_user },        /* RFC 1939 section 7 */
  { "PASS", ONE_ARG, cmd_pass },
  { "APOP", ONE_ARG, cmd_apop },
  { "QUIT", NO_ARG, cmd_quit },         /* RFC 1939 section 4 */
  { "AUTH", MAY_ARG, cmd_auth },        /* RFC 5034 section 4 */
  { "STLS", NO_ARG, cmd_stls },         /* RFC 2595 section 4 */
  { "UTF8", NO_ARG, cmd_utf8 },         /* RFC 6856 section 2.1 */
  { "LANG", MAY_ARG, cmd_lang },        /* RFC 6856 section 3 */
  { 0, NO_ARG, 0 }
};

static const char *const later[] = {
  "STAT", "LIST", "RETR", "DELE", "NOOP", "RSET", "TOP", "UIDL", 0
};

static void serve_unknown(struct pop3 *s)
{
  int i;

  for (i = 0; later[i]; i++)
    if (!strcasecmp(later[i], s->line)) {
      bad(s, "log in first");
      return;
    }
  bad(s, "unknown command");
}

static void serve_command(struct pop3 *s)
{
  const struct command *c;

  s->arg = strchr(s->line, ' ');
  if (s->arg) *s->arg++ = 0;
  for (c = commands; c->name && strcasecmp(c->name, s->line); c++);
  if (!c->name) serve_unknown(s);
  /* some clients send a space behind every keyword */
  else if (c->args == NO_ARG && s->arg && *s->arg)
    bad(s, "this command has no argument");
  else if (c->args == ONE_ARG && !s->arg) bad(s, "argument missing");
  else {
    if (c->args == MAY_ARG && s->arg && !*s->arg) s->arg = 0;
    c->run(s);
  }
}

static void read_command(struct pop3 *s)
{
  enum client_result r;
  size_t n;

  for (;;) {
    r = client_line(&s->t->client, s->line, sizeof s->line - 1, &n);
    if (r != CLIENT_OK && r != CLIENT_LONG)
      talk_end(s->t, talk_reason(r));
    s->line[n] = 0;
    s->len = n;
    if (r == CLIENT_LONG) bad(s, "command too long");
    else if (strlen(s->line) != n) bad(s, "NUL in a command");
    else return;
  }
}

void pop3_talk(struct talk *t)
{
  static struct pop3 s;

  s.t = t;
  s.utf8 = '0';
  if (t->greet) {
    client_put(&t->client, "+OK Roost is ready");
    if (t->stamp[0]) client_put(&t->client, " ");
    client_put(&t->client, t->stamp);
    client_put(&t->client, "\r\n");
  }
  for (;;) {
    read_command(&s);
    serve_command(&s);
  }
}
