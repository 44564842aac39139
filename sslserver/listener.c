/* ISC licence; see LICENSE. */
#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timedio.h"
#include "connection.h"
#include "heap.h"
#include "keyclient.h"
#include "keyholder.h"
#include "tickets.h"

#define TURN_MS 60000           /* look at the ticket keys at least so often */
#define FULL_MS 1000            /* and at who waits, when all places are taken */
#define PATIENCE_MS 5000        /* with a handshake, when others wait */
#define OUSTED_MAX 20           /* at a time: as long as the queue is */

static int sock = -1;

/* ---------------------------------------------------------------- binding */

/*
 * 0 and :0 are all addresses of both families in one socket; where there is
 * no IPv6, and with -4, those of IPv4.
 */
static int is_any(const char *host)
{
  return !*host || !strcmp(host, "0") || !strcmp(host, ":0");
}

static int bind_one(const struct options *o, const struct addrinfo *a,
  int both)
{
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)a->ai_addr;
  int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int one = 1, only = !both, saved;

  if (fd == -1) return -1;
  if (a->ai_family == AF_INET6 && o->interface)
    v6->sin6_scope_id = if_nametoindex(o->interface);
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0
      && (a->ai_family != AF_INET6 || setsockopt(fd, IPPROTO_IPV6,
        IPV6_V6ONLY, &only, sizeof only) == 0)
      && bind(fd, a->ai_addr, a->ai_addrlen) == 0
      && listen(fd, o->backlog) == 0)
    return fd;
  saved = errno;
  close(fd);
  errno = saved;
  return -1;
}

static int bind_host(const struct options *o, const char *host, int family,
  int both)
{
  struct addrinfo hints, *list, *a;
  int r, fd = -1;

  memset(&hints, 0, sizeof hints);
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  r = getaddrinfo(host, o->port, &hints, &list);
  if (r == EAI_SERVICE) die_text(111, "unable to figure out port ", o->port);
  if (r) die_text(111, "unable to find host ", host ? host : "0");
  for (a = list; a && fd == -1; a = a->ai_next)
    fd = bind_one(o, a, both);
  freeaddrinfo(list);
  return fd;
}

static void print_port(void)
{
  struct sockaddr_storage s;
  socklen_t len = sizeof s;
  struct address a;
  char text[8];
  int n;

  if (getsockname(sock, (struct sockaddr *)&s, &len) == -1
      || address_of(&a, &s) == -1)
    die_sys(111, "unable to get the port", 0);
  n = snprintf(text, sizeof text, "%u\n", a.port);
  if (write(1, text, (size_t)n) != n)
    die_sys(111, "unable to write the port", 0);
}

void listener_bind(const struct options *o)
{
  if (is_any(o->host)) {
    if (o->family != AF_INET)
      sock = bind_host(o, "::", AF_INET6, o->family == AF_UNSPEC);
    if (sock == -1 && o->family != AF_INET6 && errno != EADDRINUSE
        && errno != EACCES)
      sock = bind_host(o, "0.0.0.0", AF_INET, 0);
  } else sock = bind_host(o, o->host, o->family, 0);
  if (sock == -1) die_sys(111, "unable to bind to port ", o->port);
}

/* ---------------------------------------------------------------- the log */

static void log_address(const struct address *a)
{
  char ip[ADDRESS_TEXT];

  address_text(a, ip);
  log_str("address", ip);
  log_num("port", a->port);
}

static void log_status(const struct options *o, unsigned int open)
{
  if (o->verbosity < 2) return;
  log_begin("status");
  log_num("open", open);
  log_num("limit", o->limit);
  log_end();
}

static void log_half(const struct options *o, const struct slot *s, int status)
{
  const char *why = WIFEXITED(status) ? half_end_name(WEXITSTATUS(status)) : 0;
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

  if (!o->verbosity || code == HALF_DONE) return;
  if (s->ousted) why = "limit";
  /* a client that just goes away is nothing to tell of */
  if ((code == HALF_LOST || code == HALF_IDLE) && o->verbosity < 2) return;
  log_begin(why ? "tls-failure" : "fault");
  log_address(&s->peer);
  if (why) log_str("reason", why);
  else {
    log_str("what", "tls-half");
    if (WIFSIGNALED(status)) log_num("signal", (uint64_t)WTERMSIG(status));
    else log_num("code", (uint64_t)code);
  }
  log_end();
}

