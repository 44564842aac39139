/* ISC licence; see LICENSE. */
#include "relay.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <openssl/err.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "heap.h"

#define CHUNK 16384             /* one TLS record's worth; RFC 8446 5.1 */
#define QUIET_MS 1000           /* idle for so long: give memory back */
#define LINGER_MS 3000          /* for the client's end after ours */
#define FLUSH_MS 60000          /* for one side when the other has ended */

/* and in all, whatever the client does, once the program is gone: to take
 * what is left, and to end after our end */
#define FLUSH_ALL_MS 900000
#define LINGER_ALL_MS 60000

struct side {
  char *buf;
  size_t at, len;               /* what is still to be passed on */
};

struct relay {
  SSL *ssl;
  int net, prog;
  struct side up, down;         /* from and to the client */
  int net_eof;                  /* the client will send no more */
  int prog_eof;                 /* nor will the program */
  int prog_gone;                /* and it takes nothing either */
  int said_bye;                 /* close_notify is sent */
  int read_waits, write_waits;  /* POLLIN, POLLOUT: what SSL_* waits for */
  int net_ready, prog_ready;    /* worth a try */
  int moved;                    /* since the last wait */
  int64_t gone_at, bye_at;      /* prog_gone, said_bye with it: since when */
  enum relay_end end;
  int over;
};

static void finish(struct relay *r, enum relay_end end)
{
  r->over = 1;
  r->end = end;
}

/* ------------------------------------------------------------- the client */

static void client_failed(struct relay *r, int err)
{
  if (err == SSL_ERROR_SYSCALL || ERR_peek_error() == 0)
    finish(r, RELAY_LOST);
  else finish(r, RELAY_BROKEN);
}

static void from_client(struct relay *r)
{
  int n, err;

  ERR_clear_error();
  n = SSL_read(r->ssl, r->up.buf, CHUNK);
  if (n > 0) {
    r->up.at = 0;
    /* nobody takes it any more: it is thrown away */
    r->up.len = r->prog_gone ? 0 : (size_t)n;
    r->moved = 1;
    return;
  }
  r->net_ready = 0;
  err = SSL_get_error(r->ssl, n);
  if (err == SSL_ERROR_WANT_READ) r->read_waits = POLLIN;
  else if (err == SSL_ERROR_WANT_WRITE) r->read_waits = POLLOUT;
  else if (err == SSL_ERROR_ZERO_RETURN) {
    r->net_eof = 1;
    r->moved = 1;
    if (!r->prog_gone) shutdown(r->prog, SHUT_WR);
  } else client_failed(r, err);
}

static void to_client(struct relay *r)
{
  int n, err;

  ERR_clear_error();
  n = SSL_write(r->ssl, r->down.buf + r->down.at,
    (int)(r->down.len - r->down.at));
  r->write_waits = 0;
  if (n > 0) {
    r->down.at += (size_t)n;
    r->moved = 1;
    return;
  }
  err = SSL_get_error(r->ssl, n);
  if (err == SSL_ERROR_WANT_READ) r->write_waits = POLLIN;
  else if (err == SSL_ERROR_WANT_WRITE) r->write_waits = POLLOUT;
  else client_failed(r, err);
}

/* RFC 8446 section 6.1: close_notify closes only this direction */
static void bye(struct relay *r)
{
  int n, err;

  ERR_clear_error();
  n = SSL_shutdown(r->ssl);
  r->write_waits = 0;
  err = n < 0 ? SSL_get_error(r->ssl, n) : 0;
  if (err == SSL_ERROR_WANT_WRITE) {
    r->write_waits = POLLOUT;
    return;
  }
  r->said_bye = 1;
  r->moved = 1;
  shutdown(r->net, SHUT_WR);
}

/* ------------------------------------------------------------ the program */

static void from_prog(struct relay *r)
{
  ssize_t n = recv(r->prog, r->down.buf, CHUNK, MSG_DONTWAIT);

  r->prog_ready = 0;
  if (n == -1 && (errno == EAGAIN || errno == EINTR)) return;
  r->moved = 1;
  if (n > 0) {
    r->down.at = 0;
    r->down.len = (size_t)n;
  } else {
    r->prog_eof = 1;
    if (n == -1) r->prog_gone = 1;
  }
}

static void to_prog(struct relay *r)
{
  ssize_t n = send(r->prog, r->up.buf + r->up.at, r->up.len - r->up.at,
    MSG_DONTWAIT | MSG_NOSIGNAL);

  if (n == -1 && (errno == EAGAIN || errno == EINTR)) return;
  if (n == -1) {
    r->prog_gone = 1;
    r->up.len = r->up.at = 0;
    return;
  }
  r->up.at += (size_t)n;
  r->moved = 1;
}

static int full(const struct side *s)
{
  return s->at < s->len;
}

/* ---------------------------------------------------------------- waiting */

#ifndef __SANITIZE_ADDRESS__
/*
 * Pages below the stack pointer keep what the handshake left there; only a
 * part of the range may be mapped, which madvise does not mind.
 */
