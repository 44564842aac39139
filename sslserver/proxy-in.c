/* ISC licence; see LICENSE. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "base/timedio.h"
#include "proxy_header.h"

char const *PROG = "proxy-in";

static void set(const char *name, const char *value)
{
  if (setenv(name, value, 1) == -1) die_nomem();
}

static void set_address(const struct address *a, const char *ip_name,
  const char *port_name)
{
  char text[ADDRESS_TEXT], number[8];

  address_text(a, text);
  snprintf(number, sizeof number, "%u", a->port);
  set(ip_name, text);
  set(port_name, number);
}

static void set_addresses(const struct proxy_info *p)
{
  set("PROTO", address_is4(&p->client) ? "TCP" : "TCP6");
  set_address(&p->client, "TCPREMOTEIP", "TCPREMOTEPORT");
  set_address(&p->server, "TCPLOCALIP", "TCPLOCALPORT");
  if (!address_is4(&p->client)) {
    set_address(&p->client, "TCP6REMOTEIP", "TCP6REMOTEPORT");
    set_address(&p->server, "TCP6LOCALIP", "TCP6LOCALPORT");
  }
}

/* what told of the proxy, or of a connection that was not this one */
static void forget(int known)
{
  static const char *const always[] = { "SSL_PROTOCOL", "SSL_CIPHER",
    "SSL_TLS_SNI_SERVERNAME", "SSL_CLIENT_VERIFY", "SSL_CLIENT_S_DN_CN", 0 };
  static const char *const of_peer[] = { "TCPREMOTEHOST", "TCPREMOTEINFO",
    "TCPLOCALHOST", "TCP6REMOTEIP", "TCP6REMOTEPORT", "TCP6REMOTEHOST",
    "TCP6LOCALIP", "TCP6LOCALPORT", "TCP6LOCALHOST", "TCP6INTERFACE", 0 };
  int i;

  for (i = 0; always[i]; i++) unsetenv(always[i]);
  for (i = 0; known && of_peer[i]; i++) unsetenv(of_peer[i]);
}

/* who the other end of descriptor 0 is; 0, or -1 */
static int peer(struct address *a)
{
  const char *ip = env_str("TCPREMOTEIP", 0);
  struct sockaddr_storage s;
  socklen_t len = sizeof s;

  if (ip) return address_scan(a, ip);
  if (getpeername(0, (struct sockaddr *)&s, &len) == -1) return -1;
  return address_of(a, &s);
}

int main(int argc, char **argv)
{
  static struct nets trusted;
  struct proxy_info p;
  struct address a;
  const char *from = env_str("PROXY_FROM", 0);
  int64_t ms = (int64_t)env_num("PROXY_TIMEOUT", 1, 300, 10) * 1000;

  if (argc < 2) die_text(100, "usage: proxy-in program [argument ...]", 0);
  if (!from || nets_scan(&trusted, from) == -1 || !trusted.n)
    die_text(100, "not a list of addresses: $", "PROXY_FROM");
  if (peer(&a) == 0 && nets_match(&trusted, &a)) {
    if (proxy_header_read(&p, 0, clock_ms() + ms) == -1) {
      log_begin("proxy-failure");
      log_str("address", env_str("TCPREMOTEIP", "unknown"));
      log_str("reason", errno == EPROTO ? "header"
        : errno == ETIMEDOUT ? "timeout" : "io");
      log_end();
      return 111;
    }
    forget(p.known);
    if (p.known) set_addresses(&p);
    proxy_info_tls(&p);
  }
  execvp(argv[1], argv + 1);
  die_sys(111, "unable to run ", argv[1]);
}
