/* ISC licence; see LICENSE. */
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "message/mime_impl.h"

/*
 * The fields of one header at a time: lines come in, those of the fields that
 * we want are joined without their line ends, and a field is dealt with when
 * the next one starts.
 */

static const struct field_name {
  const char *name;
  unsigned char len;
  unsigned char id;
} names[] = {
#define NAME(text, id) { text, sizeof text - 1, id }
  /* RFC 2045 to 2557; wanted of every part */
  NAME("content-type", FIELD_TYPE),
  NAME("content-transfer-encoding", FIELD_ENCODING),
  NAME("content-disposition", FIELD_DISPOSITION),
  NAME("content-id", FIELD_ID),
  NAME("content-description", FIELD_DESCRIPTION),
  NAME("content-md5", FIELD_MD5),
  NAME("content-language", FIELD_LANGUAGE),
  NAME("content-location", FIELD_LOCATION),
  /* RFC 5322; wanted of messages */
  NAME("date", FIELD_DATE),
  NAME("subject", FIELD_SUBJECT),
  NAME("from", FIELD_FROM),
  NAME("sender", FIELD_SENDER),
  NAME("reply-to", FIELD_REPLY_TO),
  NAME("to", FIELD_TO),
  NAME("cc", FIELD_CC),
  NAME("bcc", FIELD_BCC),
  NAME("in-reply-to", FIELD_IN_REPLY_TO),
  NAME("message-id", FIELD_MESSAGE_ID),
  NAME("references", FIELD_REFERENCES)
#undef NAME
};

#define NAMES (sizeof names / sizeof *names)
#define NAME_MAX_LEN 25

static enum mime_field_id field_id(const char *s, size_t n)
{
  size_t i;
  char c;

  if (n < 2 || n > NAME_MAX_LEN) return FIELD_NONE;
  c = (char)(s[0] | 32);
  for (i = 0; i < NAMES; i++)
    if (names[i].name[0] == c && names[i].len == n
        && !strncasecmp(names[i].name, s, n))
      return (enum mime_field_id)names[i].id;
  return FIELD_NONE;
}

void *mime_keep(struct mime_parser *ps, size_t n)
{
  n = (n + 7) & ~(size_t)7;     /* as the arena does */
  if (n > MIME_FIELDS_MAX - ps->kept) return 0;
  ps->kept += n;
  return arena_get(ps->m->arena, n);
}

struct lstr mime_keep_str(struct mime_parser *ps, const char *s, size_t n)
{
  struct lstr r = { "", 0 };
  char *p;

  if (!n) return r;
  p = mime_keep(ps, n);
  if (!p) return (struct lstr)LSTR_ZERO;
  r.s = memcpy(p, s, n);
  r.len = n;
  return r;
}

static int is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct lstr trimmed(const stralloc *sa)
{
  struct lstr r = { sa->s, sa->len };

  while (r.len && is_space(r.s[r.len - 1])) r.len--;
  while (r.len && is_space(*r.s)) r.s++, r.len--;
  return r;
}

/* append up to MIME_FIELD_MAX in all; NUL cannot be sent, so is 0x80 */
static void body_add(stralloc *sa, const char *s, size_t n)
{
  size_t room = MIME_FIELD_MAX - sa->len;
  char *p;

  if (n > room) n = room;
  stralloc_catb(sa, s, n);
  if (!n || !memchr(s, 0, n)) return;
  for (p = sa->s + sa->len - n; n--; p++)
    if (!*p) *p = (char)0x80;
}

void mime_header_begin(struct mime_parser *ps)
{
  int i;

  ps->field = FIELD_NONE;
  ps->seen = 0;
  for (i = 0; i < 3; i++) ps->joined[i].len = 0;
  ps->boundary.len = 0;
  memset(&ps->env, 0, sizeof ps->env);
}

static void join(stralloc *sa, struct lstr v)
{
  if (v.len && sa->len) body_add(sa, ", ", 2);
  body_add(sa, v.s, v.len);
}

/* Content-Language: tags with commas between and comments (RFC 3282) */
static void languages(struct mime_parser *ps, const char *s, size_t n)
{
  struct lstr tags[MIME_LANGUAGES_MAX], *v;
  size_t i = 0, k = 0, from, depth = 0;

  while (i < n && k < MIME_LANGUAGES_MAX) {
    if (s[i] == '(') depth++;
    else if (s[i] == ')' && depth) depth--;
    if (depth || s[i] == ')' || s[i] == ',' || is_space(s[i])) {
      i++;
      continue;
    }
    for (from = i; i < n && !is_space(s[i]) && !strchr(",()", s[i]); i++)
      ;
    tags[k] = mime_keep_str(ps, s + from, i - from);
    if (tags[k].s) k++;
  }
  v = k ? mime_keep(ps, k * sizeof *v) : 0;
  if (!v) return;
  memcpy(v, tags, k * sizeof *v);
  ps->now->language = v;
  ps->now->languages = k;
}

/* Content-Location: white space is from folding only (RFC 2557 section 4.4) */
static void location(struct mime_parser *ps, struct lstr v)
{
  char *p = v.len ? mime_keep(ps, v.len) : 0;
  size_t i, n = 0;

  if (!p) return;
  for (i = 0; i < v.len; i++)
    if (!is_space(v.s[i])) p[n++] = v.s[i];
  ps->now->location.s = p;
  ps->now->location.len = n;
}

static int identity(int encoding)
{
  return encoding == MIME_7BIT || encoding == MIME_8BIT
    || encoding == MIME_BINARY;
}

