/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "list_line.h"
#include "mailboxes.h"
#include "message/net_unicode.h"
#include "metadata.h"
#include "pattern.h"
#include "status_items.h"

/*
 * LIST and LSUB: RFC 3501 sections 6.3.8, 6.3.9; RFC 9051 section 6.3.9, with
 * LIST-EXTENDED RFC 5258, LIST-STATUS RFC 5819, SPECIAL-USE RFC 6154, CHILDREN
 * RFC 3348, LIST-METADATA RFC 9590.
 */

/* patterns in one command */
#define PATTERNS_MAX 64

struct listing {
  int lsub;                     /* LSUB */
  int extended;                 /* one of the three forms of RFC 5258 */
  int select_subscribed, select_use, recursive;
  int return_subscribed;
  unsigned status;              /* items to return, 0: none */
  struct metadata_query metadata;       /* entries to return: RFC 9590 */
  struct text reference;
  struct text text[PATTERNS_MAX];
  size_t n;                     /* of text */
  int too_many;
  struct pattern pattern[2 * PATTERNS_MAX];
  char alias[2 * PATTERNS_MAX]; /* it asks for names by the alias */
  size_t npattern;
};

static int fault(struct parse *p, const char *why)
{
  p->why = why;
  return 0;
}

/* list-select-opts, behind its "(" */
static int select_options(struct parse *p, struct listing *l)
{
  struct text t;

  if (parse_try(p, ')')) return 1;
  do {
    if (!parse_atom(p, &t)) return 0;
    if (text_is(&t, "SUBSCRIBED"))
      l->select_subscribed = l->return_subscribed = 1;
    else if (text_is(&t, "SPECIAL-USE"))
      l->select_use = 1;
    else if (text_is(&t, "RECURSIVEMATCH"))
      l->recursive = 1;
    else if (!text_is(&t, "REMOTE"))    /* there are no remote mailboxes */
      return fault(p, "unknown LIST selection option");
  } while (parse_try(p, ' '));
  if (l->recursive && !l->select_subscribed && !l->select_use)
    return fault(p, "RECURSIVEMATCH needs another selection option");
  return parse_char(p, ')');
}

static int one_pattern(struct parse *p, struct listing *l)
{
  struct text rest;

  l->too_many = l->n == PATTERNS_MAX;
  return parse_list_mailbox(p, l->too_many ? &rest : &l->text[l->n++]);
}

static int patterns(struct parse *p, struct listing *l)
{
  if (l->lsub || !parse_try(p, '(')) return one_pattern(p, l);
  l->extended = 1;
  do
    if (!one_pattern(p, l)) return 0;
  while (parse_try(p, ' '));
  return parse_char(p, ')');
}

static int return_options(struct parse *p, struct listing *l)
{
  struct text t;

  if (!parse_try_word(p, "RETURN"))
    return fault(p, "unexpected text after the command");
  if (!parse_sp(p) || !parse_char(p, '(')) return 0;
  l->extended = 1;
  if (parse_try(p, ')')) return 1;
  do {
    if (!parse_atom(p, &t)) return 0;
    if (text_is(&t, "SUBSCRIBED"))
      l->return_subscribed = 1;
    else if (text_is(&t, "STATUS")) {
      if (!parse_sp(p) || !parse_status_items(p, &l->status)) return 0;
    } else if (text_is(&t, "METADATA")) {
      if (!parse_sp(p) || parse_peek(p) != '(')
        return fault(p, "METADATA needs a list of entries");
      l->metadata.n = 0;
      if (!metadata_parse_entries(&l->metadata, p)) return 0;
    } else if (!text_is(&t, "CHILDREN") && !text_is(&t, "SPECIAL-USE"))
      return fault(p, "unknown LIST return option");
  } while (parse_try(p, ' '));
  return parse_char(p, ')');
}

static int parse_list(struct parse *p, struct listing *l)
{
  if (!parse_sp(p)) return 0;
  if (!l->lsub && parse_try(p, '(')) {
    l->extended = 1;
    if (!select_options(p, l) || !parse_sp(p)) return 0;
  }
  if (!parse_mailbox(p, &l->reference) || !parse_sp(p) || !patterns(p, l))
    return 0;
  if (!l->lsub && parse_peek(p) == ' '
      && (!parse_sp(p) || !return_options(p, l)))
    return 0;
  return parse_end(p);
}

