/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_PWSCHEME_H
#define CHECKPASSWORD_PWSCHEME_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#include "digest.h"

/*
 * Inside of pwhash.h: the table of schemes, and what each kind of scheme has
 * to be able to do. A stored password is taken apart first.
 */
struct pwstored {
  const struct pwscheme *scheme;
  stralloc body;        /* behind the prefix, decoded; a NUL behind its len */
};

struct pwkind {
  /* as pwhash_check */
  int (*check)(const struct pwstored *st, const char *password);
  /* as pwhash_known */
  int (*known)(const struct pwstored *st);
  /* append what tells the cost; 0: the scheme tells it all */
  void (*cost)(const struct pwstored *st, stralloc *out);
  /* append what cost would of a new one; 0 as above */
  int (*fresh)(stralloc *out, const struct pwscheme *s, unsigned long cost);
  /* append a new body; as pwhash_make */
  int (*make)(stralloc *out, const struct pwscheme *s, const char *password,
              unsigned long cost);
};

/* How the text behind a prefix is turned into the body when no .b64 or .hex
 * says so. BINARY: base64, or hex where the length says so. */
enum pwform { PWFORM_TEXT, PWFORM_BINARY, PWFORM_HEX };

struct pwscheme {
  const char *name;             /* of {NAME}; 0: only as a bare one */
  const char *word;             /* in lower case, for people; see pwhash_make */
  const struct pwkind *kind;
  const char *begin;            /* what its text must begin with */
  enum pwform form;
  enum digest digest;
  int bare;                     /* 1: known without {NAME} by begin */
};

extern const struct pwkind pwkind_crypt, pwkind_argon2, pwkind_plain,
  pwkind_digest, pwkind_salted, pwkind_cram, pwkind_nt, pwkind_pbkdf2,
  pwkind_scram;

/*
 * pwstored_open - take hash apart
 *
 * st  zeroed; to be closed whatever comes back
 *
 * Returns 0, or -1 if the scheme is not known or the text is not in its form.
 */
int pwstored_open(struct pwstored *st, const char *hash);

/* pwstored_close - wipe and free; errno is kept */
void pwstored_close(struct pwstored *st);

/*
 * pwscheme_named - by a word as pwhash_make takes it, 0 if there is none
 *
 * prefix    receives 1 if the hash is to have its {NAME}
 * encoding  receives 0, 'b' or 'h', as the suffix says
 */
const struct pwscheme *pwscheme_named(const char *word, int *prefix,
                                      int *encoding);

/* pwscheme_word - the n-th word that pwscheme_named takes; 0 behind the last */
const char *pwscheme_word(size_t n);

/* pwscheme_put - append prefix and body as text */
void pwscheme_put(stralloc *out, const struct pwscheme *s, int prefix,
                  int encoding, const stralloc *body);

/* pw_begins - 1 if s begins with prefix */
int pw_begins(const char *s, const char *prefix);

/* pw_number - the decimal number at *s, which is moved behind it and behind
 * the octet end that has to follow; 0 if there is none, or it is 0 or above
 * max */
unsigned long pw_number(const char **s, char end, unsigned long max);

/* pw_random - fill with random octets; 0, or -1 with errno */
int pw_random(void *out, size_t len);

/* The word of a hash of crypt(3), such as sha512; a constant. */
const char *pwcrypt_word(const char *hash);

/* as pwhash_salt; s->begin says of what kind */
int pwcrypt_salt(stralloc *out, const struct pwscheme *s, unsigned long cost);

#endif
