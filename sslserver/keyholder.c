/* ISC licence; see LICENSE. */
#include "keyholder.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/capability.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "certs.h"
#include "keyproto.h"

#define LOOK_MS 10000           /* at the files, when nobody asks */
#define PASSWORD_MAX 1024

/* one socket; the listener's own has no limits */
struct asker {
  int names, signs;             /* what it may still ask; -1: no limit */
};

static struct pollfd *fds;      /* the control socket comes first */
static struct asker *askers;    /* beside fds */
static size_t used, room;
static uint64_t told[KEY_KINDS]; /* numbers of the defaults it has */

/* ---------------------------------------------------------------- signing */

static const EVP_MD *hash_of(int h)
{
  switch (h) {
    case KEY_SHA256: return EVP_sha256();
    case KEY_SHA384: return EVP_sha384();
    case KEY_SHA512: return EVP_sha512();
  }
  return 0;
}

/* 1 if hash and padding go with this kind of key */
static int scheme_fits(EVP_PKEY *key, int hash, int pad)
{
  if (EVP_PKEY_is_a(key, "RSA"))
    return hash_of(hash) && (pad == KEY_PKCS1 || pad == KEY_PSS);
  if (pad != KEY_NOPAD) return 0;
  if (EVP_PKEY_is_a(key, "EC")) return hash_of(hash) != 0;
  return EVP_PKEY_is_a(key, "ED25519") && hash == KEY_NOHASH;
}

static int sign(EVP_PKEY *key, int hash, int pad, const unsigned char *s,
  size_t len, unsigned char *sig, size_t *siglen)
{
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  EVP_PKEY_CTX *pctx;
  int ok;

  if (!ctx) die_nomem();
  ok = EVP_DigestSignInit(ctx, &pctx, hash_of(hash), 0, key) == 1
    && (pad != KEY_PSS
      || (EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1
        && EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST)
          == 1))
    && EVP_DigestSign(ctx, sig, siglen, s, len) == 1;
  EVP_MD_CTX_free(ctx);
  ERR_clear_error();
  return ok ? 0 : -1;
}

/* -------------------------------------------------------------- answering */

static unsigned char reply[KEY_REPLY_MAX];

static size_t refuse(void)
{
  reply[0] = KEY_ERROR;
  return 1;
}

static uint64_t number_of(const struct cert *c)
{
  return c ? c->number : 0;
}

static size_t answer_name(const unsigned char *s, size_t len)
{
  const struct cert *found[KEY_KINDS] = { 0, 0 }, *c;
  size_t n, at = 1;
  int i, known;

  if (len < KEY_NAME_HEAD - 1) return refuse();
  certs_find(found, (const char *)s + KEY_NAME_HEAD - 1,
    len - (KEY_NAME_HEAD - 1));
  known = number_of(found[0]) == key_unpack64(s)
    && number_of(found[1]) == key_unpack64(s + 8);
  reply[0] = KEY_CERT;
  for (i = 0; i < KEY_KINDS; i++) {
    c = found[i];
    n = c && !known ? c->public.len : 0;        /* at most KEY_CHAIN_MAX */
    key_pack64(reply + at, number_of(c));
    key_pack32(reply + at + 8, (uint32_t)n);
    if (n) memcpy(reply + at + 12, c->public.s, n);
    at += 12 + n;
  }
  return at;
}

static size_t answer_sign(const unsigned char *s, size_t len)
{
  const struct cert *c;
  size_t siglen = sizeof reply - 1;

  if (len < 10) return refuse();
  c = certs_number(key_unpack64(s));
  if (!c || !scheme_fits(c->key, s[8], s[9])
      || !key_content_fits(s + 10, len - 10, s[9]))
    return refuse();
  if (sign(c->key, s[8], s[9], s + 10, len - 10, reply + 1, &siglen) == -1)
    return refuse();
  reply[0] = KEY_SIGN;
  return 1 + siglen;
}

/* 1 if one more may be asked for */
static int may(int *left)
{
  if (*left == -1) return 1;
  return *left > 0 && (*left)-- > 0;
}

