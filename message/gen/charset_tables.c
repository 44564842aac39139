/* ISC licence; see LICENSE. */
/*
 * charset_tables LIST - write the tables of message/charset.c
 *
 * A program of the build. LIST (message/gen/charsets) names the charsets;
 * what their octets mean is asked of this system's iconv(3), sequence by
 * sequence: one octet, and, where iconv says that more has to follow, each
 * octet after it, and so on. Where iconv keeps a character back because a mark
 * may follow that joins it (windows-1258), each octet is tried behind it.
 *
 * The result is a tree of rows, message/charset_impl.h, in two arrays without
 * pointers: pages that need no relocation are shared by all processes. Rows
 * that are alike are written once. Output: C; what this system's iconv does
 * not know is left out, and said on descriptor 2.
 */
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message/charset_impl.h"

#define SEQ_MAX 4               /* octets of a character */
#define OUT_MAX 8               /* code points that it may give */

struct answer {
  enum { WRONG, MORE, RIGHT } is;
  int held;                     /* iconv waited for what follows */
  size_t n;
  uint32_t cp[OUT_MAX];
};

static struct {                 /* who is asked */
  iconv_t cd;
  const char *before;           /* escapes that go before each sequence */
} asked;

static struct charset_row rows[0x8000];
static uint16_t cells[1 << 20];         /* of narrow rows */
static uint32_t wides[1 << 20];         /* of wide ones, pairs and strings */
static size_t nrows, ncells, nwides;

static void die(const char *why)
{
  fprintf(stderr, "charset_tables: fatal: %s\n", why);
  exit(111);
}

static void ask(const unsigned char *seq, size_t n, struct answer *a)
{
  char in[32], *from = in, *to = (char *)a->cp;
  size_t len = strlen(asked.before), room = sizeof a->cp;
  int e;

  memcpy(in, asked.before, len);
  memcpy(in + len, seq, n);
  len += n;
  iconv(asked.cd, 0, 0, 0, 0);
  a->held = 0;
  a->is = RIGHT;
  e = iconv(asked.cd, &from, &len, &to, &room) == (size_t)-1 ? errno : 0;
  if (e == E2BIG) die("iconv gives more than is thought of");
  if (e) {
    a->is = e == EINVAL ? MORE : WRONG;
    return;
  }
  len = room;
  iconv(asked.cd, 0, 0, &to, &room);
  a->held = room < len;
  a->n = (sizeof a->cp - room) / sizeof *a->cp;
}

static uint32_t put_wide(const uint32_t *v, size_t n)
{
  size_t i;

  for (i = 0; i + n <= nwides; i++)
    if (!memcmp(wides + i, v, n * sizeof *v)) return (uint32_t)i;
  if (nwides + n > sizeof wides / sizeof *wides) die("too many wide cells");
  memcpy(wides + nwides, v, n * sizeof *v);
  nwides += n;
  return (uint32_t)(nwides - n);
}

static uint32_t put_narrow(const uint32_t *v, size_t n)
{
  size_t i, k;

  for (i = 0; i + n <= ncells; i++) {
    for (k = 0; k < n && cells[i + k] == (uint16_t)v[k]; k++) continue;
    if (k == n) return (uint32_t)i;
  }
  if (ncells + n > sizeof cells / sizeof *cells) die("too many cells");
  for (k = 0; k < n; k++) cells[ncells++] = (uint16_t)v[k];
  return (uint32_t)(ncells - n);
}

/* the row with those cells, from octet `from` on; CHARSET_NONE if all are */
static uint32_t put_row(const uint32_t v[256], unsigned int from)
{
  struct charset_row r = { 0 };
  unsigned int lo = from, hi = 256, i;

  while (lo < hi && v[lo] == CHARSET_NONE) lo++;
  while (lo < hi && v[hi - 1] == CHARSET_NONE) hi--;
  for (i = lo; i < hi; i++)
    if (v[i] != CHARSET_NONE && v[i] >= CHARSET_NARROW_NONE) r.wide = 1;
  r.lo = (uint8_t)lo;
  r.n = (uint16_t)(hi - lo);
  if (hi > lo)
    r.at = (r.wide ? put_wide : put_narrow)(v + lo, hi - lo);
  for (i = 0; i < nrows; i++)
    if (!memcmp(rows + i, &r, sizeof r)) return i;
  if (nrows == sizeof rows / sizeof *rows) die("too many rows");
  rows[nrows++] = r;
  return (uint32_t)nrows - 1;
}

