/* ISC licence; see LICENSE. */
#include <string.h>

#include "message/mime_impl.h"

/* the tree itself: making parts, walking, what opaque parts are shown as */

struct mime_part *mime_part_new(struct mime_message *m,
                                struct mime_part *parent)
{
  struct mime_part *p = arena_get(m->arena, sizeof *p);

  memset(p, 0, sizeof *p);
  p->index = m->parts++;
  p->number = 1;
  if (!parent) {
    m->root = p;
    return p;
  }
  p->parent = parent;
  p->depth = parent->depth + 1;
  if (!parent->child) parent->child = p;
  else parent->last->next = p;
  parent->last = p;
  p->number = ++parent->children;
  return p;
}

const struct mime_part *mime_next(const struct mime_part *p)
{
  if (p->child) return p->child;
  while (p && !p->next) p = p->parent;
  return p ? p->next : 0;
}

void mime_show_text(struct mime_part *part)
{
  static const struct mime_param plain[] = {
    { { "charset", 7 }, { "us-ascii", 8 } }
  };

  part->kind = MIME_LEAF;
  part->flags = (uint16_t)((part->flags | MIME_OPAQUE | MIME_TEXT)
                           & ~MIME_MESSAGE_TYPE);
  part->type = LSTR("text");
  part->subtype = LSTR("plain");
  part->params.v = plain;
  part->params.n = 1;
  part->charset = plain[0].value;
}

void mime_show_octets(struct mime_part *part)
{
  part->kind = MIME_LEAF;
  part->flags = (uint16_t)((part->flags | MIME_OPAQUE)
                           & ~(MIME_TEXT | MIME_MESSAGE_TYPE));
  part->type = LSTR("application");
  part->subtype = LSTR("octet-stream");
  part->charset = (struct lstr)LSTR_ZERO;
}
