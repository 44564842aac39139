/* ISC licence; see LICENSE. */
#include "frame.h"

#include <string.h>

#include "mechanism.h"
#include "sasl.h"

struct name {
  char c;
  const char *name;
};

static const struct name methods[] = {
  { METHOD_LOGIN, "LOGIN" },
  { METHOD_PASS, "PASS" },
  { METHOD_APOP, "APOP" },
  { METHOD_SASL_PLAIN, "SASL-PLAIN" },
  { METHOD_SASL_LOGIN, "SASL-LOGIN" },
  { METHOD_CRAM_MD5, "SASL-CRAM-MD5" },
  { METHOD_SCRAM_SHA_1, "SASL-SCRAM-SHA-1" },
  { METHOD_SCRAM_SHA_1_PLUS, "SASL-SCRAM-SHA-1-PLUS" },
  { METHOD_SCRAM_SHA_256, "SASL-SCRAM-SHA-256" },
  { METHOD_SCRAM_SHA_256_PLUS, "SASL-SCRAM-SHA-256-PLUS" },
  { METHOD_EXTERNAL, "SASL-EXTERNAL" },
  { METHOD_OAUTHBEARER, "SASL-OAUTHBEARER" },
  { METHOD_XOAUTH2, "SASL-XOAUTH2" },
  { 0, 0 }
};

static const struct name reasons[] = {
  { END_QUIT, "quit" },
  { END_CLOSED, "closed" },
  { END_TIMEOUT, "timeout" },
  { END_ATTEMPTS, "attempts" },
  { END_ERRORS, "errors" },
  { END_IO, "io" },
  { 0, 0 }
};

static const char *name_of(const struct name *n, char c)
{
  for (; n->name; n++)
    if (n->c == c) return n->name;
  return 0;
}

const char *frame_method_name(char method)
{
  return name_of(methods, method);
}

const char *frame_reason_name(char reason)
{
  return name_of(reasons, reason);
}

void frame_init(struct frame *f, char kind, char detail)
{
  memset(f, 0, offsetof(struct frame, data) + 1);
  f->kind = kind;
  f->detail = detail;
  f->utf8 = '0';
}

void frame_wipe(struct frame *f)
{
  explicit_bzero(f, offsetof(struct frame, data) + strlen(f->data));
}

static char *put_field(char *p, const char *s)
{
  size_t n = strlen(s) + 1;

  memcpy(p, s, n);
  return p + n;
}

size_t frame_make(char *buf, const struct frame *f)
{
  char *p = buf;

  *p++ = f->kind;
  *p++ = f->detail;
  *p++ = f->utf8;
  p = put_field(p, f->tag);
  p = put_field(p, f->login);
  p = put_field(p, f->password);
  p = put_field(p, f->lang);
  p = put_field(p, f->id);
  p = put_field(p, f->data);
  return (size_t)(p - buf);
}

int frame_tag_char(unsigned char c)
{
  return c > ' ' && c < 0x7f && !strchr("(){%*\"\\+", c);
}

static int lang_char(unsigned char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
    || (c >= '0' && c <= '9') || c == '-';
}

static int text_char(unsigned char c)
{
  return c >= ' ' && c != 0x7f;
}

static int any_char(unsigned char c)
{
  return c != 0;
}

/* take one field of at most max octets; 0, or -1 */
static int get_field(const char **p, const char *end, char *out, size_t max,
  int (*good)(unsigned char))
{
  size_t n = 0;

  for (;; n++, (*p)++) {
    if (*p == end) return -1;
    if (!**p) break;
    if (n == max || !good((unsigned char)**p)) return -1;
    out[n] = **p;
  }
  out[n] = 0;
  (*p)++;
  return 0;
}

static int detail_fits(char kind, char detail)
{
  switch (kind) {
    case FRAME_ATTEMPT:
    case FRAME_PLAIN: return frame_method_name(detail) != 0;
    case FRAME_RESPONSE:
    case FRAME_CANCEL:
    case FRAME_TLS: return detail == '-';
    case FRAME_END: return frame_reason_name(detail) != 0;
  }
  return 0;
}

static int id_fits(const char *id)
{
  size_t n = strlen(id);

  return !n || (n >= 2 && id[0] == '(' && id[n - 1] == ')');
}

/* data stands where a dialogue is, and then in the place of the password */
static int data_fits(const struct frame *f)
{
  const struct mechanism *m = mechanism_of(f->detail);
  int dialogue = f->kind == FRAME_RESPONSE
    || (f->kind == FRAME_ATTEMPT && m && m->kind & MECH_DIALOGUE);

  if (dialogue && (f->login[0] || f->password[0])) return 0;
  if (!dialogue && f->data[0]) return 0;
  return base64_valid(f->data, strlen(f->data));
}

int frame_parse(struct frame *f, const char *buf, size_t len)
{
  const char *p = buf, *end = buf + len;

  if (len < 3 || len > FRAME_MAX) return -1;
  frame_init(f, p[0], p[1]);
  f->utf8 = p[2];
  p += 3;
  if (!detail_fits(f->kind, f->detail)) return -1;
  if (f->utf8 != '0' && f->utf8 != '1') return -1;
  if (get_field(&p, end, f->tag, FRAME_TAG_MAX, frame_tag_char) == -1
      || get_field(&p, end, f->login, FRAME_LOGIN_MAX, any_char) == -1
      || get_field(&p, end, f->password, FRAME_PASSWORD_MAX, any_char) == -1
      || get_field(&p, end, f->lang, FRAME_LANG_MAX, lang_char) == -1
      || get_field(&p, end, f->id, FRAME_ID_MAX, text_char) == -1
      || get_field(&p, end, f->data, FRAME_DATA_MAX, text_char) == -1)
    return -1;
  return p == end && id_fits(f->id) && data_fits(f) ? 0 : -1;
}