static void log_end_of(const struct options *o, const struct slot *s,
  pid_t pid, int status)
{
  if (o->verbosity < 2) return;
  log_begin("end");
  log_num("pid", (uint64_t)pid);
  log_address(&s->peer);
  if (WIFSIGNALED(status)) log_num("signal", (uint64_t)WTERMSIG(status));
  else log_num("code", (uint64_t)WEXITSTATUS(status));
  log_end();
}

/* ---------------------------------------------------------------- children */

struct server {
  const struct options *o;
  int control;
  pid_t keyholder;
  struct board *board;
  unsigned int open;
  int over;                     /* 1 SIGTERM, 2 the key-holder is gone */
};

static volatile sig_atomic_t term_came, child_came;

static void on_signal(int sig)
{
  if (sig == SIGTERM) term_came = 1;
  else child_came = 1;
}

/*
 * One of the two processes of a connection has ended. A TLS half that could
 * not go on is the end of the program, too; one that is done is not: the
 * program finds the end of its input.
 */
static void ended(struct server *v, struct slot *s, pid_t pid, int status)
{
  if (pid == s->half) {
    s->half = 0;
    log_half(v->o, s, status);
    if (s->starter && status) kill(s->starter, SIGTERM);
  } else {
    s->starter = 0;
    log_end_of(v->o, s, pid, status);
  }
  if (s->half || s->starter) return;
  memset(s, 0, sizeof *s);
  v->open--;
  log_status(v->o, v->open);
}

static void reap(struct server *v)
{
  struct slot *s;
  int status;
  pid_t pid;

  child_came = 0;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    if (pid == v->keyholder) {
      v->over = 2;
      continue;
    }
    s = board_of(v->board, pid);
    if (s) ended(v, s, pid, status);
  }
}

/* ------------------------------------------------------------- connections */

struct ends {
  int ctl[2], data[2], key[2];  /* 0 for the TLS half */
};

static void ends_close(struct ends *e)
{
  int *fds = &e->ctl[0], i;

  for (i = 0; i < 6; i++)
    if (fds[i] != -1) close(fds[i]);
}

static int ends_make(struct ends *e)
{
  memset(e, -1, sizeof *e);
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, e->ctl) == -1
    || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, e->data) == -1
    || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, e->key) == -1
    ? -1 : 0;
}

static pid_t fork_half(struct connection *c, const struct ends *e)
{
  pid_t pid = fork();

  if (pid) return pid;
  c->ctl = e->ctl[0];
  c->data = e->data[0];
  c->key = e->key[0];
  half_run(c);
}

/*
 * The starter lives until the handshake is over, looks names up in the DNS
 * and may be root: the key-holder is out of its reach, too.
 */
static pid_t fork_starter(struct connection *c, struct ends *e, int control)
{
  pid_t pid = fork();

  if (pid) return pid;
  close(sock);
  close(control);
  keyclient_use(-1);
  tickets_wipe();
  c->ctl = e->ctl[1];
  c->data = e->data[1];
  c->key = -1;
  /* its own copies of the other ends would keep them open */
  close(e->ctl[0]);
  close(e->data[0]);
  close(e->key[0]);
  close(e->key[1]);
  starter_run(c);
}

static void socket_options(const struct options *o, int fd)
{
  int one = 1;

  setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
  if (!o->delay) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (!o->keep_ip_options) setsockopt(fd, IPPROTO_IP, IP_OPTIONS, 0, 0);
}

/* both processes, or neither */
static int start(struct server *v, struct connection *c)
{
  struct ends e;
  int r = -1;

  if (ends_make(&e) == -1 || keyholder_socket(v->control, e.key[1]) == -1)
    goto done;
  c->slot->peer = c->peer;
  c->slot->since = clock_ms();
  if (!c->proxied) board_arrive(v->board, c->slot, &c->peer);
  c->slot->half = fork_half(c, &e);
  if (c->slot->half == -1) {
    c->slot->half = 0;
    goto done;
  }
  v->open++;
  c->slot->starter = fork_starter(c, &e, v->control);
  /* without a starter the TLS half sees the end of ctl and ends */
  if (c->slot->starter == -1) c->slot->starter = 0;
  else r = 0;
done:
  if (r == -1) log_fault("fault", "connection");
  ends_close(&e);
  return r;
}

