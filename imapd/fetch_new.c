/* ISC licence; see LICENSE. */
#include "fetch_new.h"

#include "base/alloc.h"
#include "fetch.h"
#include "modseq.h"
#include "session.h"
#include "tell.h"

int fetch_new_parse(struct parse *p, stralloc *text, unsigned *asked)
{
  struct fetch_items items = FETCH_ITEMS_ZERO;
  char *start = p->s;
  int ok;

  /* a copy: quoted strings are unquoted in place */
  stralloc_copyb(text, p->s, (size_t)(p->end - p->s));
  ok = parse_peek(p) == '(' && fetch_items_parse(&items, p, 0);
  if (asked) *asked = items.asked;
  fetch_items_free(&items);
  text->len = ok ? (size_t)(p->s - start) : 0;
  if (!ok && !p->why) p->why = "FETCH items expected";
  return ok;
}

void fetch_new(struct session *s, const stralloc *a, const stralloc *b,
               const struct uidset *uids)
{
  struct fetch_items items = FETCH_ITEMS_ZERO;
  stralloc text = STRALLOC_ZERO;
  struct fetch_result result;
  struct parse p;

  stralloc_copyb(&text, a->s, a->len);
  if (b && b->len) {
    text.s[text.len - 1] = ' ';                 /* the ")" */
    stralloc_catb(&text, b->s + 1, b->len - 1);
  }
  parse_init(&p, text.s, text.len);
  if (fetch_items_parse(&items, &p, tell_uid_item(s, session_rev2(s)))) {
    /* nobody reads it but the client: a message is not seen by being new */
    items.sets_seen = 0;
    if (items.asked >> FETCH_FLAGS & 1 && modseq_shown(s))
      fetch_items_modseq(&items);
    fetch_run(s, &items, uids, &result);
  }
  fetch_items_free(&items);
  stralloc_free(&text);
}