/* one request; 0, or -1: this socket is done with */
static int serve(int fd, struct asker *a)
{
  static unsigned char buf[KEY_REQUEST_MAX + 1];
  ssize_t r = recv(fd, buf, sizeof buf, MSG_DONTWAIT);
  size_t n;

  if (r == -1 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (r <= 0 || r > KEY_REQUEST_MAX) return -1;
  if (buf[0] == KEY_NAME && may(&a->names))
    n = answer_name(buf + 1, (size_t)r - 1);
  else if (buf[0] == KEY_SIGN && may(&a->signs))
    n = answer_sign(buf + 1, (size_t)r - 1);
  else return -1;
  return send(fd, reply, n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)n
    ? 0 : -1;
}

/* ---------------------------------------------------------------- sockets */

static void add(int fd, int limited)
{
  if (used == room) {
    room = room ? 2 * room : 64;
    fds = xrealloc(fds, room * sizeof *fds);
    askers = xrealloc(askers, room * sizeof *askers);
  }
  fds[used].fd = fd;
  fds[used].events = POLLIN;
  fds[used].revents = 0;
  askers[used].names = limited ? KEY_NAMES : -1;
  askers[used].signs = limited ? KEY_SIGNS : -1;
  used++;
}

static void drop(size_t i)
{
  close(fds[i].fd);
  used--;
  fds[i] = fds[used];
  askers[i] = askers[used];
}

/* a descriptor from the listener; 0, or -1 when the listener is gone */
static int take(int control)
{
  union {
    struct cmsghdr align;
    char buf[CMSG_SPACE(sizeof(int))];
  } u;
  char c;
  struct iovec iov = { &c, 1 };
  struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
    .msg_control = u.buf, .msg_controllen = sizeof u.buf };
  struct cmsghdr *h;
  ssize_t r = recvmsg(control, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  int fd;

  if (r == -1) return errno == EAGAIN || errno == EINTR ? 0 : -1;
  if (!r) return -1;
  h = CMSG_FIRSTHDR(&m);
  if (!h || h->cmsg_type != SCM_RIGHTS
      || h->cmsg_len != CMSG_LEN(sizeof fd)) {
    errno = EMFILE;             /* all that can be the matter */
    log_fault("fault", "key-holder");
    return 0;
  }
  memcpy(&fd, CMSG_DATA(h), sizeof fd);
  add(fd, 1);
  return 0;
}

static void defaults(uint64_t now[KEY_KINDS])
{
  const struct cert *found[KEY_KINDS] = { 0, 0 };

  certs_find(found, "", 0);
  now[0] = number_of(found[0]);
  now[1] = number_of(found[1]);
}

static void tell_news(int control)
{
  uint64_t now[KEY_KINDS];

  defaults(now);
  if (!memcmp(now, told, sizeof now)) return;
  if (send(control, "N", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1)
    memcpy(told, now, sizeof told);
}

/*
 * Until the listener is gone and with it all whom it let ask. The control
 * socket's place stays, with -1 for a descriptor.
 */
static void loop(int control)
{
  size_t i;

  for (;;) {
    if (poll(fds, used, LOOK_MS) == -1 && errno != EINTR) _exit(111);
    for (i = used - 1; i > 0; i--)
      if (fds[i].revents && serve(fds[i].fd, &askers[i]) == -1) drop(i);
    if (fds[0].revents && take(control) == -1) fds[0].fd = -1;
    if (fds[0].fd == -1 && used == 1) _exit(0);
    if (fds[0].fd != -1) tell_news(control);
    certs_forget();
  }
}

/* --------------------------------------------------------------- starting */

/* what the key-holder keeps of root's rights: to read any file */
static void keep_reading(void)
{
  struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct some[_LINUX_CAPABILITY_U32S_3];
  static const char *const none[] = { 0 }, *const everything[] = { "/", 0 };
  int cap;

  memset(some, 0, sizeof some);
  if (geteuid() == 0) {
    for (cap = 0; cap < 64; cap++)
      if (cap != CAP_DAC_READ_SEARCH) prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
    some[0].permitted = some[0].effective = 1u << CAP_DAC_READ_SEARCH;
  }
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (syscall(SYS_capset, &head, some) == -1)
    die_sys(111, "unable to drop capabilities", 0);
  if (sandbox_paths(none, everything) == -1
      && errno != ENOSYS && errno != EOPNOTSUPP)
    die_sys(111, "unable to set the key-holder's file fence", 0);
  if (sandbox_mail() == -1 && errno != ENOSYS && errno != EOPNOTSUPP)
    die_sys(111, "unable to set the key-holder's filter", 0);
}

/* one descriptor for each connection whose handshake is not over */
static void allow_descriptors(void)
{
  struct rlimit r;

  if (getrlimit(RLIMIT_NOFILE, &r) == -1) return;
  r.rlim_cur = r.rlim_max;
  setrlimit(RLIMIT_NOFILE, &r);
}

static void fence(void)
{
  struct rlimit none = { 0, 0 };

  allow_descriptors();
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1
      || setrlimit(RLIMIT_CORE, &none) == -1
      || setrlimit(RLIMIT_NPROC, &none) == -1)
    die_sys(111, "unable to limit the key-holder", 0);
  keep_reading();
}

/* the password, up to the first line end or zero octet, from descriptor 3 */
static const char *password_read(void)
{
  static char buf[PASSWORD_MAX + 1];
  size_t have = 0;
  ssize_t r;

  while (have < PASSWORD_MAX) {
    r = read(3, buf + have, PASSWORD_MAX - have);
    if (r == -1 && errno == EINTR) continue;
    if (r == -1) die_sys(111, "unable to read the key's password", 0);
    if (!r) break;
    have += (size_t)r;
  }
  close(3);
  buf[have] = 0;
  buf[strcspn(buf, "\r\n")] = 0;
  return buf;
}

/* keep 0, 1, 2, the password and the two sockets */
static void close_others(int control, int listener, int read_password)
{
  long n = sysconf(_SC_OPEN_MAX);
  int fd;

  if (n < 0 || n > 4096) n = 4096;
  for (fd = 3; fd < n; fd++)
    if (fd != control && fd != listener && !(fd == 3 && read_password))
      close(fd);
}

static void run(int control, int listener, int read_password)
{
  const char *password = read_password ? password_read() : 0;
  struct cert_files files[2] = {
    { env_str("CERTCHAINFILE", env_str("CERTFILE", 0)),
      env_str("KEYFILE", 0), env_str("OCSPFILE", 0) },
    { env_str("CERTFILE2", 0), env_str("KEYFILE2", 0),
      env_str("OCSPFILE2", 0) }
  };

  signal(SIGTERM, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGINT, SIG_IGN);      /* a terminal's: the listener ends, then we */
  fence();
  if (certs_init(files, env_str("CERTDIR", 0), password) == -1)
    _exit(1);
  add(control, 0);
  add(listener, 0);
  defaults(told);
  if (send(control, "R", 1, MSG_NOSIGNAL) != 1) _exit(111);
  loop(control);
}

int keyholder_start(int read_password, int *listener, pid_t *pid)
{
  int control[2], mine[2], saved;
  char c;

  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) == -1)
    return -1;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, mine) == -1)
    goto close_control;
  *pid = fork();
  if (*pid == -1) goto close_mine;
  if (!*pid) {
    close_others(control[1], mine[1], read_password);
    run(control[1], mine[1], read_password);
  }
  close(control[1]);
  close(mine[1]);
  if (read_password) close(3);
  *listener = mine[0];
  if (recv(control[0], &c, 1, 0) == 1) return control[0];
  close(control[0]);
  close(mine[0]);
  errno = EINVAL;
  return -1;
