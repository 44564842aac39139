/* ISC licence; see LICENSE. */
#include "sasl_talk.h"

#include <string.h>
#include <strings.h>

#include "mechanism.h"
#include "sasl.h"

#define SASL_LINE_MAX (FRAME_DATA_MAX + 2 * CLIENT_TAIL)

struct exchange {
  struct talk *t;
  const char *ir;
  size_t irlen;
  enum client_result how;
  const char *text;             /* the last response, in base64 */
  size_t textlen;
  size_t len;                   /* of msg */
  char line[SASL_LINE_MAX];
  char msg[SASL_LINE_MAX];      /* decoded; room for a NUL */
};

/* the next response of the client, as it wrote it */
static enum sasl_exchange take(struct exchange *x, const char *challenge)
{
  size_t n = x->irlen;

  x->text = x->ir;
  x->ir = 0;
  if (x->text) {
    if (n == 1 && *x->text == '=') n = 0;
  } else {
    client_put(&x->t->client, "+ ");
    client_put(&x->t->client, challenge);
    client_put(&x->t->client, "\r\n");
    x->how = client_line(&x->t->client, x->line, sizeof x->line, &n);
    x->text = x->line;
    if (x->how == CLIENT_LONG) return SASL_TOO_LONG;
    if (x->how != CLIENT_OK) return SASL_ENDED;
    if (n == 1 && x->line[0] == '*') return SASL_CANCELLED;
  }
  x->textlen = n;
  return n > FRAME_DATA_MAX ? SASL_TOO_LONG : SASL_DONE;
}

/* the same, decoded into msg */
static enum sasl_exchange response(struct exchange *x, const char *challenge)
{
  enum sasl_exchange e = take(x, challenge);
  int r;

  if (e != SASL_DONE) return e;
  r = base64_decode(x->msg, x->text, x->textlen);
  if (r == -1) return SASL_BASE64;
  x->len = (size_t)r;
  x->msg[x->len] = 0;
  return SASL_DONE;
}

/* the same, for somebody else to decode: not a copy more than that */
static enum sasl_exchange relay(struct exchange *x, const char *challenge,
  struct frame *f)
{
  enum sasl_exchange e = take(x, challenge);

  if (e != SASL_DONE) return e;
  if (!base64_valid(x->text, x->textlen)) return SASL_BASE64;
  memcpy(f->data, x->text, x->textlen);
  f->data[x->textlen] = 0;
  return SASL_DONE;
}

static enum sasl_exchange field(char *out, size_t max, const char *s)
{
  size_t n = strlen(s);

  if (n > max) return SASL_TOO_LONG;
  memcpy(out, s, n + 1);
  return SASL_DONE;
}

/* RFC 4616 */
static enum sasl_exchange plain(struct exchange *x, struct frame *f)
{
  const char *login, *password;
  enum sasl_exchange r = response(x, "");

  if (r != SASL_DONE) return r;
  switch (sasl_plain(x->msg, x->len, &login, &password)) {
    case SASL_BAD: return SASL_MESSAGE;
    case SASL_OTHER_USER: return SASL_ACT_FOR;
    case SASL_OK: break;
  }
  r = field(f->login, FRAME_LOGIN_MAX, login);
  return r == SASL_DONE ? field(f->password, FRAME_PASSWORD_MAX, password) : r;
}

/* one answer of LOGIN: a string without NUL */
static enum sasl_exchange login_step(struct exchange *x,
  const char *challenge, char *out, size_t max)
{
  enum sasl_exchange r = response(x, challenge);

  if (r != SASL_DONE) return r;
  if (strlen(x->msg) != x->len) return SASL_MESSAGE;
  return field(out, max, x->msg);
}

/* LOGIN was never a standard: two prompts, and many clients send the name
 * as initial response */
static enum sasl_exchange login(struct exchange *x, struct frame *f)
{
  enum sasl_exchange r;

  r = login_step(x, "VXNlcm5hbWU6", f->login, FRAME_LOGIN_MAX);
  if (r != SASL_DONE) return r;
  return login_step(x, "UGFzc3dvcmQ6", f->password, FRAME_PASSWORD_MAX);
}

