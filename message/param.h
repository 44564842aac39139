/* ISC licence; see LICENSE. */
#ifndef MESSAGE_PARAM_H
#define MESSAGE_PARAM_H

#include <skalibs/stralloc.h>

#include "message/mime.h"

/*
 * param_find - the parameter name (ASCII without case; its NAME* form only
 * if asked for by that name), or 0
 */
const struct mime_param *param_find(struct mime_params p, const char *name);

/*
 * param_text - append the value of name as UTF-8: from NAME* (RFC 2231
 * section 4) if that is there, else from NAME with its RFC 2047 words decoded
 * (not allowed, but common in real mail). Returns 1, or 0 if there is none.
 */
int param_text(struct mime_params p, const char *name, stralloc *out);

#endif
