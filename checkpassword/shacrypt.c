/* ISC licence; see LICENSE. */
#include "shacrypt.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "digest.h"
#include "pwscheme.h"

/* The steps are those of the specification, which numbers them. */

#define SALT_MAX 16
#define PASSWORD_MAX 512        /* longer ones are libcrypt's */
#define ROUNDS 5000
#define ROUNDS_MIN 1000
#define ROUNDS_MAX 999999999

static const char letters[] =
  "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

struct setting {
  enum digest kind;
  size_t head;                  /* octets up to the salt */
  unsigned long rounds;
  const char *salt;
  size_t salt_len;
};

struct work {
  enum digest kind;
  size_t size;
  const char *password;
  size_t len;
  unsigned char a[DIGEST_MAX];
  unsigned char p[PASSWORD_MAX], s[SALT_MAX];
  struct digest_state d;
  unsigned char round[DIGEST_MAX + 2 * PASSWORD_MAX + SALT_MAX];
};

static int read_setting(struct setting *t, const char *s)
{
  const char *p = s + 3;

  if (!pw_begins(s, "$5$") && !pw_begins(s, "$6$")) return 0;
  t->kind = s[1] == '5' ? DIGEST_SHA256 : DIGEST_SHA512;
  t->rounds = ROUNDS;
  if (pw_begins(p, "rounds=")) {
    p += 7;
    if (*p == '0') return 0;
    t->rounds = pw_number(&p, '$', ROUNDS_MAX);
    if (t->rounds < ROUNDS_MIN) return 0;
  }
  t->head = (size_t)(p - s);
  t->salt = p;
  t->salt_len = strspn(p, letters);
  p += t->salt_len;
  return t->salt_len && t->salt_len <= SALT_MAX && (*p == '$' || !*p);
}

/* len octets of what is in d, over and over; d is ended */
static void repeat(struct work *w, unsigned char *out, size_t len)
{
  unsigned char sum[DIGEST_MAX];
  size_t n;

  digest_end(&w->d, sum);
  for (; len; len -= n, out += n) {
    n = len < w->size ? len : w->size;
    memcpy(out, sum, n);
  }
  explicit_bzero(sum, sizeof sum);
}

/* steps 1 to 12 */
static void first(struct work *w, const struct setting *t)
{
  unsigned char b[DIGEST_MAX];
  size_t n;

  digest_begin(&w->d, w->kind);
  digest_add(&w->d, w->password, w->len);
  digest_add(&w->d, t->salt, t->salt_len);
  digest_add(&w->d, w->password, w->len);
  digest_end(&w->d, b);
  digest_begin(&w->d, w->kind);
  digest_add(&w->d, w->password, w->len);
  digest_add(&w->d, t->salt, t->salt_len);
  for (n = w->len; n > w->size; n -= w->size) digest_add(&w->d, b, w->size);
  digest_add(&w->d, b, n);
  for (n = w->len; n; n >>= 1)
    if (n & 1) digest_add(&w->d, b, w->size);
    else digest_add(&w->d, w->password, w->len);
  digest_end(&w->d, w->a);
  explicit_bzero(b, sizeof b);
}

/* steps 13 to 20 */
static void sequences(struct work *w, const struct setting *t)
{
  size_t i;

  digest_begin(&w->d, w->kind);
  for (i = 0; i < w->len; i++) digest_add(&w->d, w->password, w->len);
  repeat(w, w->p, w->len);
  digest_begin(&w->d, w->kind);
  for (i = 0; i < 16u + w->a[0]; i++)
    digest_add(&w->d, t->salt, t->salt_len);
  repeat(w, w->s, t->salt_len);
}

static size_t put(struct work *w, size_t at, const void *data, size_t len)
{
  memcpy(w->round + at, data, len);
  return at + len;
}

/* step 21: each round is put together first and digested in one go */
static void rounds(struct work *w, const struct setting *t)
{
  unsigned long i;
  size_t n;

  for (i = 0; i < t->rounds; i++) {
    n = i & 1 ? put(w, 0, w->p, w->len) : put(w, 0, w->a, w->size);
    if (i % 3) n = put(w, n, w->s, t->salt_len);
    if (i % 7) n = put(w, n, w->p, w->len);
    n = i & 1 ? put(w, n, w->a, w->size) : put(w, n, w->p, w->len);
    digest_of(w->kind, w->round, n, w->a);
  }
}

/* step 22: three octets are four letters, the lowest bits first */
static void put_letters(stralloc *out, unsigned int bits, int n)
{
  for (; n; n--, bits >>= 6) stralloc_append(out, letters[bits & 63]);
}

static void put_sum(stralloc *out, const unsigned char *a, enum digest kind)
{
  unsigned int third = kind == DIGEST_SHA256 ? 10 : 21, i, t;
  unsigned int x = 0, y = third, z = 2 * third;

  for (i = 0; i < third; i++) {
    put_letters(out, (unsigned int)a[x] << 16 | (unsigned int)a[y] << 8 | a[z],
      4);
    t = x;
    if (kind == DIGEST_SHA256) {
      x = z + 1;
      z = y + 1;
      y = t + 1;
    } else {
      x = y + 1;
      y = z + 1;
      z = t + 1;
    }
  }
  if (kind == DIGEST_SHA256)
    put_letters(out, (unsigned int)a[31] << 8 | a[30], 3);
  else put_letters(out, a[63], 2);
}

int shacrypt(stralloc *out, const char *password, const char *setting)
{
  struct setting t;
  struct work w;

  w.len = strnlen(password, PASSWORD_MAX + 1);
  if (w.len > PASSWORD_MAX || !read_setting(&t, setting)) return 0;
  w.kind = t.kind;
  w.size = digest_size(t.kind);
  w.password = password;
  first(&w, &t);
  sequences(&w, &t);
  rounds(&w, &t);
  stralloc_catb(out, setting, t.head + t.salt_len);
  stralloc_append(out, '$');
  put_sum(out, w.a, w.kind);
  explicit_bzero(&w, sizeof w);
  return 1;
}
