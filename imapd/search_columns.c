/* ISC licence; see LICENSE. */
#include "search_columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "maildir/folder.h"
#include "message/find.h"
#include "message_cache.h"

#define WORDS (COLUMN_UIDS / 64)
#define WAIT_MAX (1u << 20)     /* octets that wait */

struct search_wait { uint32_t uid; int kind; size_t at, len; };

/* the kinds; an index that is there has them in this order */
static const char *const fields[] = { "Subject", "From", "To", "Cc", "Bcc" };
#define FIELDS ((int)(sizeof fields / sizeof *fields))

static int kind_of(const struct search_key *k)
{
  int i;

  if (k->scope != SEARCH_HEADER || k->text.len > SEARCH_KEY_MAX) return -1;
  for (i = 0; i < FIELDS; i++) if (lstr_is(k->field, fields[i])) return i;
  return -1;
}

void search_columns_begin(struct search_columns *c,
                          const struct search_program *g, struct folder *f)
{
  size_t i;

  memset(c, 0, sizeof *c);
  c->g = g;
  c->folder = f;
  c->kind = xalloc(g->nkeys * sizeof *c->kind);
  for (i = 0; i < g->nkeys; i++) {
    c->kind[i] = kind_of(&g->keys[i]);
    if (c->kind[i] >= 0) c->kinds |= 1u << c->kind[i];
  }
  if (!c->kinds) return;
  c->bits = xalloc(g->nkeys * sizeof *c->bits);
  stralloc_ready(&c->text, 256);
  stralloc_ready(&c->wait_text, 256);
}

void search_columns_end(struct search_columns *c)
{
  search_columns_flush(c);
  free(c->kind);
  free(c->bits);
  free(c->wait);
  stralloc_free(&c->text);
  stralloc_free(&c->wait_text);
}

static void set(uint64_t bits[WORDS], unsigned slot)
{
  bits[slot / 64] |= (uint64_t)1 << slot % 64;
}

static int has(const uint64_t bits[WORDS], uint32_t uid)
{
  unsigned slot = uid & (COLUMN_UIDS - 1);

  return bits[slot / 64] >> slot % 64 & 1;
}

/* in which of the column's texts is the key? */
static void look(const struct column *col, struct lstr key,
                 struct search_bits *b)
{
  const char *p = col->text, *at;
  size_t i = 0, w, end = col->len;

  memset(b->yes, 0, sizeof b->yes);
  if (!key.len) {               /* is there such a field? */
    for (i = 0; i < col->n; i++)
      if (col->end[i] > (i ? col->end[i - 1] : 0)) set(b->yes, col->slot[i]);
    i = col->n;
  }
  for (; i < col->n; i++, p = col->text + col->end[i - 1]) {
    at = find_octets(p, end - (size_t)(p - col->text), key.s, key.len);
    if (!at) break;
    while ((size_t)(at - col->text) >= col->end[i]) i++;
    set(b->yes, col->slot[i]);
  }
  for (w = 0; w < WORDS; w++) b->no[w] = col->known[w] & ~b->yes[w];
}

/* The program's answers from those of the keys that have columns; all else
 * is unknown. Recursion is as deep as the program, which the parser bounds. */
static void eval(const struct search_columns *c, size_t i,
                 struct search_bits *out)
{
  const struct search_node *x = &c->g->v[i];
  struct search_bits b;
  uint64_t swap;
  size_t child, w;

  memset(out, 0, sizeof *out);
  if (x->op == SEARCH_WORDS && c->kind[x->key] >= 0) *out = c->bits[x->key];
  if (x->op == SEARCH_AND) memset(out->yes, 0xff, sizeof out->yes);
  if (x->op == SEARCH_OR) memset(out->no, 0xff, sizeof out->no);
  if (x->op == SEARCH_AND || x->op == SEARCH_OR)
    for (child = x->child; child; child = c->g->v[child].next) {
      eval(c, child, &b);
      for (w = 0; w < WORDS; w++) {
        if (x->op == SEARCH_AND) {
          out->yes[w] &= b.yes[w];
          out->no[w] |= b.no[w];
        } else {
          out->yes[w] |= b.yes[w];
          out->no[w] &= b.no[w];
        }
      }
    }
  for (w = 0; x->not && w < WORDS; w++) {
    swap = out->yes[w];
    out->yes[w] = out->no[w];
    out->no[w] = swap;
  }
}

static void load(struct search_columns *c, uint32_t uid)
{
  struct search_bits all;
  struct column col;
  size_t i;
  int kind, there;

  c->stretch = uid >> COLUMN_BITS;
  c->loaded = 1;
  for (kind = 0; kind < FIELDS; kind++) {
    if (!(c->kinds >> kind & 1)) continue;
    there = folder_column_get(c->folder, uid, kind, CACHE_VERSION, &col);
    for (i = 0; i < c->g->nkeys; i++) {
      if (c->kind[i] != kind) continue;
      if (there) look(&col, c->g->keys[i].text, &c->bits[i]);
      else memset(&c->bits[i], 0, sizeof c->bits[i]);
    }
  }
  eval(c, 0, &all);
  memcpy(c->no, all.no, sizeof c->no);
}

int search_columns_no(struct search_columns *c, uint32_t uid)
{
  if (!c->kinds) return 0;
  if (!c->loaded || c->stretch != uid >> COLUMN_BITS) load(c, uid);
  return has(c->no, uid);
}

int search_columns_answer(const struct search_columns *c, uint32_t key,
                          uint32_t uid)
{
  if (c->kind[key] < 0) return -1;
  if (has(c->bits[key].yes, uid)) return 1;
  return has(c->bits[key].no, uid) ? 0 : -1;
}

static void put_aside(struct search_columns *c, uint32_t uid, int kind,
                      const char *s, size_t len)
{
  struct search_wait *w;

  if (c->nwait == c->await) {
    c->await = c->await ? 2 * c->await : 64;
    c->wait = xrealloc(c->wait, c->await * sizeof *c->wait);
  }
  w = &c->wait[c->nwait++];
  w->uid = uid;
  w->kind = kind;
  w->at = c->wait_text.len;
  w->len = len;
  stralloc_catb(&c->wait_text, s, len);
}

void search_columns_learn(struct search_columns *c, uint32_t uid,
                          const char *block, size_t len)
{
  struct lstr name;
  int kind;

  c->text.len = 0;
  for (kind = 0; kind < FIELDS; kind++) {
    c->from[kind] = c->text.len;
    if (!(c->kinds >> kind & 1)) continue;
    name.s = fields[kind];
    name.len = strlen(name.s);
    search_field_text(block, len, name, &c->text);
    if (c->text.len - c->from[kind] <= COLUMN_TEXT_MAX)
      put_aside(c, uid, kind, c->text.s + c->from[kind],
                c->text.len - c->from[kind]);
  }
  c->from[FIELDS] = c->text.len;
}

int search_columns_found(const struct search_columns *c, uint32_t key)
{
  int kind = c->kind[key];

  if (kind < 0) return -1;
  return search_field_has(c->text.s + c->from[kind],
                          c->from[kind + 1] - c->from[kind],
                          c->g->keys[key].text);
}

int search_columns_full(const struct search_columns *c)
{
  return c->wait_text.len >= WAIT_MAX;
}

void search_columns_flush(struct search_columns *c)
{
  const struct search_wait *w;

  for (w = c->wait; w < c->wait + c->nwait; w++)
    folder_column_put(c->folder, w->uid, w->kind, CACHE_VERSION,
                      c->wait_text.s + w->at, w->len);
  c->nwait = 0;
  c->wait_text.len = 0;
}
