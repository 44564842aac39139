/* ISC licence; see LICENSE. */
#include "context.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/alloc.h"
#include "base/env.h"
#include "endpoint.h"
#include "keyclient.h"
#include "tickets.h"

/*
 * TLS 1.2: only with forward secrecy and authenticated encryption; those of
 * DHE only if DHFILE gives a group. RSA key exchange could not be done: the
 * key-holder decrypts nothing. TLS 1.3: what OpenSSL has.
 */
#define CIPHERS_12 "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20" \
  ":!aNULL:!PSK:!SRP:!DSS"
#define SIGNATURES "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519" \
  ":RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512" \
  ":RSA+SHA256:RSA+SHA384:RSA+SHA512"

static SSL_CTX *context;
static struct chain preset[KEY_KINDS];  /* the default ones, in context */
static struct chain named[KEY_KINDS];   /* those for the name of a client */
static const struct chain *serving;     /* which of these it gets */

static unsigned char alpn[256];
static int alpnlen;

/* ---------------------------------------------------------- certificates */

static void chains_free(struct chain *c)
{
  chain_free(&c[0]);
  chain_free(&c[1]);
}

/*
 * Which certificates: the key-holder knows. Most often they are the default
 * ones, which are here already. OpenSSL takes the one of them that fits what
 * the client can verify.
 */
static int on_cert(SSL *ssl, void *arg)
{
  const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  int i, r;

  (void)arg;
  chains_free(named);
  r = keyclient_chains(named, preset, name ? name : "");
  serving = r ? named : preset;
  if (r != 1) return r == 0;
  SSL_certs_clear(ssl);
  for (i = 0; i < KEY_KINDS; i++)
    if (named[i].cert && SSL_use_cert_and_key(ssl, named[i].cert,
        named[i].key, named[i].issuers, 1) != 1)
      return 0;
  return 1;
}

/* the OCSP response for the certificate that OpenSSL has taken */
static int on_status(SSL *ssl, void *arg)
{
  X509 *x = SSL_get_certificate(ssl);
  unsigned char *copy;
  int i;

  (void)arg;
  for (i = 0; serving && i < KEY_KINDS; i++) {
    if (!serving[i].ocsp || serving[i].cert != x) continue;
    copy = OPENSSL_memdup(serving[i].ocsp, serving[i].ocsplen);
    if (copy && SSL_set_tlsext_status_ocsp_resp(ssl, copy,
        (long)serving[i].ocsplen) == 1)
      return SSL_TLSEXT_ERR_OK;
    OPENSSL_free(copy);
  }
  return SSL_TLSEXT_ERR_NOACK;
}

/* ------------------------------------------------------------------- ALPN */

int context_alpn_scan(unsigned char *out, size_t size, const char *s)
{
  size_t at = 0, n;

  for (;;) {
    n = strcspn(s, ",");
    if (!n || n > 255 || at + n + 1 > size) return -1;
    out[at] = (unsigned char)n;
    memcpy(out + at + 1, s, n);
    at += n + 1;
    if (!s[n]) return (int)at;
    s += n + 1;
  }
}

/*
 * RFC 7301 section 3.2: nothing in common is fatal. It also keeps a browser
 * from being made to speak with a mail server.
 */
static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *outlen,
  const unsigned char *in, unsigned int inlen, void *arg)
{
  (void)ssl;
  (void)arg;
  return SSL_select_next_proto((unsigned char **)out, outlen, alpn,
    (unsigned int)alpnlen, in, inlen) == OPENSSL_NPN_NEGOTIATED
    ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* --------------------------------------------------- clients' certificates */

/* every file of a directory: a TLS half can open none later on */
static int load_dir(X509_STORE *store, const char *dir)
{
  DIR *d = opendir(dir);
  stralloc path = STRALLOC_ZERO;
  struct dirent *e;
  int n = 0;

  if (!d) return -1;
  while ((e = readdir(d))) {
    if (e->d_name[0] == '.') continue;
    stralloc_copys(&path, dir);
    stralloc_append(&path, '/');
    stralloc_cats(&path, e->d_name);
    stralloc_0(&path);
    n += X509_STORE_load_file(store, path.s) == 1;
  }
  closedir(d);
  stralloc_free(&path);
  ERR_clear_error();
  return n ? 0 : -1;
}

/* the names that clients are told, of CCAFILE, else of CAFILE */
static int client_names(SSL_CTX *ctx, const char *file)
{
  STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(file);

  if (!names) return -1;
  SSL_CTX_set_client_CA_list(ctx, names);
  return 0;
}

static const char *client_certs(SSL_CTX *ctx, enum context_client client)
{
  const char *ca = env_str("CAFILE", 0), *cca = env_str("CCAFILE", 0);
  const char *dir = env_str("CADIR", 0);
  X509_STORE *store = SSL_CTX_get_cert_store(ctx);

  if (client == CLIENT_NONE) return 0;
  if (!ca && !cca && !dir) return "CAFILE, CCAFILE or CADIR";
  if (ca && X509_STORE_load_file(store, ca) != 1) return "CAFILE";
  if (cca && X509_STORE_load_file(store, cca) != 1) return "CCAFILE";
  if (dir && load_dir(store, dir) == -1) return "CADIR";
  if ((cca || ca) && client_names(ctx, cca ? cca : ca) == -1)
    return cca ? "CCAFILE" : "CAFILE";
  SSL_CTX_set_verify_depth(ctx, (int)env_num("VERIFYDEPTH", 0, 100, 9));
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | (client == CLIENT_NEED
    ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), 0);
  return 0;
}

