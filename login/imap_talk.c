/* ISC licence; see LICENSE. */
#include "imap_talk.h"

#include <string.h>
#include <strings.h>

#include "imap_args.h"
#include "imap_id.h"
#include "sasl_talk.h"

/*
 * One command after the other: read it whole, literals included, take its
 * tag and name, look it up, answer. What a client may do before login is
 * little, so all of it is here, but for the ID command and the SASL exchange.
 */
struct imap {
  struct talk *t;
  char cmd[IMAP_COMMAND_MAX];
  size_t len;
  const char *trouble;          /* found while reading the command */
  struct imap_args args;        /* behind the command's name */
  char tag[FRAME_TAG_MAX + 1];  /* empty until a good one is read */
  char id[FRAME_ID_MAX + 1];    /* see sign.h */
};

/* ------------------------------------------------------------- answering */

static void put(struct imap *s, const char *text)
{
  client_put(&s->t->client, text);
}

static void line(struct imap *s, const char *a, const char *b, const char *c)
{
  put(s, a);
  put(s, b);
  put(s, c);
  put(s, "\r\n");
}

/* the tagged answer, or an untagged one when there is no tag to be had */
static void answer(struct imap *s, const char *status, const char *text)
{
  put(s, s->tag[0] ? s->tag : "*");
  line(s, status, text, "");
}

static void end(struct imap *s, const char *bye, enum frame_reason why)
  __attribute__((noreturn));
static void end(struct imap *s, const char *bye, enum frame_reason why)
{
  line(s, "* BYE ", bye, "");
  talk_end(s->t, why);
}

static void ended(struct imap *s, enum client_result r)
  __attribute__((noreturn));
static void ended(struct imap *s, enum client_result r)
{
  switch (r) {
    case CLIENT_TIMEOUT: end(s, "logging in took too long", END_TIMEOUT);
    case CLIENT_FLOOD: end(s, "too much input before login", END_ERRORS);
    default: talk_end(s->t, talk_reason(r));
  }
}

static void bad(struct imap *s, const char *text)
{
  answer(s, " BAD ", text);
  if (++s->t->errors >= TALK_ERRORS_MAX)
    end(s, "too many bad commands", END_ERRORS);
}

static void put_capabilities(struct imap *s)
{
  put(s, "CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID");
  if (s->t->starttls) put(s, " STARTTLS");
  sasl_names(s->t, " AUTH=", "");
  if (!s->t->plain_ok || !sasl_passwords(s->t)) put(s, " LOGINDISABLED");
}

/* ------------------------------------------------------------ logging in */

static void send_verdict(struct imap *s, struct talk_verdict v, int plain)
{
  if (v.why == VERDICT_TIMEOUT) {
    answer(s, " NO ", "[UNAVAILABLE] logging in took too long");
    end(s, "logging in took too long", END_TIMEOUT);
  }
  if (plain) answer(s, " NO ",
    "[PRIVACYREQUIRED] logging in needs TLS on this connection");
  else if (v.why == VERDICT_REFUSED) answer(s, " NO ",
    "[AUTHENTICATIONFAILED] wrong user name or password");
  else answer(s, " NO ",
    "[UNAVAILABLE] cannot log you in now, try again later");
  if (v.last) end(s, "too many failed logins", END_ATTEMPTS);
}

/* RFC 8314 section 3.2: good and bad passwords get the same answer here,
 * and neither is looked at */
static void refuse_plain(struct imap *s, char method)
{
  static struct frame f;

  frame_init(&f, FRAME_PLAIN, method);
  send_verdict(s, talk_ask(s->t, &f), 1);
}

static void attempt(struct imap *s, struct frame *f)
{
  struct talk_verdict v;
  enum client_result how;
  enum sasl_exchange r;

  memcpy(f->tag, s->tag, sizeof f->tag);
  memcpy(f->id, s->id, sizeof f->id);
  explicit_bzero(s->cmd, s->len);
  r = sasl_attempt(s->t, f, &v, &how);
  if (r == SASL_ENDED) ended(s, how);
  if (r == SASL_DONE) send_verdict(s, v, 0);
  else {
    bad(s, sasl_text(r));       /* RFC 9051 section 6.2.2 */
    if (v.last) end(s, "too many failed logins", END_ATTEMPTS);
  }
}

/* -------------------------------------------------------------- commands */

