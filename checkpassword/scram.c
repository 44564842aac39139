/* ISC licence; see LICENSE. */
#include "scram.h"

#include <string.h>

#include "base/alloc.h"
#include "encoding.h"
#include "saslprep.h"

#define SALT 16                 /* octets of a salt that is made up */

static const char encoding[] = "invalid-encoding";
static const char extensions[] = "extensions-not-supported";
static const char other[] = "other-error";

/* A part of a message, moved forward as it is read. */
struct part {
  const char *s;
  const char *end;
};

/* the text up to the next comma, or the end; p moves behind the comma */
static struct part attribute(struct part *p)
{
  struct part a = { p->s, memchr(p->s, ',', (size_t)(p->end - p->s)) };

  if (!a.end) a.end = p->end;
  p->s = a.end == p->end ? a.end : a.end + 1;
  return a;
}

static int is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* 1 and a moved to the value if a is letter=value, the value not empty */
static int take(struct part *a, char letter)
{
  if (a->end - a->s < 3 || a->s[0] != letter || a->s[1] != '=') return 0;
  a->s += 2;
  return 1;
}

/* RFC 5802 section 7: the rest is attributes that nobody has to know */
static const char *extra(struct part p)
{
  struct part a;

  while (p.s != p.end) {
    a = attribute(&p);
    if (a.end - a.s < 3 || !is_letter(a.s[0]) || a.s[1] != '=')
      return encoding;
    if (a.s[0] == 'm') return extensions;
  }
  return 0;
}

/* ------------------------------------------------- the first message */

/* saslname: =2C and =3D stand for comma and equals sign; 0, or -1 */
static int unquote(stralloc *out, struct part a)
{
  out->len = 0;
  for (; a.s != a.end; a.s++) {
    if (*a.s != '=') stralloc_append(out, *a.s);
    else {
      if (a.end - a.s < 3) return -1;
      if (!memcmp(a.s, "=2C", 3)) stralloc_append(out, ',');
      else if (!memcmp(a.s, "=3D", 3)) stralloc_append(out, '=');
      else return -1;
      a.s += 2;
    }
  }
  return 0;
}

static int prepared(stralloc *out, struct part a)
{
  stralloc raw = STRALLOC_ZERO;
  int r = unquote(&raw, a) == 0 && saslprep(out, raw.s, raw.len) == 0
    && out->len > 1;

  stralloc_free(&raw);
  return r;
}

/* the data of a binding of this type, appended; 0, or -1: there is none */
static int bind(const struct scram *x, struct part type, stralloc *out)
{
  size_t n = (size_t)(type.end - type.s);
  const char *hex = 0;

  if (n == 12 && !memcmp(type.s, "tls-exporter", n)) hex = x->exporter;
  if (n == 10 && !memcmp(type.s, "tls-unique", n)) hex = x->unique;
  if (n == 20 && !memcmp(type.s, "tls-server-end-point", n))
    hex = x->end_point;
  return hex && *hex ? hex_decode(out, hex, strlen(hex)) : -1;
}

/* RFC 5802 section 6; flag is the part before the first comma */
static const char *check_flag(const struct scram *x, struct part flag,
                              stralloc *data)
{
  size_t n = (size_t)(flag.end - flag.s);

  if (n == 1 && *flag.s == 'n')
    return x->plus ? "channel-binding-not-supported" : 0;
  if (n == 1 && *flag.s == 'y')
    return x->plus || x->plus_offered ? "server-does-support-channel-binding"
      : 0;
  if (!take(&flag, 'p')) return encoding;
  if (!x->plus) return "channel-binding-not-supported";
  return bind(x, flag, data) == -1 ? "unsupported-channel-binding-type" : 0;
}

static const char *take_nonce(struct scram *x, struct part a)
{
  const char *s;

  if (!take(&a, 'r') || a.end - a.s > SCRAM_NONCE_MAX) return encoding;
  for (s = a.s; s != a.end; s++)
    if (*s < 0x21 || *s > 0x7e) return encoding;
  stralloc_copyb(&x->nonce, a.s, (size_t)(a.end - a.s));
  return 0;
}

