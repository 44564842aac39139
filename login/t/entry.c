/* ISC licence; see LICENSE. */
/* The record and the names of a session in the roster, honest and hostile. */
#include <stdlib.h>
#include <string.h>

#include "login/entry.h"
#include "test.h"

static void good(struct entry *e)
{
  memset(e, 0, sizeof *e);
  memcpy(e->magic, ENTRY_MAGIC, sizeof e->magic);
  e->since = 1000;
  e->active = 2000;
  e->monitor = 4711;
  e->handler = 4712;
  entry_put(e->service, sizeof e->service, "imap", 4);
  entry_put(e->user, sizeof e->user, "joe", 3);
}

static void test_put(void)
{
  char field[8];

  entry_put(field, sizeof field, "abc", 3);
  CHECK(!memcmp(field, "abc\0\0\0\0\0", 8));
  entry_put(field, sizeof field, "abcdefghij", 10);
  CHECK(!memcmp(field, "abcdefg\0", 8));
  entry_put(field, sizeof field, "a\0b\0", 4);
  CHECK(!memcmp(field, "a?b?\0\0\0\0", 8));
  entry_put(field, sizeof field, "", 0);
  CHECK(!memcmp(field, "\0\0\0\0\0\0\0\0", 8));
}

/* each field without its NUL, each number out of its range */
static void test_fits(void)
{
  struct entry e;
  char *const fields[] = { e.service, e.user, e.address, e.port, e.tls,
    e.folder };
  const size_t sizes[] = { sizeof e.service, sizeof e.user, sizeof e.address,
    sizeof e.port, sizeof e.tls, sizeof e.folder };
  size_t i;

  good(&e);
  CHECK(entry_fits(&e, sizeof e));
  CHECK(!entry_fits(&e, sizeof e - 1) && !entry_fits(&e, 0));
  for (i = 0; i < sizeof fields / sizeof *fields; i++) {
    good(&e);
    memset(fields[i], 'x', sizes[i]);
    CHECK(!entry_fits(&e, sizeof e));
    fields[i][sizes[i] - 1] = 0;
    CHECK(entry_fits(&e, sizeof e));
  }
  good(&e);
  e.monitor = 1;
  CHECK(!entry_fits(&e, sizeof e));
  e.monitor = -4711;            /* kill(2) would take it for a group */
  CHECK(!entry_fits(&e, sizeof e));
  good(&e);
  e.handler = 0;
  CHECK(!entry_fits(&e, sizeof e));
  e.handler = -1;
  CHECK(!entry_fits(&e, sizeof e));
  good(&e);
  e.active = 999;
  CHECK(!entry_fits(&e, sizeof e));
  e.since = -1;
  CHECK(!entry_fits(&e, sizeof e));
  good(&e);
  e.magic[6]++;
  CHECK(!entry_fits(&e, sizeof e));
}

/* whatever octets: what fits has ends */
static void test_random(void)
{
  unsigned char raw[sizeof (struct entry)];
  struct entry e;
  unsigned int seed = 1, round, fit = 0;
  size_t i;

  for (round = 0; round < 2000; round++) {
    good(&e);
    memcpy(raw, &e, sizeof e);
    for (i = 0; i < 40; i++) {
      seed = seed * 1103515245 + 12345;
      raw[8 + (seed >> 8) % (sizeof raw - 8)] ^= (unsigned char)(seed >> 24);
    }
    memcpy(&e, raw, sizeof e);
    if (!entry_fits(&e, sizeof e)) continue;
    fit++;
    if (strlen(e.user) + strlen(e.folder) >= sizeof e.user + sizeof e.folder
        || e.monitor < 2) {
      CHECK(!"an end");
      return;
    }
  }
  CHECK(fit > 0 && fit < 2000);
}

static void test_names(void)
{
  static const char *const bad[] = { "", ".", "..", ".4711-x", "1-x", "0-x",
    "-1-x", "-x", "4711", "04711-x", "+4711-x", "4711 -x", "4711x-1",
    "9999999999-x", "99999999999999999999-x", "x4711-1" };
  const char *address;
  char buf[ENTRY_NAME_MAX], deep[300];
  size_t i;

  entry_name(buf, 4711, "192.0.2.1");
  CHECK(!strcmp(buf, "4711-192.0.2.1"));
  CHECK(entry_name_parse(buf, &address) == 4711
    && !strcmp(address, "192.0.2.1"));
  entry_name(buf, 2, "fe80::1%eth0");
  CHECK(!strcmp(buf, "2-fe80::1%eth0"));
  entry_name(buf, 4711, "../../etc\n\xff x");
  CHECK(!strcmp(buf, "4711-.._.._etc___x"));
  memset(deep, 'a', sizeof deep - 1);
  deep[sizeof deep - 1] = 0;
  entry_name(buf, 999999999, deep);
  CHECK(strlen(buf) == ENTRY_NAME_MAX - 1
    && entry_name_parse(buf, &address) == 999999999);
  for (i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK(!entry_name_parse(bad[i], &address));
}

static void test_accounts(void)
{
  struct entry_account a = { 1, 1000, 0xfd01, 0x1234567890ULL, "joe" };
  struct entry_account b = a, none = { 0, 0, 0, 0, "joe" };
  char x[ENTRY_NAME_MAX], y[ENTRY_NAME_MAX];

  entry_account_name(x, &a);
  CHECK(!strcmp(x, "m.3e8.fd01.1234567890") && entry_account_is(x));
  b.user = "joe@example.org";   /* the same mail by another name */
  entry_account_name(y, &b);
  CHECK(!strcmp(x, y));
  b.uid++;
  entry_account_name(y, &b);
  CHECK(strcmp(x, y));
  a.uid = (uid_t)-1;
  a.dev = (dev_t)-1;
  a.ino = (ino_t)-1;
  entry_account_name(x, &a);
  CHECK(entry_account_is(x));
  entry_account_name(x, &none);
  CHECK(entry_account_is(x) && x[0] == 'n');
  none.user = "Joe";
  entry_account_name(y, &none);
  CHECK(strcmp(x, y));
  CHECK(!entry_account_is("") && !entry_account_is(".."));
  CHECK(!entry_account_is("m") && !entry_account_is("m."));
  CHECK(!entry_account_is("x.1") && !entry_account_is("m.1/2"));
  CHECK(!entry_account_is("m.1.2.3x") && !entry_account_is("mail"));
}

int main(void)
{
  test_put();
  test_fits();
  test_random();
  test_names();
  test_accounts();
  return test_end("entry");
}
