/* ISC licence; see LICENSE. */
#include "judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct court {
  const struct op *op;
  struct picture *before, *after;
  const struct doing *d;
  int said, no_room;
  char *why;
  size_t size;
};

static int no(struct court *c, const char *fmt, ...)
{
  va_list a;

  va_start(a, fmt);
  vsnprintf(c->why, c->size, fmt, a);
  va_end(a);
  return 0;
}

static const struct effect *effect(const struct court *c, char kind,
                                   const char *folder, int num)
{
  const struct effect *e;

  for (e = c->op->effects; e->kind; e++)
    if (e->kind == kind && e->num == num && e->folder
        && !strcmp(e->folder, folder)) return e;
  return 0;
}

static const struct pic_message *by_uid(const struct pic_folder *f,
                                        uint32_t uid)
{
  int i;

  for (i = 0; i < f->n; i++)
    if (f->m[i].uid == uid) return f->m + i;
  return 0;
}

/* how often a message is there with a UID that is new */
static int fresh(const struct pic_folder *b, const struct pic_folder *a,
                 int num)
{
  int i, n = 0;

  for (i = 0; a && i < a->n; i++)
    n += a->m[i].num == num && !(b && by_uid(b, a->m[i].uid));
  return n;
}

/* it was there before and is there now: is it the same? */
static int same_message(struct court *c, const struct pic_folder *f,
                        const struct pic_message *b,
                        const struct pic_message *a)
{
  const struct effect *e = effect(c, 'F', f->name, b->num);
  int changed, new = 0;

  if (a->num != b->num)
    return no(c, "UID %u was message %d, is %d", b->uid, b->num, a->num);
  if (a->date != b->date || a->vsize != b->vsize)
    return no(c, "message %d: date or size", b->num);
  changed = a->flags != b->flags || strcmp(a->keywords, b->keywords);
  if (e) new = a->flags == e->flags && !strcmp(a->keywords, e->keywords);
  if (changed && !new)
    return no(c, "message %d: flags %x %s", b->num, a->flags, a->keywords);
  if (e && !new && c->said == 1)
    return no(c, "message %d: OK was said, flags %x %s", b->num, a->flags,
              a->keywords);
  return 1;
}

/* the UID of an old message is gone */
static int may_go(struct court *c, const struct pic_folder *f,
                  const struct pic_message *b)
{
  const struct effect *e = effect(c, 'M', f->name, b->num);

  if (e) {
    if (fresh(picture_folder(c->before, e->to),
              picture_folder(c->after, e->to), b->num) != 1)
      return no(c, "message %d was not moved but lost or doubled", b->num);
    return c->said || no(c, "message %d moved, though MOVE failed", b->num);
  }
  e = effect(c, 'B', f->name, b->num);
  if (e && fresh(picture_folder(c->before, e->to),
                 picture_folder(c->after, e->to), b->num) == 1)
    return c->said || no(c, "message %d moved, though MOVE failed", b->num);
  return effect(c, 'D', f->name, b->num)
    || no(c, "%s: message %d is lost", f->name, b->num);
}

static int may_stay(struct court *c, const struct pic_folder *f,
                    const struct pic_message *b)
{
  const struct effect *e = effect(c, 'M', f->name, b->num);

  if (effect(c, 'D', f->name, b->num) && c->said == 1)
    return no(c, "message %d: OK was said, and it stays", b->num);
  if (e && c->said == 1)
    return no(c, "message %d: OK was said, and it was not moved", b->num);
  if (e && fresh(picture_folder(c->before, e->to),
                 picture_folder(c->after, e->to), b->num))
    return no(c, "message %d is in both folders", b->num);
  if (c->d->calm && effect(c, 'B', f->name, b->num))
    return no(c, "message %d was not moved", b->num);
  return 1;
}

static int may_come(struct court *c, const struct pic_folder *b,
                    const struct pic_folder *a, const struct pic_message *m)
{
  const struct effect *e;
  int n = fresh(b, a, m->num);

  for (e = c->op->effects; e->kind; e++)
    if (e->num == m->num
        && ((strchr("MB", e->kind) && !strcmp(e->to, a->name))
            || (strchr("AN", e->kind) && !strcmp(e->folder, a->name))))
      break;
  if (!e->kind) return no(c, "%s: message %d came", a->name, m->num);
  if (n > 1) return no(c, "%s: message %d came %d times", a->name, m->num, n);
  if (m->uid < b->uidnext)
    return no(c, "message %d: UID %u below UIDNEXT %u", m->num, m->uid,
              b->uidnext);
  if (strchr("AB", e->kind) && !c->said)
    return no(c, "%s: message %d is left of what failed", a->name, m->num);
  if (strchr("MB", e->kind) && c->no_room && !*m->keywords)
    return m->flags == e->flags;        /* it may lose a new keyword */
  if (m->flags != e->flags || strcmp(m->keywords, e->keywords))
    return no(c, "message %d came with flags %x %s", m->num, m->flags,
              m->keywords);
  return 1;
}

