/* ISC licence; see LICENSE. */
#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/confine.h"
#include "base/env.h"
#include "base/log.h"
#include "base/timedio.h"
#include "ident.h"
#include "login/ucspitls.h"
#include "proxy_header.h"
#include "rules.h"

#define GRACE_MS 15000          /* for the TLS half beyond its own limits */

struct names {
  char local[NI_MAXHOST], remote[NI_MAXHOST];   /* empty: unknown */
  char info[IDENT_MAX];
};

/* ------------------------------------------------------------- environment */

static void set(const char *name, const char *value)
{
  if (value ? setenv(name, value, 1) == -1 : unsetenv(name) == -1)
    die_nomem();
}

static void set_rule(const char *name, const char *value)
{
  set(name, value);
}

/* PREFIX + name, as in TCPREMOTEIP */
static void set_of(const char *prefix, const char *name, const char *value)
{
  char whole[32];

  snprintf(whole, sizeof whole, "%s%s", prefix, name);
  set(whole, value);
}

static void set_group(const char *prefix, const struct address *local,
  const struct address *remote, const struct names *n)
{
  char ip[ADDRESS_TEXT], port[8];

  address_text(local, ip);
  snprintf(port, sizeof port, "%u", local->port);
  set_of(prefix, "LOCALIP", ip);
  set_of(prefix, "LOCALPORT", port);
  set_of(prefix, "LOCALHOST", n->local[0] ? n->local : 0);
  address_text(remote, ip);
  snprintf(port, sizeof port, "%u", remote->port);
  set_of(prefix, "REMOTEIP", ip);
  set_of(prefix, "REMOTEPORT", port);
  set_of(prefix, "REMOTEHOST", n->remote[0] ? n->remote : 0);
  set_of(prefix, "REMOTEINFO", n->info[0] ? n->info : 0);
}

static void set_environment(const struct connection *c,
  const struct address *local, const struct address *remote,
  const struct names *n)
{
  int six = !address_is4(remote);
  char interface[IF_NAMESIZE];

  set_group("SSL", local, remote, n);
  if (!c->o->tcp_names) {
    set("PROTO", "SSL");
    return;
  }
  set("PROTO", six ? "TCP6" : "TCP");
  set_group("TCP", local, remote, n);
  if (!six) return;
  set_group("TCP6", local, remote, n);
  set("TCP6INTERFACE", c->scope ? if_indextoname(c->scope, interface) : 0);
}

/* ---------------------------------------------------------------- look-ups */

/* host names come from strangers: only what a name may hold */
static int name_fits(const char *s)
{
  size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "0123456789.-_");

  return n && n <= 253 && !s[n];
}

static void look_up(const struct address *a, char *name)
{
  struct sockaddr_storage s;
  socklen_t len = address_to(a, &s, 0);

  if (getnameinfo((struct sockaddr *)&s, len, name, NI_MAXHOST, 0, 0,
      NI_NAMEREQD) || !name_fits(name))
    name[0] = 0;
}

/* 1 if one of the name's addresses is a */
static int name_confirmed(const char *name, const struct address *a)
{
  struct addrinfo hints, *list, *i;
  struct sockaddr_storage s;
  struct address b;
  int found = 0;

  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(name, 0, &hints, &list)) return 0;
  for (i = list; i && !found; i = i->ai_next) {
    if (i->ai_addrlen > sizeof s) continue;
    memcpy(&s, i->ai_addr, i->ai_addrlen);
    found = address_of(&b, &s) == 0 && !memcmp(a->ip, b.ip, sizeof b.ip);
  }
  freeaddrinfo(list);
  return found;
}

static void look_up_names(const struct options *o, struct names *n,
  const struct address *local, const struct address *remote)
{
  memset(n, 0, sizeof *n);
  if (o->localname) snprintf(n->local, sizeof n->local, "%s", o->localname);
  else look_up(local, n->local);
  if (!o->look_host) return;
  look_up(remote, n->remote);
  if (o->paranoid && n->remote[0] && !name_confirmed(n->remote, remote))
    n->remote[0] = 0;
}

/* ------------------------------------------------------------ access rules */

static void refuse(const struct connection *c, const struct address *a,
  const char *why, int level) __attribute__((noreturn));

static void refuse(const struct connection *c, const struct address *a,
  const char *why, int level)
{
  char ip[ADDRESS_TEXT];

  if (c->o->verbosity >= level) {
    address_text(a, ip);
    log_begin("deny");
    log_str("address", ip);
    log_num("port", a->port);
    log_str("reason", why);
    log_end();
  }
  _exit(100);
}

static void obey(const struct connection *c, const char *path,
  const struct address *a, const char *host, const char *info)
{
  int r = path ? rules_apply(path, a, host, info, set_rule) : 1;

  if (r == -1 && errno == ENOENT && c->o->rules_optional) r = 1;
  if (r == -1) die_sys(111, "unable to read ", path);
  if (!r) refuse(c, a, "rules", 2);
}

