/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_DUMMY_H
#define CHECKPASSWORD_DUMMY_H

#include <stdint.h>
#include <skalibs/stralloc.h>

/*
 * Stand-in hashes, so that a name that does not exist takes as much work as
 * one that does.
 *
 * A database may mix schemes (users who came from elsewhere keep their
 * hashes), so one stand-in would give the others away. We keep one hash of
 * each scheme and cost with the number of its users; a name that does not
 * exist is given one of them by a keyed hash of the name, in proportion. So
 * the same name always takes the same time, and the times of names without
 * users are spread as those of names with users are.
 */
#define DUMMY_CLASSES 16        /* further schemes and costs are passed over */
#define DUMMY_KEY 32            /* octets */

struct dummies {
  char key[DUMMY_KEY];
  unsigned n;
  struct dummy {
    stralloc hash;              /* 0-terminated */
    stralloc class;             /* of pwhash_class */
    uint64_t count;
  } c[DUMMY_CLASSES];
};

#define DUMMIES_ZERO { .n = 0 }

/* dummies_add - count a hash of the database; locked ones are passed over */
void dummies_add(struct dummies *d, const char *hash);

/*
 * dummies_pick - set out to the 0-terminated stand-in for a name
 *
 * Falls back to a fresh setting of the default scheme if none was added.
 * Returns 0, or -1 with errno of pwhash_salt.
 */
int dummies_pick(const struct dummies *d, const char *name, stralloc *out);

/* dummies_save - append all to out, for dummies_load */
void dummies_save(const struct dummies *d, stralloc *out);

/* dummies_load - fill a zeroed d; returns 0, or -1 with EPROTO */
int dummies_load(struct dummies *d, const char *s, size_t len);

void dummies_free(struct dummies *d);

#endif
