/* ISC licence; see LICENSE. */
#include "cdb_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include <skalibs/uint32.h>

static int damaged(void)
{
  errno = EPROTO;
  return -1;
}

/*
 * 1 if all 256 tables lie within the file. A lookup goes round a table until
 * it finds an empty slot; so it ends soon even where there is none.
 */
static int tables_fit(const cdb *map)
{
  uint32_t at, slots;
  int i;

  for (i = 0; i < 256; i++) {
    uint32_unpack(map->map + 8 * i, &at);
    uint32_unpack(map->map + 8 * i + 4, &slots);
    if (at > map->size || slots > (map->size - at) / 8) return 0;
  }
  return 1;
}

/* As cdb_find, which does not look whether the data ends within the file. */
int cdb_file_find(const cdb *map, cdb_data *d, const char *key, size_t len)
{
  int r = cdb_find(map, d, key, (uint32_t)len);
  size_t at;

  if (r != 1) return r ? damaged() : 0;
  at = (size_t)(d->s - map->map);
  if (at > map->size || d->len > map->size - at) return damaged();
  return 1;
}

int cdb_file_open(cdb *map, const char *path)
{
  struct stat st;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  int r = -1, saved;

  if (fd == -1) return -1;
  if (fstat(fd, &st) == -1) goto done;
  if (!S_ISREG(st.st_mode)) {
    damaged();
    goto done;
  }
  if (st.st_mode & S_IWOTH) {
    errno = EPERM;
    goto done;
  }
  if (st.st_size < CDB_TRAVERSE_INIT() || st.st_size > UINT32_MAX) {
    damaged();
    goto done;
  }
  if (!cdb_init_fromfd(map, fd)) goto done;
  r = tables_fit(map) ? 0 : damaged();
done:
  saved = errno;
  close(fd);
  if (r == -1) cdb_free(map);
  errno = saved;
  return r;
}
