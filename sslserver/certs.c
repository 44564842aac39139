/* ISC licence; see LICENSE. */
#include "certs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/log.h"
#include "base/timedio.h"
#include "keyproto.h"

#define FILE_MAX 262144         /* octets of a file */
#define OCSP_MAX 16384          /* octets of a response */
#define CHAIN_MAX 16            /* certificates in one */
#define KEEP_MS 120000          /* handshakes that began before a change */
#define LOOK_MS 1000
#define SOURCES_MAX 4096        /* names that are remembered */

enum { CHAIN, KEY, OCSP, FILES };

/* as much of stat as tells that a file is not the same any more */
struct mark {
  dev_t dev;
  ino_t ino;
  off_t size;
  struct timespec mtime, ctime;
};

struct source {
  char *name;                   /* 0: given by its paths alone */
  char *path[FILES];            /* OCSP may be 0 */
  struct mark mark[FILES];
  int64_t looked;
  struct cert *cert;            /* 0: it never could be loaded */
  struct source *second;        /* with another kind of key, or 0 */
  int64_t sought;               /* when the second was looked for */
  struct source *next;
};

static struct source base;
static struct source *sources;  /* of names */
static size_t sources_n;
static struct cert *all;        /* every certificate that is not forgotten */
static const char *cert_dir;
static const char *password;

/* ------------------------------------------------------------------ files */

static void mark_of(struct mark *m, const char *path)
{
  struct stat st;

  memset(m, 0, sizeof *m);
  if (!path || stat(path, &st) == -1) return;
  m->dev = st.st_dev;
  m->ino = st.st_ino;
  m->size = st.st_size;
  m->mtime = st.st_mtim;
  m->ctime = st.st_ctim;
}

/* the whole of a regular file into buf; octets, or -1 */
static ssize_t slurp(const char *path, char *buf)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat st;
  size_t have = 0;
  ssize_t r = -1;

  if (fd == -1) return -1;
  if (fstat(fd, &st) == -1) goto done;
  if (!S_ISREG(st.st_mode)) {
    errno = EINVAL;
    goto done;
  }
  while ((r = read(fd, buf + have, FILE_MAX - have)) > 0) have += (size_t)r;
  if (have == FILE_MAX) {
    errno = EFBIG;
    r = -1;
  }
done:
  close(fd);
  return r == -1 ? -1 : (ssize_t)have;
}

/* ---------------------------------------------------------------- loading */

static int give_password(char *buf, int size, int writing, void *data)
{
  size_t n = password ? strlen(password) : 0;

  (void)writing;
  (void)data;
  if (!n || n > (size_t)size) return -1;
  memcpy(buf, password, n);
  return (int)n;
}

static void put_der(stralloc *out, unsigned char *der, int len)
{
  unsigned char n[4];

  key_pack32(n, (uint32_t)len);
  stralloc_catb(out, (char *)n, 4);
  stralloc_catb(out, (char *)der, (size_t)len);
  OPENSSL_free(der);
}

/* the first certificate of a PEM text; all of them are added to out */
static X509 *chain_load(const char *pem, size_t len, stralloc *out)
{
  BIO *bio = BIO_new_mem_buf(pem, (int)len);
  X509 *first = 0, *x;
  unsigned char *der;
  int n = 0, size;

  if (!bio) die_nomem();
  while (n < CHAIN_MAX && (x = PEM_read_bio_X509(bio, 0, 0, 0))) {
    der = 0;
    size = i2d_X509(x, &der);
    if (size > 0) put_der(out, der, size);
    if (n++) X509_free(x);
    else first = x;
  }
  BIO_free(bio);
  ERR_clear_error();
  return first;
}

static EVP_PKEY *key_load(const char *pem, size_t len)
{
  BIO *bio = BIO_new_mem_buf(pem, (int)len);
  EVP_PKEY *key;

  if (!bio) die_nomem();
  key = PEM_read_bio_PrivateKey(bio, 0, give_password, 0);
  BIO_free(bio);
  return key;
}

