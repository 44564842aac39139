/* ISC licence; see LICENSE. */
#include "endpoint.h"

#include <string.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

/* RFC 5929 section 4.1: its signature's hash, but SHA-256 for old ones */
static const EVP_MD *hash_of(const X509 *x)
{
  int nid;

  if (OBJ_find_sigid_algs(X509_get_signature_nid(x), &nid, 0)
      && nid != NID_undef) {
    if (nid == NID_md5 || nid == NID_sha1) nid = NID_sha256;
    return EVP_get_digestbynid(nid);
  }
  if (X509_get_signature_info((X509 *)x, &nid, 0, 0, 0) == 1)
    return EVP_get_digestbynid(nid);
  return 0;
}

void endpoint_choose(SSL *ssl)
{
  /* else it is the one that was loaded last; a resumed session has none */
  SSL_set_current_cert(ssl, SSL_CERT_SET_SERVER);
}

static size_t shown_now(SSL *ssl, unsigned char *out)
{
  const EVP_MD *md;
  unsigned int n;
  X509 *x;

  endpoint_choose(ssl);
  x = SSL_get_certificate(ssl);
  md = x ? hash_of(x) : 0;
  return md && X509_digest(x, md, out, &n) == 1 ? n : 0;
}

static size_t shown_then(SSL *ssl, unsigned char *out)
{
  void *data;
  size_t len;

  if (!SSL_get_session(ssl) || !SSL_SESSION_get0_ticket_appdata(
      SSL_get_session(ssl), &data, &len) || len > ENDPOINT_MAX)
    return 0;
  if (len) memcpy(out, data, len);
  return len;
}

size_t endpoint_of(SSL *ssl, unsigned char *out)
{
  return SSL_session_reused(ssl) ? shown_then(ssl, out)
    : shown_now(ssl, out);
}

/* a ticket of a resumed session takes over what that session has */
static int on_make(SSL *ssl, void *arg)
{
  unsigned char hash[ENDPOINT_MAX];
  size_t n;

  (void)arg;
  if (SSL_session_reused(ssl)) return 1;
  n = shown_now(ssl, hash);
  return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), hash, n);
}

/* as it would be without us */
static SSL_TICKET_RETURN on_take(SSL *ssl, SSL_SESSION *session,
  const unsigned char *name, size_t len, SSL_TICKET_STATUS status, void *arg)
{
  (void)ssl;
  (void)session;
  (void)name;
  (void)len;
  (void)arg;
  if (status == SSL_TICKET_SUCCESS) return SSL_TICKET_RETURN_USE;
  if (status == SSL_TICKET_SUCCESS_RENEW) return SSL_TICKET_RETURN_USE_RENEW;
  return SSL_TICKET_RETURN_IGNORE_RENEW;
}

void endpoint_on(SSL_CTX *ctx)
{
  SSL_CTX_set_session_ticket_cb(ctx, on_make, on_take, 0);
}
