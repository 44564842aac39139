/* ISC licence; see LICENSE. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "digest.h"
#include "encoding.h"
#include "jwks.h"
#include "oauth.h"

#define CLIENT_MAX 2048         /* octets of id:secret */

/* the first line of a file that nobody else may read */
static void read_client(stralloc *out, const char *path)
{
  struct stat st;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  char buf[CLIENT_MAX + 1];
  ssize_t n;

  if (fd == -1 || fstat(fd, &st) == -1) die_sys(111, "unable to read ", path);
  if (st.st_mode & 077 || (st.st_uid && st.st_uid != geteuid()))
    die_text(100, "others may read or write ", path);
  n = read(fd, buf, sizeof buf);
  if (n == -1) die_sys(111, "unable to read ", path);
  close(fd);
  stralloc_copyb(out, buf, (size_t)n);
  explicit_bzero(buf, sizeof buf);
  stralloc_0(out);
  out->s[strcspn(out->s, "\r\n")] = 0;
  if (n > CLIENT_MAX || !strchr(out->s, ':'))
    die_text(100, "no line id:secret in ", path);
}

static void must_be_url(const char *name, const char *url)
{
  if (!oauth_http_url(url))
    die_text(100, "neither https, nor http to this machine: $", name);
}

/* the directory that keeps a fetched set belongs to the worker alone */
static void cache_directory(const struct oauth *o, const char *dir)
{
  uid_t owner = geteuid() ? geteuid() : o->uid;
  struct stat st;

  if (dir[0] != '/')
    die_text(100, "neither - nor an absolute path: $", "OAUTH_CACHE");
  if (mkdir(dir, 0700) == 0) {
    if (!geteuid() && lchown(dir, o->uid, o->gid) == -1)
      die_sys(111, "unable to hand over ", dir);
  } else if (errno != EEXIST) die_sys(111, "unable to make ", dir);
  if (lstat(dir, &st) == -1) die_sys(111, "unable to look at ", dir);
  if (!S_ISDIR(st.st_mode) || st.st_uid != owner || st.st_mode & 077)
    die_text(111, "not a directory of the worker's alone: ", dir);
}

/*
 * A name for the set of this URL. Whoever has the worker's uid could put keys
 * of his own there: so it has to be nobody else's, which 65534 is not.
 */
static void cache_file(struct oauth *o)
{
  const char *dir = env_str("OAUTH_CACHE", 0);
  unsigned char hash[DIGEST_MAX];

  if (dir && !strcmp(dir, "-")) return;
  if (!geteuid() && !env_str("OAUTH_UID", 0)) {
    if (dir) die_text(100, "$OAUTH_CACHE needs an $OAUTH_UID of its own", 0);
    return;
  }
  if (!dir) dir = "/run/roost-oauth";
  cache_directory(o, dir);
  digest_of(DIGEST_SHA256, o->jwks, strlen(o->jwks), hash);
  stralloc_copys(&o->cache, dir);
  stralloc_cats(&o->cache, "/jwks-");
  hex_put(&o->cache, hash, 16);
  stralloc_0(&o->cache);
}

static void read_jwks(struct oauth *o)
{
  const char *why;

  if (!o->want.issuer || !o->want.audience)
    die_text(100, "signed tokens need $OAUTH_ISSUER and $OAUTH_AUDIENCE", 0);
  if (o->jwks[0] != '/') {
    must_be_url("OAUTH_JWKS", o->jwks);
    o->http.url = o->jwks;
    cache_file(o);
    return;
  }
  o->keys = jwks_file(o->jwks, &why);
  if (o->keys) return;
  log_begin("fault");
  log_str("what", "jwks");
  log_str("file", o->jwks);
  log_str("error", why);
  log_end();
  _exit(111);
}

static void read_mail(struct oauth *o)
{
  o->home = env_str("OAUTH_MAIL_HOME", 0);
  if (!o->home) return;
  if (o->home[0] != '/')
    die_text(100, "not an absolute path: $", "OAUTH_MAIL_HOME");
  o->mail_uid = env_num("OAUTH_MAIL_UID", 1, UINT32_MAX - 1, 0);
  o->mail_gid = env_num("OAUTH_MAIL_GID", 1, UINT32_MAX - 1, 0);
  if (!o->mail_uid || !o->mail_gid)
    die_text(100, "$OAUTH_MAIL_HOME needs $OAUTH_MAIL_UID and "
      "$OAUTH_MAIL_GID", 0);
  if (!geteuid() && o->mail_uid == o->uid)
    die_text(100, "$OAUTH_UID and $OAUTH_MAIL_UID are the same", 0);
}

void oauth_settings(struct oauth *o)
{
  const char *file = env_str("OAUTH_CLIENT_FILE", 0);

  memset(o, 0, sizeof *o);
  o->jwks = env_str("OAUTH_JWKS", 0);
  o->http.url = env_str("OAUTH_INTROSPECT", 0);
  o->http.cafile = env_str("OAUTH_CAFILE", 0);
  o->http.timeout = (long)env_num("OAUTH_TIMEOUT", 1, 60, 10);
  o->want.issuer = env_str("OAUTH_ISSUER", 0);
  o->want.audience = env_str("OAUTH_AUDIENCE", 0);
  o->want.scope = env_str("OAUTH_SCOPE", 0);
  o->want.name = env_str("OAUTH_CLAIM", o->jwks ? "email" : "username");
  o->want.expiry = o->jwks != 0;
  o->uid = (uid_t)env_num("OAUTH_UID", 1, UINT32_MAX - 1, 65534);
  o->gid = (gid_t)env_num("OAUTH_GID", 1, UINT32_MAX - 1, 65534);
  o->hosts = env_str("OAUTH_HOSTS", 0);
  o->configuration = env_str("OAUTH_CONFIGURATION", 0);
  if (!o->jwks == !o->http.url)
    die_text(100, "one of $OAUTH_JWKS and $OAUTH_INTROSPECT has to be set", 0);
  read_mail(o);
  if (o->jwks) read_jwks(o);
  else must_be_url("OAUTH_INTROSPECT", o->http.url);
  if (!file) return;
  read_client(&o->client, file);
  o->http.client = o->client.s;
}