/* MAXCONIP of the environment or a rule, against those who came before */
static void count(const struct connection *c, const struct address *a)
{
  unsigned int n = board_count(c->board, c->slot);
  unsigned int max = (unsigned int)env_num("MAXCONIP", 0, 100000, 0);
  char text[16];

  if (max && n > max) refuse(c, a, "maxconip", 1);
  snprintf(text, sizeof text, "%u", n);
  set("TCPCONNNUM", text);
}

/* ------------------------------------------------------------ the TLS half */

/* exactly len octets, or the end: the TLS half has logged nothing, but the
 * listener does by its exit code */
static void from_half(int fd, void *buf, size_t len, int64_t deadline)
{
  char *p = buf;
  ssize_t r;

  while (len) {
    r = timed_read(fd, p, len, deadline);
    if (r == -1 && errno == EINTR) continue;
    if (r <= 0) _exit(111);
    p += r;
    len -= (size_t)r;
  }
}

static void to_half(int fd, const char *s, size_t len)
{
  if (timed_write(fd, s, len, GRACE_MS) == -1) _exit(111);
}

static void take_proxy_info(const struct connection *c, struct proxy_info *p)
{
  from_half(c->ctl, p, sizeof *p, clock_ms() + c->o->proxy_ms + GRACE_MS);
  proxy_info_check(p);
}

static void tell_host(const struct connection *c, const char *host)
{
  char head[2] = { CTL_HOST, (char)strlen(host) };

  if (!c->o->match_host || !*host) return;
  to_half(c->ctl, head, 2);
  to_half(c->ctl, host, strlen(host));
}

static void start_tls(const struct connection *c)
{
  int64_t deadline = clock_ms() + c->o->handshake_ms + GRACE_MS;
  stralloc a = STRALLOC_ZERO;

  to_half(c->ctl, "Y", 1);
  if (ucspitls_read(c->ctl, &a, deadline) == -1) _exit(111);
  ucspitls_take(a.s, a.len, set);
  stralloc_free(&a);
}

/* ------------------------------------------------------------ the program */

static void move(int from, int to)
{
  if (from != to && dup2(from, to) == -1)
    die_sys(111, "unable to set up descriptors", 0);
}

static void set_fd(const char *name, int fd)
{
  char text[16];

  snprintf(text, sizeof text, "%d", fd);
  set(name, text);
}

/* UCSPI-TLS: the raw connection, and three descriptors to secure it with */
static void give_delayed(const struct connection *c)
{
  int reads = fcntl(c->data, F_DUPFD, 3), writes = fcntl(c->data, F_DUPFD, 3);
  int ctl = fcntl(c->ctl, F_DUPFD, 3);

  if (reads == -1 || writes == -1 || ctl == -1)
    die_sys(111, "unable to set up descriptors", 0);
  move(c->net, 0);
  move(c->net, 1);
  set_fd("SSLCTLFD", ctl);
  set_fd("SSLREADFD", reads);
  set_fd("SSLWRITEFD", writes);
}

static void give_secured(const struct connection *c)
{
  move(c->data, 0);
  move(c->data, 1);
}

static void reset_signals(void)
{
  sigset_t none;
  int sig;

  for (sig = 1; sig < NSIG; sig++)
    if (sig != SIGKILL && sig != SIGSTOP) signal(sig, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
}

static void become(const struct connection *c)
{
  const struct options *o = c->o;

  if (o->delayed) give_delayed(c);
  else give_secured(c);
  if (o->banner
      && timed_write(1, o->banner, strlen(o->banner), GRACE_MS) == -1)
    _exit(111);
  c->slot->ready = 1;
  reset_signals();
  execvp(o->prog[0], o->prog);
  die_sys(111, "unable to run ", o->prog[0]);
}

static void local_address(int fd, struct address *a)
{
  struct sockaddr_storage s;
  socklen_t len = sizeof s;

  if (getsockname(fd, (struct sockaddr *)&s, &len) == -1
      || address_of(a, &s) == -1)
    die_sys(111, "unable to get the local address", 0);
}

void starter_run(struct connection *c)
{
  const struct options *o = c->o;
  struct address local, remote = c->peer;
  static struct proxy_info p;
  static struct names n;

  if (o->set_ids) confine_ids(o->uid ? o->uid : geteuid(),
    o->gid ? o->gid : getegid());
  signal(SIGPIPE, SIG_IGN);
  local_address(c->net, &local);
  if (c->proxied) {
    take_proxy_info(c, &p);
    if (p.known) {
      local = p.server;
      remote = p.client;
    }
    board_arrive(c->board, c->slot, &remote);
  }
  obey(c, o->rules_ip, &remote, 0, 0);
  look_up_names(o, &n, &local, &remote);
  /* nobody but the proxy can ask the client of a proxy */
  if (o->ask_info && !p.known)
    ident_ask(n.info, &local, &remote, c->scope, clock_ms() + o->info_ms);
  set_environment(c, &local, &remote, &n);
  obey(c, o->rules, &remote, n.remote[0] ? n.remote : 0, n.info);
  count(c, &remote);
  /* what a proxy knows of the client's TLS is not mixed with what we know of
   * ours: its client's name beside our verdict on its certificate, say */
  if (c->proxied && o->delayed) proxy_info_tls(&p);
  tell_host(c, n.remote);
  if (!o->delayed) start_tls(c);
  become(c);
  _exit(111);
}
