/*
 * floor - what the system calls alone cost that a change of many messages
 * needs. ISC licence; see LICENSE.
 *
 *   floor rename|move|link|unlink FROM TO
 *
 * For each file of the directory FROM, in the order of names: rename it within
 * FROM, as STORE must; move it into TO, as MOVE must; link it into TO, as COPY
 * must; or unlink it, as EXPUNGE must. Prints the seconds.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char **names;
static size_t count;

static void die(const char *what)
{
  perror(what);
  exit(111);
}

static int open_dir(const char *path)
{
  int fd = open(path, O_RDONLY | O_DIRECTORY);

  if (fd == -1) die(path);
  return fd;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_names(const char *path)
{
  DIR *d = opendir(path);
  struct dirent *e;
  size_t room = 0;

  if (!d) die(path);
  while ((e = readdir(d))) {
    if (e->d_name[0] == '.') continue;
    if (count == room) {
      room = room ? 2 * room : 1024;
      names = realloc(names, room * sizeof *names);
      if (!names) die("out of memory");
    }
    names[count] = strdup(e->d_name);
    if (!names[count++]) die("out of memory");
  }
  closedir(d);
  qsort(names, count, sizeof *names, by_name);
}

static double now(void)
{
  struct timespec t;

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
  int from, to, r;
  double began;
  size_t i;

  if (argc != 4) {
    fprintf(stderr, "usage: floor rename|move|link|unlink FROM TO\n");
    return 100;
  }
  from = open_dir(argv[2]);
  to = open_dir(argv[3]);
  read_names(argv[2]);
  began = now();
  for (i = 0; i < count; i++) {
    char other[512];

    snprintf(other, sizeof other, "%sT", names[i]);
    if (argv[1][0] == 'r') r = renameat(from, names[i], from, other);
    else if (argv[1][0] == 'm') r = renameat(from, names[i], to, names[i]);
    else if (argv[1][0] == 'l') r = linkat(from, names[i], to, names[i], 0);
    else r = unlinkat(from, names[i], 0);
    if (r == -1) die(names[i]);
  }
  printf("%.6f\n", now() - began);
  return 0;
}
