/* ISC licence; see LICENSE. */
#include "mechanism.h"

#include <string.h>
#include <strings.h>

#include "frame.h"

#define SCRAM MECH_DIALOGUE

/* Clients that take the first they know get the best they can. */
const struct mechanism mechanisms[] = {
  { "SCRAM-SHA-256-PLUS", METHOD_SCRAM_SHA_256_PLUS, SCRAM | MECH_PLUS },
  { "SCRAM-SHA-256", METHOD_SCRAM_SHA_256, SCRAM },     /* RFC 7677 */
  { "SCRAM-SHA-1-PLUS", METHOD_SCRAM_SHA_1_PLUS, SCRAM | MECH_PLUS },
  { "SCRAM-SHA-1", METHOD_SCRAM_SHA_1, SCRAM },         /* RFC 5802 */
  { "EXTERNAL", METHOD_EXTERNAL,                        /* RFC 4422 app. A */
    MECH_DIALOGUE | MECH_CERT | MECH_CLEAR },
  { "OAUTHBEARER", METHOD_OAUTHBEARER,                  /* RFC 7628 */
    MECH_DIALOGUE | MECH_CLEAR },
  { "XOAUTH2", METHOD_XOAUTH2, MECH_DIALOGUE | MECH_CLEAR },
  { "CRAM-MD5", METHOD_CRAM_MD5, 0 },                   /* RFC 2195 */
  { "PLAIN", METHOD_SASL_PLAIN, MECH_CLEAR },           /* RFC 4616 */
  { "LOGIN", METHOD_SASL_LOGIN, MECH_CLEAR },
  { 0, 0, 0 }
};

static const struct mechanism *find(const char *name, size_t len)
{
  const struct mechanism *m = mechanisms;

  while (m->name
      && (strncasecmp(m->name, name, len) || m->name[len])) m++;
  return m->name ? m : 0;
}

const struct mechanism *mechanism_find(const char *name)
{
  return find(name, strlen(name));
}

const struct mechanism *mechanism_of(char method)
{
  const struct mechanism *m = mechanisms;

  while (m->name && m->method != method) m++;
  return m->name ? m : 0;
}

unsigned int mechanism_bit(const struct mechanism *m)
{
  return 1u << (m - mechanisms);
}

unsigned int mechanism_set(const char *list)
{
  static const char between[] = ", \t\n";
  const struct mechanism *m;
  unsigned int set = 0;
  size_t n;

  for (list += strspn(list, between); *list;
       list += n + strspn(list + n, between)) {
    n = strcspn(list, between);
    m = find(list, n);
    if (!m) return 0;
    set |= mechanism_bit(m);
  }
  return set;
}
