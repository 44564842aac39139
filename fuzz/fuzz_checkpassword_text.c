/* ISC licence; see LICENSE. */
/*
 * The text of virtual users. What is taken keeps to the rules for a user;
 * writing a user back and reading it again gives the same one and leaves all
 * other octets; taking a user out leaves the rest readable.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkpassword/users_edit.h"
#include "checkpassword/users_text.h"

const char *PROG = "fuzz_checkpassword_text";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct users_error err;

/* Number of users, or -1; each is looked at. */
static long read_all(const char *s, size_t len)
{
  struct users_text t = { .text = s, .len = len, .line = 1 };
  struct users_entry e = { .user = USER_ZERO };
  size_t before = 0;
  long n = 0;
  int r;

  while ((r = users_text_next(&t, &e, &err)) == 1) {
    if (user_bad(&e.user)) abort();
    if (e.start < before || e.body <= e.start || e.end < e.body
        || e.end > len) abort();
    before = e.end;
    n++;
  }
  if (r == -1 && (!err.reason || !err.line)) abort();
  user_free(&e.user);
  return r == -1 ? -1 : n;
}

static int same(const stralloc *a, const stralloc *b)
{
  return a->len == b->len && (!a->len || !memcmp(a->s, b->s, a->len));
}

static void edit(const stralloc *text, const char *name, long users)
{
  static const char *const none[] = { 0 };
  struct users_entry a = { .user = USER_ZERO }, b = { .user = USER_ZERO };
  stralloc out = STRALLOC_ZERO;

  if (users_edit_find(text, name, &a, &err) != 1) abort();
  users_edit_change(&out, text, &a, none);
  if (users_edit_find(&out, name, &b, &err) != 1) abort();
  if (!same(&a.user.name, &b.user.name) || !same(&a.user.hash, &b.user.hash)
      || !same(&a.user.home, &b.user.home) || !same(&a.user.env, &b.user.env)
      || a.user.uid != b.user.uid || a.user.gid != b.user.gid
      || a.line != b.line || a.start != b.start
      || text->len - a.body != out.len - b.body) abort();
  out.len = 0;
  users_edit_remove(&out, text, &a);
  if (read_all(out.s, out.len) != users - 1) abort();
  stralloc_free(&out);
  user_free(&a.user);
  user_free(&b.user);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  struct users_entry e = { .user = USER_ZERO };
  struct users_text t = { .line = 1 };
  stralloc text = STRALLOC_ZERO;
  long users;

  stralloc_catb(&text, (const char *)data, len);
  if (read_all(text.s, text.len) >= 0) {
    if (len && data[len - 1] != '\n') stralloc_append(&text, '\n');
    users = read_all(text.s, text.len);
    t.text = text.s;
    t.len = text.len;
    if (users_text_next(&t, &e, &err) == 1) edit(&text, e.user.name.s, users);
  }
  user_free(&e.user);
  stralloc_free(&text);
  return 0;
}
