/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>

#include "base/alloc.h"
#include "flags.h"
#include "limit.h"
#include "modseq.h"

/* STORE: RFC 3501 section 6.4.6; UNCHANGEDSINCE, RFC 7162 section 3.1.3 */

struct store {
  struct seqset set;
  struct flag_list list;
  enum store_how how;
  int silent;
  int conditional;
  uint64_t unchangedsince;
};

/* [SP "(" "UNCHANGEDSINCE" SP n ")"] */
static int parse_modifiers(struct parse *p, struct store *st)
{
  if (!parse_try(p, '(')) return 1;
  if (!parse_try_word(p, "UNCHANGEDSINCE")) {
    p->why = "unknown STORE modifier";
    return 0;
  }
  st->conditional = 1;
  return parse_sp(p) && parse_number64(p, &st->unchangedsince)
    && parse_char(p, ')') && parse_sp(p);
}

static int parse_store(struct parse *p, struct store *st)
{
  if (!parse_sp(p) || !parse_sequence_set(p, &st->set) || !parse_sp(p)
      || !parse_modifiers(p, st))
    return 0;
  st->how = parse_try(p, '+') ? STORE_ADD
          : parse_try(p, '-') ? STORE_REMOVE : STORE_SET;
  if (parse_try_word(p, "FLAGS.SILENT"))
    st->silent = 1;
  else if (!parse_try_word(p, "FLAGS")) {
    p->why = "unknown STORE item";
    return 0;
  }
  return parse_sp(p) && parse_flag_list(p, &st->list, 1) && parse_end(p);
}

/*
 * What is said when messages were expunged under it (RFC 2180 section 4.2) or
 * had been changed (RFC 7162 section 3.1.3; by number or by UID as the command
 * was, also in a NO).
 */
static enum status result(struct session *s, int64_t missing,
                          const struct uidset *modified)
{
  struct uidset shown = UIDSET_ZERO;
  enum status st;

  if (missing && !s->by_uid)
    st = cmd_no(s, "[EXPUNGEISSUED] some messages no longer exist");
  else
    st = cmd_ok(s, "STORE done");
  if (!modified->n) return st;
  view_numbers(&s->view, modified, s->by_uid, &shown);
  s->text.len = 0;
  stralloc_cats(&s->text, "[MODIFIED ");
  uidset_fmt(&s->text, &shown);
  stralloc_cats(&s->text, st == STATUS_OK ? "] conditional STORE failed"
                : "] some messages no longer exist");
  uidset_free(&shown);
  return st;
}

/*
 * The untagged answers. Of a message that another has changed the client gets
 * the flags, so that it need not ask. With .SILENT a CONDSTORE client gets
 * the new MODSEQ of what was changed, and of all where there was a condition.
 * How many messages are gone, or -1.
 */
static int64_t answer(struct session *s, const struct store *st,
                      const struct uidset *uids, uint64_t before,
                      const struct uidset *modified)
{
  struct uidset stored = UIDSET_ZERO;
  unsigned by_uid = s->by_uid ? REPORT_UID : 0;
  int64_t missing, more = 0;

  if (!st->silent) return flags_report(s, uids, by_uid | REPORT_FLAGS, 0);
  uidset_copy(&stored, uids);
  if (!modseq_shown(s)) {       /* no answer; nothing is to be read */
    uidset_intersect(&stored, &s->view.gone);
    missing = (int64_t)uidset_count(&stored);
    uidset_free(&stored);
    return missing;
  }
  uidset_subtract(&stored, modified);
  missing = flags_report(s, &stored, by_uid, st->conditional ? 0 : before);
  uidset_free(&stored);
  if (missing != -1 && modified->n)
    more = flags_report(s, modified, by_uid | REPORT_FLAGS, 0);
  return missing == -1 || more == -1 ? -1 : missing + more;
}

static enum status change(struct session *s, const struct store *st,
                          struct uidset *uids, struct uidset *modified)
{
  struct keyword_ids more = KEYWORD_IDS_ZERO;
  struct folder_counts before;
  uint32_t letters;
  int64_t missing = -1;

  if (flags_letters(s->folder, &st->list, st->how != STORE_REMOVE, &letters,
                    &more) == -1
      || folder_counts(s->folder, &before) == -1
      || folder_store_more(s->folder, uids, st->how, st->list.flags, letters,
                           &more,
                           st->conditional ? st->unchangedsince : UINT64_MAX,
                           modified) == -1)
    goto done;
  if (st->list.names.len) view_new_keywords(s); /* goes before FETCH FLAGS */
  missing = answer(s, st, uids, before.modseq, modified);
done:
  keyword_ids_free(&more);                      /* free(3) keeps errno */
  if (missing == -1) return cmd_fault(s, "store");
  return result(s, missing, modified);
}

static enum status store(struct session *s, const struct store *st)
{
  struct uidset uids = UIDSET_ZERO, modified = UIDSET_ZERO;
  enum status ret = STATUS_NO;

  if (view_resolve(&s->view, &st->set, s->by_uid, &uids) == -1)
    ret = cmd_bad(s, "no such message number");
  else if (st->conditional && !modseq_usable(s))
    ret = STATUS_BAD;
  else {
    if (st->conditional) modseq_enable(s);
    limit_cut(s, &uids);
    if (cmd_may_change(s)) ret = change(s, st, &uids, &modified);
  }
  uidset_free(&modified);
  uidset_free(&uids);
  return ret;
}

enum status cmd_store(struct session *s, struct parse *p)
{
  struct store st = { SEQSET_ZERO, { 0, STRALLOC_ZERO }, STORE_SET, 0, 0, 0 };
  enum status ret;

  ret = parse_store(p, &st) ? store(s, &st) : cmd_syntax(s, p);
  seqset_free(&st.set);
  flag_list_free(&st.list);
  return ret;
}