/* RFC 9051 section 6.2.3 */
static void cmd_login(struct imap *s)
{
  struct imap_args *a = &s->args;
  static struct frame f;

  if (!s->t->plain_ok) {
    refuse_plain(s, METHOD_LOGIN);
    return;
  }
  if (!sasl_passwords(s->t)) {
    s->t->errors++;
    answer(s, " NO ", "there are no passwords here, use AUTHENTICATE");
    return;
  }
  frame_init(&f, FRAME_ATTEMPT, METHOD_LOGIN);
  if (imap_space(a) == -1
      || imap_astring(a, f.login, FRAME_LOGIN_MAX) == -1
      || imap_space(a) == -1
      || imap_astring(a, f.password, FRAME_PASSWORD_MAX) == -1
      || imap_end(a) == -1) {
    bad(s, a->error);
    return;
  }
  attempt(s, &f);
}

/* RFC 9051 section 6.2.2, with SASL-IR (RFC 4959) */
static void cmd_authenticate(struct imap *s)
{
  struct imap_args *a = &s->args;
  static struct frame f;
  const char *ir = 0;
  char mech[32];
  size_t irlen = 0;
  enum client_result how;
  enum sasl_exchange r;

  if (imap_space(a) == -1 || imap_atom(a, mech, sizeof mech - 1) == -1
      || (imap_at(a, ' ') && imap_word(a, &ir, &irlen) == -1)
      || imap_end(a) == -1) {
    bad(s, a->error);
    return;
  }
  frame_init(&f, FRAME_ATTEMPT, METHOD_SASL_PLAIN);
  r = sasl_exchange(s->t, mech, ir, irlen, &f, &how);
  if (r == SASL_DONE) attempt(s, &f);
  else if (r == SASL_ENDED) ended(s, how);
  else if (r == SASL_CLEAR) refuse_plain(s, f.detail);
  else if (r == SASL_MECHANISM) {
    s->t->errors++;
    answer(s, " NO ", sasl_text(r));
  } else if (r == SASL_ACT_FOR) {
    s->t->errors++;
    answer(s, " NO [AUTHORIZATIONFAILED] ", sasl_text(r));
  } else bad(s, sasl_text(r));
}

/* RFC 9051 section 6.1.1 */
static void cmd_capability(struct imap *s)
{
  put(s, "* ");
  put_capabilities(s);
  put(s, "\r\n");
  answer(s, " OK ", "these are all before login");
}

static void cmd_noop(struct imap *s)
{
  answer(s, " OK ", "nothing done");
}

static void cmd_logout(struct imap *s)
{
  put(s, "* BYE see you\r\n");
  answer(s, " OK ", "logged out");
  talk_end(s->t, END_QUIT);
}

/* RFC 2971 */
static void cmd_id(struct imap *s)
{
  struct imap_args *a = &s->args;

  if (imap_space(a) == -1 || imap_id(a, s->id) == -1 || imap_end(a) == -1) {
    s->id[0] = 0;
    bad(s, a->error);
    return;
  }
  put(s, "* ID (\"name\" \"Roost\")\r\n");
  answer(s, " OK ", "pleased to meet you");
}

/* RFC 9051 section 6.2.1 */
static void cmd_starttls(struct imap *s)
{
  if (!s->t->starttls) {
    bad(s, "TLS cannot be started here");
    return;
  }
  answer(s, " OK ", "begin TLS now");
  talk_tls(s->t);
}

struct command {
  const char *name;
  void (*run)(struct imap *);
  int args;                     /* has arguments, which run takes */
};

static const struct command commands[] = {
  { "CAPABILITY", cmd_capability, 0 },          /* RFC 9051 6.1.1 */
  { "NOOP", cmd_noop, 0 },                      /* 6.1.2 */
  { "LOGOUT", cmd_logout, 0 },                  /* 6.1.3 */
  { "STARTTLS", cmd_starttls, 0 },              /* 6.2.1 */
  { "AUTHENTICATE", cmd_authenticate, 1 },      /* 6.2.2 */
  { "LOGIN", cmd_login, 1 },                    /* 6.2.3 */
  { "ID", cmd_id, 1 },                          /* RFC 2971 3.1 */
  { 0, 0, 0 }
};

static const char *const later[] = {
  "SELECT", "EXAMINE", "CREATE", "DELETE", "RENAME", "SUBSCRIBE",
  "UNSUBSCRIBE", "LIST", "LSUB", "STATUS", "APPEND", "CHECK", "CLOSE",
  "EXPUNGE", "SEARCH", "FETCH", "STORE", "COPY", "MOVE", "UID", "NAMESPACE",
  "UNSELECT", "IDLE", "ENABLE", 0
};

