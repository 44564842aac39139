/* ISC licence; see LICENSE. */
#include "command.h"

#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "contexts.h"
#include "search.h"
#include "sort.h"
#include "sort_reply.h"

static enum status run(struct session *s, struct search_program *g,
                       const struct sort_order *by)
{
  struct search_place here = { s->folder, &s->view, 0, 1, 0 };
  struct search_result result = { UIDSET_ZERO, 0, 0 };
  struct sorted sorted = { 0, 0 };
  enum status ret;

  if (g->options & SEARCH_UPDATE && contexts_have(s))
    return cmd_bad(s, "a search with updates has this tag");
  if (!search_allowed(s, g)) return STATUS_BAD;
  search_bind(g, &s->view, s->folder, time(0));
  search_run(s, &here, g, &result);
  if (!result.stopped)
    sort_run(s, s->folder, &result.uids, by, &sorted, &result);
  if (!result.stopped) sort_reply(s, g, &sorted);
  ret = search_finish(s, &result, "sorted");
  if (ret == STATUS_OK && g->options & SEARCH_SAVE) {
    uidset_clear(&s->view.saved);
    sort_returned(g, &sorted, &s->view.saved);
  }
  if (ret == STATUS_OK && g->options & SEARCH_UPDATE)
    contexts_add(s, g, &result.uids, by, &sorted);
  free(sorted.v);
  uidset_free(&result.uids);
  return ret;
}

/* SORT: RFC 5256 section 3, RFC 5267 section 3 */
enum status cmd_sort(struct session *s, struct parse *p)
{
  struct search_program g = SEARCH_PROGRAM_ZERO;
  struct sort_order by;
  enum status ret;

  if (parse_sp(p) && search_parse_return(&g, p) && sort_parse(&by, p) &&
      parse_sp(p) && search_parse_charset(&g, p) && parse_sp(p) &&
      search_parse_keys(&g, p))
    ret = run(s, &g, &by);
  else ret = search_refuse(s, &g, p);
  /* RFC 5182 section 2.1 */
  if (ret == STATUS_NO && g.options & SEARCH_SAVE)
    uidset_clear(&s->view.saved);
  search_program_free(&g);
  return ret;
}
