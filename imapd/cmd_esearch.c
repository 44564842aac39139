/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/log.h"
#include "contexts.h"
#include "mailbox_filter.h"
#include "mailbox_name.h"
#include "search.h"

/* ESEARCH: one search in several mailboxes, RFC 7377. */

/* In one folder. Nothing found is nothing said (section 2.1). */
static void search_in(struct session *s, const struct search_place *where,
                      struct search_program *g, struct search_result *result)
{
  const char *storage = folder_name(where->folder);
  stralloc name = STRALLOC_ZERO;
  struct folder_counts c;

  search_bind(g, where->view, where->folder, time(0));
  search_run(s, where, g, result);
  if (result->stopped || !result->uids.n) return;
  if (folder_counts(where->folder, &c) == -1) return;
  mailbox_wire(s, storage, strlen(storage), &name);
  search_reply_folder(s, where->folder, g, &result->uids, &name,
                      c.uidvalidity);
  stralloc_free(&name);
}

/* In a folder that is not selected: it gets a view for so long. */
static void search_other(struct session *s, const char *storage,
                         struct search_program *g,
                         struct search_result *result)
{
  static const struct view none;
  struct view view = none;
  struct folder *f;
  struct search_place where = { .view = &view };

  if (folder_open(&f, &s->account, storage, strlen(storage), 0) == -1) f = 0;
  where.folder = f;
  if (f && folder_sync(f) == 0 && view_open(&view, f) == 0)
    search_in(s, &where, g, result);
  else if (errno != ENOENT && errno != ENOTDIR) {
    result->error = errno;
    log_fault("fault", "search");
  }
  view_free(&view);
  if (f) folder_close(f);
  uidset_clear(&result->uids);
}

/* the folders of names but the selected one; 1 if that is among them */
static int search_others(struct session *s, const stralloc *names,
                         struct search_program *g,
                         struct search_result *result)
{
  size_t i;
  int selected = 0;

  for (i = 0; i < names->len && !result->stopped;
       i += strlen(names->s + i) + 1) {
    if (s->folder && !strcmp(names->s + i, folder_name(s->folder)))
      selected = 1;
    else search_other(s, names->s + i, g, result);
    if (reply_drain(&s->out) == -1) break;
  }
  return selected;
}

/* the selected one comes last: its binding and result may become a context */
static enum status run(struct session *s, const struct mailbox_filter *filter,
                       struct search_program *g)
{
  struct search_place here = { .folder = s->folder, .view = &s->view };
  struct search_result result = { UIDSET_ZERO, 0, 0 };
  stralloc names = STRALLOC_ZERO;
  enum status ret;
  int selected = !!(filter->kinds & FILTER_SELECTED);

  if (filter->n || filter->kinds & ~FILTER_SELECTED) {
    if (mailbox_filter_find(s, filter, &names) == -1) {
      ret = cmd_fault(s, "esearch");
      stralloc_free(&names);
      return ret;
    }
    selected |= search_others(s, &names, g, &result);
  }
  if (selected && !result.stopped) search_in(s, &here, g, &result);
  ret = search_finish(s, &result, "searched");
  if (ret == STATUS_OK && g->options & SEARCH_SAVE)
    search_returned(g, &result.uids, &s->view.saved);
  if (ret == STATUS_OK && selected && g->options & SEARCH_UPDATE)
    contexts_add(s, g, &result.uids, 0, 0);
  stralloc_free(&names);
  uidset_free(&result.uids);
  return ret;
}

/* the rules of section 2.2: 1, or 0 with BAD in text */
static int allowed(struct session *s, const struct mailbox_filter *filter,
                   const struct search_program *g)
{
  const char *why = 0;

  if (filter->kinds & FILTER_SELECTED && !s->folder)
    why = "no mailbox is selected";
  else if (g->options & SEARCH_SAVE &&
           (filter->kinds != FILTER_SELECTED || filter->n))
    why = "SAVE is for the selected mailbox alone";
  else if (g->options & SEARCH_UPDATE && !s->folder)
    why = "UPDATE is for the selected mailbox";
  else if (g->options & SEARCH_UPDATE && contexts_have(s))
    why = "a search with updates has this tag";
  if (why) {
    cmd_bad(s, why);
    return 0;
  }
  /* without a selected folder there is none that MODSEQs could fail for */
  return (!s->folder && g->modseq && !g->numbers) || search_allowed(s, g);
}

/* ["IN" SP "(" source-mbox ")" SP]; scope options are not defined yet */
static int parse_source(struct mailbox_filter *filter, struct parse *p)
{
  if (!parse_try_word(p, "IN")) {
    filter->kinds = FILTER_SELECTED;
    return 1;
  }
  if (!parse_sp(p) || !parse_char(p, '(')) return 0;
  do
    if (!mailbox_filter_parse(filter, p)) return 0;
  while (parse_try(p, ' '));
  return parse_char(p, ')') && parse_sp(p);
}

enum status cmd_esearch(struct session *s, struct parse *p)
{
  struct search_program g = SEARCH_PROGRAM_ZERO;
  struct mailbox_filter filter = MAILBOX_FILTER_ZERO;
  enum status ret = STATUS_BAD;

  s->by_uid = 1;                /* section 2.1: always UIDs */
  if (!parse_sp(p) || !parse_source(&filter, p) || !search_parse(&g, p))
    ret = search_refuse(s, &g, p);
  else {
    if (!g.extended) g.options = SEARCH_ALL;
    g.extended = 1;
    if (allowed(s, &filter, &g)) ret = run(s, &filter, &g);
  }
  if (ret == STATUS_NO && g.options & SEARCH_SAVE)
    uidset_clear(&s->view.saved);
  mailbox_filter_free(&filter);
  search_program_free(&g);
  return ret;
}