/* why this key cannot serve, or 0 */
static const char *key_unfit(EVP_PKEY *key, X509 *x)
{
  if (EVP_PKEY_is_a(key, "RSA")) {
    if (EVP_PKEY_get_bits(key) < 2048) return "an RSA key below 2048 bits";
  } else if (!EVP_PKEY_is_a(key, "EC") && !EVP_PKEY_is_a(key, "ED25519"))
    return "a kind of key that is not supported";
  if (EVP_PKEY_eq(X509_get0_pubkey(x), key) != 1)
    return "the key is not that of the certificate";
  return 0;
}

/* seconds since 1970, or 0 */
static time_t time_of(const ASN1_GENERALIZEDTIME *t)
{
  struct tm tm;

  return t && ASN1_TIME_to_tm(t, &tm) == 1 ? timegm(&tm) : 0;
}

/*
 * Until when this response may be shown; 0 if it is none, or out of date.
 * One that does not say counts for a day.
 */
static time_t ocsp_until(const unsigned char *der, size_t len)
{
  OCSP_RESPONSE *resp = d2i_OCSP_RESPONSE(0, &der, (long)len);
  OCSP_BASICRESP *basic = resp ? OCSP_response_get1_basic(resp) : 0;
  OCSP_SINGLERESP *one = basic ? OCSP_resp_get0(basic, 0) : 0;
  ASN1_GENERALIZEDTIME *this = 0, *next = 0;
  time_t until = 0;
  int why;

  if (one && OCSP_single_get0_status(one, &why, 0, &this, &next) != -1
      && OCSP_check_validity(this, next, 300, -1))
    until = next ? time_of(next) : time(0) + 86400;
  OCSP_BASICRESP_free(basic);
  OCSP_RESPONSE_free(resp);
  ERR_clear_error();
  return until > time(0) ? until : 0;
}

static void put_ocsp(struct cert *c, const char *path, char *buf)
{
  unsigned char n[4];
  ssize_t len = path ? slurp(path, buf) : -1;

  if (len > 0 && len < OCSP_MAX)
    c->ocsp_until = ocsp_until((unsigned char *)buf, (size_t)len);
  if (len != -1 && !c->ocsp_until) {
    log_begin("warning");
    log_str("what", "ocsp");
    log_str("file", path);
    log_str("reason", "malformed or out of date");
    log_end();
  }
  if (!c->ocsp_until) len = 0;
  key_pack32(n, (uint32_t)len);
  stralloc_catb(&c->public, (char *)n, 4);
  stralloc_catb(&c->public, buf, (size_t)len);
}

/* read all that belongs to s into c; why it could not, or 0 */
static const char *fill(struct cert *c, const struct source *s, char *buf)
{
  const char *why = 0;
  X509 *x = 0;
  ssize_t n;

  put_ocsp(c, s->path[OCSP], buf);
  n = slurp(s->path[CHAIN], buf);
  if (n == -1) return strerror(errno);
  x = chain_load(buf, (size_t)n, &c->public);
  if (!x) return "no certificate in it";
  if (c->public.len > KEY_CHAIN_MAX) why = "the chain is too long";
  if (!why && (n = slurp(s->path[KEY], buf)) == -1) why = "no key";
  if (!why && !(c->key = key_load(buf, (size_t)n)))
    why = "no key, or not its password";
  if (!why) why = key_unfit(c->key, x);
  if (!why && X509_cmp_current_time(X509_get0_notAfter(x)) < 0) {
    log_begin("warning");
    log_str("what", "expired");
    log_str("file", s->path[CHAIN]);
    log_end();
  }
  X509_free(x);
  return why;
}

static void cert_free(struct cert *c)
{
  EVP_PKEY_free(c->key);
  stralloc_free(&c->public);
  free(c);
}