static uint32_t value(const struct answer *a)
{
  uint32_t s[1 + OUT_MAX];

  if (a->n == 1) return a->cp[0];
  s[0] = (uint32_t)a->n;
  memcpy(s + 1, a->cp, a->n * sizeof *a->cp);
  return CHARSET_STRING | put_wide(s, 1 + a->n);
}

static uint32_t look(unsigned char *seq, size_t n, const struct answer *a);

/* what may follow a sequence that is not at its end */
static uint32_t row_after(unsigned char *seq, size_t n)
{
  uint32_t v[256];
  struct answer a;
  unsigned int i;

  for (i = 0; i < 256; i++) {
    seq[n] = (unsigned char)i;
    ask(seq, n + 1, &a);
    v[i] = look(seq, n + 1, &a);
  }
  return CHARSET_ROW | put_row(v, 0);
}

/* 1 if both is more than one after two */
static int joins(const struct answer *one, const struct answer *two,
                 const struct answer *both)
{
  if (two->is != RIGHT || both->is != RIGHT) return 0;
  return both->n != one->n + two->n
    || memcmp(both->cp, one->cp, one->n * sizeof *one->cp)
    || memcmp(both->cp + one->n, two->cp, two->n * sizeof *two->cp);
}

/* a character that iconv keeps back: with what it joins */
static uint32_t value_or_joined(unsigned char *seq, size_t n,
                                const struct answer *a)
{
  uint32_t v[256], pair[2];
  struct answer both, alone;
  unsigned int i;
  int any = 0;

  for (i = 0; i < 256; i++) {
    seq[n] = (unsigned char)i;
    ask(seq + n, 1, &alone);
    ask(seq, n + 1, &both);
    v[i] = CHARSET_NONE;
    if (!joins(a, &alone, &both)) continue;
    v[i] = look(seq, n + 1, &both);
    any = 1;
  }
  if (!any) return value(a);
  pair[0] = value(a);
  pair[1] = put_row(v, 0);
  return CHARSET_PAIR | put_wide(pair, 2);
}

static uint32_t look(unsigned char *seq, size_t n, const struct answer *a)
{
  if (a->is == WRONG) return CHARSET_NONE;
  if (a->is == MORE) return n < SEQ_MAX ? row_after(seq, n) : CHARSET_NONE;
  return a->held && n < SEQ_MAX ? value_or_joined(seq, n, a) : value(a);
}

/*
 * The first octets, and those after them; with four, sequences of four octets
 * as in GB18030 become CHARSET_FOUR.
 */
static uint32_t tree(int *ascii, int four)
{
  uint32_t v[256], second[256];
  unsigned char seq[SEQ_MAX + 1];
  struct answer a;
  unsigned int i, k;

  for (i = 0; i < 256; i++) {
    seq[0] = (unsigned char)i;
    ask(seq, 1, &a);
    if (!four || a.is != MORE) {
      v[i] = look(seq, 1, &a);
      continue;
    }
    for (k = 0; k < 256; k++) {
      seq[1] = (unsigned char)k;
      ask(seq, 2, &a);
      second[k] = a.is == MORE ? CHARSET_FOUR : look(seq, 2, &a);
    }
    v[i] = CHARSET_ROW | put_row(second, 0);
  }
  for (i = 0; i < 128 && v[i] == i; i++) continue;
  *ascii = i == 128;
  return put_row(v, *ascii ? 128 : 0);
}