static const char *take_bare(struct scram *x, struct part p)
{
  struct part a = attribute(&p);
  const char *bad;

  if (take(&a, 'm')) return extensions;
  if (!take(&a, 'n')) return encoding;
  if (!prepared(&x->name, a)) return "invalid-username-encoding";
  bad = take_nonce(x, attribute(&p));
  if (bad) return bad;
  return p.s == p.end ? 0 : extra(p);
}

/* the authorization identity: only who one is */
static const char *check_authzid(const struct scram *x, struct part a)
{
  stralloc name = STRALLOC_ZERO;
  const char *bad = 0;

  /* "a=" stands in no grammar, but gsasl sends it for an empty one */
  if (a.s == a.end || (a.end - a.s == 2 && !memcmp(a.s, "a=", 2))) return 0;
  if (!take(&a, 'a') || !prepared(&name, a)) bad = encoding;
  else if (strcmp(name.s, x->name.s)) bad = "authzid";
  stralloc_free(&name);
  return bad;
}

const char *scram_first(struct scram *x, const char *msg, size_t len)
{
  struct part p = { msg, msg + len }, flag, authzid;
  stralloc data = STRALLOC_ZERO;
  const char *bad, *unbound;

  if (!len || msg[len - 1] == ',' || memchr(msg, 0, len)) return encoding;
  flag = attribute(&p);
  authzid = attribute(&p);
  if (p.s == p.end) return encoding;
  unbound = check_flag(x, flag, &data);
  stralloc_copyb(&x->gs2, msg, (size_t)(p.s - msg));
  stralloc_catb(&x->gs2, data.s, data.len);
  stralloc_free(&data);
  bad = take_bare(x, p);        /* for the log the name is read anyway */
  if (unbound) return unbound;
  if (!bad) bad = check_authzid(x, authzid);
  if (!bad) stralloc_copyb(&x->said, p.s, (size_t)(p.end - p.s));
  return bad;
}

/* ------------------------------------------------------ the challenge */

void scram_challenge(struct scram *x, const struct scram_keys *k,
                     const char *nonce, stralloc *out)
{
  stralloc_cats(&x->nonce, nonce);
  stralloc_copys(out, "r=");
  stralloc_catb(out, x->nonce.s, x->nonce.len);
  stralloc_cats(out, ",s=");
  base64_put(out, k->salt.s, k->salt.len, BASE64, 1);
  stralloc_cats(out, ",i=");
  stralloc_catu(out, k->rounds);
  stralloc_append(&x->said, ',');
  stralloc_catb(&x->said, out->s, out->len);
}

/* ---------------------------------------------------------- the proof */

static int equal(struct part a, const stralloc *s)
{
  return (size_t)(a.end - a.s) == s->len && digest_same(a.s, s->s, s->len);
}

/* c=, which is the header of the first message, and the binding */
static int binding_fits(const struct scram *x, struct part a)
{
  stralloc want = STRALLOC_ZERO;
  int r;

  base64_put(&want, x->gs2.s, x->gs2.len, BASE64, 1);
  r = take(&a, 'c') && equal(a, &want);
  stralloc_free(&want);
  return r;
}

/* 1 if proof gives the stored key; RFC 5802 section 3 */
static int proves(const struct scram *x, const struct scram_keys *k,
                  const unsigned char *proof)
{
  unsigned char got[DIGEST_MAX];
  struct hmac_key key;
  size_t i, n = digest_size(x->digest);

  hmac_ready(&key, x->digest, k->stored, n);
  hmac_of(&key, x->said.s, x->said.len, got);
  for (i = 0; i < n; i++) got[i] ^= proof[i];
  digest_of(x->digest, got, n, got);
  i = (size_t)digest_same(got, k->stored, n);
  explicit_bzero(&key, sizeof key);
  explicit_bzero(got, sizeof got);
  return (int)i;
}

