/* ISC licence; see LICENSE. */
/*
 * Runs a fuzz entry once over each file that is named, in place of
 * libFuzzer: any compiler will do. Prints the name first, so that the last
 * line before a crash tells which file it was.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* octets of the file at path, *len of them; the caller frees; 0: unreadable */
static uint8_t *slurp(const char *path, size_t *len)
{
  FILE *f = fopen(path, "rb");
  uint8_t *data = 0;
  long size;

  if (!f) return 0;
  if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0) {
    rewind(f);
    data = malloc(size ? (size_t)size : 1); /* exact, for the sanitizer */
    *len = size;
    if (data && fread(data, 1, *len, f) != *len) {
      free(data);
      data = 0;
    }
  }
  fclose(f);
  return data;
}

int main(int argc, char **argv)
{
  int i;

  for (i = 1; i < argc; i++) {
    size_t len = 0;
    uint8_t *data = slurp(argv[i], &len);

    if (!data) {
      printf("%s: cannot be read\n", argv[i]);
      return 1;
    }
    printf("%s\n", argv[i]);
    fflush(stdout);
    LLVMFuzzerTestOneInput(data, len);
    free(data);
  }
  return 0;
}
