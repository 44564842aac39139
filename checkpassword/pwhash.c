/* ISC licence; see LICENSE. */
#include "pwhash.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "pwscheme.h"

unsigned long pwhash_calls = 0;

int pwhash_check(const char *hash, const char *password)
{
  struct pwstored st = { .scheme = 0 };
  int r = -1;

  if (pwstored_open(&st, hash) == -1) errno = EINVAL;
  else r = st.scheme->kind->check(&st, password);
  if (r != -1) pwhash_calls++;
  pwstored_close(&st);
  return r;
}

int pwhash_known(const char *hash)
{
  struct pwstored st = { .scheme = 0 };
  int r = !pwhash_locked(hash) && pwstored_open(&st, hash) == 0
    && st.scheme->kind->known(&st);

  pwstored_close(&st);
  return r;
}

static int barred(const char *s)
{
  return !*s || *s == '!' || *s == '*';
}

int pwhash_locked(const char *hash)
{
  struct pwstored st = { .scheme = 0 };
  int r = barred(hash);

  if (!r && *hash == '{' && pwstored_open(&st, hash) == 0)
    r = st.scheme->kind == &pwkind_crypt && barred(st.body.s);
  pwstored_close(&st);
  return r;
}

int pwhash_shut(const char *hash)
{
  struct pwstored st = { .scheme = 0 };
  const char *close = *hash == '{' ? strchr(hash, '}') : 0;
  int r = *hash == '!' || (close && close[1] == '!');

  if (r && close && pwstored_open(&st, hash) == 0)
    r = st.scheme->kind != &pwkind_plain;       /* a password may begin so */
  pwstored_close(&st);
  return r;
}

static const char *word_of(const struct pwstored *st)
{
  if (st->scheme->kind == &pwkind_crypt) return pwcrypt_word(st->body.s);
  return st->scheme->word;
}

void pwhash_class(stralloc *out, const char *hash)
{
  struct pwstored st = { .scheme = 0 };

  out->len = 0;
  if (pwstored_open(&st, hash) == 0) {
    stralloc_cats(out, word_of(&st));
    stralloc_append(out, ' ');
    if (st.scheme->kind->cost) st.scheme->kind->cost(&st, out);
  }
  pwstored_close(&st);
}

const char *pwhash_scheme(const char *hash)
{
  struct pwstored st = { .scheme = 0 };
  const char *word = "unknown";

  if (pwstored_open(&st, hash) == 0) word = word_of(&st);
  pwstored_close(&st);
  return word;
}

#define DEFAULT_SCHEME "yescrypt"

int pwhash_salt(stralloc *out, const char *scheme, unsigned long cost)
{
  const struct pwscheme *s;
  int prefix, encoding;

  s = pwscheme_named(scheme ? scheme : DEFAULT_SCHEME, &prefix, &encoding);
  if (!s || s->kind != &pwkind_crypt) return (errno = EINVAL, -1);
  return pwcrypt_salt(out, s, cost);
}

int pwhash_make(stralloc *out, const char *password, const char *scheme,
                unsigned long cost)
{
  stralloc body = STRALLOC_ZERO;
  const struct pwscheme *s;
  int prefix, encoding, r, saved;

  s = pwscheme_named(scheme ? scheme : DEFAULT_SCHEME, &prefix, &encoding);
  if (!s) return (errno = EINVAL, -1);
  r = s->kind->make(&body, s, password, cost);
  saved = errno;
  if (!r) pwscheme_put(out, s, prefix, encoding, &body);
  if (body.s) explicit_bzero(body.s, body.a);
  stralloc_free(&body);
  errno = saved;
  return r;
}

/* pwhash_class of what pwhash_make would make */
static int fresh_class(stralloc *out, const char *scheme, unsigned long cost)
{
  const struct pwscheme *s;
  int prefix, encoding;

  s = pwscheme_named(scheme ? scheme : DEFAULT_SCHEME, &prefix, &encoding);
  if (!s) return -1;
  stralloc_cats(out, s->word);
  stralloc_append(out, ' ');
  return s->kind->fresh ? s->kind->fresh(out, s, cost) : 0;
}

int pwhash_outdated(const char *hash, const char *scheme, unsigned long cost)
{
  stralloc now = STRALLOC_ZERO, then = STRALLOC_ZERO;
  int r = 0;

  if (pwhash_known(hash) && fresh_class(&now, scheme, cost) == 0) {
    pwhash_class(&then, hash);
    r = now.len != then.len || memcmp(now.s, then.s, now.len) != 0;
  }
  stralloc_free(&now);
  stralloc_free(&then);
  return r;
}

int pwhash_can_make(const char *scheme, unsigned long cost)
{
  stralloc class = STRALLOC_ZERO;
  int r = fresh_class(&class, scheme, cost) == 0;

  stralloc_free(&class);
  return r;
}

void pwhash_prefixed(stralloc *out, const char *scheme, const char *stored)
{
  out->len = 0;
  if (scheme && *scheme && *stored != '{' && *stored != '$'
      && !barred(stored)) {
    stralloc_append(out, '{');
    stralloc_cats(out, scheme);
    stralloc_append(out, '}');
  }
  stralloc_cats(out, stored);
  stralloc_0(out);
}
