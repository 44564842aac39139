/* ISC licence; see LICENSE. */
/*
 * An mbox of any kind: the first octet is the variant. It ends, each message
 * is read twice alike, and what is read lies within the file.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "tools/mbox.h"

char const *PROG = "fuzz";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct sum { uint64_t octets, hash; };

static void put(void *arg, const char *s, size_t len)
{
  struct sum *sum = arg;

  sum->octets += len;
  while (len--) sum->hash = sum->hash * 31 + (unsigned char)*s++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static struct mbox m;
  int fd = len ? memfd_create("mbox", 0) : -1;
  uint64_t all = 0, count = 0;

  if (fd == -1) return 0;
  if (write(fd, data + 1, len - 1) != (ssize_t)(len - 1)) abort();
  if (mbox_open(&m, fd, (enum mbox_format)(*data % 5)) == 0)
    while (mbox_next(&m) == 1) {
      struct mbox_fields f = { .uid = 0 };
      struct sum a = { 0, 0 }, b = { 0, 0 };
      off_t next;

      if (mbox_text(&m, &f, put, &a) == -1) abort();
      next = m.next;
      if (mbox_text(&m, 0, put, &b) == -1) abort();
      if (a.octets != b.octets || a.hash != b.hash || next != m.next) abort();
      if (next < m.start || next > m.size) abort();
      if (f.keywords.len > len || f.status.len > len) abort();
      mbox_fields_free(&f);
      all += a.octets;
      if (++count > len) abort();
    }
  if (all > len) abort();
  close(fd);
  return 0;
}
