/* ISC licence; see LICENSE. */
/*
 * A name of a mail file: setting flags sets just those, keeps the base and
 * what is not known, and is the same when done twice. The first octets say
 * which flags.
 */
#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "maildir/filename.h"
#include "maildir_scratch.h"

char const *PROG = "fuzz_maildir_filename";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void set_flags(const char *s, size_t len, uint32_t flags, uint32_t kw)
{
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  uint32_t f, k, oldf, oldk;
  size_t base = filename_base(s, len);

  filename_flags(s, len, &oldf, &oldk);
  must(!(oldf & ~MF_ALL) && !(oldk >> KEYWORD_LETTERS));
  filename_with(&a, s, len, flags, kw, kw);
  filename_flags(a.s, a.len, &f, &k);
  must(f == flags && k == (kw | (oldk & ~kw)));
  must(filename_base(a.s, a.len) == base && !memcmp(a.s, s, base));
  filename_with(&b, a.s, a.len, flags, kw, kw);
  must(a.len == b.len && !memcmp(a.s, b.s, a.len));
  stralloc_free(&a);
  stralloc_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  const char *s = (const char *)data + 2;
  uint32_t micro;
  size_t half;

  if (len < 3) return 0;
  len -= 2;
  if (!filename_ok(s, len)) return 0;
  set_flags(s, len, data[0] & MF_ALL, data[1]);
  must(filename_size(s, len, 'S') >= -1 && filename_size(s, len, 'W') >= -1);
  must(filename_time(s, len, &micro) >= 0);
  must(filename_kept(s, len, &micro) <= FILENAME_KEPT_MAX);
  half = len / 2;
  must(filename_cmp_arrival(s, len, s, len) == 0);
  must((filename_cmp_arrival(s, half, s + half, len - half) < 0)
       == (filename_cmp_arrival(s + half, len - half, s, half) > 0));
  return 0;
}
