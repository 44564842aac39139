/* ISC licence; see LICENSE. */
#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/alloc.h"
#include "base/confine.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "base/timedio.h"
#include "context.h"
#include "facts.h"
#include "keyclient.h"
#include "proxy_header.h"
#include "relay.h"
#include "tickets.h"

/*
 * The TLS half. It is a copy of the listener, gives up every right before it
 * reads the first octet, and says what went wrong by its exit code alone.
 *
 *   confined -> [PROXY header] -> waits for y or Y -> handshake -> relay
 */
#define FD_NET 3
#define FD_CTL 4
#define FD_DATA 5
#define FD_KEY 6

#define DRAIN_MS 1000

const char *half_end_name(int code)
{
  static const char *const names[] = { 0, "timeout", "closed", "not-tls",
    "version", "cipher", "alpn", "alert", "certificate", "key", "handshake",
    "proxy", "proxy-timeout", "lost", "idle", "broken" };

  return code >= 0 && code <= HALF_BROKEN ? names[code] : 0;
}

/* ------------------------------------------------------------- confinement */

/* from wherever they are to fixed numbers; all others are closed */
static void order_descriptors(struct connection *c)
{
  int *fds[4] = { &c->net, &c->ctl, &c->data, &c->key }, i;

  for (i = 0; i < 4; i++) {
    *fds[i] = fcntl(*fds[i], F_DUPFD, 16);
    if (*fds[i] == -1) die_sys(111, "unable to order descriptors", 0);
  }
  for (i = 0; i < 4; i++) {
    if (dup2(*fds[i], FD_NET + i) == -1)
      die_sys(111, "unable to order descriptors", 0);
    *fds[i] = FD_NET + i;
  }
  confine_descriptors(FD_KEY + 1);
  close(0);
  close(1);
}

