/* ISC licence; see LICENSE. */
#include "sort_fill.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/log.h"
#include "fetch_file.h"
#include "message_cache.h"
#include "progress.h"
#include "sort_keys.h"

struct fill {
  struct folder *folder;
  struct fetch_file file;
  struct mime_message mime;     /* of a header that the index had */
  stralloc header;
  struct sort_keys keys;
};

/* INTERNALDATE and, if the index has them, the fields that we need: 1 they
 * are in header, 0, -1 errno */
static int glance(struct fill *x, uint32_t uid, int64_t *date)
{
  struct message m;
  struct lstr value;
  int have = 0, r;

  if (folder_begin(x->folder) == -1) return -1;
  r = folder_get(x->folder, uid, &m);
  if (r == 1 && message_cache_get(x->folder, uid, CACHE_HEADERS, &value)) {
    stralloc_copyb(&x->header, value.s, value.len);
    have = 1;
  }
  folder_end(x->folder);
  if (r == 0) errno = ENOENT;
  if (r != 1) return -1;
  *date = m.date;
  return have;
}

static int keys(struct fill *x, uint32_t uid)
{
  struct sort_keys *k = &x->keys;
  const struct mime_envelope *e;
  int64_t date;
  int have = glance(x, uid, &date);

  if (have == -1) return -1;
  if (date == INT64_MIN && folder_date(x->folder, uid, &date) == -1) return -1;
  if (have) {
    mime_parse_mem(&x->mime, x->header.s ? x->header.s : "", x->header.len);
    e = x->mime.root->envelope;
  } else {
    if (fetch_file_open(&x->file, x->folder, uid) == -1 ||
        fetch_file_envelope(&x->file) == -1)
      return -1;
    e = x->file.mime.root->envelope;
  }
  sort_keys_make(e, date, k);
  message_cache_put(x->folder, uid, CACHE_THREAD, k->thread.s, k->thread.len);
  message_cache_put(x->folder, uid, CACHE_SUBJECT, k->subject.s,
                    k->subject.len);
  message_cache_put(x->folder, uid, CACHE_ADDRESSES, k->addresses.s,
                    k->addresses.len);
  return 0;
}

static int one(struct fill *x, uint32_t uid, unsigned what)
{
  int64_t n;

  if (what & FILL_KEYS && keys(x, uid) == -1) return -1;
  if (what & FILL_DATE && folder_date(x->folder, uid, &n) == -1) return -1;
  if (what & FILL_SIZE && folder_vsize(x->folder, uid, &n) == -1) return -1;
  return 0;
}

int sort_fill(struct session *s, struct folder *f, const struct uidset *uids,
              unsigned what, struct search_result *result)
{
  struct fill x = { .folder = f, .file = FETCH_FILE_ZERO,
                    .mime = MIME_MESSAGE_ZERO };
  uint32_t uid = uidset_next(uids, 1);
  struct progress progress;

  progress_begin(&progress, s, "read", uidset_count(uids));
  while (uid && !(result->stopped = progress_stop(&progress))) {
    if (one(&x, uid, what) == -1 && errno != ENOENT && errno != ESTALE) {
      result->error = errno;
      log_fault("fault", "sort");
    }
    fetch_file_close(&x.file);
    progress.done++;
    uid = uid == UINT32_MAX ? 0 : uidset_next(uids, uid + 1);
  }
  folder_flush(f);
  fetch_file_free(&x.file);
  mime_free(&x.mime);
  stralloc_free(&x.header);
  sort_keys_free(&x.keys);
  return result->stopped ? -1 : 0;
}