/* Content-Transfer-Encoding: one token, comments around it */
static void encoding(struct mime_parser *ps, const char *s, size_t n)
{
  static const struct { const char *name; unsigned char encoding; } known[] = {
    { "7bit", MIME_7BIT }, { "8bit", MIME_8BIT }, { "binary", MIME_BINARY },
    { "base64", MIME_BASE64 }, { "quoted-printable", MIME_QP }
  };
  struct mime_part *p = ps->now;
  size_t i = 0, from, depth = 0;
  struct lstr v;

  for (; i < n; i++) {
    if (s[i] == '(') depth++;
    else if (s[i] == ')' && depth) depth--;
    else if (!depth && !is_space(s[i])) break;
  }
  for (from = i; i < n && !is_space(s[i]) && s[i] != '(' && s[i] != ';'; i++)
    ;
  v.s = s + from;
  v.len = i - from;
  if (!v.len) return;
  p->encoding = MIME_UNKNOWN;
  for (i = 0; i < sizeof known / sizeof *known; i++)
    if (lstr_is(v, known[i].name)) p->encoding = known[i].encoding;
  p->cte = mime_keep_str(ps, v.s, v.len);
}

static void field_done(struct mime_parser *ps)
{
  struct mime_part *p = ps->now;
  struct mime_envelope *e = &ps->env;
  struct lstr v = trimmed(&ps->body), *to = 0;

  switch (ps->field) {
  case FIELD_NONE: return;
  case FIELD_TO: join(&ps->joined[0], v); break;
  case FIELD_CC: join(&ps->joined[1], v); break;
  case FIELD_BCC: join(&ps->joined[2], v); break;
  case FIELD_DATE: to = &e->date; break;
  case FIELD_SUBJECT: to = &e->subject; break;
  case FIELD_FROM: to = &e->from; break;
  case FIELD_SENDER: to = &e->sender; break;
  case FIELD_REPLY_TO: to = &e->reply_to; break;
  case FIELD_IN_REPLY_TO: to = &e->in_reply_to; break;
  case FIELD_MESSAGE_ID: to = &e->message_id; break;
  case FIELD_REFERENCES: to = &e->references; break;
  case FIELD_TYPE: mime_type(ps, v.s, v.len); break;
  case FIELD_ENCODING: encoding(ps, v.s, v.len); break;
  case FIELD_ID: to = &p->id; break;
  case FIELD_DESCRIPTION: to = &p->description; break;
  case FIELD_MD5: to = &p->md5; break;
  case FIELD_DISPOSITION: mime_disposition(ps, v.s, v.len); break;
  case FIELD_LANGUAGE: languages(ps, v.s, v.len); break;
  case FIELD_LOCATION: location(ps, v); break;
  }
  if (to) *to = mime_keep_str(ps, v.s, v.len);
  ps->field = FIELD_NONE;
}

/* is this field wanted, here and for the first (or any) time? */
static int wanted(struct mime_parser *ps, enum mime_field_id id)
{
  unsigned int bit = 1u << id;

  if (id == FIELD_NONE) return 0;
  if (id < FIELD_TYPE && !(ps->now->flags & MIME_IS_MESSAGE)) return 0;
  if (ps->seen & bit)
    return id == FIELD_TO || id == FIELD_CC || id == FIELD_BCC;
  ps->seen |= bit;
  return 1;
}

void mime_header_line(struct mime_parser *ps, const char *s, size_t len)
{
  enum mime_field_id id;
  const char *colon;
  size_t n;

  if (len && s[len - 1] == '\n') {
    len--;
    if (len && s[len - 1] == '\r') len--;
  }
  if (len && (s[0] == ' ' || s[0] == '\t')) {
    if (ps->field != FIELD_NONE) body_add(&ps->body, s, len);
    return;
  }
  field_done(ps);
  colon = memchr(s, ':', len < 256 ? len : 256);
  if (!colon) return;           /* no field; nothing we want is so long */
  n = (size_t)(colon - s);
  while (n && is_space(s[n - 1])) n--;
  id = field_id(s, n);
  if (!wanted(ps, id)) return;
  ps->field = id;
  ps->body.len = 0;
  colon++;
  body_add(&ps->body, colon, (size_t)(s + len - colon));
}

static void envelope(struct mime_parser *ps)
{
  struct mime_envelope *e = arena_get(ps->m->arena, sizeof *e);
  struct lstr *to[3] = { &ps->env.to, &ps->env.cc, &ps->env.bcc };
  int i;

  for (i = 0; i < 3; i++)
    if (ps->seen & (1u << (FIELD_TO + i)))
      *to[i] = mime_keep_str(ps, ps->joined[i].s, ps->joined[i].len);
  *e = ps->env;
  ps->now->envelope = e;
}

static void container(struct mime_parser *ps)
{
  struct mime_part *p = ps->now;
  int room = p->depth < MIME_DEPTH_MAX && ps->m->parts < MIME_PARTS_MAX;

  if (p->kind == MIME_MULTIPART) {
    if (!ps->boundary.len || ps->boundary.len > MIME_BOUNDARY_MAX)
      mime_show_text(p);
    else if (!room)
      mime_show_octets(p);
  }
  else if (p->kind == MIME_MESSAGE && (!room || !identity(p->encoding)))
    mime_show_octets(p);
}

void mime_header_end(struct mime_parser *ps)
{
  struct mime_part *p = ps->now;

  field_done(ps);
  if (!(ps->seen & (1u << FIELD_TYPE))) mime_type(ps, "", 0);
  if (!p->cte.s) {
    p->cte = LSTR("7bit");
    p->encoding = MIME_7BIT;
  }
  if (p->flags & MIME_IS_MESSAGE) envelope(ps);
  container(ps);
}