static void reset_signals(void)
{
  sigset_t none;

  signal(SIGTERM, SIG_DFL);
  signal(SIGCHLD, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
}

/*
 * Certificates have dates, and for those the C library opens the file of the
 * time zone, unless it is the one that it has read already.
 */
static void fix_time_zone(void)
{
  if (setenv("TZ", "UTC0", 1) == -1) die_nomem();
  tzset();
}

static void confine(struct connection *c)
{
  const struct options *o = c->o;

  order_descriptors(c);
  reset_signals();
  board_free(c->board);
  c->board = 0;
  c->slot = 0;
  if (geteuid() == 0) {
    confine_root(o->tls_root);
    confine_ids(o->tls_uid, o->tls_gid);
  }
  confine_capabilities();
  confine_environment();
  fix_time_zone();
  confine_limit(RLIMIT_CORE, 0);
  confine_limit(RLIMIT_NPROC, 0);
  confine_limit(RLIMIT_NOFILE, FD_KEY + 1);
#ifndef __SANITIZE_ADDRESS__
  confine_limit(RLIMIT_DATA, 64 << 20);
#endif
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
    die_sys(111, "unable to forbid core dumps", 0);
  if (sandbox_tls() == -1) {
    if (errno != ENOSYS && errno != EOPNOTSUPP)
      die_sys(111, "unable to set the filter of the TLS half", 0);
    log_fault("warning", "seccomp");
  }
  close(2);
}

static void end(enum half_end code) __attribute__((noreturn));

static void end(enum half_end code)
{
  _exit(code);
}

/* --------------------------------------------------- before the handshake */

static void tell(const char *s, size_t len)
{
  if (timed_write(FD_CTL, s, len, 30000) == -1) end(HALF_DONE);
}

static void take_proxy_header(const struct options *o)
{
  struct proxy_info p;

  if (proxy_header_read(&p, FD_NET, clock_ms() + o->proxy_ms) == -1)
    end(errno == ETIMEDOUT ? HALF_PROXY_TIMEOUT
      : errno == EPROTO ? HALF_PROXY : HALF_LOST);
  tell((char *)&p, sizeof p);
}

/* one octet; the program that closes ctl wants no TLS */
static unsigned char ctl_octet(void)
{
  unsigned char c;
  ssize_t r;

  do r = read(FD_CTL, &c, 1);
  while (r == -1 && errno == EINTR);
  if (r != 1) end(HALF_DONE);
  return c;
}

/* y or Y; host (256 octets) receives the name to be checked, or nothing */
static char take_command(char *host)
{
  unsigned char c, len;
  int i;

  host[0] = 0;
  while ((c = ctl_octet()) == CTL_HOST) {
    len = ctl_octet();
    for (i = 0; i < len; i++) host[i] = (char)ctl_octet();
    host[len] = 0;
  }
  if (c != 'y' && c != 'Y') end(HALF_DONE);
  return (char)c;
}

/* --------------------------------------------------------------- handshake */

/* what OpenSSL's first error says of the client */
static enum half_end why(void)
{
  unsigned long e = ERR_peek_error();
  int reason = ERR_GET_REASON(e);

  if (!e) return HALF_CLOSED;
  if (ERR_GET_LIB(e) != ERR_LIB_SSL) return HALF_HANDSHAKE;
  if (reason >= SSL_AD_REASON_OFFSET) return HALF_ALERT;
  switch (reason) {
    case SSL_R_HTTP_REQUEST: case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_WRONG_VERSION_NUMBER: return HALF_NOT_TLS;
    case SSL_R_UNSUPPORTED_PROTOCOL: case SSL_R_VERSION_TOO_LOW:
      return HALF_VERSION;
    case SSL_R_NO_SHARED_CIPHER: return HALF_CIPHER;
    case SSL_R_NO_APPLICATION_PROTOCOL: return HALF_ALPN;
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return HALF_CERTIFICATE;
    case SSL_R_CERT_CB_ERROR: return HALF_KEY;
    case SSL_R_UNEXPECTED_EOF_WHILE_READING: return HALF_CLOSED;
  }
  return HALF_HANDSHAKE;
}

static void wait_for(short events, int64_t deadline)
{
  struct pollfd p = { FD_NET, events, 0 };
  int64_t left = deadline - clock_ms();
  int r;

  if (left <= 0) end(HALF_TIMEOUT);
  r = poll(&p, 1, left > 86400000 ? 86400000 : (int)left);
  if (r == -1 && errno != EINTR) end(HALF_LOST);
}

/*
 * The client gets to read the alert that says why: closing a socket with
 * octets in it would reset the connection and take the alert with it.
 */
static void drain(void)
{
  int64_t deadline = clock_ms() + DRAIN_MS;
  char buf[4096];
  int i;

  shutdown(FD_NET, SHUT_WR);
  for (i = 0; i < 64; i++)
    if (timed_read(FD_NET, buf, sizeof buf, deadline) <= 0) return;
}

static void handshake(SSL *ssl, int64_t deadline)
{
  enum half_end code;
  int r;

  for (;;) {
    ERR_clear_error();
    r = SSL_do_handshake(ssl);
    if (r == 1) return;
    switch (SSL_get_error(ssl, r)) {
      case SSL_ERROR_WANT_READ: wait_for(POLLIN, deadline); break;
      case SSL_ERROR_WANT_WRITE: wait_for(POLLOUT, deadline); break;
      default:
        code = why();
        drain();
        end(code);
    }
  }
}

static SSL *secure(const struct options *o, const char *host)
{
  int64_t deadline = clock_ms() + o->handshake_ms;
  SSL *ssl = context_ssl();

  if (o->match_host && (!*host || SSL_set1_host(ssl, host) != 1))
    end(HALF_CERTIFICATE);
  if (fcntl(FD_NET, F_SETFL, O_RDWR | O_NONBLOCK) == -1
      || SSL_set_fd(ssl, FD_NET) != 1)
    end(HALF_LOST);
  handshake(ssl, deadline);
  /* neither is needed any more, so neither can be stolen from now on */
  keyclient_use(-1);
  tickets_wipe();
  return ssl;
}

static void tell_facts(SSL *ssl, int all)
{
  stralloc s = STRALLOC_ZERO;

  facts_of(ssl, all, &s);
  stralloc_append(&s, 0);
  tell(s.s, s.len);
  stralloc_free(&s);
}

void half_run(struct connection *c)
{
  const struct options *o = c->o;
  char host[256], command;
  SSL *ssl;

  confine(c);
  keyclient_use(FD_KEY);
  if (c->proxied) take_proxy_header(o);
  command = take_command(host);
  ssl = secure(o, host);
  if (command == 'Y') tell_facts(ssl, o->all_facts);
  close(FD_CTL);
  switch (relay(ssl, FD_NET, FD_DATA, o->idle_ms)) {
    case RELAY_DONE: end(HALF_DONE);
    case RELAY_LOST: end(HALF_LOST);
    case RELAY_IDLE: end(HALF_IDLE);
    case RELAY_BROKEN: break;
  }
  end(HALF_BROKEN);
}
