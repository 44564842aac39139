/* ISC licence; see LICENSE. */
#include "modseq.h"

#include "base/alloc.h"
#include "reply.h"

static int kept(const struct session *s)
{
  return s->folder && !s->view.nomodseq && folder_modseqs(s->folder);
}

int modseq_shown(const struct session *s)
{
  return session_condstore(s) && kept(s);
}

void modseq_put(struct session *s, uint64_t modseq)
{
  reply_puts(&s->out, "MODSEQ (");
  reply_num(&s->out, modseq);
  reply_put(&s->out, ")", 1);
  s->view.modseq_sent = 1;
}

int modseq_withheld(const struct session *s)
{
  return s->view.hidden || s->view.gone.n || s->view.untold.n;
}

/* up to which nothing is unknown to the client */
static uint64_t highest(const struct session *s)
{
  return modseq_withheld(s) ? s->view.safe : s->view.modseq;
}

static void tell_highest(struct session *s)
{
  reply_puts(&s->out, "* OK [HIGHESTMODSEQ ");
  reply_num(&s->out, highest(s));
  reply_puts(&s->out, "] all changes up to this one were told\r\n");
  s->view.modseq_sent = 0;
}

void modseq_enable(struct session *s)
{
  int first = !session_condstore(s);

  s->enabled |= ENABLED_CONDSTORE;
  if (first && kept(s)) tell_highest(s);
}

int modseq_usable(struct session *s)
{
  if (kept(s)) return 1;
  cmd_bad(s, "this mailbox has no mod-sequences now (NOMODSEQ)");
  return 0;
}

void modseq_open(struct session *s)
{
  s->view.nomodseq = !folder_modseqs(s->folder);
  if (!s->view.nomodseq) tell_highest(s);
  else
    reply_untagged(&s->out, "OK [NOMODSEQ] mod-sequences are not kept here");
}

void modseq_look(struct session *s)
{
  struct view *v = &s->view;

  if (v->nomodseq || v->lost || folder_modseqs(s->folder)) return;
  v->lost = 1;
  if (v->modseq_sent) tell_highest(s);
  reply_untagged(&s->out,
                 "OK [NOMODSEQ] mod-sequences are kept no longer");
}

/* the code into the tagged OK; 0 if there is another one already */
static int into_text(struct session *s)
{
  stralloc code = STRALLOC_ZERO;

  if (s->text.len && s->text.s[0] == '[') return 0;
  stralloc_cats(&code, "[HIGHESTMODSEQ ");
  stralloc_catu(&code, highest(s));
  stralloc_cats(&code, "] ");
  stralloc_cat(&code, &s->text);
  stralloc_copy(&s->text, &code);
  stralloc_free(&code);
  s->view.modseq_sent = 0;
  return 1;
}

void modseq_finish(struct session *s, enum status st)
{
  struct view *v = &s->view;
  int due = modseq_withheld(s) ? v->modseq_sent : v->expunge_sent;

  v->expunge_sent = 0;
  if (due && modseq_shown(s) && (st != STATUS_OK || !into_text(s)))
    tell_highest(s);
}

void modseq_between(struct session *s)
{
  if (modseq_withheld(s)) modseq_unsure(s);
}

void modseq_unsure(struct session *s)
{
  if (s->view.modseq_sent && modseq_shown(s)) tell_highest(s);
}