static void adopt(struct source *s, struct cert *c)
{
  static uint64_t last;

  c->number = ++last;
  c->next = all;
  all = c;
  if (s->cert) s->cert->until = clock_ms() + KEEP_MS;
  log_begin(s->cert ? "certificate-renewed" : "certificate");
  log_str("file", s->path[CHAIN]);
  log_end();
  s->cert = c;
}

static int ocsp_stale(const struct source *s)
{
  return s->cert && s->cert->ocsp_until && time(0) >= s->cert->ocsp_until;
}

static void load(struct source *s)
{
  static char buf[FILE_MAX];
  struct cert *c = xalloc(sizeof *c);
  const char *why;

  memset(c, 0, sizeof *c);
  why = fill(c, s, buf);
  explicit_bzero(buf, sizeof buf);
  ERR_clear_error();
  if (!why) {
    adopt(s, c);
    return;
  }
  cert_free(c);
  /* a stale response is better than a line in the log every second */
  if (ocsp_stale(s)) s->cert->ocsp_until = time(0) + 3600;
  log_begin(s->cert ? "certificate-kept" : "certificate-failure");
  log_str("file", s->path[CHAIN]);
  log_str("key", s->path[KEY]);
  log_str("reason", why);
  log_end();
}

/* look at the files, and load them if they are not as they were */
static void refresh(struct source *s)
{
  struct mark now[FILES];
  int i;

  if (s->looked && clock_ms() - s->looked < LOOK_MS) return;
  s->looked = clock_ms();
  for (i = 0; i < FILES; i++) mark_of(&now[i], s->path[i]);
  if (!memcmp(now, s->mark, sizeof now) && !ocsp_stale(s)) return;
  memcpy(s->mark, now, sizeof now);
  load(s);
}

/* ------------------------------------------------------------------ names */

static char *join(const char *name, const char *tail)
{
  stralloc s = STRALLOC_ZERO;

  stralloc_copys(&s, cert_dir);
  stralloc_append(&s, '/');
  stralloc_cats(&s, name);
  stralloc_cats(&s, tail);
  stralloc_0(&s);
  return s.s;
}