static void accepted(struct server *v, int fd,
  const struct sockaddr_storage *from)
{
  struct connection c;

  memset(&c, 0, sizeof c);
  c.o = v->o;
  c.board = v->board;
  c.slot = board_slot(v->board);
  c.net = fd;
  if (!c.slot || address_of(&c.peer, from) == -1) return;
  if (from->ss_family == AF_INET6)
    c.scope = ((const struct sockaddr_in6 *)from)->sin6_scope_id;
  c.proxied = nets_match(&v->o->proxies, &c.peer);
  socket_options(v->o, fd);
  if (start(v, &c) == -1 || v->o->verbosity < 2) return;
  log_begin("start");
  log_num("pid", (uint64_t)c.slot->starter);
  log_address(&c.peer);
  log_end();
  log_status(v->o, v->open);
}

static void accept_one(struct server *v)
{
  struct sockaddr_storage from;
  socklen_t len = sizeof from;
  int fd = accept4(sock, (struct sockaddr *)&from, &len, SOCK_CLOEXEC);

  if (fd == -1) {
    if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS
        && errno != ENOMEM)
      return;
    log_fault("fault", "accept");
    poll(0, 0, 100);            /* it does not go away by trying */
    return;
  }
  accepted(v, fd, &from);
  close(fd);
}

/* -------------------------------------------------------------------- main */

static void renew(const struct server *v)
{
  const char *what;

  heap_open();
  if (context_make(v->o->client, &what) == -1) {
    log_begin("fault");
    log_str("what", "context");
    log_str("reason", what);
    log_end();
  } else if (context_warm() == -1) {
    /* the new certificate does not go with CIPHERS, say */
    log_begin("fault");
    log_str("what", "handshake");
    log_end();
  }
  heap_seal();
}

/*
 * All places are taken and somebody waits: handshakes that take long lose
 * theirs, so that silent connections cannot keep everybody out.
 */
static void make_room(const struct server *v)
{
  struct pollfd p = { sock, POLLIN, 0 };
  int64_t patience = v->o->handshake_ms / 5;
  struct slot *s;
  int i;

  if (patience > PATIENCE_MS) patience = PATIENCE_MS;
  if (poll(&p, 1, 0) != 1) return;
  for (i = 0; i < OUSTED_MAX; i++) {
    s = board_slowest(v->board, clock_ms() - patience);
    if (!s) return;
    s->ousted = 1;
    kill(s->half, SIGKILL);
  }
}

static void wait_once(struct server *v)
{
  struct pollfd p[2] = { { v->control, POLLIN, 0 }, { sock, POLLIN, 0 } };
  struct timespec ts = { TURN_MS / 1000, 0 };
  sigset_t none;
  int n;

  if (v->open >= v->o->limit) {
    p[1].fd = -1;
    ts.tv_sec = FULL_MS / 1000;
  }
  sigemptyset(&none);
  n = ppoll(p, 2, &ts, &none);
  if (tickets_turn((long)(clock_ms() / 1000)) == -1)
    log_fault("fault", "ticket-keys");
  if (term_came) v->over = 1;
  if (child_came) reap(v);
  if (v->open >= v->o->limit) make_room(v);
  if (n <= 0 || v->over) return;
  if (p[0].revents)
    switch (keyholder_news(v->control)) {
      case 1: renew(v); break;
      case -1: v->over = 2; return;
    }
  if (p[1].revents) accept_one(v);
}

static void catch(int sig)
{
  struct sigaction sa;
  sigset_t set;

  memset(&sa, 0, sizeof sa);
  sa.sa_handler = on_signal;
  sigemptyset(&sa.sa_mask);
  sigaction(sig, &sa, 0);
  sigemptyset(&set);
  sigaddset(&set, sig);
  sigprocmask(SIG_BLOCK, &set, 0);
}

int listener_run(const struct options *o, int control, pid_t keyholder)
{
  struct server v = { .o = o, .control = control, .keyholder = keyholder };

  v.board = board_new(o->limit);
  catch(SIGCHLD);
  catch(SIGTERM);
  signal(SIGPIPE, SIG_IGN);
  if (o->print_port) print_port();
  log_status(o, 0);
  while (!v.over) wait_once(&v);
  if (v.over == 1) return 0;
  die_text(111, "the key-holder is gone", 0);
}
