/* ISC licence; see LICENSE. */
#include "imap_reply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"

/* the next octet, or -1: the end, and -2 with errno */
static int peek(struct imap_reply *r)
{
  ssize_t got;

  if (r->pos < r->len) return (unsigned char)r->buf[r->pos];
  do got = r->read(r->arg, r->buf, sizeof r->buf);
  while (got == -1 && errno == EINTR);
  if (got == -1) return -2;
  if (!got) return -1;
  r->pos = 0;
  r->len = (size_t)got;
  return (unsigned char)r->buf[0];
}

static int fault(int e)
{
  errno = e;
  return -1;
}

/* an octet that has to be there: the connection may not end in a response */
static int must(struct imap_reply *r)
{
  int c = peek(r);

  if (c == -1) errno = ECONNRESET;
  if (c < 0) return -1;
  r->pos++;
  return c;
}

static int begin(struct imap_reply *r, enum imap_kind kind)
{
  if (r->n == IMAP_TOKENS_MAX) return fault(EMSGSIZE);
  if (r->n == r->a) {
    r->a = r->a ? r->a * 2 : 64;
    r->token = xrealloc(r->token, r->a * sizeof *r->token);
  }
  r->token[r->n].kind = kind;
  r->token[r->n].at = r->octets.len;
  r->token[r->n].len = 0;
  return 0;
}

static int add(struct imap_reply *r, int c)
{
  if (r->octets.len >= IMAP_RESPONSE_MAX) return fault(EMSGSIZE);
  stralloc_append(&r->octets, (char)c);
  return 0;
}

static void end(struct imap_reply *r)
{
  struct imap_token *t = r->token + r->n++;

  t->len = r->octets.len - t->at;
  stralloc_0(&r->octets);
}

static int quoted(struct imap_reply *r)
{
  int c;

  if (begin(r, IMAP_STRING) == -1) return -1;
  while ((c = must(r)) != '"') {
    if (c == '\\') c = must(r);
    if (c == -1) return -1;
    if (c == '\r' || c == '\n' || !c) return fault(EPROTO);
    if (add(r, c) == -1) return -1;
  }
  end(r);
  return 0;
}

/* is what comes the text of a message? "* 5 FETCH (... BODY[] ..." */
static int is_text(const struct imap_reply *r)
{
  return r->n > 4 && imap_is(r, 2, "FETCH") && imap_is(r, r->n - 1, "BODY[]");
}

static int stream(struct imap_reply *r, uint64_t size)
{
  size_t n;

  if (size > IMAP_TEXT_MAX) return fault(EMSGSIZE);
  if (begin(r, IMAP_STREAMED) == -1) return -1;
  if (r->text) r->text(r->arg, 0, size);
  while (size) {
    if (peek(r) < 0) return must(r);
    n = r->len - r->pos;
    if (n > size) n = (size_t)size;
    if (r->text) r->text(r->arg, r->buf + r->pos, n);
    r->pos += n;
    size -= n;
  }
  end(r);
  return 0;
}

/* behind '{': "123}" CR LF octets; "123+}" is taken too */
static int literal(struct imap_reply *r)
{
  uint64_t size = 0;
  int c, any = 0;

  while ((c = must(r)) >= '0' && c <= '9') {
    if (size > UINT64_MAX / 20) return fault(EMSGSIZE);
    size = size * 10 + (uint64_t)(c - '0');
    any = 1;
  }
  if (c == '+') c = must(r);
  if (c == -1) return -1;
  if (c != '}' || !any) return fault(EPROTO);
  c = must(r);
  if (c == '\r') c = must(r);
  if (c == -1) return -1;
  if (c != '\n') return fault(EPROTO);
  if (is_text(r)) return stream(r, size);
  if (size > IMAP_LITERAL_MAX) return fault(EMSGSIZE);
  if (begin(r, IMAP_STRING) == -1) return -1;
  for (; size; size--)
    if ((c = must(r)) == -1 || add(r, c) == -1) return -1;
  end(r);
  return 0;
}