static void sign(const struct scram *x, const struct scram_keys *k,
                 stralloc *out)
{
  unsigned char signature[DIGEST_MAX];
  struct hmac_key key;
  size_t n = digest_size(x->digest);

  hmac_ready(&key, x->digest, k->server, n);
  hmac_of(&key, x->said.s, x->said.len, signature);
  stralloc_copys(out, "v=");
  base64_put(out, signature, n, BASE64, 1);
  explicit_bzero(&key, sizeof key);
}

/* c=...,r=...[,extensions], and that this belongs to what was said */
static const char *check_final(const struct scram *x, struct part p)
{
  struct part a = attribute(&p);

  if (p.s == p.end) return encoding;
  if (!binding_fits(x, a)) return "channel-bindings-dont-match";
  a = attribute(&p);
  if (!take(&a, 'r')) return encoding;
  if (!equal(a, &x->nonce)) return other;
  return p.s == p.end ? 0 : extra(p);
}

/* the last comma: the proof stands behind it, and has none */
static const char *last_comma(const char *msg, size_t len)
{
  while (len && msg[len - 1] != ',') len--;
  return len ? msg + len - 1 : 0;
}

const char *scram_final(struct scram *x, const struct scram_keys *k,
                        const char *msg, size_t len, stralloc *out)
{
  const char *comma = last_comma(msg, len), *bad;
  struct part p = { msg, comma }, a;
  stralloc proof = STRALLOC_ZERO;

  if (!comma || memchr(msg, 0, len)) return encoding;
  a.s = comma + 1;
  a.end = msg + len;
  if (!take(&a, 'p')) return encoding;
  bad = check_final(x, p);
  if (bad) return bad;
  stralloc_append(&x->said, ',');
  stralloc_catb(&x->said, msg, (size_t)(comma - msg));
  if (base64_take(&proof, a.s, (size_t)(a.end - a.s), BASE64) == -1
      || proof.len != digest_size(x->digest))
    bad = encoding;
  else if (!proves(x, k, (unsigned char *)proof.s)) bad = "invalid-proof";
  else sign(x, k, out);
  stralloc_free(&proof);
  return bad;
}

static void wipe(stralloc *s)
{
  if (s->s) explicit_bzero(s->s, s->a);
  stralloc_free(s);
}

void scram_free(struct scram *x)
{
  wipe(&x->name);
  wipe(&x->gs2);
  wipe(&x->nonce);
  wipe(&x->said);
}

/* ------------------------------------------------------ made-up keys */

/* text and name under the secret, DIGEST_SHA256 */
static void keyed(unsigned char *out, const struct hmac_key *key,
                  const char *text, const char *name)
{
  stralloc s = STRALLOC_ZERO;

  stralloc_cats(&s, text);
  stralloc_0(&s);
  stralloc_cats(&s, name);
  hmac_of(key, s.s, s.len, out);
  stralloc_free(&s);
}

void scram_fake(struct scram_keys *k, enum digest digest, const char *name,
                const struct scram_keys *like, const char *secret,
                size_t len)
{
  unsigned char octets[DIGEST_MAX];
  struct hmac_key key;
  size_t n = like ? like->salt.len : SALT, part;

  hmac_ready(&key, DIGEST_SHA256, secret, len);
  k->digest = digest;
  k->rounds = like ? like->rounds : SCRAM_ROUNDS;
  k->salt.len = 0;
  keyed(octets, &key, digest == DIGEST_SHA1 ? "salt 1" : "salt 256", name);
  while (k->salt.len < n) {
    part = n - k->salt.len < 32 ? n - k->salt.len : 32;
    stralloc_catb(&k->salt, (char *)octets, part);
    digest_of(DIGEST_SHA256, octets, 32, octets);
  }
  keyed(k->stored, &key, "stored", name);
  keyed(k->server, &key, "server", name);
  explicit_bzero(&key, sizeof key);
}
