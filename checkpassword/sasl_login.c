/* ISC licence; see LICENSE. */
#include "sasl_login.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "auth.h"
#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "encoding.h"
#include "exchange.h"
#include "pwhash.h"
#include "pwkeys.h"
#include "scram.h"
#include "users_text.h"

#define NONCE 18                /* random octets of a nonce */

/* One login is all that a process sees. */
static struct exchange x = { .fd = -1 };
static struct scram scram;
static int any_case;

static const struct served {
  const char *name;
  enum digest digest;
  int scram, plus;
} served[] = {
  { "SCRAM-SHA-256", DIGEST_SHA256, 1, 0 },
  { "SCRAM-SHA-256-PLUS", DIGEST_SHA256, 1, 1 },
  { "SCRAM-SHA-1", DIGEST_SHA1, 1, 0 },
  { "SCRAM-SHA-1-PLUS", DIGEST_SHA1, 1, 1 },
  { "EXTERNAL", DIGEST_MD5, 0, 0 },
  { 0, DIGEST_MD5, 0, 0 }
};

static const struct served *mechanism(void)
{
  const struct served *m = served;

  while (m->name && strcmp(m->name, x.mechanism)) m++;
  return m->name ? m : 0;
}

/* the words of RFC 5802 as words for the log */
static const char *reason_of(const char *error)
{
  if (!strcmp(error, "invalid-proof")) return "password";
  if (!strcmp(error, "authzid")) return "authzid";
  if (!strcmp(error, "server-does-support-channel-binding"))
    return "downgrade";
  if (strstr(error, "channel-binding")) return "binding";
  return "message";
}

/* ------------------------------------------------------------ who it is */

/* put the name where a password's would be, for all that comes later */
static void take_name(struct credentials *c, const char *name)
{
  size_t n = strlen(name);

  if (n > USER_NAME_MAX) auth_refuse(c, "too-long");
  memcpy(c->octets, name, n + 1);
  c->name = c->octets;
  c->password = c->timestamp = c->octets + n;
  exchange_user(&x, c->name);
}

static void first_scram(struct credentials *c, const struct served *m)
{
  const char *bad;

  scram.digest = m->digest;
  scram.plus = m->plus;
  scram.plus_offered = x.plus;
  scram.exporter = env_str("SSL_TLS_EXPORTER", 0);
  scram.end_point = env_str("SSL_TLS_SERVER_END_POINT", 0);
  scram.unique = env_str("SSL_TLS_UNIQUE", 0);
  bad = scram_first(&scram, x.message.s, x.message.len);
  if (scram.name.len) take_name(c, scram.name.s);
  if (bad) auth_refuse(c, reason_of(bad));
}

/* RFC 4422 appendix A: the message is who to act as, or nothing */
static void first_external(struct credentials *c)
{
  const char *name = env_str(env_str(SASL_EXTERNAL_VAR,
    SASL_EXTERNAL_DEFAULT), "");

  if (strcmp(env_str("SSL_CLIENT_VERIFY", ""), "SUCCESS") || !*name)
    auth_refuse(c, "certificate");
  take_name(c, name);
  if (strlen(x.message.s) != x.message.len) auth_refuse(c, "message");
  if (x.message.len && strcasecmp(x.message.s, name))
    auth_refuse(c, "authzid");
}

void sasl_begin(struct credentials *c, char *const argv[])
{
  const struct served *m;

  if (!exchange_wanted()) {
    auth_begin(c, argv);
    return;
  }
  auth_begin_dialogue(c, argv);
  exchange_begin(&x);
  m = mechanism();
  if (!m || !x.first)
    die_text(AUTH_MISUSED, "mechanism not served: ", x.mechanism);
  if (m->scram) first_scram(c, m);
  else first_external(c);
}

/* ----------------------------------------------------- what it can prove */

/* salt and rounds as for a name without keys, keys of this password */
static void keys_of_plain(struct scram_keys *k, const char *name,
                          const char *password, const char *secret,
                          size_t len)
{
  stralloc salt = STRALLOC_ZERO;

  scram_fake(k, scram.digest, name, 0, secret, len);
  stralloc_copy(&salt, &k->salt);
  scram_keys_prepared(k, scram.digest, password, salt.s, salt.len, k->rounds);
  stralloc_free(&salt);
}

/* keys of a stored password; 1, or 0 if it has none for this mechanism */
static int keys_of(struct scram_keys *k, const char *name, const char *hash,
                   const char *secret, size_t len)
{
  stralloc plain = STRALLOC_ZERO;
  int r = pwhash_scram(k, scram.digest, hash);

  if (!r && pwhash_plain(&plain, hash)) {
    keys_of_plain(k, name, plain.s, secret, len);
    r = plain.len > 1;          /* an empty password is never right */
  }
  if (plain.s) explicit_bzero(plain.s, plain.a);
  stralloc_free(&plain);
  return r;
}

