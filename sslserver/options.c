/* ISC licence; see LICENSE. */
#include "options.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/env.h"
#include "base/log.h"

#define USAGE "usage: sslserver [-1346aAdDeEhHiImnNoOpPqQrRsSUvVXzZ]" \
  " [-b backlog] [-B banner] [-c limit] [-g gid] [-Iinterface]" \
  " [-l localname] [-t seconds] [-T seconds] [-u uid] [-w seconds]" \
  " [-x cdb] [-y cdb] host port program [argument ...]"

static unsigned long number(const char *s, unsigned long min,
  unsigned long max, const char *option)
{
  unsigned long n = 0;
  const char *p;

  for (p = s; *p >= '0' && *p <= '9' && n <= max; p++)
    n = 10 * n + (unsigned long)(*p - '0');
  if (p == s || *p || n < min || n > max)
    die_text(100, "invalid value of ", option);
  return n;
}

/* -u and -g take names too, as tcpserver's do not */
static uid_t user(const char *s)
{
  struct passwd *pw = *s >= '0' && *s <= '9' ? 0 : getpwnam(s);

  return pw && pw->pw_uid ? pw->pw_uid
    : (uid_t)number(s, 1, UINT32_MAX - 1, "-u");
}

static gid_t group(const char *s)
{
  struct group *gr = *s >= '0' && *s <= '9' ? 0 : getgrnam(s);

  return gr && gr->gr_gid ? gr->gr_gid
    : (gid_t)number(s, 1, UINT32_MAX - 1, "-g");
}

static void set_ids_by_env(struct options *o)
{
  o->set_ids = 1;
  o->uid = (uid_t)env_num("UID", 1, UINT32_MAX - 1, 0);
  o->gid = (gid_t)env_num("GID", 1, UINT32_MAX - 1, 0);
}

/* those with a value; 1 if c is one */
static int with_value(struct options *o, int c, const char *v)
{
  switch (c) {
    case 'b': o->backlog = (int)number(v, 1, 65535, "-b"); break;
    case 'B': o->banner = v; break;
    case 'c': o->limit = (unsigned int)number(v, 1, 100000, "-c"); break;
    case 'g': o->set_ids = 1; o->gid = group(v); break;
    case 'l': o->localname = v; break;
    case 't': o->info_ms = (int64_t)number(v, 0, 86400, "-t") * 1000; break;
    case 'T':
      o->handshake_ms = (int64_t)number(v, 1, 86400, "-T") * 1000;
      break;
    case 'u': o->set_ids = 1; o->uid = user(v); break;
    case 'w': o->idle_ms = (int64_t)number(v, 1, 864000, "-w") * 1000; break;
    case 'x': o->rules = v; break;
    case 'y': o->rules_ip = v; break;
    default: return 0;
  }
  return 1;
}

static void client_certificate(struct options *o, enum context_client how,
  int match)
{
  o->client = how;
  o->match_host = match;
}

static void without_value(struct options *o, int c)
{
  switch (c) {
    case '1': o->print_port = 1; break;
    case '3': o->read_password = 1; break;
    case '4': o->family = AF_INET; break;
    case '6': o->family = AF_INET6; break;
    case 'a': case 'A': break;  /* the key-holder keeps what it needs */
    case 'd': o->delay = 1; break;
    case 'D': o->delay = 0; break;
    case 'e': o->tcp_names = 1; break;
    case 'E': o->tcp_names = 0; break;
    case 'h': o->look_host = 1; break;
    case 'H': o->look_host = 0; break;
    case 'i': case 'm': client_certificate(o, CLIENT_NEED, 0); break;
    case 'z': client_certificate(o, CLIENT_NEED, 1); break;
    case 'Z': client_certificate(o, CLIENT_NONE, 0); break;
    case 'I':
      /* alone: no certificates, as in the original; fehcom's interface */
      if (optarg) o->interface = optarg;
      else client_certificate(o, CLIENT_NONE, 0);
      break;
    case 'n': o->delayed = 1; break;
    case 'N': o->delayed = 0; break;
    case 'o': o->keep_ip_options = 1; break;
    case 'O': o->keep_ip_options = 0; break;
    case 'p': o->paranoid = 1; break;
    case 'P': o->paranoid = 0; break;
    case 'q': o->verbosity = 0; break;
    case 'Q': o->verbosity = 1; break;
    case 'r': o->ask_info = 1; break;
    case 'R': o->ask_info = 0; break;
    case 's': o->all_facts = 1; break;
    case 'S': o->all_facts = 0; break;
    case 'U': set_ids_by_env(o); break;
    case 'v': case 'V': o->verbosity = 2; break;
    case 'X': o->rules_optional = 1; break;
    default: die_text(100, USAGE, 0);
  }
}

static void defaults(struct options *o)
{
  memset(o, 0, sizeof *o);
  o->family = AF_UNSPEC;
  o->limit = 40;
  o->backlog = 20;
  o->verbosity = 1;
  o->look_host = 1;
  o->tcp_names = 1;
  o->info_ms = 26000;
  o->handshake_ms = 26000;
  o->idle_ms = 3600000;
  o->client = env_str("CCAFILE", 0) && strcmp(env_str("CCAFILE", ""), "-")
    ? CLIENT_ASK : CLIENT_NONE;
}

static void environment(struct options *o)
{
  const char *proxies = env_str("PROXY_FROM", 0);

  o->tls_uid = (uid_t)env_num("SSL_UID", 1, UINT32_MAX - 1, 65534);
  o->tls_gid = (gid_t)env_num("SSL_GID", 1, UINT32_MAX - 1, 65534);
  o->tls_root = env_str("SSL_CHROOT", "/run/roost-empty");
  if (o->tls_root[0] != '/')
    die_text(100, "not an absolute path: $", "SSL_CHROOT");
  o->limit_ip = (unsigned int)env_num("MAXCONIP", 0, 100000, 0);
  o->proxy_ms = (int64_t)env_num("PROXY_TIMEOUT", 1, 300, 10) * 1000;
  if (proxies && nets_scan(&o->proxies, proxies) == -1)
    die_text(100, "not a list of addresses: $", "PROXY_FROM");
}

void options_read(struct options *o, int argc, char **argv)
{
  int c;

  defaults(o);
  while ((c = getopt(argc, argv, "+1346aAdDeEhHiI::mnNoOpPqQrRsSUvVXzZ"
      "b:B:c:g:l:t:T:u:w:x:y:")) != -1)
    if (!with_value(o, c, optarg)) without_value(o, c);
  if (argc - optind < 3) die_text(100, USAGE, 0);
  o->host = argv[optind];
  o->port = argv[optind + 1];
  o->prog = argv + optind + 2;
  if (o->set_ids && geteuid() != 0) die_text(100, "-u needs root", 0);
  if (o->set_ids && !o->uid && o->gid == 0)
    die_text(100, "-U needs $UID and $GID", 0);
  if (o->match_host && !o->look_host)
    die_text(100, "-z needs the name of the client: not with -H", 0);
  environment(o);
}
