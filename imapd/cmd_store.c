/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>

#include "base/alloc.h"
#include "flags.h"

/* STORE: RFC 3501 section 6.4.6 */

struct store {
  struct seqset set;
  struct flag_list list;
  enum store_how how;
  int silent;
};

static int parse_store(struct parse *p, struct store *st)
{
  if (!parse_sp(p) || !parse_sequence_set(p, &st->set) || !parse_sp(p))
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

/* What is said when messages were expunged under it: RFC 2180 section 4.2 */
static enum status result(struct session *s, int64_t missing)
{
  if (missing && !s->by_uid)
    return cmd_no(s, "[EXPUNGEISSUED] some messages no longer exist");
  return cmd_ok(s, "STORE done");
}

static enum status store(struct session *s, const struct store *st)
{
  struct uidset uids = UIDSET_ZERO, gone = UIDSET_ZERO;
  enum status ret = STATUS_NO;
  struct keyword_ids more = KEYWORD_IDS_ZERO;
  uint32_t letters;
  int64_t missing;

  if (view_resolve(&s->view, &st->set, s->by_uid, &uids) == -1) {
    ret = cmd_bad(s, "no such message number");
    goto done;
  }
  if (!cmd_may_change(s)) goto done;
  if (flags_letters(s->folder, &st->list, st->how != STORE_REMOVE, &letters,
                    &more) == -1
      || folder_store_more(s->folder, &uids, st->how, st->list.flags, letters,
                           &more, UINT64_MAX, 0) == -1) {
    ret = cmd_fault(s, "store");
    goto done;
  }
  uidset_copy(&gone, &uids);
  uidset_intersect(&gone, &s->view.gone);
  missing = (int64_t)uidset_count(&gone);
  if (st->list.names.len) view_new_keywords(s); /* goes before FETCH FLAGS */
  if (!st->silent) {
    missing = flags_report(s, &uids, s->by_uid);
    if (missing == -1) {
      ret = cmd_fault(s, "store");
      goto done;
    }
  }
  ret = result(s, missing);
done:
  keyword_ids_free(&more);
  uidset_free(&gone);
  uidset_free(&uids);
  return ret;
}

enum status cmd_store(struct session *s, struct parse *p)
{
  struct store st = { SEQSET_ZERO, { 0, STRALLOC_ZERO }, STORE_SET, 0 };
  enum status ret;

  ret = parse_store(p, &st) ? store(s, &st) : cmd_syntax(s, p);
  seqset_free(&st.set);
  flag_list_free(&st.list);
  return ret;
}
