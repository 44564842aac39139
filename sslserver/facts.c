/* ISC licence; see LICENSE. */
#include "facts.h"

#include <string.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "endpoint.h"

#define VALUE_MAX 4096          /* octets of any value but a certificate */

static void fact_b(stralloc *out, const char *who, const char *name,
  const char *value, size_t len)
{
  size_t i;

  if (len > VALUE_MAX) len = VALUE_MAX;
  stralloc_cats(out, "SSL_");
  stralloc_cats(out, who);
  stralloc_cats(out, name);
  stralloc_append(out, '=');
  for (i = 0; i < len; i++)
    stralloc_append(out, (unsigned char)value[i] < ' ' || value[i] == 0x7f
      ? '?' : value[i]);
  stralloc_append(out, 0);
}

static void fact(stralloc *out, const char *name, const char *value)
{
  if (value) fact_b(out, "", name, value, strlen(value));
}

static void fact_num(stralloc *out, const char *name, int n)
{
  stralloc s = STRALLOC_ZERO;

  stralloc_catu(&s, (uint64_t)n);
  fact_b(out, "", name, s.s, s.len);
  stralloc_free(&s);
}

static void fact_hex(stralloc *out, const char *name, const unsigned char *s,
  size_t len)
{
  static const char hex[] = "0123456789abcdef";
  stralloc text = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < len; i++) {
    stralloc_append(&text, hex[s[i] >> 4]);
    stralloc_append(&text, hex[s[i] & 15]);
  }
  fact_b(out, "", name, text.s, text.len);
  stralloc_free(&text);
}

/* what a memory BIO has collected */
static void fact_bio(stralloc *out, const char *who, const char *name,
  BIO *bio)
{
  char *s;
  long n = BIO_get_mem_data(bio, &s);

  fact_b(out, who, name, s, n > 0 ? (size_t)n : 0);
  (void)BIO_reset(bio);
}

static void dn(stralloc *out, const char *who, const char *name,
  const X509_NAME *x, BIO *bio)
{
  X509_NAME_print_ex(bio, x, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  fact_bio(out, who, name, bio);
}

/* the one CN of a subject, in UTF-8; none if it has a NUL or there are two */
static void cn(stralloc *out, const char *who, const X509_NAME *x)
{
  int at = X509_NAME_get_index_by_NID((X509_NAME *)x, NID_commonName, -1);
  unsigned char *s = 0;
  int n;

  if (at < 0 || X509_NAME_get_index_by_NID((X509_NAME *)x, NID_commonName,
      at) >= 0)
    return;
  n = ASN1_STRING_to_UTF8(&s,
    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(x, at)));
  if (n > 0 && !memchr(s, 0, (size_t)n))
    fact_b(out, who, "S_DN_CN", (char *)s, (size_t)n);
  OPENSSL_free(s);
}

static void certificate(stralloc *out, const char *who, X509 *x, int all)
{
  BIO *bio = BIO_new(BIO_s_mem());
  char *pem;
  long n;

  if (!bio) die_nomem();
  dn(out, who, "S_DN", X509_get_subject_name(x), bio);
  cn(out, who, X509_get_subject_name(x));
  dn(out, who, "I_DN", X509_get_issuer_name(x), bio);
  i2a_ASN1_INTEGER(bio, X509_get0_serialNumber(x));
  fact_bio(out, who, "M_SERIAL", bio);
  ASN1_TIME_print(bio, X509_get0_notBefore(x));
  fact_bio(out, who, "V_START", bio);
  ASN1_TIME_print(bio, X509_get0_notAfter(x));
  fact_bio(out, who, "V_END", bio);
  if (all && PEM_write_bio_X509(bio, x) == 1) {
    n = BIO_get_mem_data(bio, &pem);
    stralloc_cats(out, "SSL_");
    stralloc_cats(out, who);
    stralloc_cats(out, "CERT=");
    stralloc_catb(out, pem, (size_t)n);
    stralloc_append(out, 0);
  }
  BIO_free(bio);
}