/* -------------------------------------------------------------- protocols */

/* CIPHERS: words that begin with TLS_ are those of TLS 1.3 */
static int set_ciphers(SSL_CTX *ctx, const char *s)
{
  stralloc old = STRALLOC_ZERO, new = STRALLOC_ZERO, *to;
  size_t n;
  int ok = 1;

  for (; *s; s += n + (s[n] != 0)) {
    n = strcspn(s, ":");
    if (!n) continue;
    to = n > 4 && !strncmp(s, "TLS_", 4) ? &new : &old;
    if (to->len) stralloc_append(to, ':');
    stralloc_catb(to, s, n);
  }
  stralloc_0(&old);
  stralloc_0(&new);
  if (*old.s) ok = SSL_CTX_set_cipher_list(ctx, old.s);
  if (ok && *new.s) ok = SSL_CTX_set_ciphersuites(ctx, new.s);
  stralloc_free(&old);
  stralloc_free(&new);
  return ok;
}

static int set_dh(SSL_CTX *ctx, const char *file)
{
  EVP_PKEY *params = 0;
  OSSL_DECODER_CTX *d;
  BIO *bio = BIO_new_file(file, "r");
  int ok;

  if (!bio) return 0;
  d = OSSL_DECODER_CTX_new_for_pkey(&params, "PEM", 0, "DH",
    OSSL_KEYMGMT_SELECT_DOMAIN_PARAMETERS, 0, 0);
  ok = d && OSSL_DECODER_from_bio(d, bio) == 1
    && EVP_PKEY_get_bits(params) >= 2048
    && SSL_CTX_set0_tmp_dh_pkey(ctx, params) == 1;
  if (!ok) EVP_PKEY_free(params);
  OSSL_DECODER_CTX_free(d);
  BIO_free(bio);
  return ok;
}

static int min_version(void)
{
  const char *v = env_str("TLS_MIN_VERSION", "1.2");

  if (!strcmp(v, "1.2")) return TLS1_2_VERSION;
  return strcmp(v, "1.3") ? 0 : TLS1_3_VERSION;
}

static const char *protocols(SSL_CTX *ctx)
{
  const char *dh = env_str("DHFILE", 0), *names = env_str("ALPN", 0);

  if (!min_version() || !SSL_CTX_set_min_proto_version(ctx, min_version()))
    return "TLS_MIN_VERSION";
  if (!set_ciphers(ctx, CIPHERS_12)
      || !set_ciphers(ctx, env_str("CIPHERS", ""))) return "CIPHERS";
  if (!SSL_CTX_set1_sigalgs_list(ctx, SIGNATURES)) return "signatures";
  if (dh && !set_dh(ctx, dh)) return "DHFILE";
  if (names) {
    alpnlen = context_alpn_scan(alpn, sizeof alpn, names);
    if (alpnlen == -1) return "ALPN";
    SSL_CTX_set_alpn_select_cb(ctx, on_alpn, 0);
  }
  return 0;
}

