/* ISC licence; see LICENSE. */
#include "object_id.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <skalibs/sha256.h>

#include "base/alloc.h"
#include "message/header.h"
#include "message/msgid.h"

/* half of SHA-256 is more than chance or malice can make collide */
static void hashed(object_id out, char kind, const char *s, size_t len)
{
  static const char hex[] = "0123456789abcdef";
  SHA256Schedule h = SHA256_INIT();
  char digest[32];
  int i;

  sha256_update(&h, s, len);
  sha256_final(&h, digest);
  *out++ = kind;
  for (i = 0; i < (OBJECT_ID_LEN - 1) / 2; i++) {
    *out++ = hex[(unsigned char)digest[i] >> 4];
    *out++ = hex[digest[i] & 15];
  }
  *out = 0;
}

int object_id_mailbox(object_id out, struct folder *f)
{
  char guid[33];
  uint32_t v;

  if (folder_guid(f, guid, &v) == -1) return -1;
  *out = 'F';
  memcpy(out + 1, guid, sizeof guid);
  if (strlen(guid) == OBJECT_ID_LEN - 1) return 0;
  /* a list by software that knows no GUIDs, in mail that we may not write */
  hashed(out, 'F', (const char *)&v, sizeof v);
  return 0;
}

void object_id_email(object_id out, const struct message *m)
{
  if (m->guidlen) hashed(out, 'M', m->guid, m->guidlen);
  else hashed(out, 'M', m->name, filename_base(m->name, m->namelen));
}

/* the first message id of a field, in id; 1, 0 it has none */
static int first_id(struct lstr headers, const char *name, stralloc *id)
{
  struct header_field f;
  size_t pos = 0;

  return header_find(headers.s, headers.len, name, &f)
    && msgid_next(f.body.s, f.body.len, &pos, id);
}

void object_id_thread(object_id out, const object_id email,
                      struct lstr headers)
{
  stralloc id = STRALLOC_ZERO;

  if (headers.s && (first_id(headers, "References", &id)
                    || first_id(headers, "In-Reply-To", &id)
                    || first_id(headers, "Message-ID", &id)))
    hashed(out, 'T', id.s, id.len);
  else
    hashed(out, 'T', email, OBJECT_ID_LEN);
  stralloc_free(&id);
}