static const struct command *find(const char *name)
{
  const struct command *c;

  for (c = commands; c->name; c++)
    if (!strcasecmp(c->name, name)) return c;
  return 0;
}

static const char *unknown(const char *name)
{
  int i;

  for (i = 0; later[i]; i++)
    if (!strcasecmp(later[i], name)) return "log in first";
  return "unknown command";
}

/* ------------------------------------------------------ reading a command */

/* tag, space and name at the begin of the command; 0, or -1 */
static int begin(struct imap *s, char *name, size_t max)
{
  struct imap_args *a = &s->args;

  s->tag[0] = 0;
  a->p = s->cmd;
  a->end = s->cmd + s->len;
  if (imap_tag(a, s->tag, FRAME_TAG_MAX) == -1) {
    s->tag[0] = 0;
    return -1;
  }
  if (imap_space(a) == -1) {
    if (a->p == a->end) a->error = "command expected";
    else s->tag[0] = 0;         /* it goes on with what is no tag */
    return -1;
  }
  return imap_atom(a, name, max);
}

/* may this command have literals, and is there any use in reading them? */
static int wants_literal(struct imap *s)
{
  char name[32];

  if (s->trouble || begin(s, name, sizeof name - 1) == -1) return 0;
  if (!strcasecmp(name, "LOGIN")) return s->t->plain_ok;
  return !strcasecmp(name, "ID");
}

static void octets(struct imap *s, char *buf, uint32_t n)
{
  enum client_result r = client_octets(&s->t->client, buf, n);

  if (r != CLIENT_OK) ended(s, r);
}

/*
 * Take the literal that the last line announced. Returns 1 to read on, 0
 * when the command is over, because we do not let the client send it.
 */
static int take_literal(struct imap *s, enum imap_literal kind, uint32_t n)
{
  int wanted = wants_literal(s);

  if (kind == IMAP_LITERAL_BAD || (wanted && (n > IMAP_LITERAL_MAX
      || s->len + 2 + n + 2 * CLIENT_TAIL > sizeof s->cmd))) {
    s->trouble = "[TOOBIG] literal too long";
    wanted = 0;
  }
  if (wanted) {
    if (kind == IMAP_SYNC) put(s, "+ go ahead\r\n");
    s->cmd[s->len++] = '\r';
    s->cmd[s->len++] = '\n';
    octets(s, s->cmd + s->len, n);
    s->len += n;
    return 1;
  }
  if (kind == IMAP_SYNC) return 0;
  if (kind == IMAP_LITERAL_BAD || n > IMAP_LITERAL_SKIP) {
    bad(s, "[TOOBIG] literal too long");
    end(s, "literal too long", END_ERRORS);
  }
  octets(s, 0, n);
  if (!s->trouble) s->trouble = "";     /* the command's own answer */
  return 1;
}

/*
 * A whole command. Once there is trouble only the first line is kept, but
 * what the client sends with this command is read to its end all the same,
 * or we would take the rest for commands.
 */
static void read_command(struct imap *s)
{
  char rest[2 * CLIENT_TAIL];
  enum imap_literal kind;
  enum client_result r;
  uint32_t n = 0;
  size_t len;
  char *p;

  s->len = 0;
  s->trouble = 0;
  do {
    p = s->trouble ? rest : s->cmd + s->len;
    r = client_line(&s->t->client, p,
      s->trouble ? sizeof rest : sizeof s->cmd - s->len, &len);
    if (r != CLIENT_OK && r != CLIENT_LONG) ended(s, r);
    kind = imap_literal_at_end(p, len, &n);
    if (!s->trouble) {
      s->len += len;
      if (r == CLIENT_LONG) s->trouble = "command too long";
    }
  } while (kind != IMAP_NO_LITERAL && take_literal(s, kind, n));
}

static void serve_command(struct imap *s)
{
  const struct command *c;
  char name[32];

  if (begin(s, name, sizeof name - 1) == -1) {
    bad(s, s->trouble && *s->trouble ? s->trouble : s->args.error);
    return;
  }
  if (s->trouble && *s->trouble) {
    bad(s, s->trouble);
    return;
  }
  c = find(name);
  if (!c) bad(s, unknown(name));
  else if (!c->args && imap_end(&s->args) == -1) bad(s, s->args.error);
  else c->run(s);
}

void imap_talk(struct talk *t)
{
  static struct imap s;

  s.t = t;
  if (t->greet) {
    put(&s, "* OK [");
    put_capabilities(&s);
    put(&s, "] Roost is ready\r\n");
  }
  for (;;) {
    read_command(&s);
    serve_command(&s);
  }
}