/* an atom, of which first is behind us, or 0; what is in brackets belongs to
 * it: BODY[HEADER.FIELDS (TO)] */
static int atom(struct imap_reply *r, int first)
{
  int c, brackets = 0;

  if (begin(r, IMAP_ATOM) == -1) return -1;
  if (first && add(r, first) == -1) return -1;
  for (;;) {
    c = peek(r);
    if (c < 0) return must(r);
    if (c == '\r' || c == '\n') break;
    if (!brackets && (c == ' ' || c == '(' || c == ')' || c == '"')) break;
    if (c == '[') brackets = 1;
    if (c == ']') brackets = 0;
    if (!c) return fault(EPROTO);
    if (add(r, c) == -1) return -1;
    r->pos++;
  }
  end(r);
  return 0;
}

/* text to the end of the line */
static int rest(struct imap_reply *r)
{
  int c;

  if (begin(r, IMAP_STRING) == -1) return -1;
  while ((c = must(r)) != '\n')
    if (c == -1 || add(r, c) == -1) return -1;
  if (r->octets.len > r->token[r->n].at
      && r->octets.s[r->octets.len - 1] == '\r') r->octets.len--;
  end(r);
  return 0;
}

static int has_text(const struct imap_reply *r)
{
  static const char *const word[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
  size_t i;

  if (r->n == 1) return imap_is(r, 0, "+");
  for (i = 0; r->n == 2 && i < sizeof word / sizeof *word; i++)
    if (imap_is(r, 1, word[i])) return 1;
  return 0;
}

static int single(struct imap_reply *r, enum imap_kind kind)
{
  if (begin(r, kind) == -1) return -1;
  end(r);
  return 0;
}

/* 1 the line has ended, 0 a token was taken, -1 */
static int next_token(struct imap_reply *r)
{
  int c = must(r);

  switch (c) {
  case -1: return -1;
  case '\n': return 1;
  case '\r': return must(r) == '\n' ? 1 : fault(EPROTO);
  case ' ': return 0;
  case '(': return single(r, IMAP_OPEN);
  case ')': return single(r, IMAP_CLOSE);
  case '"': return quoted(r);
  case '{': return literal(r);
  case '~':
    /* literal8: RFC 3516; else the peek may have gone on to another buffer */
    return peek(r) == '{' ? 0 : atom(r, '~');
  }
  r->pos--;
  return atom(r, 0);
}

int imap_reply_next(struct imap_reply *r)
{
  int got = peek(r);

  r->n = 0;
  r->octets.len = 0;
  if (got < 0) return got == -1 ? 0 : -1;
  while ((got = next_token(r)) == 0)
    if (has_text(r) && peek(r) != '\r' && peek(r) != '\n') {
      if (peek(r) == ' ') r->pos++;
      return rest(r) == -1 ? -1 : 1;
    }
  return got;
}

void imap_reply_free(struct imap_reply *r)
{
  stralloc_free(&r->octets);
  free(r->token);
  r->token = 0;
  r->n = r->a = 0;
}

const char *imap_word(const struct imap_reply *r, size_t i)
{
  return i < r->n ? r->octets.s + r->token[i].at : "";
}

int imap_is(const struct imap_reply *r, size_t i, const char *word)
{
  return i < r->n && r->token[i].kind == IMAP_ATOM
    && !strcasecmp(imap_word(r, i), word);
}

size_t imap_skip(const struct imap_reply *r, size_t i)
{
  size_t depth = 0;

  for (; i < r->n; i++) {
    if (r->token[i].kind == IMAP_OPEN) depth++;
    if (r->token[i].kind == IMAP_CLOSE && depth) depth--;
    if (!depth) return i + 1;
  }
  return r->n;
}

uint32_t imap_number(const struct imap_reply *r, size_t i)
{
  const char *s = imap_word(r, i);
  uint64_t n = 0;

  if (!*s || strlen(s) > 10) return 0;
  for (; *s >= '0' && *s <= '9'; s++) n = n * 10 + (uint64_t)(*s - '0');
  return *s || n > UINT32_MAX ? 0 : (uint32_t)n;
}
