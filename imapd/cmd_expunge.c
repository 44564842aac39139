/* ISC licence; see LICENSE. */
#include "command.h"

/*
 * EXPUNGE and UID EXPUNGE. The untagged EXPUNGEs are told by the sync at the
 * command's end, as those that others caused.
 */

static enum status expunge(struct session *s, const struct uidset *uids)
{
  struct uidset removed = UIDSET_ZERO;
  int r;

  r = folder_remove(s->folder, uids, 1, &removed);
  s->expunged += uidset_count(&removed);
  uidset_free(&removed);
  return r == -1 ? cmd_fault(s, "expunge") : cmd_ok(s, "EXPUNGE done");
}

enum status cmd_expunge(struct session *s, struct parse *p)
{
  if (!parse_end(p)) return cmd_syntax(s, p);
  if (!cmd_may_change(s)) return STATUS_NO;
  /* only what the client has been told of */
  return expunge(s, &s->view.uids);
}

/* RFC 4315 section 2.1 */
enum status cmd_uid_expunge(struct session *s, struct parse *p)
{
  struct seqset set = SEQSET_ZERO;
  struct uidset uids = UIDSET_ZERO;
  enum status st = STATUS_NO;

  if (!parse_sp(p) || !parse_sequence_set(p, &set) || !parse_end(p)) {
    seqset_free(&set);
    return cmd_syntax(s, p);
  }
  if (cmd_may_change(s)) {
    view_resolve(&s->view, &set, 1, &uids);
    st = expunge(s, &uids);
  }
  uidset_free(&uids);
  seqset_free(&set);
  return st;
}