static void trim_stack(void)
{
  char here;
  char *top = (char *)((uintptr_t)&here & ~(uintptr_t)4095) - 4096;

  madvise(top - 262144, 262144, MADV_DONTNEED);
}
#endif

static void give_back(struct relay *r)
{
#ifndef __SANITIZE_ADDRESS__
  SSL_free_buffers(r->ssl);
  heap_settle();
  if (!full(&r->up) && !full(&r->down))
    madvise(r->up.buf, 2 * CHUNK, MADV_DONTNEED);
  malloc_trim(0);
  trim_stack();
#else
  (void)r;
#endif
}

static void set_polls(const struct relay *r, struct pollfd *p)
{
  p[0].fd = p[1].fd = -1;
  p[0].events = p[1].events = 0;
  if (!full(&r->up) && !r->net_eof) p[0].events |= (short)r->read_waits;
  if (full(&r->down) || r->write_waits)
    p[0].events |= (short)(r->write_waits ? r->write_waits : POLLOUT);
  if (!full(&r->down) && !r->prog_eof) p[1].events |= POLLIN;
  if (full(&r->up)) p[1].events |= POLLOUT;
  /* a hang-up is always told: only ask where it may be acted on */
  if (p[0].events || (r->net_eof && !full(&r->up))) p[0].fd = r->net;
  if (p[1].events || (r->prog_eof && !r->prog_gone)) p[1].fd = r->prog;
}

/* how long until it has lasted too long */
static int64_t patience(const struct relay *r, int64_t idle)
{
  if (r->said_bye && (r->prog_gone || r->net_eof)) return LINGER_MS;
  if ((r->prog_gone || r->net_eof) && idle > FLUSH_MS) return FLUSH_MS;
  return idle;
}

static void look(struct relay *r, const struct pollfd *p)
{
  if (p[0].revents) r->net_ready = 1;
  /* the client has closed both ways, or reset */
  if (r->net_eof && !full(&r->up) && (p[0].revents & (POLLERR | POLLHUP)))
    finish(r, r->prog_eof ? RELAY_DONE : RELAY_LOST);
  if (p[1].revents & (POLLIN | POLLHUP | POLLERR)) r->prog_ready = 1;
  if (r->prog_eof && (p[1].revents & (POLLHUP | POLLERR))) r->prog_gone = 1;
}

static void wait_more(struct relay *r, int64_t idle)
{
  struct pollfd p[2];
  int64_t limit = patience(r, idle);
  int n;

  set_polls(r, p);
  n = poll(p, 2, (int)(limit < QUIET_MS ? limit : QUIET_MS));
  if (!n && limit > QUIET_MS) {
    give_back(r);
    n = poll(p, 2, (int)(limit - QUIET_MS));
  }
  if (n > 0) look(r, p);
  else if (!n) finish(r, r->said_bye ? RELAY_DONE : RELAY_IDLE);
}

/*
 * Without a program a connection ends, also one whose client sends and sends
 * or takes an octet a minute: it would hold a place for ever.
 */
static void outlive(struct relay *r, int64_t idle)
{
  int64_t now = clock_ms();
  int64_t linger = idle < LINGER_ALL_MS ? idle : LINGER_ALL_MS;

  if (!r->gone_at) r->gone_at = now;
  if (r->said_bye && !r->bye_at) r->bye_at = now;
  if (r->bye_at && now - r->bye_at > linger) finish(r, RELAY_DONE);
  else if (now - r->gone_at > FLUSH_ALL_MS) finish(r, RELAY_IDLE);
}

/* ------------------------------------------------------------------- main */

static void step(struct relay *r)
{
  r->moved = 0;
  if (!full(&r->up) && !r->net_eof && r->net_ready) from_client(r);
  if (!r->over && full(&r->up)) to_prog(r);
  if (!r->over && !full(&r->down) && !r->prog_eof && r->prog_ready)
    from_prog(r);
  if (!r->over && full(&r->down)) to_client(r);
  if (!r->over && r->prog_eof && !full(&r->down) && !r->said_bye) bye(r);
  if (!r->over && r->said_bye && r->net_eof && !full(&r->up))
    finish(r, RELAY_DONE);
}

enum relay_end relay(SSL *ssl, int net, int prog, int64_t idle)
{
  struct relay r = { .ssl = ssl, .net = net, .prog = prog,
    .read_waits = POLLIN, .net_ready = 1, .prog_ready = 1 };

  if (idle > 864000000) idle = 864000000;
  r.up.buf = mmap(0, 2 * CHUNK, PROT_READ | PROT_WRITE,
    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (r.up.buf == MAP_FAILED) die_nomem();
  r.down.buf = r.up.buf + CHUNK;
  while (!r.over) {
    step(&r);
    if (!r.over && r.prog_gone) outlive(&r, idle);
    if (!r.over && !r.moved) wait_more(&r, idle);
  }
  munmap(r.up.buf, 2 * CHUNK);
  return r.end;
}