static void behaviour(SSL_CTX *ctx, enum context_client client)
{
  SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
    | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA
    | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS
    | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"roost", 5);
  SSL_CTX_set_max_early_data(ctx, 0);
  SSL_CTX_set_read_ahead(ctx, 0);
  SSL_CTX_set_cert_cb(ctx, on_cert, 0);
  SSL_CTX_set_tlsext_status_cb(ctx, on_status);
  /* a certificate is looked at anew each time: it may have been revoked */
  if (client == CLIENT_NONE) {
    tickets_on(ctx);
    endpoint_on(ctx);
  } else {
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(ctx, 0);
  }
}

static const char *fill(SSL_CTX *ctx, const struct chain *c,
  enum context_client client)
{
  const char *what;
  int i;

  behaviour(ctx, client);
  what = protocols(ctx);
  if (!what) what = client_certs(ctx, client);
  for (i = 0; !what && i < KEY_KINDS; i++)
    if (c[i].cert && SSL_CTX_use_cert_and_key(ctx, c[i].cert, c[i].key,
        c[i].issuers, 1) != 1)
      what = "the certificate";
  return what;
}

int context_make(enum context_client client, const char **what)
{
  static const struct chain none[KEY_KINDS];
  struct chain c[KEY_KINDS];
  SSL_CTX *ctx;

  *what = "the key-holder";
  if (keyclient_chains(c, none, "") != 1) return -1;
  ctx = SSL_CTX_new(TLS_server_method());
  if (!ctx) die_nomem();
  *what = fill(ctx, c, client);
  ERR_clear_error();
  if (*what) {
    SSL_CTX_free(ctx);
    chains_free(c);
    return -1;
  }
  SSL_CTX_free(context);
  chains_free(preset);
  context = ctx;
  memcpy(preset, c, sizeof preset);
  return 0;
}

SSL *context_ssl(void)
{
  SSL *ssl = SSL_new(context);

  if (!ssl) die_nomem();
  SSL_set_accept_state(ssl);
  return ssl;
}

/* ---------------------------------------------------------------- warm up */

static int shake(SSL *server, SSL *client)
{
  char c = 'x';
  int i, a = 0, b = 0;

  for (i = 0; i < 32 && (a != 1 || b != 1); i++) {
    a = SSL_do_handshake(client);
    b = SSL_do_handshake(server);
  }
  return a == 1 && b == 1 && SSL_write(server, &c, 1) == 1
    && SSL_read(client, &c, 1) == 1 && SSL_write(client, &c, 1) == 1
    && SSL_read(server, &c, 1) == 1 ? 0 : -1;
}

/* the signatures that a client for just this kind of key would ask for */
static const char *signatures(const struct chain *c)
{
  if (EVP_PKEY_is_a(c->key, "RSA")) return "RSA-PSS+SHA256:RSA+SHA256";
  if (EVP_PKEY_is_a(c->key, "ED25519")) return "ed25519";
  return "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512";
}

static int warm(SSL_CTX *as_client, int version, const struct chain *c)
{
  SSL *client = SSL_new(as_client), *server = context_ssl();
  BIO *a = 0, *b = 0;
  int r = -1;

  if (!client || !BIO_new_bio_pair(&a, 0, &b, 0)) die_nomem();
  SSL_set_bio(client, a, a);
  SSL_set_bio(server, b, b);
  SSL_set_connect_state(client);
  SSL_set_verify(server, SSL_VERIFY_NONE, 0);
  if (alpnlen > 0) SSL_set_alpn_protos(client, alpn, (unsigned int)alpnlen);
  if (SSL_set_min_proto_version(client, version)
      && SSL_set_max_proto_version(client, version)
      && SSL_set1_sigalgs_list(client, signatures(c)))
    r = shake(server, client);
  SSL_free(client);
  SSL_free(server);
  ERR_clear_error();
  return r;
}

int context_warm(void)
{
  SSL_CTX *as_client = SSL_CTX_new(TLS_client_method());
  int i, one, r = 0;

  if (!as_client) die_nomem();
  SSL_CTX_set_verify(as_client, SSL_VERIFY_NONE, 0);
  /* each certificate, the key-holder and CIPHERS have to fit together in one
   * of the two; CIPHERS may leave out either */
  for (i = 0; i < KEY_KINDS; i++) {
    if (!preset[i].cert) continue;
    one = min_version() == TLS1_2_VERSION
      ? warm(as_client, TLS1_2_VERSION, &preset[i]) : -1;
    if (warm(as_client, TLS1_3_VERSION, &preset[i]) == 0) one = 0;
    if (one == -1) r = -1;
  }
  SSL_CTX_free(as_client);
  return r;
}