close_mine:
  saved = errno;
  close(mine[0]);
  close(mine[1]);
  errno = saved;
close_control:
  saved = errno;
  close(control[0]);
  close(control[1]);
  errno = saved;
  return -1;
}

int keyholder_socket(int control, int fd)
{
  union {
    struct cmsghdr align;
    char buf[CMSG_SPACE(sizeof(int))];
  } u;
  char c = 'c';
  struct iovec iov = { &c, 1 };
  struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
    .msg_control = u.buf, .msg_controllen = sizeof u.buf };
  struct cmsghdr *h = CMSG_FIRSTHDR(&m);
  ssize_t r;

  memset(&u, 0, sizeof u);
  h->cmsg_level = SOL_SOCKET;
  h->cmsg_type = SCM_RIGHTS;
  h->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(h), &fd, sizeof fd);
  do r = sendmsg(control, &m, MSG_NOSIGNAL);
  while (r == -1 && errno == EINTR);
  return r == 1 ? 0 : -1;
}

int keyholder_news(int control)
{
  char buf[16];
  ssize_t r;
  int news = 0;

  while ((r = recv(control, buf, sizeof buf, MSG_DONTWAIT)) > 0) news = 1;
  if (r == -1 && (errno == EAGAIN || errno == EINTR)) return news;
  return -1;
}
