/* ISC licence; see LICENSE. */
#include "pwscheme.h"

#include <argon2.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "encoding.h"
#include "pwhash.h"

/*
 * Argon2 (RFC 9106), in the form that its authors' program prints:
 *
 *   $argon2id$v=19$m=65536,t=3,p=1$SALT$TAG     base64 without padding
 *
 * It is taken apart here and not by libargon2, so that what it asks for is
 * judged before memory is taken, and no threads are started.
 */
#define SALT_MIN 8
#define SALT_MAX 64
#define TAG_MIN 12
#define TAG_MAX 128
#define LANES_MAX 64

struct params {
  argon2_type type;
  uint32_t version, kib, passes, lanes;
  stralloc salt, tag;
};

#define PARAMS_ZERO { .lanes = 0 }

static void params_free(struct params *p)
{
  int saved = errno;

  stralloc_free(&p->salt);
  stralloc_free(&p->tag);
  errno = saved;
}

static argon2_type type_of(const struct pwscheme *s)
{
  return strcmp(s->word, "argon2id") ? Argon2_i : Argon2_id;
}

static uint32_t field(const char **s, const char *name, char end,
                      unsigned long max)
{
  if (!pw_begins(*s, name)) return 0;
  *s += strlen(name);
  return (uint32_t)pw_number(s, end, max);
}

static int bearable(const struct params *p)
{
  return p->passes && p->lanes && p->kib >= 8 * p->lanes
    && (uint64_t)p->kib * p->passes <= PWHASH_KIB_PASSES;
}

static int parse(struct params *p, const struct pwstored *st)
{
  const char *s = st->body.s + strlen(st->scheme->begin), *dollar;

  p->type = type_of(st->scheme);
  p->version = ARGON2_VERSION_10;
  if (*s == 'v') p->version = field(&s, "v=", '$', ARGON2_VERSION_13);
  if (p->version != ARGON2_VERSION_10 && p->version != ARGON2_VERSION_13)
    return -1;
  p->kib = field(&s, "m=", ',', PWHASH_KIB_MAX);
  p->passes = field(&s, "t=", ',', PWHASH_KIB_PASSES);
  p->lanes = field(&s, "p=", '$', LANES_MAX);
  if (!bearable(p)) return -1;
  dollar = strchr(s, '$');
  if (!dollar) return -1;
  if (base64_take(&p->salt, s, (size_t)(dollar - s), BASE64) == -1) return -1;
  if (base64_take(&p->tag, dollar + 1, strlen(dollar + 1), BASE64) == -1)
    return -1;
  return p->salt.len >= SALT_MIN && p->salt.len <= SALT_MAX
    && p->tag.len >= TAG_MIN && p->tag.len <= TAG_MAX ? 0 : -1;
}

/* Fills tag.len octets of out. */
static int work(const struct params *p, const char *password,
                unsigned char *out)
{
  argon2_context c = {
    .out = out, .outlen = (uint32_t)p->tag.len,
    .pwd = (uint8_t *)password, .pwdlen = (uint32_t)strlen(password),
    .salt = (uint8_t *)p->salt.s, .saltlen = (uint32_t)p->salt.len,
    .t_cost = p->passes, .m_cost = p->kib, .lanes = p->lanes, .threads = 1,
    .version = p->version, .flags = ARGON2_DEFAULT_FLAGS
  };
  int r = argon2_ctx(&c, p->type);

  if (r == ARGON2_OK) return 0;
  errno = r == ARGON2_MEMORY_ALLOCATION_ERROR ? ENOMEM : EINVAL;
  return -1;
}

static int check(const struct pwstored *st, const char *password)
{
  struct params p = PARAMS_ZERO;
  unsigned char tag[TAG_MAX];
  int r = -1;

  if (parse(&p, st) == -1) errno = EINVAL;
  else if (work(&p, password, tag) == 0)
    r = digest_same(tag, p.tag.s, p.tag.len);
  explicit_bzero(tag, sizeof tag);
  params_free(&p);
  return r;
}

static int known(const struct pwstored *st)
{
  struct params p = PARAMS_ZERO;
  int r = strlen(st->body.s) == st->body.len && parse(&p, st) == 0;

  params_free(&p);
  return r;
}

/* m, t and p as they stand there, with the version */
static void cost(const struct pwstored *st, stralloc *out)
{
  const char *s = st->body.s + strlen(st->scheme->begin);
  const char *p = strstr(s, "p="), *end = p ? strchr(p, '$') : 0;

  if (end) stralloc_catb(out, s, (size_t)(end - s));
}

/* RFC 9106 section 4, the second recommended option: 64 MiB, three passes;
 * with one lane, since one process does all the work. */
static int settings(struct params *p, const struct pwscheme *s,
                    unsigned long passes)
{
  p->type = type_of(s);
  p->version = ARGON2_VERSION_13;
  p->kib = 65536;
  p->lanes = 1;
  p->passes = 3;
  if (passes) p->passes = passes > UINT32_MAX ? 0 : (uint32_t)passes;
  return bearable(p) ? 0 : (errno = EINVAL, -1);
}

static void put_settings(stralloc *out, const struct params *p)
{
  stralloc_cats(out, "v=19$m=");
  stralloc_catu(out, p->kib);
  stralloc_cats(out, ",t=");
  stralloc_catu(out, p->passes);
  stralloc_cats(out, ",p=1");
}

static int fresh(stralloc *out, const struct pwscheme *s, unsigned long passes)
{
  struct params p = PARAMS_ZERO;

  if (settings(&p, s, passes) == -1) return -1;
  put_settings(out, &p);
  return 0;
}

static int make(stralloc *out, const struct pwscheme *s, const char *password,
                unsigned long passes)
{
  struct params p = PARAMS_ZERO;
  char salt[16];
  unsigned char tag[32];
  int r = -1;

  p.tag.len = sizeof tag;       /* all that work looks at */
  if (settings(&p, s, passes) == 0 && pw_random(salt, sizeof salt) == 0) {
    stralloc_catb(&p.salt, salt, sizeof salt);
    r = work(&p, password, tag);
  }
  if (!r) {
    stralloc_cats(out, s->begin);
    put_settings(out, &p);
    stralloc_append(out, '$');
    base64_put(out, salt, sizeof salt, BASE64, 0);
    stralloc_append(out, '$');
    base64_put(out, tag, sizeof tag, BASE64, 0);
  }
  params_free(&p);
  return r;
}

const struct pwkind pwkind_argon2 = { check, known, cost, fresh, make };
