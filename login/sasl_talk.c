/* ISC licence; see LICENSE. */
#include "sasl_talk.h"

#include <string.h>
#include <strings.h>

#include "sasl.h"

/* three fields of PLAIN at their limits, in base64 */
#define SASL_LINE_MAX 4200

struct exchange {
  struct talk *t;
  const char *ir;
  size_t irlen;
  enum client_result how;
  char line[SASL_LINE_MAX];
  char msg[SASL_LINE_MAX];      /* decoded; room for a NUL */
  size_t len;
};

/* the next response of the client, decoded into msg */
static enum sasl_exchange response(struct exchange *x, const char *challenge)
{
  const char *text = x->ir;
  size_t n = x->irlen;
  int r;

  x->ir = 0;
  if (text) {
    if (n == 1 && *text == '=') n = 0;
    if (n >= SASL_LINE_MAX) return SASL_TOO_LONG;
  } else {
    client_put(&x->t->client, "+ ");
    client_put(&x->t->client, challenge);
    client_put(&x->t->client, "\r\n");
    x->how = client_line(&x->t->client, x->line, sizeof x->line, &n);
    if (x->how == CLIENT_LONG) return SASL_TOO_LONG;
    if (x->how != CLIENT_OK) return SASL_ENDED;
    if (n == 1 && x->line[0] == '*') return SASL_CANCELLED;
    text = x->line;
  }
  r = base64_decode(x->msg, text, n);
  if (r == -1) return SASL_BASE64;
  x->len = (size_t)r;
  x->msg[x->len] = 0;
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
  f->detail = METHOD_SASL_PLAIN;
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

  f->detail = METHOD_SASL_LOGIN;
  r = login_step(x, "VXNlcm5hbWU6", f->login, FRAME_LOGIN_MAX);
  if (r != SASL_DONE) return r;
  return login_step(x, "UGFzc3dvcmQ6", f->password, FRAME_PASSWORD_MAX);
}

enum sasl_exchange sasl_exchange(struct talk *t, const char *mech,
  const char *ir, size_t irlen, struct frame *f, enum client_result *how)
{
  static struct exchange x;
  enum sasl_exchange r;

  x.t = t;
  x.ir = ir;
  x.irlen = irlen;
  if (!strcasecmp(mech, "PLAIN")) r = plain(&x, f);
  else if (!strcasecmp(mech, "LOGIN")) r = login(&x, f);
  else r = SASL_MECHANISM;
  *how = x.how;
  explicit_bzero(x.line, sizeof x.line);
  explicit_bzero(x.msg, sizeof x.msg);
  return r;
}

const char *sasl_text(enum sasl_exchange r)
{
  switch (r) {
    case SASL_MECHANISM: return "no such mechanism, there are PLAIN and LOGIN";
    case SASL_CANCELLED: return "cancelled";
    case SASL_BASE64: return "that is not base64";
    case SASL_MESSAGE: return "that is no message of this mechanism";
    case SASL_ACT_FOR: return "nobody may act for somebody else here";
    default: return "that is too long";
  }
}
