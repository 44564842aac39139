/* ISC licence; see LICENSE. */
#include "peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/env.h"

/* text of an address, with one that is mapped into IPv6 as plain IPv4 */
static int text_of(const struct sockaddr_storage *a, char *ip, size_t iplen,
  char *port, size_t portlen)
{
  const struct sockaddr_in *v4 = (const struct sockaddr_in *)a;
  const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)a;
  unsigned int n;

  if (a->ss_family == AF_INET) {
    if (!inet_ntop(AF_INET, &v4->sin_addr, ip, (socklen_t)iplen)) return -1;
    n = ntohs(v4->sin_port);
  } else if (a->ss_family == AF_INET6) {
    if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
      if (!inet_ntop(AF_INET, v6->sin6_addr.s6_addr + 12, ip,
          (socklen_t)iplen))
        return -1;
    } else if (!inet_ntop(AF_INET6, &v6->sin6_addr, ip, (socklen_t)iplen))
      return -1;
    n = ntohs(v6->sin6_port);
  } else return -1;
  snprintf(port, portlen, "%u", n);
  return 0;
}

/* tell the programs behind us what tcpserver would have told them */
static void tell_chain(const struct peer *p)
{
  struct sockaddr_storage a;
  socklen_t len = sizeof a;
  char ip[64], port[8];

  setenv("PROTO", "TCP", 0);
  setenv("TCPREMOTEIP", p->ip, 1);
  setenv("TCPREMOTEPORT", p->port, 1);
  if (getsockname(0, (struct sockaddr *)&a, &len) == -1) return;
  if (text_of(&a, ip, sizeof ip, port, sizeof port) == -1) return;
  setenv("TCPLOCALIP", ip, 1);
  setenv("TCPLOCALPORT", port, 1);
}

void peer_find(struct peer *p)
{
  const char *ip = env_str("TCPREMOTEIP", 0);
  struct sockaddr_storage a;
  socklen_t len = sizeof a;

  memset(p, 0, sizeof *p);
  if (ip) {
    snprintf(p->ip, sizeof p->ip, "%s", ip);
    snprintf(p->port, sizeof p->port, "%s", env_str("TCPREMOTEPORT", ""));
    p->loopback = peer_is_loopback(ip);
    return;
  }
  if (getpeername(0, (struct sockaddr *)&a, &len) == -1
      || text_of(&a, p->ip, sizeof p->ip, p->port, sizeof p->port) == -1) {
    snprintf(p->ip, sizeof p->ip, "unknown");
    return;
  }
  p->loopback = peer_is_loopback(p->ip);
  tell_chain(p);
}

void peer_answer_at_once(void)
{
  int one = 1;

  setsockopt(1, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

int peer_is_loopback(const char *ip)
{
  struct in6_addr v6;
  unsigned char v4[4];

  if (inet_pton(AF_INET, ip, v4) == 1) return v4[0] == 127;
  if (inet_pton(AF_INET6, ip, &v6) != 1) return 0;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return v6.s6_addr[12] == 127;
  return IN6_IS_ADDR_LOOPBACK(&v6);
}
