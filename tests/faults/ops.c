/* ISC licence; see LICENSE. */
#include "ops.h"

#include <errno.h>
#include <string.h>

static void one(struct uidset *s, uint32_t uid)
{
  uidset_clear(s);
  uidset_add(s, uid, uid);
}

static void told(struct doing *d, const struct uidset *uids, const int *nums)
{
  uint32_t uid = 0;

  while (d->n < 8 && *nums && (uid = uidset_next(uids, uid + 1))) {
    d->nums[d->n] = *nums++;
    d->uids[d->n++] = uid;
  }
}

static int add_text(struct append *a, int num)
{
  static char text[MESSAGE_LIMIT];
  size_t n = message_text(num, text), i, at = 0;

  for (i = 0; i < n; i++) {
    if (text[i] != '\n') continue;
    if (append_data(a, text + at, i - at) == -1
        || append_data(a, "\r\n", 2) == -1) return -1;
    at = i + 1;
  }
  return 0;
}

static int append_some(struct doing *d, struct folder *f, const int *nums,
                       uint32_t flags, uint32_t letters,
                       const struct keyword_ids *more)
{
  struct append *a = append_begin(f);
  struct uidset uids = UIDSET_ZERO;
  int r = 0, i, e;

  for (i = 0; r == 0 && nums[i]; i++) {
    r = append_start(a);
    if (r == 0) r = add_text(a, nums[i]);
    if (r == 0 && more) append_keywords(a, more);
    if (r == 0) r = append_finish(a, flags, letters, 1700000000 + nums[i]);
  }
  if (r == 0) r = append_commit(a, &uids);
  e = errno;
  append_free(a);
  if (r == 0) told(d, &uids, nums);
  uidset_free(&uids);
  errno = e;
  return r;
}

int op_append(struct doing *d, struct folder *f, int num, uint32_t flags,
              uint32_t letters)
{
  int nums[] = { num, 0 };

  return append_some(d, f, nums, flags, letters, 0);
}

static int append_recent(struct doing *d)
{
  return op_append(d, d->in, 100, 0, 0);
}

static int append_flags(struct doing *d)
{
  return op_append(d, d->in, 100, MF_SEEN, 2);
}

static int multiappend(struct doing *d)
{
  static const int nums[] = { 100, 101, 102, 0 };

  return append_some(d, d->in, nums, MF_SEEN, 0, 0);
}

/* with keywords for which there is no letter */
static int append_beyond(struct doing *d)
{
  static const int nums[] = { 100, 0 };
  struct keyword_ids more = KEYWORD_IDS_ZERO;
  uint32_t letters = 0;
  int r, e;

  r = folder_keyword_ids(d->in, "Fresh", 5, 1, &letters, &more);
  if (r == 0) r = folder_keyword_ids(d->in, "work", 4, 1, &letters, &more);
  if (r == 0) r = append_some(d, d->in, nums, 0, letters, &more);
  e = errno;
  keyword_ids_free(&more);
  errno = e;
  return r;
}

/* the UIDs 3, 7 and 10 hold 1, 3 and 5 */
static int transfer(struct doing *d, struct folder *dst, int move)
{
  static const int nums[] = { 1, 3, 5, 0 };
  struct uidset uids = UIDSET_ZERO, from = UIDSET_ZERO, to = UIDSET_ZERO;
  int r, e;

  uidset_add(&uids, 3, 3);
  uidset_add(&uids, 7, 7);
  uidset_add(&uids, 10, 10);
  r = folder_copy(d->in, &uids, dst, move, &from, &to);
  e = errno;
  if (r == 0 && dst != d->in) told(d, &to, nums);
  uidset_free(&uids);
  uidset_free(&from);
  uidset_free(&to);
  errno = e;
  return r;
}

static int copy(struct doing *d)
{
  return transfer(d, d->other, 0);
}

static int copy_own(struct doing *d)
{
  return transfer(d, d->in, 0);
}

static int move(struct doing *d)
{
  return transfer(d, d->other, 1);
}

static int move_own(struct doing *d)
{
  return transfer(d, d->in, 1);
}

static int expunge(struct doing *d)
{
  struct uidset all = UIDSET_ZERO;
  int r;

  uidset_add(&all, 1, UINT32_MAX - 1);
  r = folder_remove(d->in, &all, 1, 0);
  uidset_free(&all);
  return r;
}

