/* ISC licence; see LICENSE. */
#ifndef MAILDIR_KEYWORDS_H
#define MAILDIR_KEYWORDS_H

#include <stddef.h>
#include <stdint.h>

#include "filename.h"
#include "stamp.h"

/* dovecot-keywords: the names behind the letters a-z of one folder */
#define KEYWORDS_NAME "dovecot-keywords"
#define KEYWORDS_TMP "dovecot-keywords.lock"
#define KEYWORD_LIMIT 255       /* octets of a name that we write */

struct keywords {
  char *name[KEYWORD_LETTERS];  /* owned; 0: the letter has no name */
  struct stamp stamp;           /* all 0 when there is no file */
};
#define KEYWORDS_ZERO { { 0 }, { 0, 0, 0, 0, 0 } }

/* keywords_read - refresh from dirfd if its stamp changed. 1 changed, 0 not,
 * -1 with errno (then empty). Malformed lines are passed over. A first struct
 * is KEYWORDS_ZERO. */
int keywords_read(struct keywords *, int dirfd);
void keywords_free(struct keywords *);

/* mask of letters that have a name */
uint32_t keywords_known(const struct keywords *);

/* keywords_find - letter index of name (ASCII without case), or -1 */
int keywords_find(const struct keywords *, const char *name, size_t len);

/*
 * keywords_add - give name a letter. The uidlist lock must be held; reads the
 * file again first, so that a letter given by another is found. in_use is
 * a mask of letters that files bear though no line names them: not given out.
 * Returns the index, or -1 with errno: ENOSPC is a full disk, EDQUOT quota,
 * EMFILE all 26 letters taken, EINVAL a name that cannot stand in the file
 * (empty, a control or a space in it, above KEYWORD_LIMIT).
 */
int keywords_add(struct keywords *, int dirfd, const char *name, size_t len,
                 uint32_t in_use);

#endif
