/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "contexts.h"
#include "search.h"

/* those that every client knows; there are more (RFC 3501 section 7.1) */
#define CHARSETS "UTF-8 US-ASCII ISO-8859-1 ISO-8859-15 WINDOWS-1252"

enum status search_refuse(struct session *s, const struct search_program *g,
                          const struct parse *p)
{
  if (g->bad_charset)
    return cmd_no(s, "[BADCHARSET (" CHARSETS ")] unknown charset");
  return cmd_syntax(s, p);
}

enum status search_finish(struct session *s, const struct search_result *r,
                          const char *text)
{
  static const char issued[] = "[EXPUNGEISSUED] ";
  char line[80];


  if (r->stopped) return cmd_no(s, "[UNAVAILABLE] interrupted");
  if (r->error) {
    errno = r->error;
    return cmd_fault(s, "search");
  }
  /* RFC 5530: numbers of the answer are good, but some are of messages that
   * the client will soon hear are gone */
  if (!s->view.gone.n || s->by_uid) return cmd_ok(s, text);
  memcpy(line, issued, sizeof issued);
  strncat(line, text, sizeof line - sizeof issued);
  return cmd_ok(s, line);
}

/* IMAP4rev2 has no other answer than ESEARCH: RFC 9051 section 6.4.4 */
static void always_extended(struct search_program *g)
{
  if (!g->extended) g->options = SEARCH_ALL;
  g->extended = 1;
}

static enum status run(struct session *s, struct search_program *g)
{
  struct search_place here = { s->folder, &s->view, 0, 0, 1 };
  struct search_result result = { UIDSET_ZERO, 0, 0 };
  enum status ret;

  if (g->options & SEARCH_UPDATE && contexts_have(s))
    return cmd_bad(s, "a search with updates has this tag");
  if (!search_allowed(s, g)) return STATUS_BAD;
  search_bind(g, &s->view, s->folder, time(0));
  search_run(s, &here, g, &result);
  if (!result.stopped) search_reply(s, g, &result.uids);
  ret = search_finish(s, &result, "searched");
  if (ret == STATUS_OK && g->options & SEARCH_SAVE)
    search_returned(g, &result.uids, &s->view.saved);
  if (ret == STATUS_OK && g->options & SEARCH_UPDATE)
    contexts_add(s, g, &result.uids, 0, 0);
  uidset_free(&result.uids);
  return ret;
}

/* SEARCH: RFC 3501 section 6.4.4, RFC 4731, RFC 5032, RFC 5182, RFC 7162, RFC
 * 9394, RFC 9738 */
enum status cmd_search(struct session *s, struct parse *p)
{
  struct search_program g = SEARCH_PROGRAM_ZERO;
  enum status ret;

  if (parse_sp(p) && search_parse(&g, p)) {
    if (session_rev2(s)) always_extended(&g);
    ret = run(s, &g);
  }
  else ret = search_refuse(s, &g, p);
  /* RFC 5182 section 2.1: NO empties what was saved, BAD leaves it */
  if (ret == STATUS_NO && g.options & SEARCH_SAVE)
    uidset_clear(&s->view.saved);
  search_program_free(&g);
  return ret;
}