static int remove_some(struct doing *d)
{
  struct uidset some = UIDSET_ZERO;
  int r;

  uidset_add(&some, 7, 10);
  r = folder_remove(d->in, &some, 0, 0);
  uidset_free(&some);
  return r;
}

static int store(struct doing *d, enum store_how how, uint32_t flags,
                 const char *keyword)
{
  struct uidset all = UIDSET_ZERO;
  int r, letter = -1;

  if (keyword) {
    letter = folder_keyword(d->in, keyword, strlen(keyword), 1);
    if (letter == -1) return -1;
  }
  uidset_add(&all, 3, 7);
  r = folder_store(d->in, &all, how, flags, letter == -1 ? 0 : 1u << letter,
                   UINT64_MAX, 0);
  uidset_free(&all);
  return r;
}

static int store_add(struct doing *d)
{
  return store(d, STORE_ADD, MF_FLAGGED, 0);
}

static int store_set(struct doing *d)
{
  return store(d, STORE_SET, MF_ANSWERED, 0);
}

/* the UIDs 3 to 7 hold 1, 2 and 3, of which 3 has Far */
static int store_beyond(struct doing *d, enum store_how how, const char *name)
{
  struct uidset some = UIDSET_ZERO;
  struct keyword_ids more = KEYWORD_IDS_ZERO;
  uint32_t letters = 0;
  int r, e;

  uidset_add(&some, 3, 7);
  r = folder_keyword_ids(d->in, name, strlen(name), 1, &letters, &more);
  if (r == 0)
    r = folder_store_more(d->in, &some, how, 0, letters, &more, UINT64_MAX, 0);
  e = errno;
  uidset_free(&some);
  keyword_ids_free(&more);
  errno = e;
  return r;
}

static int store_beyond_add(struct doing *d)
{
  return store_beyond(d, STORE_ADD, "Fresh");
}

static int store_beyond_remove(struct doing *d)
{
  return store_beyond(d, STORE_REMOVE, "Far");
}

static int store_keyword(struct doing *d)
{
  return store(d, STORE_ADD, 0, "New");
}

static int sync_in(struct doing *d)
{
  return folder_sync(d->in);
}

static int sync_claim(struct doing *d)
{
  struct folder *f;
  int r;

  if (folder_open(&f, &d->a, "", 0, 1) == -1) return -1;
  r = folder_sync(f);
  folder_close(f);
  return r;
}

static int create(struct doing *d)
{
  return account_create(&d->a, "Fresh.Sub", 9);
}

static int delete(struct doing *d)
{
  return account_delete(&d->a, "Other", 5);
}

static int rename_both(struct doing *d)
{
  return account_rename(&d->a, "Other", 5, "Else", 4);
}

static int subscribe(struct doing *d)
{
  return subscriptions_set(&d->a.tree, "Trash", 5, 1);
}

static int unsubscribe(struct doing *d)
{
  return subscriptions_set(&d->a.tree, "Other", 5, 0);
}

static int to_trash(struct doing *d)
{
  struct uidset uids = UIDSET_ZERO, from = UIDSET_ZERO, to = UIDSET_ZERO;
  struct folder *trash;
  int r, e;

  one(&uids, 3);
  if (folder_open(&trash, &d->a, "Trash", 5, 0) == -1) return -1;
  r = folder_copy(d->in, &uids, trash, 1, &from, &to);
  e = errno;
  folder_close(trash);
  uidset_free(&uids);
  uidset_free(&from);
  uidset_free(&to);
  errno = e;
  return r;
}

/* all the facts that wait: dates, sizes, caches */
static int flush(struct doing *d)
{
  static struct picture p;

  picture_take(&p, &d->a);
  errno = EIO;
  return p.whole ? 0 : -1;
}