static int exists(const char *path)
{
  struct stat st;

  return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* the three paths for name, in one of the two manners; 0, or -1: none */
static int paths(struct source *s, const char *name)
{
  s->path[CHAIN] = join(name, "/fullchain.pem");
  if (exists(s->path[CHAIN])) {
    s->path[KEY] = join(name, "/privkey.pem");
    s->path[OCSP] = join(name, "/ocsp.der");
    return 0;
  }
  free(s->path[CHAIN]);
  s->path[CHAIN] = join(name, ".pem");
  if (!exists(s->path[CHAIN])) {
    free(s->path[CHAIN]);
    return -1;
  }
  s->path[KEY] = join(name, ".key");
  if (!exists(s->path[KEY])) {
    free(s->path[KEY]);
    s->path[KEY] = xstrdup(s->path[CHAIN]);
  }
  s->path[OCSP] = join(name, ".ocsp");
  return 0;
}

static struct source *source_of(const char *name)
{
  struct source *s, *new;

  for (s = sources; s; s = s->next)
    if (!strcmp(s->name, name)) return s;
  if (sources_n == SOURCES_MAX) return 0;
  new = xalloc(sizeof *new);
  memset(new, 0, sizeof *new);
  if (paths(new, name) == -1) {
    free(new);
    return 0;
  }
  sources_n++;
  new->name = xstrdup(name);
  new->next = sources;
  sources = new;
  return new;
}

/* one that may come later is looked for as often as files are looked at */
static void seek_second(struct source *s)
{
  char name[KEY_NAME_MAX + 8];

  if (s->second || !s->name
      || (s->sought && clock_ms() - s->sought < LOOK_MS))
    return;
  s->sought = clock_ms();
  strcpy(name, s->name);
  strcat(name, "-2");
  s->second = source_of(name);
}

/*
 * OpenSSL has one place for each kind of key, and who offers two of a kind
 * has made a mistake: the second is left out, and that is said once.
 */
static const struct cert *second_of(const struct source *s)
{
  struct cert *c = s->second ? s->second->cert : 0;

  if (!c || EVP_PKEY_get_base_id(c->key)
      != EVP_PKEY_get_base_id(s->cert->key))
    return c;
  if (!c->twin) {
    log_begin("certificate-failure");
    log_str("file", s->second->path[CHAIN]);
    log_str("key", s->second->path[KEY]);
    log_str("reason", "the same kind of key as the first");
    log_end();
  }
  c->twin = 1;
  return 0;
}

/* the certificates of a source into found; 0, or -1 if there are none */
static int both_of(const struct cert *found[2], struct source *s)
{
  if (!s) return -1;
  refresh(s);
  if (!s->cert) return -1;
  seek_second(s);
  if (s->second) refresh(s->second);
  found[0] = s->cert;
  found[1] = second_of(s);
  return 0;
}

/*
 * Lower case; letters, digits, hyphens, and single dots that are not at an
 * end: nothing that could leave the directory. "default" is no name.
 */
static int name_clean(char *out, const char *name, size_t len)
{
  size_t i;
  char c;

  if (len && name[len - 1] == '.') len--;
  if (!len || len > KEY_NAME_MAX) return -1;
  for (i = 0; i < len; i++) {
    c = name[i];
    if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
    if (c == '.' ? !i || i + 1 == len || out[i - 1] == '.'
        : !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
      return -1;
    out[i] = c;
  }
  out[len] = 0;
  return strcmp(out, "default") ? 0 : -1;
}

void certs_find(const struct cert *found[2], const char *name, size_t len)
{
  char clean[KEY_NAME_MAX + 1], wild[KEY_NAME_MAX + 4];
  char *dot;

  both_of(found, &base);
  if (!cert_dir || name_clean(clean, name, len) == -1
      || both_of(found, source_of(clean)) == 0)
    return;
  dot = strchr(clean, '.');
  if (!dot || !strchr(dot + 1, '.')) return;
  wild[0] = '_';
  strcpy(wild + 1, dot);
  if (both_of(found, source_of(wild)) == 0) return;
  wild[0] = '*';
  both_of(found, source_of(wild));
}

const struct cert *certs_number(uint64_t number)
{
  const struct cert *c;

  for (c = all; c; c = c->next)
    if (c->number == number) return c;
  return 0;
}

void certs_forget(void)
{
  struct cert **at = &all, *c;
  int64_t now = clock_ms();

  while ((c = *at)) {
    if (c->until && c->until < now) {
      *at = c->next;
      cert_free(c);
    } else at = &c->next;
  }
}

static void set_paths(struct source *s, const struct cert_files *f)
{
  s->path[CHAIN] = xstrdup(f->chain);
  s->path[KEY] = xstrdup(f->key ? f->key : f->chain);
  if (f->ocsp) s->path[OCSP] = xstrdup(f->ocsp);
}

int certs_init(const struct cert_files files[2], const char *dir,
  const char *pass)
{
  static struct source second;
  const struct cert *found[2] = { 0, 0 };

  password = pass;
  cert_dir = dir;
  if (files[0].chain) set_paths(&base, &files[0]);
  else if (dir && paths(&base, "default") == 0) base.name = xstrdup("default");
  else {
    log_begin("certificate-failure");
    log_str("reason", dir ? "no default in CERTDIR" : "no CERTFILE");
    log_end();
    return -1;
  }
  if (files[1].chain) {
    set_paths(&second, &files[1]);
    base.second = &second;
  }
  if (both_of(found, &base) == -1) return -1;
  return files[1].chain && !found[1] ? -1 : 0;
}