/* GB18030's four octets, counted, and where they lead to: runs of both */
static void write_fours(void)
{
  uint32_t i, next = 0, last = 0;
  struct answer a;

  printf("const struct charset_run charset_fours[] = {\n");
  for (i = 0; asked.cd != (iconv_t)-1 && i < CHARSET_FOURS; i++) {
    unsigned char seq[4] = {
      (unsigned char)(0x81 + i / 12600), (unsigned char)(0x30 + i / 1260 % 10),
      (unsigned char)(0x81 + i / 10 % 126), (unsigned char)(0x30 + i % 10)
    };

    ask(seq, 4, &a);
    if (a.is != RIGHT || a.n != 1) a.cp[0] = CHARSET_NONE;
    if (a.cp[0] != next || (i && last == CHARSET_NONE
                            && a.cp[0] != CHARSET_NONE) || !i)
      printf("  { %luu, 0x%lXu },\n", (unsigned long)i,
             (unsigned long)a.cp[0]);
    last = a.cp[0];
    next = last == CHARSET_NONE ? last : last + 1;
  }
  printf("  { %luu, 0x%lXu }\n};\n"
         "const size_t charset_nfours = sizeof charset_fours"
         " / sizeof *charset_fours;\n",
         (unsigned long)CHARSET_FOURS, (unsigned long)CHARSET_NONE);
}

/* - names: upper case, sorted; a charset's number beside each */

static struct name {
  char s[64];
  unsigned int cs;
} names[4096];
static size_t nnames;

static struct charset_how hows[1024];
static char real[1024][64];     /* the name that iconv has for it */
static unsigned int nhows;

static int by_name(const void *a, const void *b)
{
  return strcmp(((const struct name *)a)->s, ((const struct name *)b)->s);
}

static void add_name(const char *s)
{
  if (strlen(s) > 63 || nnames == sizeof names / sizeof *names)
    die("a name that is too long, or too many");
  strcpy(names[nnames].s, s);
  names[nnames++].cs = nhows;
}

static int knows(const char *name)
{
  iconv_t cd = iconv_open("UTF-32LE", name);

  if (cd == (iconv_t)-1) return 0;
  iconv_close(cd);
  return 1;
}

/* 1 if the sets of this kind can be asked: CHARSET_SETS says of whom */
static int has_sets(unsigned int kind)
{
  if (kind < CHARSET_JP) return 1;
  if (kind >= CHARSET_CN) return knows("ISO-2022-CN-EXT")
    && knows("ISO-2022-JP-2");
  return knows("ISO-2022-JP-2")
    && (kind == CHARSET_JP || kind == CHARSET_KR || knows("ISO-2022-JP-3"));
}

/* one charset of the list; 0 if iconv does not know it */
static int add(char *kind, char *name)
{
  static const char *const kinds[] = { CHARSET_KINDS };
  struct charset_how *how = hows + nhows;
  unsigned int k;
  int ascii = 0;

  for (k = 0; k < sizeof kinds / sizeof *kinds; k++)
    if (!strcmp(kind, kinds[k])) break;
  if (k == sizeof kinds / sizeof *kinds) die("the list has an unknown kind");
  if (nhows == sizeof hows / sizeof *hows) die("too many charsets");
  how->kind = (uint8_t)k;
  strcpy(real[nhows], name);
  if (k != CHARSET_TABLE && k != CHARSET_GB18030) return has_sets(k);
  asked.before = "";
  asked.cd = iconv_open("UTF-32LE", name);
  if (asked.cd == (iconv_t)-1) return 0;
  how->row = tree(&ascii, k == CHARSET_GB18030);
  how->ascii = (uint8_t)ascii;
  iconv_close(asked.cd);
  return 1;
}

/* said in one line: there may be hundreds */
static void left_out(const char *name)
{
  static int any;

  if (!name) {
    if (any)
      fprintf(stderr, "\ncharset_tables: imapd will refuse those; Debian 13 has "
              "them in libc-gconv-modules-extra\n");
    return;
  }
  if (!any) fprintf(stderr, "charset_tables: not known to this system's iconv:");
  fprintf(stderr, " %s", name);
  any = 1;
}

static void read_list(const char *file)
{
  static char line[8192];
  FILE *f = fopen(file, "r");
  size_t len = 0;
  char *kind, *name;
  int there;

  if (!f) die("unable to read the list");
  while (fgets(line + len, (int)(sizeof line - len), f)) {
    len += strlen(line + len);
    if (len > 1 && line[len - 2] == '\\') {     /* goes on */
      len -= 2;
      continue;
    }
    len = 0;
    if (*line == '#' || *line == '\n') continue;
    kind = strtok(line, " \n");
    name = strtok(0, " \n");
    if (!name) die("a line of the list has no name");
    there = add(kind, name);
    if (!there) left_out(name);
    for (; there && name; name = strtok(0, " \n")) add_name(name);
    nhows += (unsigned int)there;
  }
  fclose(f);
}

