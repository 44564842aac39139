/* ISC licence; see LICENSE. */
#include "server_connection.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/alloc.h"
#include "base/log.h"

ssize_t server_read(void *arg, char *buf, size_t len)
{
  struct server *c = arg;
  int r;

  if (!c->ssl) return read(c->fd, buf, len);
  errno = 0;
  r = SSL_read(c->ssl, buf, (int)len);
  if (r > 0) return r;
  if (SSL_get_error(c->ssl, r) == SSL_ERROR_ZERO_RETURN) return 0;
  ERR_clear_error();
  if (!errno) errno = ECONNRESET;
  return -1;
}

int server_write(struct server *c, const char *s, size_t left)
{
  ssize_t w;

  while (left) {
    w = c->ssl ? SSL_write(c->ssl, s, left > 16384 ? 16384 : (int)left)
      : send(c->fd, s, left, MSG_NOSIGNAL);
    if (w == -1 && errno == EINTR) continue;
    if (w <= 0) return -1;
    s += w;
    left -= (size_t)w;
  }
  return 0;
}

static void tls_failed(const SSL *ssl)
{
  long bad = ssl ? SSL_get_verify_result(ssl) : X509_V_OK;
  const char *why = ERR_reason_error_string(ERR_peek_last_error());

  if (bad != X509_V_OK)
    die_text(100, "the server's certificate is refused: ",
             X509_verify_cert_error_string(bad));
  die_text(111, "TLS with the server failed: ", why ? why : "it hung up");
}

void server_tls(struct server *c, const char *cafile)
{
  SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
  unsigned char address[16];
  int is_address = inet_pton(AF_INET, c->host, address) == 1
    || inet_pton(AF_INET6, c->host, address) == 1;

  if (!ctx) tls_failed(0);
  SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, 0);
  if (cafile ? SSL_CTX_load_verify_file(ctx, cafile) != 1
      : SSL_CTX_set_default_verify_paths(ctx) != 1)
    die_text(100, "unable to read certificates of CAs from ",
             cafile ? cafile : "the system");
  c->ssl = SSL_new(ctx);
  SSL_CTX_free(ctx);
  if (!c->ssl || SSL_set_fd(c->ssl, c->fd) != 1) tls_failed(0);
  if (is_address
      ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(c->ssl), c->host) != 1
      : SSL_set1_host(c->ssl, c->host) != 1
        || SSL_set_tlsext_host_name(c->ssl, c->host) != 1)
    tls_failed(0);
  if (SSL_connect(c->ssl) != 1) tls_failed(c->ssl);
}

void server_connect(struct server *c, const char *host, const char *port)
{
  struct addrinfo hints, *all, *a;
  struct timeval patience = { SERVER_PATIENCE, 0 };
  int fd = -1, e;

  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  e = getaddrinfo(host, port, &hints, &all);
  if (e) die_text(111, "unable to find the server: ", gai_strerror(e));
  for (a = all; a && fd == -1; a = a->ai_next) {
    fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
    if (fd == -1) continue;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, a->ai_addr, a->ai_addrlen) == 0) break;
    e = errno;
    close(fd);
    fd = -1;
    errno = e;
  }
  freeaddrinfo(all);
  if (fd == -1) die_sys(111, "unable to connect to ", host);
  c->host = host;
  c->fd = fd;
  c->ssl = 0;
}

void server_close(struct server *c)
{
  if (c->ssl) SSL_free(c->ssl);
  close(c->fd);
}

/* RFC 4616: who one wants to be, whose password it is, the password */
void server_plain(stralloc *out, const char *user, const char *master,
                  const stralloc *password)
{
  stralloc s = STRALLOC_ZERO;

  if (master) stralloc_cats(&s, user);
  stralloc_append(&s, 0);
  stralloc_cats(&s, master ? master : user);
  stralloc_append(&s, 0);
  stralloc_catb(&s, password->s, password->len);
  stralloc_ready(out, s.len / 3 * 4 + 8);
  out->len = (size_t)EVP_EncodeBlock((unsigned char *)out->s,
                                     (unsigned char *)s.s, (int)s.len);
  explicit_bzero(s.s, s.len);
  stralloc_free(&s);
}
