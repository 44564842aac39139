/* ISC licence; see LICENSE. */
#include "message/base_subject.h"

#include "base/alloc.h"
#include "message/t/test.h"

char const *PROG = "base_subject";

/* RFC 5256 section 2.1 and the grammar of section 5 */
static const struct { const char *in, *out; int reply; } cases[] = {
  { "", "", 0 },
  { "lunch", "lunch", 0 },
  { "  lunch \t on\r\n friday ", "lunch on friday", 0 },
  { "Re: lunch", "lunch", 1 },
  { "RE : lunch", "lunch", 1 },
  { "re[3]: lunch", "lunch", 1 },
  { "Re [list] : lunch", "lunch", 1 },
  { "Fw: lunch", "lunch", 1 },
  { "FWD: lunch", "lunch", 1 },
  { "Fwd:Re:Fw:lunch", "lunch", 1 },
  { "fwde: lunch", "fwde: lunch", 0 },
  { "Regarding: lunch", "Regarding: lunch", 0 },
  { "Re", "Re", 0 },
  { "Re:", "", 1 },
  { "Aw: lunch", "Aw: lunch", 0 },      /* section 7: no translations */
  { "lunch (fwd)", "lunch", 1 },
  { "lunch (FWD) (fwd)  ", "lunch", 1 },
  { "lunch(fwd)", "lunch", 1 },
  { "(fwd)", "", 1 },
  { "[list] lunch", "lunch", 0 },
  { "[list] [other] lunch", "lunch", 0 },
  { "[list]", "[list]", 0 },            /* else it would be empty */
  { "[a] [b]", "[b]", 0 },
  { "[list] Re: lunch", "lunch", 1 },
  { "[list] Re: [list] lunch", "lunch", 1 },
  { "[a][b]Re[c]:[d]fw: [e] lunch", "lunch", 1 },
  { "[list] Re:", "", 1 },
  { "[fwd: lunch]", "lunch", 1 },
  { "[Fwd: Re: lunch]", "lunch", 1 },
  { "[fwd: [fwd: lunch]]", "lunch", 1 },
  { "Re: [fwd: lunch (fwd)] (fwd)", "lunch", 1 },
  { "[fwd: lunch", "[fwd: lunch", 0 },
  { "[fwd:]", "", 1 },                  /* (6) takes what (4) has to leave */
  { "[a[b] lunch", "[a[b] lunch", 0 },
  { "[a lunch", "[a lunch", 0 },
  { "[] lunch", "lunch", 0 },
  { "a [b] re: c", "a [b] re: c", 0 },
  { "=?UTF-8?Q?Re=3A_Gr=C3=BC=C3=9Fe?=", "Gr\xc3\xbc\xc3\x9f" "e", 1 },
  { "=?iso-8859-1?Q?Re:_?= =?iso-8859-1?Q?=5Bx=5D_h=E4?=", "h\xc3\xa4", 1 },
};

/* each blob that is taken away must not cost a look at all the others */
static void hostile(const char *piece, size_t n, const char *end)
{
  stralloc in = STRALLOC_ZERO, out = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < n; i++) stralloc_cats(&in, piece);
  stralloc_cats(&in, end);
  for (i = 0; i < 20; i++) {
    out.len = 0;
    base_subject(in.s, in.len, &out);
  }
  CHECK(out.len <= BASE_SUBJECT_MAX, "%zu", out.len);
  stralloc_free(&in);
  stralloc_free(&out);
}

int main(void)
{
  stralloc out = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    int reply;

    out.len = 0;
    reply = base_subject(cases[i].in, strlen(cases[i].in), &out);
    test_eq(__FILE__, __LINE__, cases[i].in, out.s, out.len, cases[i].out,
            strlen(cases[i].out));
    CHECK(reply == cases[i].reply, "%s", cases[i].in);
  }
  hostile("[]", 100000, "x");
  hostile("[fwd:", 100000, "x");
  hostile("re:", 100000, "x");
  hostile("(fwd)", 100000, "");
  hostile("[a]re[", 50000, "");
  stralloc_free(&out);
  return test_end("base_subject");
}