/*
 * RFC 2195: the name, a space, and 32 digits of lower-case hexadecimal. The
 * monitor knows the challenge; the name may have spaces in it. There is no
 * initial response, since the server speaks first.
 */
static enum sasl_exchange cram_md5(struct exchange *x, struct frame *f)
{
  char challenge[STAMP_MAX + 1], text[STAMP_MAX * 4 / 3 + 5];
  enum sasl_exchange r;
  char *digest;

  if (x->ir) return SASL_MESSAGE;
  settings_challenge(x->t->noise, x->t->failures, challenge);
  base64_encode(text, challenge, strlen(challenge));
  r = response(x, text);
  if (r != SASL_DONE) return r;
  digest = strrchr(x->msg, ' ');
  if (strlen(x->msg) != x->len || !digest) return SASL_MESSAGE;
  *digest++ = 0;
  if (strlen(digest) != 32 || strspn(digest, "0123456789abcdef") != 32)
    return SASL_MESSAGE;
  memcpy(f->password, digest, 33);
  return field(f->login, FRAME_LOGIN_MAX, x->msg);
}

static void wipe(struct exchange *x)
{
  explicit_bzero(x->line, sizeof x->line);
  explicit_bzero(x->msg, x->len);
}

enum sasl_exchange sasl_exchange(struct talk *t, const char *mech,
  const char *ir, size_t irlen, struct frame *f, enum client_result *how)
{
  static struct exchange x;
  const struct mechanism *m = mechanism_find(mech);
  enum sasl_exchange r;

  if (!m || !(t->mechanisms & mechanism_bit(m))) return SASL_MECHANISM;
  f->detail = m->method;
  if (!(t->offered & mechanism_bit(m)))
    return t->plain_ok ? SASL_MECHANISM : SASL_CLEAR;
  x.t = t;
  x.ir = ir;
  x.irlen = irlen;
  x.len = 0;
  if (m->kind & MECH_DIALOGUE) r = relay(&x, "", f);
  else if (m->method == METHOD_CRAM_MD5) r = cram_md5(&x, f);
  else if (m->method == METHOD_SASL_LOGIN) r = login(&x, f);
  else r = plain(&x, f);
  *how = x.how;
  wipe(&x);
  return r;
}

enum sasl_exchange sasl_attempt(struct talk *t, struct frame *f,
  struct talk_verdict *v, enum client_result *how)
{
  static struct exchange x;
  enum sasl_exchange r = SASL_DONE;

  x.t = t;
  x.ir = 0;
  x.len = 0;
  for (;;) {
    *v = talk_ask(t, f);
    frame_wipe(f);
    if (v->why != VERDICT_CHALLENGE) break;
    frame_init(f, FRAME_RESPONSE, '-');
    r = relay(&x, t->challenge, f);
    if (r == SASL_ENDED) break;
    if (r != SASL_DONE) frame_init(f, FRAME_CANCEL, '-');
  }
  *how = x.how;
  wipe(&x);
  return r;
}

int sasl_passwords(const struct talk *t)
{
  return (t->mechanisms & (mechanism_bit(mechanism_of(METHOD_SASL_PLAIN))
    | mechanism_bit(mechanism_of(METHOD_SASL_LOGIN)))) != 0;
}

void sasl_names(struct talk *t, const char *before, const char *behind)
{
  const struct mechanism *m;

  for (m = mechanisms; m->name; m++) {
    if (!(t->offered & mechanism_bit(m))) continue;
    client_put(&t->client, before);
    client_put(&t->client, m->name);
    client_put(&t->client, behind);
  }
}

const char *sasl_text(enum sasl_exchange r)
{
  switch (r) {
    case SASL_MECHANISM: return "no such mechanism here";
    case SASL_CANCELLED: return "cancelled";
    case SASL_BASE64: return "that is not base64";
    case SASL_MESSAGE: return "that is no message of this mechanism";
    case SASL_ACT_FOR: return "nobody may act for somebody else here";
    default: return "that is too long";
  }
}
