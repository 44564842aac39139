/* ISC licence; see LICENSE. */
#ifndef MESSAGE_PREVIEW_H
#define MESSAGE_PREVIEW_H

#include <skalibs/stralloc.h>

#include "message/mime.h"

/* RFC 8970 section 3.3: should be at most 200, must be at most 256 */
#define PREVIEW_CHARACTERS 200

#endif