static void client(SSL *ssl, int all, stralloc *out)
{
  X509 *x = SSL_get0_peer_certificate(ssl);
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int n;

  if (!x || SSL_get_verify_result(ssl) != X509_V_OK) {
    fact(out, "CLIENT_VERIFY", "NONE");
    return;
  }
  fact(out, "CLIENT_VERIFY", "SUCCESS");
  certificate(out, "CLIENT_", x, all);
  if (X509_digest(x, EVP_sha256(), hash, &n) == 1)
    fact_hex(out, "PEER_CERT_HASH", hash, n);
}

static void server_end_point(SSL *ssl, stralloc *out)
{
  unsigned char hash[ENDPOINT_MAX];
  size_t n = endpoint_of(ssl, hash);

  if (n) fact_hex(out, "TLS_SERVER_END_POINT", hash, n);
}

/* RFC 9266 section 4.2: with TLS 1.2 only with the extended master secret */
static void exporter(SSL *ssl, stralloc *out)
{
  static const char label[] = "EXPORTER-Channel-Binding";
  unsigned char key[32];

  if (SSL_version(ssl) < TLS1_3_VERSION && SSL_get_extms_support(ssl) != 1)
    return;
  if (SSL_export_keying_material(ssl, key, sizeof key, label,
      sizeof label - 1, (const unsigned char *)"", 0, 1) == 1)
    fact_hex(out, "TLS_EXPORTER", key, sizeof key);
}

/*
 * RFC 5929 section 3.1: the first Finished, which is the client's, or ours
 * when a session is resumed. Not with TLS 1.3 (RFC 8446 appendix C.5), nor
 * without the extended master secret (RFC 7627 section 6.2).
 */
static void unique(SSL *ssl, stralloc *out)
{
  unsigned char finished[64];
  size_t n;

  if (SSL_version(ssl) >= TLS1_3_VERSION || SSL_get_extms_support(ssl) != 1)
    return;
  n = SSL_session_reused(ssl) ? SSL_get_finished(ssl, finished, sizeof finished)
    : SSL_get_peer_finished(ssl, finished, sizeof finished);
  if (n && n <= sizeof finished) fact_hex(out, "TLS_UNIQUE", finished, n);
}

static void session(SSL *ssl, stralloc *out)
{
  const unsigned char *s;
  unsigned int len;

  fact(out, "SESSION_RESUMED", SSL_session_reused(ssl) ? "1" : "0");
  if (!SSL_get_session(ssl)) return;
  s = SSL_SESSION_get_id(SSL_get_session(ssl), &len);
  if (len) fact_hex(out, "SESSION_ID", s, len);
}

void facts_of(SSL *ssl, int all, stralloc *out)
{
  const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);
  const unsigned char *alpn;
  unsigned int len;
  int alg = 0, bits;

  fact(out, "PROTOCOL", SSL_get_version(ssl));
  fact(out, "CIPHER", SSL_CIPHER_get_name(cipher));
  bits = SSL_CIPHER_get_bits(cipher, &alg);
  fact_num(out, "CIPHER_USEKEYSIZE", bits);
  fact_num(out, "CIPHER_ALGKEYSIZE", alg);
  fact(out, "TLS_SNI_SERVERNAME",
    SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
  SSL_get0_alpn_selected(ssl, &alpn, &len);
  if (len) fact_b(out, "", "TLS_ALPN", (const char *)alpn, len);
  session(ssl, out);
  exporter(ssl, out);
  unique(ssl, out);
  server_end_point(ssl, out);
  client(ssl, all, out);
  if (all) {
    fact(out, "VERSION_INTERFACE", "roost sslserver");
    fact(out, "VERSION_LIBRARY", OpenSSL_version(OPENSSL_VERSION));
    if (SSL_get_certificate(ssl))
      certificate(out, "SERVER_", SSL_get_certificate(ssl), 1);
  }
  ERR_clear_error();
}