/*
 * The keys to work with, and why they cannot be right, or 0. A name without
 * keys gets what its stand-in would have had; a user whose hash is of another
 * scheme gets what a stand-in of that scheme stands for: made-up keys.
 */
static const char *find_keys(struct scram_keys *k, const char *name,
                             const struct user *u, const char *dummy,
                             const char *secret, size_t len)
{
  struct scram_keys like = SCRAM_KEYS_ZERO;
  const char *hash = u ? u->hash.s : dummy;
  int have = keys_of(&like, name, hash, secret, len);

  if (u && have && !pwhash_locked(hash)) {
    *k = like;
    return 0;
  }
  scram_fake(k, scram.digest, name, have ? &like : 0, secret, len);
  scram_keys_free(&like);
  if (!u) return "unknown";
  return pwhash_locked(hash) ? "locked" : "scheme";
}

/* ------------------------------------------------------------- verdicts */

/* printable octets; 0, or -1 with errno */
static int new_nonce(stralloc *out)
{
  char octets[NONCE];

  if (getentropy(octets, sizeof octets) == -1) return -1;
  base64_put(out, octets, sizeof octets, BASE64, 1);
  stralloc_0(out);
  return 0;
}

static const char *prove(const struct scram_keys *k, const char *nonce)
{
  stralloc out = STRALLOC_ZERO;
  const char *bad = 0;

  scram_challenge(&scram, k, nonce, &out);
  if (!exchange_ask(&x, out.s, out.len)) bad = "cancelled";
  if (!bad) {
    bad = scram_final(&scram, k, x.message.s, x.message.len, &out);
    if (bad) bad = reason_of(bad);
    /* our own proof; the answer to it is empty */
    else if (!exchange_ask(&x, out.s, out.len) || x.message.len)
      bad = "cancelled";
  }
  stralloc_free(&out);
  return bad;
}

void sasl_any_case(void)
{
  any_case = 1;
}

static const char *scram_verdict(const char *name, const struct user *u,
                                 const char *dummy, const char *secret,
                                 size_t len)
{
  struct scram_keys k = SCRAM_KEYS_ZERO;
  stralloc nonce = STRALLOC_ZERO, folded = STRALLOC_ZERO;
  const char *reason, *bad;

  if (new_nonce(&nonce) == -1) return "";
  user_set(&folded, name, strlen(name));
  if (any_case) users_lower(folded.s, folded.len);
  reason = find_keys(&k, folded.s, u, dummy, secret, len);
  if (!(reason && x.more)) {
    bad = prove(&k, nonce.s);
    if (!reason || (bad && strcmp(bad, "password"))) reason = bad;
  }
  scram_keys_free(&k);
  scram_free(&scram);
  stralloc_free(&nonce);
  stralloc_free(&folded);
  return reason;
}

/* the certificate has said who it is; 0, or why that is not enough */
static const char *external_verdict(const struct user *u)
{
  if (!u) return "unknown";
  return pwhash_locked(u->hash.s) ? "locked" : 0;
}

static int is_digest(const char *s)
{
  return strlen(s) == 32 && strspn(s, "0123456789abcdef") == 32;
}

/*
 * A front end may send a stamp with a password, too, so a digest that is not
 * right is looked at as a password.
 */
static int digest_right(const struct credentials *c, const struct user *u)
{
  const char *stamp = c->timestamp;
  stralloc plain = STRALLOC_ZERO;
  int r;

  if (!*stamp || !u || !is_digest(c->password)) return 0;
  /* an empty password is never right */
  r = pwhash_plain(&plain, u->hash.s) && plain.len < 2;
  stralloc_free(&plain);
  if (r) return 0;
  return pwhash_apop(u->hash.s, stamp, c->password) == 1
    || pwhash_cram_md5(u->hash.s, stamp, strlen(stamp), c->password) == 1;
}

const char *sasl_verdict(struct credentials *c, const struct user *u,
                         const char *dummy, const char *secret, size_t len)
{
  const char *reason;

  if (x.fd == -1) {
    if (digest_right(c, u)) return 0;
    return auth_verdict(u, dummy, c->password);
  }
  if (mechanism()->scram)
    reason = scram_verdict(c->name, u, dummy, secret, len);
  else
    reason = external_verdict(u);
  exchange_end(&x);
  return reason;
}