static int folder(struct court *c, const struct pic_folder *b,
                  const struct pic_folder *a)
{
  const struct pic_message *m;
  int i;

  if (a->uidvalidity != b->uidvalidity)
    return no(c, "%s: UIDVALIDITY was %u, is %u", b->name, b->uidvalidity,
              a->uidvalidity);
  if (a->uidnext < b->uidnext)
    return no(c, "%s: UIDNEXT was %u, is %u", b->name, b->uidnext,
              a->uidnext);
  if (a->modseq < b->modseq) return no(c, "%s: MODSEQ fell", b->name);
  for (i = 0; i < b->n; i++) {
    m = by_uid(a, b->m[i].uid);
    if (!m && !may_go(c, b, b->m + i)) return 0;
    if (m && !same_message(c, b, b->m + i, m)) return 0;
    if (m && !may_stay(c, b, b->m + i)) return 0;
  }
  for (i = 0; i < a->n; i++)
    if (!by_uid(b, a->m[i].uid) && !may_come(c, b, a, a->m + i)) return 0;
  return 1;
}

/* a folder that went: deleted or renamed */
static int folder_gone(struct court *c, const struct pic_folder *b)
{
  const struct effect *e = effect(c, 'R', b->name, 0);
  const struct pic_folder *a = e ? picture_folder(c->after, e->to) : 0;

  if (effect(c, 'X', b->name, 0)) return 1;
  if (!a) return no(c, "folder %s is gone", b->name);
  if (!c->said) return no(c, "folder %s moved though RENAME failed", b->name);
  return folder(c, b, a);
}

/* a deleted folder on a full disk is emptied where it is */
static int half_deleted(struct court *c, const struct pic_folder *b)
{
  return c->no_room && effect(c, 'X', b->name, 0);
}

static int old_folders(struct court *c)
{
  const struct pic_folder *b, *a;
  int i;

  for (i = 0; i < c->before->n; i++) {
    b = c->before->f + i;
    a = picture_folder(c->after, b->name);
    if (!a) {
      if (!folder_gone(c, b)) return 0;
      continue;
    }
    if (c->said == 1 && (effect(c, 'X', b->name, 0)
                         || effect(c, 'R', b->name, 0)))
      return no(c, "OK was said, and folder %s stays", b->name);
    if (!half_deleted(c, b) && !folder(c, b, a)) return 0;
  }
  return 1;
}

static int new_folders(struct court *c)
{
  const struct effect *e;
  const struct pic_folder *a;
  int i;

  for (i = 0; i < c->after->n; i++) {
    a = c->after->f + i;
    if (picture_folder(c->before, a->name)) continue;
    for (e = c->op->effects; e->kind; e++)
      if ((e->kind == 'C' && !strcmp(e->folder, a->name))
          || (e->kind == 'R' && !strcmp(e->to, a->name)))
        break;
    if (!e->kind) return no(c, "folder %s came", a->name);
    if (e->kind == 'R' && picture_folder(c->after, e->folder))
      return no(c, "folder %s is there twice", a->name);
  }
  return 1;
}

/* all that must have come is there */
static int arrivals(struct court *c)
{
  const struct effect *e;

  for (e = c->op->effects; e->kind; e++) {
    if (e->kind == 'C' && c->said == 1 && !picture_folder(c->after, e->folder))
      return no(c, "OK was said, and %s is not there", e->folder);
    if (e->kind != 'N' && (e->kind != 'A' || c->said != 1)) continue;
    if (fresh(picture_folder(c->before, e->folder),
              picture_folder(c->after, e->folder), e->num) != 1)
      return no(c, "%s: message %d is not there", e->folder, e->num);
  }
  return 1;
}

static int promised_uids(struct court *c)
{
  const struct pic_message *m;
  int i, j;

  for (i = 0; c->said == 1 && i < c->d->n; i++) {
    for (j = 0, m = 0; j < c->after->n && !(m && m->num == c->d->nums[i]); j++)
      m = by_uid(c->after->f + j, c->d->uids[i]);
    if (!m || m->num != c->d->nums[i])
      return no(c, "message %d was said to have UID %u", c->d->nums[i],
                c->d->uids[i]);
  }
  return 1;
}

static int subscribed(struct court *c)
{
  const struct effect *e = c->op->effects;
  int old = !strcmp(c->before->subscribed, c->after->subscribed);

  if (e->kind == 'S') {
    if (!strcmp(c->after->subscribed, e->to)) return 1;
    if (old && c->said != 1) return 1;
  }
  else if (old)
    return 1;
  return no(c, "subscriptions are %s", c->after->subscribed);
}

int judge(const struct op *op, struct picture *before, struct picture *after,
          const struct doing *d, int said, int no_room, char *why,
          size_t size)
{
  struct court c = { op, before, after, d, said, no_room, why, size };

  if (!after->whole) return no(&c, "%s", after->why);
  return old_folders(&c) && new_folders(&c) && arrivals(&c)
    && promised_uids(&c) && subscribed(&c);
}

int judge_same(const struct picture *a, const struct picture *b, char *why,
               size_t size)
{
  const struct pic_folder *f, *g;
  int i;

  if (!a->whole || !b->whole) {
    snprintf(why, size, "%s", a->whole ? b->why : a->why);
    return 0;
  }
  for (i = 0; i < a->n && i < b->n; i++) {
    f = a->f + i;
    g = b->f + i;
    if (!strcmp(f->name, g->name) && f->uidvalidity == g->uidvalidity
        && f->uidnext == g->uidnext && f->unseen == g->unseen
        && f->deleted == g->deleted && f->n == g->n
        && !memcmp(f->m, g->m, sizeof f->m))
      continue;
    snprintf(why, size, "%s: uidnext %u and %u, messages %d and %d", f->name,
             f->uidnext, g->uidnext, f->n, g->n);
    return 0;
  }
  if (a->n == b->n && !strcmp(a->subscribed, b->subscribed)) return 1;
  snprintf(why, size, "folders or subscriptions differ");
  return 0;
}