static const struct effect
  none[] = { { 0, 0, 0, 0, 0, 0 } },
  e_append[] = { { 'A', "", 100, 0, 0, "" }, { 0, 0, 0, 0, 0, 0 } },
  e_append_flags[] = { { 'A', "", 100, 0, MF_SEEN, "Work " },
                       { 0, 0, 0, 0, 0, 0 } },
  e_multi[] = { { 'A', "", 100, 0, MF_SEEN, "" },
                { 'A', "", 101, 0, MF_SEEN, "" },
                { 'A', "", 102, 0, MF_SEEN, "" }, { 0, 0, 0, 0, 0, 0 } },
  e_copy[] = { { 'A', "Other", 1, 0, MF_SEEN, "" },
               { 'A', "Other", 3, 0, 0, "Work " },
               { 'A', "Other", 5, 0, MF_SEEN, "Label " },
               { 0, 0, 0, 0, 0, 0 } },
  e_copy_own[] = { { 'A', "", 1, 0, MF_SEEN, "" },
                   { 'A', "", 3, 0, 0, "Work " },
                   { 'A', "", 5, 0, MF_SEEN, "Label " },
                   { 0, 0, 0, 0, 0, 0 } },
  e_move[] = { { 'M', "", 1, "Other", MF_SEEN, "" },
               { 'M', "", 3, "Other", 0, "Work " },
               { 'M', "", 5, "Other", MF_SEEN, "Label " },
               { 0, 0, 0, 0, 0, 0 } },
  e_apart[] = { { 'B', "", 1, "Other", MF_SEEN, "" },
                { 'B', "", 3, "Other", 0, "Work " },
                { 'B', "", 5, "Other", MF_SEEN, "Label " },
                { 0, 0, 0, 0, 0, 0 } },
  e_move_own[] = { { 'M', "", 1, "", MF_SEEN, "" },
                   { 'M', "", 3, "", 0, "Work " },
                   { 'M', "", 5, "", MF_SEEN, "Label " },
                   { 0, 0, 0, 0, 0, 0 } },
  e_expunge[] = { { 'D', "", 2, 0, 0, 0 }, { 0, 0, 0, 0, 0, 0 } },
  e_remove[] = { { 'D', "", 3, 0, 0, 0 }, { 'D', "", 4, 0, 0, 0 },
                 { 'D', "", 5, 0, 0, 0 }, { 0, 0, 0, 0, 0, 0 } },
  e_add[] = { { 'F', "", 1, 0, MF_SEEN | MF_FLAGGED, "" },
              { 'F', "", 2, 0, MF_DELETED | MF_FLAGGED, "" },
              { 'F', "", 3, 0, MF_FLAGGED, "Work " },
              { 0, 0, 0, 0, 0, 0 } },
  e_set[] = { { 'F', "", 1, 0, MF_ANSWERED, "" },
              { 'F', "", 2, 0, MF_ANSWERED, "" },
              { 'F', "", 3, 0, MF_ANSWERED, "" }, { 0, 0, 0, 0, 0, 0 } },
  e_keyword[] = { { 'F', "", 1, 0, MF_SEEN, "New " },
                  { 'F', "", 2, 0, MF_DELETED, "New " },
                  { 'F', "", 3, 0, 0, "New Work " },
                  { 0, 0, 0, 0, 0, 0 } },
  e_append_beyond[] = { { 'A', "", 100, 0, 0, "Fresh Work " },
                        { 0, 0, 0, 0, 0, 0 } },
  e_copy_beyond[] = { { 'A', "Other", 1, 0, MF_SEEN, "" },
                      { 'A', "Other", 3, 0, 0, "Far Work " },
                      { 'A', "Other", 5, 0, MF_SEEN, "Label " },
                      { 0, 0, 0, 0, 0, 0 } },
  e_move_beyond[] = { { 'M', "", 1, "Other", MF_SEEN, "" },
                      { 'M', "", 3, "Other", 0, "Far Work " },
                      { 'M', "", 5, "Other", MF_SEEN, "Label " },
                      { 0, 0, 0, 0, 0, 0 } },
  e_beyond_add[] = { { 'F', "", 1, 0, MF_SEEN, "Fresh " },
                     { 'F', "", 2, 0, MF_DELETED, "Fresh " },
                     { 'F', "", 3, 0, 0, "Far Fresh Work " },
                     { 0, 0, 0, 0, 0, 0 } },
  e_beyond_remove[] = { { 'F', "", 3, 0, 0, "Work " },
                        { 0, 0, 0, 0, 0, 0 } },
  e_new[] = { { 'N', "", 7, 0, 0, "" }, { 'N', "", 8, 0, 0, "" },
              { 0, 0, 0, 0, 0, 0 } },
  e_create[] = { { 'C', "Fresh.Sub", 0, 0, 0, 0 }, { 0, 0, 0, 0, 0, 0 } },
  e_delete[] = { { 'X', "Other", 0, 0, 0, 0 }, { 0, 0, 0, 0, 0, 0 } },
  e_rename[] = { { 'R', "Other", 0, "Else", 0, 0 },
                 { 'R', "Other.Sub", 0, "Else.Sub", 0, 0 },
                 { 0, 0, 0, 0, 0, 0 } },
  e_subscribe[] = { { 'S', 0, 0, "Other|Trash|", 0, 0 },
                    { 0, 0, 0, 0, 0, 0 } },
  e_unsubscribe[] = { { 'S', 0, 0, "", 0, 0 }, { 0, 0, 0, 0, 0, 0 } },
  e_trash[] = { { 'M', "", 1, "Trash", MF_SEEN, "" },
                { 0, 0, 0, 0, 0, 0 } };

