/* ISC licence; see LICENSE. */
#include "keyclient.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "remote_key.h"

#define WAIT_MS 20000           /* for an answer of the key-holder */

static int sock = -1;

void keyclient_use(int fd)
{
  if (fd == -1 && sock != -1) close(sock);
  sock = fd;
}

/*
 * One request and its reply, which is of type want: octets of it, or -1. A
 * packet that is too long for buf was not made by a key-holder of ours.
 */
static ssize_t ask(const unsigned char *req, size_t len, unsigned char *buf,
  size_t size, char want)
{
  struct pollfd p = { sock, POLLIN, 0 };
  int64_t end = clock_ms() + WAIT_MS;
  ssize_t r;

  if (send(sock, req, len, MSG_NOSIGNAL) != (ssize_t)len) return -1;
  while ((r = poll(&p, 1, WAIT_MS)) != 1)
    if (r == 0 || errno != EINTR || clock_ms() > end) return -1;
  r = recv(sock, buf, size, 0);
  if (r > 0 && buf[0] == want) return r;
  errno = EPROTO;
  return -1;
}

/* the next length and that many octets; 0, or -1 */
static int counted(const unsigned char **s, const unsigned char *end,
  const unsigned char **value, size_t *len)
{
  if (end - *s < 4) return -1;
  *len = key_unpack32(*s);
  *value = *s + 4;
  if (*len > (size_t)(end - *value)) return -1;
  *s = *value + *len;
  return 0;
}

static int take_certs(struct chain *c, const unsigned char *s,
  const unsigned char *end)
{
  const unsigned char *value;
  size_t len;
  X509 *x;

  while (s < end) {
    if (counted(&s, end, &value, &len) == -1) return -1;
    x = d2i_X509(0, &value, (long)len);
    if (!x) return -1;
    if (!c->cert) c->cert = x;
    else if (!sk_X509_push(c->issuers, x)) die_nomem();
  }
  return c->cert ? 0 : -1;
}

static int take_chain(struct chain *c, const unsigned char *s, size_t len)
{
  const unsigned char *end = s + len, *value;

  c->issuers = sk_X509_new_null();
  if (!c->issuers) die_nomem();
  if (counted(&s, end, &value, &len) == -1) return -1;
  if (len) {
    c->ocsp = OPENSSL_memdup(value, len);
    if (!c->ocsp) die_nomem();
    c->ocsplen = len;
  }
  if (take_certs(c, s, end) == -1) return -1;
  c->key = remote_key(c->cert, c->number);
  return c->key ? 0 : -1;
}

/* both of a reply; 1, 0 if they are the known ones, -1 */
static int take_reply(struct chain *c, const struct chain *known,
  const unsigned char *s, const unsigned char *end)
{
  const unsigned char *value;
  size_t len;
  int i, same = 1;

  for (i = 0; i < KEY_KINDS; i++) {
    if (end - s < 8) return -1;
    c[i].number = key_unpack64(s);
    s += 8;
    if (counted(&s, end, &value, &len) == -1) return -1;
    if (c[i].number != known[i].number) same = 0;
    if (len && take_chain(&c[i], value, len) == -1) return -1;
  }
  if (same) return 0;
  return c[0].cert && (c[1].cert || !c[1].number) ? 1 : -1;
}

int keyclient_chains(struct chain c[KEY_KINDS],
  const struct chain known[KEY_KINDS], const char *name)
{
  unsigned char req[KEY_NAME_HEAD + KEY_NAME_MAX], *buf;
  size_t n = strlen(name);
  ssize_t r;
  int ret = -1;

  memset(c, 0, KEY_KINDS * sizeof *c);
  if (n > KEY_NAME_MAX) n = 0;
  req[0] = KEY_NAME;
  key_pack64(req + 1, known[0].number);
  key_pack64(req + 9, known[1].number);
  memcpy(req + KEY_NAME_HEAD, name, n);
  buf = xalloc(KEY_REPLY_MAX);
  r = ask(req, KEY_NAME_HEAD + n, buf, KEY_REPLY_MAX, KEY_CERT);
  if (r > 0) {
    ret = take_reply(c, known, buf + 1, buf + r);
    if (ret == -1) errno = EPROTO;
  }
  free(buf);
  if (ret != 1) {
    chain_free(&c[0]);
    chain_free(&c[1]);
  }
  return ret;
}

int keyclient_sign(uint64_t number, enum key_hash hash, enum key_pad pad,
  const unsigned char *tbs, size_t len, unsigned char *sig, size_t *siglen)
{
  unsigned char req[KEY_REQUEST_MAX], buf[2048];
  ssize_t r;

  if (len > sizeof req - 11) return -1;
  req[0] = KEY_SIGN;
  key_pack64(req + 1, number);
  req[9] = (unsigned char)hash;
  req[10] = (unsigned char)pad;
  memcpy(req + 11, tbs, len);
  r = ask(req, 11 + len, buf, sizeof buf, KEY_SIGN);
  if (r < 2 || (size_t)r - 1 > *siglen) return -1;
  *siglen = (size_t)r - 1;
  memcpy(sig, buf + 1, *siglen);
  return 0;
}

void chain_free(struct chain *c)
{
  X509_free(c->cert);
  sk_X509_pop_free(c->issuers, X509_free);
  EVP_PKEY_free(c->key);
  OPENSSL_free(c->ocsp);
  memset(c, 0, sizeof *c);
}