static void add_pattern(struct listing *l, const stralloc *s,
                        const struct namespace *ns)
{
  l->alias[l->npattern] = namespace_asks_alias(ns, s->s, s->len);
  pattern_init(&l->pattern[l->npattern++], s->s, s->len, ns->separator);
}

/* The canonical pattern is the reference and the pattern, one behind the
 * other. RFC 3501 section 6.3.8. */
static void compile(struct listing *l, const struct namespace *ns, int utf8)
{
  stralloc both = STRALLOC_ZERO, nfc = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < l->n; i++) {
    /* an empty one among many names nothing: RFC 5258 section 3 */
    if (!l->text[i].len && l->extended) continue;
    both.len = nfc.len = 0;
    stralloc_catb(&both, l->reference.s, l->reference.len);
    stralloc_catb(&both, l->text[i].s, l->text[i].len);
    add_pattern(l, &both, ns);
    /* names are taken as they are and normalized: mailbox_name.h */
    if (!utf8 || !net_unicode(&nfc, both.s, both.len)) continue;
    if (nfc.len == both.len && !memcmp(nfc.s, both.s, nfc.len)) continue;
    add_pattern(l, &nfc, ns);
  }
  stralloc_free(&both);
  stralloc_free(&nfc);
}

static int matches(const struct listing *l, const struct mailbox *m, char sep,
                   int by_alias)
{
  size_t i, nocase = mailbox_nocase(m, sep);

  for (i = 0; i < l->npattern; i++)
    if (l->alias[i] == by_alias
        && pattern_match(&l->pattern[i], m->name, m->len, nocase)) return 1;
  return 0;
}

/* marks of a mailbox */
#define MATCHES  0x01u          /* its name matches a pattern */
#define SELECTED 0x02u          /* it meets the selection criteria */
#define BELOW    0x04u          /* something below it does */
#define HIDDEN   0x08u          /* and does not match: it will not be seen */

static int selected(const struct listing *l, const struct mailbox *m)
{
  if (l->lsub) return m->subscribed;
  if (l->select_subscribed && !m->subscribed) return 0;
  if (l->select_use && !m->use) return 0;
  return l->select_subscribed || m->exists;
}

/* Tell everything above row i that it is there. */
static void mark_above(struct mailboxes *all, size_t i, unsigned bits)
{
  long p;

  for (p = all->m[i].parent; p != -1; p = all->m[p].parent) {
    if ((all->m[p].mark & bits) == bits) break;
    all->m[p].mark |= bits;
  }
}

static void mark(struct mailboxes *all, const struct listing *l, char sep)
{
  struct mailbox *m;
  size_t i;

  for (i = 0; i < all->n; i++) {
    m = &all->m[i];
    if (matches(l, m, sep, all->by_alias)) m->mark |= MATCHES;
    if (!selected(l, m)) continue;
    m->mark |= SELECTED;
    mark_above(all, i, m->mark & MATCHES ? BELOW : BELOW | HIDDEN);
  }
}

/*
 * Shown are the names that match and are selected, and those that match and
 * stand for something below them that does not match: with RECURSIVEMATCH
 * (RFC 5258 section 3.5), in LSUB ("%", RFC 3501 section 6.3.9), and as
 * names without a folder in a plain LIST (6.3.8).
 */
static int shown(const struct listing *l, const struct mailbox *m)
{
  if (!(m->mark & MATCHES)) return 0;
  if (m->mark & SELECTED) return 1;
  if (!(m->mark & HIDDEN)) return 0;
  return l->recursive || l->lsub || (!l->select_subscribed && !l->select_use);
}

/* how the line of a mailbox is to look */
static unsigned line(const struct listing *l, const struct mailbox *m)
{
  unsigned how = l->lsub ? LINE_LSUB : 0;

  if (l->lsub && !(m->mark & SELECTED)) how |= LINE_NOSELECT;
  if (!l->lsub && l->return_subscribed) how |= LINE_SUBSCRIBED;
  if (l->extended) how |= LINE_NONEXISTENT;
  if (!l->recursive || !(m->mark & BELOW)) return how;
  if (l->select_subscribed) how |= LINE_BELOW_SUBSCRIBED;
  if (l->select_use) how |= LINE_BELOW_USE;
  return how;
}

