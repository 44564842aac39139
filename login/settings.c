/* ISC licence; see LICENSE. */
#include "settings.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/env.h"
#include "base/log.h"
#include "mechanism.h"

/* a descriptor named by the environment, made close-on-exec; -1 if unset */
static int fd_of(const char *name)
{
  const char *v = env_str(name, 0);
  int fd;

  if (!v) return -1;
  fd = (int)env_num(name, 3, 65535, 0);
  if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
    die_sys(100, "bad descriptor in $", name);
  return fd;
}

/*
 * UCSPI-TLS. The three descriptors alone do not mean that TLS is offered:
 * some servers set them always; the administrator's UCSPITLS decides. With
 * one of the three missing the server cannot start TLS.
 */
static void ucspitls_read(struct settings *s)
{
  const char *v = env_str("UCSPITLS", "-");

  s->ctlfd = fd_of("SSLCTLFD");
  s->readfd = fd_of("SSLREADFD");
  s->writefd = fd_of("SSLWRITEFD");
  s->tls_required = !strcmp(v, "!");
  if (!strcmp(v, "-") || s->ctlfd == -1 || s->readfd == -1
      || s->writefd == -1) {
    /* the numbers may be equal: a second close just fails */
    if (s->ctlfd != -1) close(s->ctlfd);
    if (s->readfd != -1) close(s->readfd);
    if (s->writefd != -1) close(s->writefd);
    s->ctlfd = s->readfd = s->writefd = -1;
  }
  unsetenv("UCSPITLS");
  unsetenv("SSLCTLFD");
  unsetenv("SSLREADFD");
  unsetenv("SSLWRITEFD");
}

/*
 * 0 and 1 have to be there, and nothing else may ever get the number 2, or
 * log lines would go to it.
 */
static void check_descriptors(void)
{
  if (fcntl(0, F_GETFD) == -1 || fcntl(1, F_GETFD) == -1)
    die_text(100, "descriptors 0 and 1 have to be the client", 0);
  if (fcntl(2, F_GETFD) == -1 && open("/dev/null", O_WRONLY) != 2)
    _exit(111);
}

/*
 * A host name for the stamp: only what a msg-id allows, since TCPLOCALHOST
 * comes from the DNS. 1 if name is fit.
 */
static int host_fits(const char *name)
{
  size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

  return n && n <= 64 && !name[n];
}

/* pid.time.random@host>, RFC 1939 section 7: different each time, and here
 * not to be guessed */
static void make_stamp(char *out)
{
  char name[65] = "";
  const char *host = env_str("TCPLOCALHOST", "");
  uint64_t noise = 0;

  if (!host_fits(host)) {
    if (gethostname(name, sizeof name - 1) == -1) name[0] = 0;
    host = host_fits(name) ? name : "localhost";
  }
  if (getrandom(&noise, sizeof noise, 0) != (ssize_t)sizeof noise)
    die_sys(111, "unable to get random octets", 0);
  snprintf(out, STAMP_MAX - 16, "%ld.%lld.%016llx@%s>",
    (long)getpid(), (long long)time(0), (unsigned long long)noise, host);
}

void settings_read(struct settings *s)
{
  check_descriptors();
  s->attempts = (unsigned int)env_num("LOGIN_ATTEMPTS", 1, 100, 5);
  s->delay_ms = (int64_t)env_num("LOGIN_DELAY", 0, 30, 2) * 1000;
  s->slow_ms = (int64_t)env_num("LOGIN_SLOW", 0, 60, 15) * 1000;
  s->timeout_ms = (int64_t)env_num("LOGIN_TIMEOUT", 1, 3600, 180) * 1000;
  s->rest_ms = (int64_t)env_num("LOGIN_REST", 0, REST_NEVER, 1000);
  s->uid = (uid_t)env_num("LOGIN_UID", 1, UINT32_MAX - 1, 65534);
  s->gid = (gid_t)env_num("LOGIN_GID", 1, UINT32_MAX - 1, 65534);
  s->root = env_str("LOGIN_CHROOT", "/run/roost-empty");
  if (s->root[0] != '/')
    die_text(100, "not an absolute path: $", "LOGIN_CHROOT");
  s->run = env_str("LOGIN_RUN", "/run/roost");
  if (!strcmp(s->run, "-")) s->run = 0;
  else if (s->run[0] != '/')
    die_text(100, "neither - nor an absolute path: $", "LOGIN_RUN");
  s->max_address = (unsigned int)env_num("LOGIN_MAX_ADDRESS", 1, 65535, 50);
  s->max_account = (unsigned int)env_num("LOGIN_MAX_ACCOUNT", 1, 65535, 250);
  s->max_waiting = (unsigned int)env_num("LOGIN_MAX_WAITING", 0, 65535, 100);
  s->plaintext = env_bool("LOGIN_PLAINTEXT", -1);
  s->encrypted = env_bool("LOGIN_ENCRYPTED", 0) || env_str("SSL_PROTOCOL", 0);
  ucspitls_read(s);
  peer_find(&s->peer);
  s->mechanisms = mechanism_set(env_str("LOGIN_MECHANISMS", "PLAIN LOGIN"));
  if (!s->mechanisms)
    die_text(100, "not a list of mechanisms: $", "LOGIN_MECHANISMS");
  s->noise[0] = 0;
  if (s->mechanisms & mechanism_bit(mechanism_find("CRAM-MD5")))
    make_stamp(s->noise);
}

void settings_stamp(struct settings *s)
{
  s->stamp[0] = 0;
  if (!env_bool("LOGIN_APOP", 0)) return;
  /* no login at all in the clear, and a greeting comes but once */
  if (s->tls_required && !s->encrypted) return;
  s->stamp[0] = '<';
  make_stamp(s->stamp + 1);
}

void settings_challenge(const char *noise, unsigned int n, char *out)
{
  snprintf(out, STAMP_MAX + 1, "<%u.%s", n, noise);
}

static int may_be_used(const struct settings *s, unsigned int kind)
{
  const char *verify = env_str("SSL_CLIENT_VERIFY", "");

  if (s->tls_required && !s->encrypted) return 0;
  if (kind & MECH_CLEAR && !settings_plain_ok(s)) return 0;
  if (kind & MECH_PLUS && !(s->encrypted && (env_str("SSL_TLS_EXPORTER", 0)
      || env_str("SSL_TLS_SERVER_END_POINT", 0)
      || env_str("SSL_TLS_UNIQUE", 0)))) return 0;
  if (kind & MECH_CERT && !(s->encrypted && !strcmp(verify, "SUCCESS")))
    return 0;
  return 1;
}

void settings_offer(struct settings *s)
{
  const struct mechanism *m;

  s->offered = 0;
  for (m = mechanisms; m->name; m++)
    if (s->mechanisms & mechanism_bit(m) && may_be_used(s, m->kind))
      s->offered |= mechanism_bit(m);
}

int settings_plain_ok(const struct settings *s)
{
  if (s->encrypted) return 1;
  if (s->tls_required) return 0;
  return s->plaintext == -1 ? s->peer.loopback : s->plaintext;
}

int settings_starttls(const struct settings *s)
{
  return !s->encrypted && s->ctlfd != -1;
}

const char *settings_tls(const struct settings *s)
{
  if (!s->encrypted) return "no";
  return env_str("SSL_PROTOCOL", "yes");
}
