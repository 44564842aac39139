/* ISC licence; see LICENSE. */
#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char mapped[12] = { 0,0,0,0,0,0,0,0,0,0,0xff,0xff };

int address_is4(const struct address *a)
{
  return !memcmp(a->ip, mapped, sizeof mapped);
}

int address_of(struct address *a, const struct sockaddr_storage *from)
{
  const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
  const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;

  memset(a, 0, sizeof *a);
  if (from->ss_family == AF_INET) {
    memcpy(a->ip, mapped, sizeof mapped);
    memcpy(a->ip + 12, &v4->sin_addr, 4);
    a->port = ntohs(v4->sin_port);
  } else if (from->ss_family == AF_INET6) {
    memcpy(a->ip, &v6->sin6_addr, 16);
    a->port = ntohs(v6->sin6_port);
  } else return -1;
  return 0;
}

socklen_t address_to(const struct address *a, struct sockaddr_storage *s,
  unsigned int scope)
{
  struct sockaddr_in *v4 = (struct sockaddr_in *)s;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)s;

  memset(s, 0, sizeof *s);
  if (address_is4(a)) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(a->port);
    memcpy(&v4->sin_addr, a->ip + 12, 4);
    return sizeof *v4;
  }
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(a->port);
  v6->sin6_scope_id = scope;
  memcpy(&v6->sin6_addr, a->ip, 16);
  return sizeof *v6;
}

int address_scan(struct address *a, const char *s)
{
  memset(a, 0, sizeof *a);
  if (inet_pton(AF_INET6, s, a->ip) == 1) return 0;
  memcpy(a->ip, mapped, sizeof mapped);
  return inet_pton(AF_INET, s, a->ip + 12) == 1 ? 0 : -1;
}

void address_place(struct address *a)
{
  static const unsigned char local[8] = { 0xfe, 0x80 };
  static const unsigned char none[8];

  /* none: IPv4, and ::1 */
  if (memcmp(a->ip, none, 8) && memcmp(a->ip, local, 8))
    memset(a->ip + 8, 0, 8);
}

void address_text(const struct address *a, char *out)
{
  if (address_is4(a)) inet_ntop(AF_INET, a->ip + 12, out, ADDRESS_TEXT);
  else inet_ntop(AF_INET6, a->ip, out, ADDRESS_TEXT);
}

void address_expanded(const struct address *a, char *out)
{
  int i;

  for (i = 0; i < 16; i += 2)
    out += sprintf(out, "%02x%02x%s", a->ip[i], a->ip[i + 1],
      i < 14 ? ":" : "");
}

/* 1 if the first n bits are the same; with b 0: if a has none behind them */
static int bits_same(const unsigned char *a, const unsigned char *b,
  unsigned int n)
{
  unsigned int i;

  for (i = 0; i < n; i++)
    if ((a[i / 8] ^ b[i / 8]) & (0x80 >> (i % 8))) return 0;
  return 1;
}

static int bits_behind(const unsigned char *a, unsigned int n)
{
  for (; n < 128; n++)
    if (a[n / 8] & (0x80 >> (n % 8))) return 1;
  return 0;
}

static int net_scan(struct nets *l, char *s)
{
  char *slash = strchr(s, '/'), *end;
  struct address a;
  unsigned long bits;

  if (l->n == NETS_MAX) return -1;
  if (slash) *slash = 0;
  if (address_scan(&a, s) == -1) return -1;
  bits = 128;
  if (slash) {
    if (slash[1] < '0' || slash[1] > '9') return -1;
    bits = strtoul(slash + 1, &end, 10);
    if (*end || bits > (address_is4(&a) && !strchr(s, ':') ? 32u : 128u))
      return -1;
    if (!strchr(s, ':')) bits += 96;
  }
  if (bits_behind(a.ip, (unsigned int)bits)) return -1;
  memcpy(l->net[l->n].ip, a.ip, 16);
  l->net[l->n++].bits = (unsigned int)bits;
  return 0;
}

int nets_scan(struct nets *l, const char *s)
{
  char word[64];
  size_t n;

  l->n = 0;
  for (;;) {
    s += strspn(s, " ,\t\n");
    if (!*s) return 0;
    n = strcspn(s, " ,\t\n");
    if (n >= sizeof word) return -1;
    memcpy(word, s, n);
    word[n] = 0;
    if (net_scan(l, word) == -1) return -1;
    s += n;
  }
}

int nets_match(const struct nets *l, const struct address *a)
{
  size_t i;

  for (i = 0; i < l->n; i++)
    if (bits_same(l->net[i].ip, a->ip, l->net[i].bits)) return 1;
  return 0;
}
