/* ISC licence; see LICENSE. */
#include "users_edit.h"

#include <string.h>

#include "base/alloc.h"

int users_edit_find(const stralloc *text, const char *name,
                    struct users_entry *e, struct users_error *err)
{
  struct users_text t = { .text = text->s, .len = text->len, .line = 1 };
  struct users_entry at = { .user = USER_ZERO };
  struct users_text before = t;
  stralloc low = STRALLOC_ZERO;
  int r, found = 0;

  user_set(&low, name, strlen(name));
  users_lower(low.s, low.len);
  while ((r = users_text_next(&t, &at, err)) == 1) {
    if (found) continue;
    found = !strcmp(at.user.name.s, low.s);
    if (!found) before = t;
  }
  if (!r && found) r = users_text_next(&before, e, err);
  stralloc_free(&low);
  user_free(&at.user);
  return r;
}

static void put_fields(stralloc *out, const char *name, size_t len,
                       const struct user *u)
{
  stralloc_catb(out, name, len);
  stralloc_append(out, ':');
  stralloc_cats(out, u->hash.s);
  stralloc_append(out, ':');
  stralloc_catu(out, u->uid);
  stralloc_append(out, ':');
  stralloc_catu(out, u->gid);
  stralloc_append(out, ':');
  stralloc_cats(out, u->home.s);
  stralloc_append(out, '\n');
}

static void put_vars(stralloc *out, const char *const *vars)
{
  for (; *vars; vars++) {
    if (!strchr(*vars, '=')) continue;
    stralloc_cats(out, "  ");
    stralloc_cats(out, *vars);
    stralloc_append(out, '\n');
  }
}

void users_edit_add(stralloc *out, const stralloc *text, const char *name,
                    const struct user *u, const char *const *vars)
{
  stralloc_cat(out, text);
  put_fields(out, name, strlen(name), u);
  put_vars(out, vars);
}

/* 1 if the line sets a variable that vars has a word about */
static int concerns(const char *line, size_t len, const char *const *vars)
{
  size_t n;

  while (len && (*line == ' ' || *line == '\t')) {
    line++;
    len--;
  }
  for (; *vars; vars++) {
    n = strcspn(*vars, "=");
    if (len > n && line[n] == '=' && !memcmp(line, *vars, n)) return 1;
  }
  return 0;
}

/* The old lines behind the user's first, but for what vars changes. */
static void put_body(stralloc *out, const char *s, const char *end,
                     const char *const *vars)
{
  const char *next;

  for (; s < end; s = next) {
    next = (const char *)memchr(s, '\n', (size_t)(end - s)) + 1;
    if (!concerns(s, (size_t)(next - s), vars))
      stralloc_catb(out, s, (size_t)(next - s));
  }
}

void users_edit_change(stralloc *out, const stralloc *text,
                       const struct users_entry *e, const char *const *vars)
{
  const char *name = text->s + e->start;
  const char *colon = memchr(name, ':', text->len - e->start);

  stralloc_catb(out, text->s, e->start);
  put_fields(out, name, (size_t)(colon - name), &e->user);
  put_body(out, text->s + e->body, text->s + e->end, vars);
  put_vars(out, vars);
  stralloc_catb(out, text->s + e->end, text->len - e->end);
}

void users_edit_remove(stralloc *out, const stralloc *text,
                       const struct users_entry *e)
{
  stralloc_catb(out, text->s, e->start);
  stralloc_catb(out, text->s + e->end, text->len - e->end);
}