/* Where it cannot be read the line is left out: RFC 9590 section 4 */
static void put_metadata(struct session *s, const struct listing *l,
                         const struct mailbox *m)
{
  struct attribute_owner o = { m->storage, strlen(m->storage), 0 };
  uint64_t longest;

  if (metadata_put(s, &l->metadata, &o, m->name, m->len, m->use, &longest)
      == -1)
    log_fault("fault", "metadata");
}

/* STATUS is looked up first: where it fails, LIST says \Noselect. RFC 5819 */
static void put_with_status(struct session *s, const struct listing *l,
                            const struct mailbox *m)
{
  struct status_facts c;
  int want = l->status && m->exists && (m->mark & SELECTED);

  if (want && status_counts(s, m->storage, strlen(m->storage), l->status, &c)
      == -1) {
    list_line(s, m, line(l, m) | LINE_NOSELECT, 0);
    return;
  }
  list_line(s, m, line(l, m), 0);
  if (want) status_put(s, m->name, m->len, l->status, &c);
  if (l->metadata.n && m->exists && m->mark & SELECTED) put_metadata(s, l, m);
}

/* what the patterns ask for by the prefix, or by the alias */
static int put_form(struct session *s, const struct listing *l, int by_alias)
{
  char sep = s->account.tree.ns.separator;
  struct mailboxes all = { 0 };
  size_t i;
  int ret = mailboxes_read(&all, &s->account.tree,
                           l->lsub || l->return_subscribed, session_utf8(s),
                           by_alias);

  if (ret == 0) mark(&all, l, sep);
  for (i = 0; ret == 0 && i < all.n; i++)
    if (shown(l, &all.m[i])) {
      put_with_status(s, l, &all.m[i]);
      if (reply_drain(&s->out) == -1) break;
    }
  mailboxes_free(&all);
  return ret;
}

static int put_all(struct session *s, struct listing *l)
{
  int ret = 0, form;
  size_t i;

  compile(l, &s->account.tree.ns, session_utf8(s));
  for (form = 0; ret == 0 && form < 2; form++)
    if (memchr(l->alias, form, l->npattern)) ret = put_form(s, l, form);
  for (i = 0; i < l->npattern; i++) pattern_free(&l->pattern[i]);
  return ret;
}

/* LIST "" "": the separator and the root of the reference's name */
static void put_root(struct session *s, const struct listing *l)
{
  const struct namespace *ns = &s->account.tree.ns;
  char sep[4] = { '"', ns->separator, '"', ' ' };
  const struct text *t = &l->reference;
  int alias = namespace_asks_alias(ns, t->s, t->len);
  const stralloc *root = alias ? &ns->alias : &ns->prefix;
  int below = root->len && t->len >= root->len
              && (alias || !memcmp(t->s, root->s, root->len));

  reply_puts(&s->out, "* LIST (\\Noselect) ");
  reply_put(&s->out, sep, sizeof sep);
  reply_astring(&s->out, root->s ? root->s : "", below ? root->len : 0);
  reply_crlf(&s->out);
}

static enum status list(struct session *s, struct parse *p, int lsub)
{
  struct listing *l = xalloc(sizeof *l);
  enum status st;

  memset(l, 0, sizeof *l);
  l->lsub = lsub;
  if (!parse_list(p, l))
    st = cmd_syntax(s, p);
  else if (l->too_many)
    st = cmd_no(s, "[LIMIT] too many patterns");
  else if (!l->extended && !lsub && !l->text[0].len) {
    put_root(s, l);
    st = cmd_ok(s, "LIST done");
  } else
    st = put_all(s, l) == -1 ? cmd_fault(s, "list")
                             : cmd_ok(s, lsub ? "LSUB done" : "LIST done");
  free(l);
  return st;
}

enum status cmd_list(struct session *s, struct parse *p)
{
  return list(s, p, 0);
}

enum status cmd_lsub(struct session *s, struct parse *p)
{
  return list(s, p, 1);
}