/* - the sets that ISO 2022 names by escapes, each asked behind its own */

static void write_sets(void)
{
  static const struct { const char *charset, *before; } sets[] = {
    CHARSET_SETS
  };
  struct charset_how how[sizeof sets / sizeof *sets];
  uint32_t v[256];
  unsigned char seq[SEQ_MAX + 1];
  struct answer a;
  size_t i;
  unsigned int k;

  for (i = 0; i < sizeof sets / sizeof *sets; i++) {
    asked.cd = iconv_open("UTF-32LE", sets[i].charset);
    asked.before = sets[i].before;
    for (k = 0; k < 256; k++) {
      v[k] = CHARSET_NONE;
      if (asked.cd == (iconv_t)-1 || k > 0x7F) continue;
      if (k < 0x21 && strncmp(sets[i].before, "\x1b.", 2)) continue;
      seq[0] = (unsigned char)k;
      ask(seq, 1, &a);
      v[k] = look(seq, 1, &a);
      if (v[k] == 0x7F) v[k] = CHARSET_NONE;    /* of no set */
    }
    how[i].row = put_row(v, 0);
    if (asked.cd != (iconv_t)-1) iconv_close(asked.cd);
  }
  printf("const uint16_t charset_sets[] = {\n");
  for (i = 0; i < sizeof sets / sizeof *sets; i++)
    printf("  %lu,\n", (unsigned long)how[i].row);
  printf("};\n");
}

static void write_names(void)
{
  size_t i, at = 0;

  qsort(names, nnames, sizeof *names, by_name);
  printf("const struct charset_name charset_names[] = {\n");
  for (i = 0; i < nnames; at += strlen(names[i].s) + 1, i++) {
    if (i && !strcmp(names[i].s, names[i - 1].s)) die("a name comes twice");
    if (!strcmp(names[i].s, real[names[i].cs]))
      hows[names[i].cs].text = (uint16_t)at;
    printf("  { %lu, %u },\n", (unsigned long)at, names[i].cs);
  }
  printf("};\nconst size_t charset_nnames = %lu;\n", (unsigned long)nnames);
  printf("const char charset_text[] =\n");
  for (i = 0; i < nnames; i++) printf("  \"%s\\0\"\n", names[i].s);
  printf("  ;\n");
}

static void write_hows(void)
{
  unsigned int i;

  printf("const struct charset_how charset_hows[] = {\n");
  for (i = 0; i < nhows; i++)
    printf("  { %lu, %u, %u, %u }, /* %s */\n", (unsigned long)hows[i].row,
           hows[i].kind, hows[i].ascii, hows[i].text, real[i]);
  printf("};\nconst size_t charset_nhows = %u;\n", nhows);
}

static void write_rows(void)
{
  size_t i;

  printf("const struct charset_row charset_rows[] = {\n");
  for (i = 0; i < nrows; i++)
    printf("  { %lu, %u, %u, %u },\n", (unsigned long)rows[i].at, rows[i].n,
           rows[i].lo, rows[i].wide);
  printf("};\nconst uint16_t charset_cells[] = {");
  for (i = 0; i < ncells; i++)
    printf("%s%u,", i % 12 ? "" : "\n  ", cells[i]);
  printf("\n};\nconst uint32_t charset_wides[] = {");
  for (i = 0; i < nwides; i++)
    printf("%s%luu,", i % 8 ? "" : "\n  ", (unsigned long)wides[i]);
  printf("\n};\n");
}

int main(int argc, char **argv)
{
  if (argc != 2) die("usage: charset_tables LIST");
  read_list(argv[1]);
  left_out(0);
  printf("/* made by message/gen/charset_tables.c */\n"
         "#include \"message/charset_impl.h\"\n");
  asked.before = "";
  asked.cd = iconv_open("UTF-32LE", "GB18030");
  write_fours();
  write_sets();
  write_names();
  write_hows();
  write_rows();
  if (fflush(stdout) == EOF || ferror(stdout)) die("unable to write");
  return 0;
}