const struct op ops[] = {
  { "APPEND", 0, 0, 0, append_recent, e_append },
  { "APPEND-flags", 0, 0, 0, append_flags, e_append_flags },
  { "APPEND-quota", SCENE_QUOTA, 0, 0, append_recent, e_append },
  { "APPEND-after-torn-list", SCENE_BAD_LIST, 0, 0, append_recent, e_append },
  { "MULTIAPPEND", 0, 0, 0, multiappend, e_multi },
  { "COPY", 0, 0, 0, copy, e_copy },
  { "COPY-quota", SCENE_QUOTA, 0, 0, copy, e_copy },
  { "COPY-to-itself", 0, 0, 0, copy_own, e_copy_own },
  { "MOVE", 0, 0, 0, move, e_move },
  { "MOVE-to-itself", 0, 0, 0, move_own, e_move_own },
  { "COPY-apart", SCENE_APART, 0, 0, copy, e_copy },
  { "MOVE-apart", SCENE_APART, 0, 0, move, e_apart },
  { "MOVE-to-Trash", SCENE_QUOTA, 0, 0, to_trash, e_trash },
  { "EXPUNGE", 0, 0, 1, expunge, e_expunge },
  { "EXPUNGE-quota", SCENE_QUOTA, 0, 1, expunge, e_expunge },
  { "UID-EXPUNGE", 0, 0, 1, remove_some, e_remove },
  { "STORE-add", 0, 0, 1, store_add, e_add },
  { "STORE-set", SCENE_QUOTA, 0, 1, store_set, e_set },
  { "STORE-keyword", 0, 0, 0, store_keyword, e_keyword },
  { "APPEND-beyond", SCENE_EXTRA, 0, 0, append_beyond, e_append_beyond },
  { "COPY-beyond", SCENE_EXTRA, 0, 0, copy, e_copy_beyond },
  { "MOVE-beyond", SCENE_EXTRA, 0, 0, move, e_move_beyond },
  { "STORE-beyond-add", SCENE_EXTRA, 0, 0, store_beyond_add, e_beyond_add },
  { "STORE-beyond-remove", SCENE_EXTRA, 0, 0, store_beyond_remove,
    e_beyond_remove },
  { "delivery", SCENE_NEW, 0, 1, sync_in, e_new },
  { "delivery-claimed", SCENE_NEW, 0, 1, sync_claim, e_new },
  { "delivery-long-list", SCENE_NEW | SCENE_LONG_LIST, 0, 1, sync_in, e_new },
  { "uidlist-removed", SCENE_NO_LIST | SCENE_NEW, 0, 0, sync_in, e_new },
  { "CREATE", 0, 0, 0, create, e_create },
  { "DELETE", 0, 0, 1, delete, e_delete },
  { "RENAME", 0, 0, 0, rename_both, e_rename },
  { "SUBSCRIBE", 0, 0, 0, subscribe, e_subscribe },
  { "UNSUBSCRIBE", 0, 0, 0, unsubscribe, e_unsubscribe },
  { "first-session", SCENE_NEW | SCENE_NO_INDEX, 1, 1, flush, e_new },
  { "later-session", SCENE_NEW, 1, 1, flush, e_new },
  { "uidlist-1", SCENE_LIST_1 | SCENE_NEW | SCENE_NO_INDEX, 1, 0, sync_in,
    e_new },
  { "flush", 0, 0, 1, flush, none },
};
const size_t ops_n = sizeof ops / sizeof *ops;
