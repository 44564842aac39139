/* ISC licence; see LICENSE. */
#include "login/frame.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

static struct frame in, out;
static char wire[FRAME_MAX + 1];

static int parse(const char *s, size_t n)
{
  return frame_parse(&out, s, n);
}

#define PARSE(s) parse((s), sizeof (s) - 1)

static void fill(char *s, size_t n, char c)
{
  memset(s, c, n);
  s[n] = 0;
}

static void test_round(void)
{
  size_t n;

  frame_init(&in, FRAME_ATTEMPT, METHOD_SASL_PLAIN);
  strcpy(in.tag, "A1]");
  strcpy(in.login, "joe\n\xff");
  strcpy(in.password, "s e");
  strcpy(in.lang, "en-US");
  strcpy(in.id, "(\"a\" NIL)");
  in.utf8 = '1';
  n = frame_make(wire, &in);
  CHECK(!parse(wire, n) && !memcmp(&in, &out, sizeof in));

  fill(in.tag, FRAME_TAG_MAX, 't');
  fill(in.login, FRAME_LOGIN_MAX, 'l');
  fill(in.password, FRAME_PASSWORD_MAX, 'p');
  fill(in.lang, FRAME_LANG_MAX, 'e');
  fill(in.id, FRAME_ID_MAX, 'i');
  in.id[0] = '(';
  in.id[FRAME_ID_MAX - 1] = ')';
  n = frame_make(wire, &in);
  CHECK(n == FRAME_MAX - FRAME_DATA_MAX);
  CHECK(!parse(wire, n) && !memcmp(&in, &out, sizeof in));
  CHECK(parse(wire, n - 1) == -1);
  CHECK(parse(wire, n + 1) == -1);
}

/* base64 stands where a dialogue is, and nowhere else */
static void test_data(void)
{
  size_t n;

  frame_init(&in, FRAME_RESPONSE, '-');
  fill(in.data, FRAME_DATA_MAX, 'A');
  n = frame_make(wire, &in);
  CHECK(!parse(wire, n) && !strcmp(in.data, out.data));
  wire[n - 1] = 'A';
  wire[n] = 0;
  CHECK(parse(wire, n + 1) == -1);
  CHECK(PARSE("R" "-" "0" "\0\0\0\0\0\0") == 0);
  CHECK(PARSE("R" "-" "0" "\0\0\0\0\0Zm9v\0") == 0);
  CHECK(PARSE("R" "t" "0" "\0\0\0\0\0\0") == -1);
  CHECK(PARSE("C" "-" "0" "\0\0\0\0\0\0") == 0);
  CHECK(PARSE("C" "-" "0" "\0\0\0\0\0Zm9v\0") == -1);
  CHECK(PARSE("A" "t" "0" "a\0\0\0\0\0Zm9v\0") == 0);
  CHECK(PARSE("A" "t" "0" "a\0u\0\0\0\0Zm9v\0") == -1);
  CHECK(PARSE("A" "t" "0" "a\0\0p\0\0\0Zm9v\0") == -1);
  CHECK(PARSE("A" "t" "0" "a\0\0\0\0\0Zm9\0") == -1);
  CHECK(PARSE("A" "t" "0" "a\0\0\0\0\0Zm9\n\0") == -1);
  CHECK(PARSE("A" "p" "0" "a\0u\0p\0\0\0Zm9v\0") == -1);
  CHECK(PARSE("A" "m" "0" "a\0u\0p\0\0\0\0") == 0);
  frame_wipe(&out);
  CHECK(!out.data[0] && !out.login[0]);
}

static void test_bad(void)
{
  CHECK(PARSE("E" "q" "0" "\0\0\0\0\0\0") == 0);
  CHECK(PARSE("T" "-" "0" "\0\0\0\0\0\0") == 0);
  CHECK(PARSE("A" "l" "0" "t\0u\0p\0\0\0\0") == 0);
  CHECK(PARSE("P" "u" "0" "\0\0\0\0\0\0") == 0);
  CHECK(PARSE("") == -1);
  CHECK(PARSE("E" "q") == -1);
  CHECK(PARSE("X" "q" "0" "\0\0\0\0\0\0") == -1);
  CHECK(PARSE("E" "l" "0" "\0\0\0\0\0\0") == -1);
  CHECK(PARSE("A" "b" "0" "\0\0\0\0\0\0") == -1);
  CHECK(PARSE("T" "q" "0" "\0\0\0\0\0\0") == -1);
  CHECK(PARSE("A" "\0" "0" "\0\0\0\0\0\0") == -1);
  CHECK(PARSE("E" "q" "2" "\0\0\0\0\0\0") == -1);
  CHECK(PARSE("E" "q" "0" "\0\0\0\0") == -1);
  CHECK(PARSE("E" "q" "0" "\0\0\0\0\0\0\0") == -1);
  CHECK(PARSE("E" "q" "0" "\0\0\0\0x") == -1);
  CHECK(PARSE("A" "l" "0" "a b\0u\0p\0\0\0") == -1);
  CHECK(PARSE("A" "l" "0" "a+\0u\0p\0\0\0") == -1);
  CHECK(PARSE("A" "l" "0" "\xe4\0u\0p\0\0\0") == -1);
  CHECK(PARSE("A" "l" "0" "\0u\0p\0e_n\0\0") == -1);
  CHECK(PARSE("A" "l" "0" "\0u\0p\0\0id\0") == -1);
  CHECK(PARSE("A" "l" "0" "\0u\0p\0\0(\0") == -1);
  CHECK(PARSE("A" "l" "0" "\0u\0p\0\0(\n)\0") == -1);
}

/* every single octet changed, and every cut: never beyond the frame */
static void test_damage(void)
{
  static char copy[64];
  size_t n, i;
  int c;

  frame_init(&in, FRAME_ATTEMPT, METHOD_LOGIN);
  strcpy(in.tag, "a");
  strcpy(in.login, "u");
  strcpy(in.password, "p");
  n = frame_make(wire, &in);
  for (i = 0; i < n; i++) {
    char *exact = malloc(i ? i : 1);

    memcpy(exact, wire, i);
    CHECK(parse(exact, i) == -1);
    free(exact);
  }
  for (i = 0; i < n; i++)
    for (c = 0; c < 256; c++) {
      memcpy(copy, wire, n);
      copy[i] = (char)c;
      if (parse(copy, n) == 0)
        CHECK(frame_make(wire + 100, &out) == n
          && !memcmp(wire + 100, copy, n));
    }
}

int main(void)
{
  test_round();
  test_data();
  test_bad();
  test_damage();
  CHECK(!frame_method_name('?') && !frame_reason_name('l'));
  return test_end("frame");
}
