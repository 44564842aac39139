/* ISC licence; see LICENSE. */
#include "command.h"

#include "limit.h"

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
  view_removed(s, &removed);
  uidset_free(&removed);
  return r == -1 ? cmd_fault(s, "expunge") : cmd_ok(s, "EXPUNGE done");
}

/* RFC 9738 section 3.1: it is messages with \Deleted that count */
static void limit_deleted(struct session *s, struct uidset *uids)
{
  struct uidset deleted = UIDSET_ZERO;
  struct message m;
  uint32_t uid = 0;

  if (!s->message_limit || uidset_count(uids) <= s->message_limit) return;
  if (folder_begin(s->folder) == -1) return;
  while (uid != UINT32_MAX && (uid = uidset_next(uids, uid + 1)))
    if (folder_get(s->folder, uid, &m) == 1 && m.flags & MF_DELETED)
      uidset_add(&deleted, uid, uid);
  folder_end(s->folder);
  limit_cut(s, &deleted);
  uidset_copy(uids, &deleted);
  uidset_free(&deleted);
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
    limit_deleted(s, &uids);
    st = expunge(s, &uids);
  }
  uidset_free(&uids);
  seqset_free(&set);
  return st;
}
