/* ISC licence; see LICENSE. */
/* SASLprep: the examples of RFC 4013 section 3, and what it has to refuse. */
#include "checkpassword/saslprep.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

static stralloc out;

/* 1 if s becomes want, from memory that ends where s does */
static int becomes(const char *s, size_t len, const char *want)
{
  char *exact = malloc(len ? len : 1);
  int r;

  memcpy(exact, s, len);
  r = saslprep(&out, exact, len);
  free(exact);
  if (!want) return r == -1 && !out.len;
  return r == 0 && out.len == strlen(want) + 1 && !strcmp(out.s, want);
}

#define BECOMES(s, want) CHECK(becomes((s), sizeof (s) - 1, (want)))

static void test_rfc(void)
{
  BECOMES("I\xc2\xadX", "IX");          /* soft hyphen mapped to nothing */
  BECOMES("user", "user");
  BECOMES("USER", "USER");              /* case stays */
  BECOMES("\xc2\xaa", "a");             /* form KC */
  BECOMES("\xe2\x85\xa8", "IX");
  BECOMES("\x07", 0);                   /* prohibited */
  BECOMES("\xd8\xa7" "1", 0);           /* directions mixed */
}

static void test_mapping(void)
{
  BECOMES("", "");
  BECOMES("a\xc2\xa0" "b", "a b");      /* no-break space */
  BECOMES("a\xe3\x80\x80" "b", "a b");  /* ideographic space */
  BECOMES("a\xe2\x80\x8b" "b", "ab");   /* zero width space */
  BECOMES("\xc2\xad", "");
  BECOMES("e\xcc\x81", "\xc3\xa9");     /* composed */
  BECOMES("\xc3\xa9", "\xc3\xa9");
  BECOMES("\xef\xbc\xa1", "A");         /* fullwidth */
  BECOMES("\xd8\xa7\xd8\xa7", "\xd8\xa7\xd8\xa7");
  BECOMES("\xd8\xa7" "1\xd8\xa7", "\xd8\xa7" "1\xd8\xa7");
  BECOMES("\xd8\xa7" "a\xd8\xa7", 0);
}

static void test_refused(void)
{
  static char text[SASLPREP_MAX + 1];

  BECOMES("a\0b", 0);
  BECOMES("a\nb", 0);
  BECOMES("a\x7f", 0);
  BECOMES("\xff", 0);
  BECOMES("\xc3", 0);                   /* cut */
  BECOMES("\xc0\x80", 0);               /* overlong */
  BECOMES("\xed\xa0\x80", 0);           /* surrogate */
  BECOMES("\xee\x80\x80", 0);           /* private use */
  BECOMES("\xe2\x80\xae" "x", 0);       /* right-to-left override */
  BECOMES("\xef\xbf\xbd", 0);           /* replacement character */
  BECOMES("\xf3\xa0\x80\x81", 0);       /* tag */
  BECOMES("\xc2\x85", 0);               /* C1 control */
  memset(text, 'x', sizeof text);
  CHECK(saslprep(&out, text, SASLPREP_MAX) == 0);
  CHECK(saslprep(&out, text, SASLPREP_MAX + 1) == -1);
}

int main(void)
{
  test_rfc();
  test_mapping();
  test_refused();
  return test_end("saslprep");
}
