/* ISC licence; see LICENSE. */
#include "checkpassword/pwhash.h"
#include "checkpassword/pwkeys.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "checkpassword/encoding.h"
#include "test.h"

char const *PROG = "pwschemes";

/*
 * The schemes that are not of crypt(3). The password is "pw"; the hashes with
 * {SCHEME} are from Dovecot's doveadm pw, those of PBKDF2 as Python's hashlib
 * has them, in the forms of passlib and Django.
 */
static const struct {
  const char *hash;
  const char *word, *class;
} good[] = {
  { "{SHA1}GpHWL3ymc5liWkNopqtdSjuqYHM=", "sha1", "sha1 " },
  { "{sha}GpHWL3ymc5liWkNopqtdSjuqYHM=", "sha1", "sha1 " },
  { "{SHA}1a91d62f7ca67399625a4368a6ab5d4a3baa6073", "sha1", "sha1 " },
  { "{SHA256}MMlS+rEiw/l1nwKm2Vw3WLJGtP7iOZV7LU/uRuJhcMQ=", "plain-sha256",
    "plain-sha256 " },
  { "{SHA256.HEX}30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e2617"
    "0c4", "plain-sha256", "plain-sha256 " },
  { "{SHA512}vhloOHNt39AAfdiy6PRvItRA1MWVmSXLSRNavJzbAehJYapD3Q3bbuWZdetkkoDZ9E"
    "CIhArzdFGCimQSubV0/A==", "plain-sha512", "plain-sha512 " },
  { "{SSHA}Fkb7V0D0aEErJAaxMW6Va0t1Ly4srXVw", "ssha", "ssha " },
  { "{SSHA.HEX}26de7508b057b4a81ee8138fb87494ac51f3c52e4980f56c", "ssha",
    "ssha " },
  { "{SSHA.base64}XvXVlgmD4/7dcF92JBLOJwjvDLnqB5fc", "ssha", "ssha " },
  { "{SSHA256}zLJ2cn4L4H8nmYQMrl+vnUYKw+9AFpMqeFBVOZ8tykVgtw33", "ssha256",
    "ssha256 " },
  { "{SSHA512}vlSf7/MirC1e0NkU5cksJ/yNyk3zBFB2Xm3p4DR3N37XGRcqT7Beq5Fv3EwCg1hKC"
    "hYlfsQvg7PTyj8q6gh1bFhxMY8=", "ssha512", "ssha512 " },
  { "{SMD5}Fzp2S0I3kWEahV2LcyqcAxU3HHo=", "smd5", "smd5 " },
  { "{PLAIN-MD5}8fe4c11451281c094a6578e6ddbf5eed", "plain-md5", "plain-md5 " },
  { "{PLAIN-MD5.B64}j+TBFFEoHAlKZXjm3b9e7Q==", "plain-md5", "plain-md5 " },
  { "{LDAP-MD5}j+TBFFEoHAlKZXjm3b9e7Q==", "plain-md5", "plain-md5 " },
  { "{MD5}j+TBFFEoHAlKZXjm3b9e7Q==", "plain-md5", "plain-md5 " },
  { "{MD5}$1$Innw21dU$QHiV9BO8E6VYEUwqYNJvK1", "md5", "md5 $1$" },
  { "{PLAIN-MD4}a8d1f20d9ceef04bba334fdc553a65f6", "plain-md4", "plain-md4 " },
  { "{NTLM}8CC19B6A8CFEAC299C2871C86B38DE28", "nt", "nt " },
  { "{CRAM-MD5}d3b327e40131add8092e3cb400c690fb8c4c989cd9d0f4ebd9644e4aa7b64cfa",
    "cram-md5", "cram-md5 " },
  { "{HMAC-MD5}d3b327e40131add8092e3cb400c690fb8c4c989cd9d0f4ebd9644e4aa7b64cfa",
    "cram-md5", "cram-md5 " },
  { "{PLAIN}pw", "plain", "plain " },
  { "{CLEAR}pw", "plain", "plain " },
  { "{CLEARTEXT}pw", "plain", "plain " },
  { "{plain.b64}cHc=", "plain", "plain " },
  { "{PLAIN.hex}7077", "plain", "plain " },
  { "{MD5-CRYPT}$1$fkhgvweB$Hs3Ee1Yij9.8NvtFk.Rul/", "md5", "md5 $1$" },
  { "{SHA256-CRYPT}$5$hc3Csv.bSzR9DU5F$FeRhwoXo2nRl2LQBG5MUp6cxabegXIxzTNkDHJuuP"
    "U8", "sha256", "sha256 $5$" },
  { "{SHA512-CRYPT}$6$1O1yRZRCdYel0CPI$c9lW.u7YKKChxkWLFMFS/QImBZgmGU4dVnWhnSQgr"
    "AicmXNPGSC51KQAkXIBAvs0xbaGtbTI0b9SQPss9Stga1", "sha512", "sha512 $6$" },
  { "{BLF-CRYPT}$2y$05$0/qCCDFpEnfi.QtFua.Zk.Yae3Qr/suGMxeRVqgGmPPtwGeR3hDgu",
    "bcrypt", "bcrypt 05$" },
  { "{CRYPT}$2y$05$oB8peHAABeNzH8909mCQPuUe3Oq7ysCQftBLLeBDe9zFLttZB1l.q",
    "bcrypt", "bcrypt 05$" },
  { "{CRYPT.HEX}24327924303524464972476a476375304a39534d6c5252756d586f424f734a42"
    "354c524c70554a536642513436434b5246637838355865576e714475", "bcrypt",
    "bcrypt 05$" },
  { "{DES-CRYPT}uH3RUj7RcQvt.", "des", "des " },
  { "{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$DEQPXGHqHtIGaP4F0F42kg$youK+IugE3e7b"
    "voAhu/EIWAvfHCVtZk5KdZkeuSgZRM", "argon2i", "argon2i v=19$m=32768,t=4,p=1"
  },
  { "$argon2id$v=19$m=65536,t=3,p=1$6PKm49WB67NKpENLeoAsww$BMsOsK2y1TQL92ZuI+qq/"
    "W6PDoUiuj1ue02pOwL8Dss", "argon2id", "argon2id v=19$m=65536,t=3,p=1" },
  { "{PBKDF2}$1$qvL7I36L4oOAeg3U$5000$520a2f60e61c1fab45f0ac253b588e3a3db5e88a",
    "pbkdf2-sha1", "pbkdf2-sha1 5000" },
  { "$pbkdf2$1000$./..c2FsdCF4$hfAWjunzVZE668VHPlN7yB8hMHw", "pbkdf2-sha1",
    "pbkdf2-sha1 1000" },
  { "{PBKDF2}1000$./..c2FsdCF4$hfAWjunzVZE668VHPlN7yB8hMHw", "pbkdf2-sha1",
    "pbkdf2-sha1 1000" },
  { "$pbkdf2-sha256$1000$./..c2FsdCF4$5BsKWXWrKly6RHkH7uCf6AbAeLWcI7uUHqITe9jxWb"
    "Y", "pbkdf2-sha256", "pbkdf2-sha256 1000" },
  { "{PBKDF2-SHA256}1000$./..c2FsdCF4$5BsKWXWrKly6RHkH7uCf6AbAeLWcI7uUHqITe9jxWb"
    "Y", "pbkdf2-sha256", "pbkdf2-sha256 1000" },
  { "$pbkdf2-sha512$1000$./..c2FsdCF4$qVpVOPQh059WFBrRk0CNZ2wLmQPEo0wh1wEq6f2pEk"
    "B.WABx7F4BurwqEVqgBZB6uzpYiqF.7wKLRykRPiNB.Q", "pbkdf2-sha512",
    "pbkdf2-sha512 1000" },
  { "pbkdf2_sha256$1000$Salt+1$daJI8pbroeeS4SipFYeWBh2dvtXsbPcnJKnWwlnFN3A=",
    "django-pbkdf2-sha256", "django-pbkdf2-sha256 1000" },
  { "pbkdf2_sha1$1000$Salt+1$s8zmq/TYv+1tIUAyXal/nRCtEDA=",
    "django-pbkdf2-sha1", "django-pbkdf2-sha1 1000" },
  { "{SCRAM-SHA-1}4096,7O0uhXHCMZ82LAX49x4vAw==,mSla45YG4tciLk+N44H9jqmYuNM=,jas"
    "dDpRq5by6jo5ftqfrC2u13ys=", "scram-sha-1", "scram-sha-1 4096" },
  { "{SCRAM-SHA-256}4096,hK7/VfzNd5uQi1hQWEk74A==,fAqZcB+45rJRlDm/iokyMF9NrmlMkM"
    "+O3Pznr7xylEE=,lGblmQwVXh/MFm7ScccCJqk96CXF5ZrEeM0mmdO1xW4=",
    "scram-sha-256", "scram-sha-256 4096" },
};
#define GOOD (sizeof good / sizeof good[0])

static void known_ones(void)
{
  stralloc class = STRALLOC_ZERO;
  char cut[PWHASH_MAX + 1];
  size_t i, n;

  for (i = 0; i < GOOD; i++) {
    const char *h = good[i].hash;

    CHECK(pwhash_known(h));
    CHECK(!pwhash_locked(h));
    SAME(pwhash_scheme(h), good[i].word);
    pwhash_class(&class, h);
    stralloc_0(&class);
    SAME(class.s, good[i].class);
    CHECK(pwhash_check(h, "pw") == 1);
    CHECK(pwhash_check(h, "pW") == 0);
    CHECK(pwhash_check(h, "p") == 0);
    CHECK(pwhash_check(h, "pw2") == 0);
    CHECK(pwhash_check(h, "") == 0);
    n = strlen(h) / 2 + 4;      /* another octet in the middle */
    strcpy(cut, h);
    cut[n] = cut[n] == 'a' ? 'b' : 'a';
    if (strcmp(good[i].word, "plain")) CHECK(pwhash_check(cut, "pw") != 1);
  }
  stralloc_free(&class);
}

/* Cut anywhere a hash lets nobody in; seen where it has one length only. */
static void cut_ones(void)
{
  static const char *const vary[] = { "des", "plain", "ssha", "argon2", 0 };
  char cut[PWHASH_MAX + 1];
  size_t i, n;
  int k, varies;

  for (i = 0; i < GOOD; i++) {
    for (varies = 0, k = 0; vary[k]; k++)
      varies |= !strncmp(good[i].word, vary[k], strlen(vary[k]));
    if (!strncmp(good[i].word, "plain-", 6)) varies = 0;
    for (n = strlen(good[i].hash) - 3; n > 0; n -= n < 9 ? 1 : 8) {
      memcpy(cut, good[i].hash, n);
      cut[n] = 0;
      if (strncmp(good[i].word, "argon", 5) || n < 40)  /* quicker */
        CHECK(pwhash_check(cut, "pw") != 1);
      if (!varies) CHECK(!pwhash_known(cut));
    }
  }
}

/* What asks for hours or all memory is damaged, and costs nothing. */
static void hostile(void)
{
  static const char *const bad[] = {
    "$argon2id$v=19$m=4294967295,t=3,p=1$c29tZXNhbHQ$MDEyMzQ1Njc4OTAxMjM0NQ",
    "$argon2id$v=19$m=4398046511104,t=1,p=1$c29tZXNhbHQ$MDEyMzQ1Njc4OTAxMjM0NQ",
    "$argon2id$v=19$m=65536,t=4294967295,p=1$c29tZXNhbHQ$MDEyMzQ1Njc4OTAxMjM0",
    "$argon2id$v=19$m=65536,t=2,p=16777215$c29tZXNhbHQ$MDEyMzQ1Njc4OTAxMjM0NQ",
    "$argon2id$v=19$m=8,t=2,p=2$c29tZXNhbHQ$MDEyMzQ1Njc4OTAxMjM0NQ",
    "$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$MDEyMzQ1Njc4OTAxMjM0NQ",
    "$argon2id$v=18$m=64,t=1,p=1$c29tZXNhbHQ$MDEyMzQ1Njc4OTAxMjM0NQ",
    "$argon2id$v=19$m=64,t=1,p=1$c29t$MDEyMzQ1Njc4OTAxMjM0NQ",
    "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$",
    "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ",
    "$argon2id$m=64,t=1$c29tZXNhbHQ$MDEyMzQ1Njc4OTAxMjM0NQ",
    "$argon2d$v=19$m=64,t=1,p=1$c29tZXNhbHQ$MDEyMzQ1Njc4OTAxMjM0NQ",
    "{PBKDF2}$1$salt$2147483648$520a2f60e61c1fab45f0ac253b588e3a3db5e88a",
    "{PBKDF2}$1$salt$0$520a2f60e61c1fab45f0ac253b588e3a3db5e88a",
    "{PBKDF2}$1$salt$-1$520a2f60e61c1fab45f0ac253b588e3a3db5e88a",
    "{PBKDF2}$1$salt$99999999999999999999$520a2f60e61c1fab45f0ac253b588e3a3db5",
    "{PBKDF2}$1$$1000$520a2f60e61c1fab45f0ac253b588e3a3db5e88a",
    "{PBKDF2}$1$salt$1000$520a2f60e61c1fab45f0ac253b588e3a3db5e88a00",
    "{PBKDF2}$1$salt$1000$52",
    "{PBKDF2}$1$salt$1000$",
    "pbkdf2_sha256$2147483648$Salt+1$daJI8pbroeeS4SipFYeWBh2dvtXsbPcnJKnWwlnF",
    "$pbkdf2-sha256$4294967297$./..c2FsdCF4$5BsKWXWrKly6RHkH7uCf6AbAeLWcI7uUHq",
    "{SCRAM-SHA-1}2147483648,7O0uhXHCMZ82LAX49x4vAw==,mSla45YG4tciLk+N44H9jqmYu"
    "NM=,jasdDpRq5by6jo5ftqfrC2u13ys=",
    "{SCRAM-SHA-1}4096,,mSla45YG4tciLk+N44H9jqmYuNM=,jasdDpRq5by6jo5ftqfrC2u13y"
    "s=",
    "{SCRAM-SHA-256}4096,7O0uhXHCMZ82LAX49x4vAw==,mSla45YG4tciLk+N44H9jqmYuNM=,"
    "jasdDpRq5by6jo5ftqfrC2u13ys=",
    "$6$rounds=999999999$salt$1O1yRZRCdYel0CPIc9lW.u7YKKChxkWLFMFS/QImBZgmGU4dV"
    "nWhnSQgrAicmXNPGSC51KQAkXIBAvs0xbaGtb",
    "$2b$31$Xbg5RXAlDOmLi9EQi5WkXucNmY7Q42VBjDXGA0eqjEaArzd6r29we",
    "$y$jjT$ivFxWi7W.CeKk76O/X2I31$5q9v3NYmMdyIWQPdsdIROXn6ruHf6e8Z9F7DezvtLW6",
    "$y$j9zz$ivFxWi7W.CeKk76O/X2I31$5q9v3NYmMdyIWQPdsdIROXn6ruHf6e8Z9F7DezvtLW6",
    "$y$j9T2kk$iFxWi7W.CeKk76O/X2I31$5q9v3NYmMdyIWQPdsdIROXn6ruHf6e8Z9F7DezvtLW"
    "6",
    "$7$zU..../....GX6jsYg7vKCHfDncPc40Z.$T3quUcMHUGuMBlFzBGGLdQvoE2saV9r/f7wfh"
    "I0FIh.",
    "$7$CUzzzz/....GX6jsYg7vKCHfDncPc40Z.$T3quUcMHUGuMBlFzBGGLdQvoE2saV9r/f7wfh"
    "I0FIh.",
    "$7$CU..../zzzzGX6jsYg7vKCHfDncPc40Z.$T3quUcMHUGuMBlFzBGGLdQvoE2saV9r/f7wfh"
    "I0FIh.",
    "$sha1$4294967295$JzOhpxKNOhf10eubCLUi$tV5emV3Ganp12miDs6dDF711cSqJ",
    "$md5,rounds=4294967295$1PZqx2Ig$$VqSa89umKB69DoeyoqIt91",
    "{SSHA}GpHWL3ymc5liWkNopqtdSjuqYHM=", "{SHA}!", "{SHA}", "{SHA.hex}zz",
    "{SHA.rot13}x", "{}", "{", "{SSHA", "{PLAIN}", "{PLAIN.b64}cABw",
    "{MD5-CRYPT}$6$1O1yRZRCdYel0CPI$c9lW.u7YKKChxkWLFMFS/QImBZgmGU4dVnWhnSQgrAi"
    "cmXNPGSC51KQAkXIBAvs0xbaGtbTI0b9SQPss9Stga1",
    "{OTP}sha1 1024 9d0d49c181576f95 c86ba2208143a1b9",
  };
  clock_t begin = clock();
  size_t i;

  for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    if (pwhash_known(bad[i])) printf("known: %s\n", bad[i]);
    CHECK(!pwhash_known(bad[i]));
    CHECK(pwhash_check(bad[i], "pw") == -1 && errno == EINVAL);
  }
  CHECK(clock() - begin < CLOCKS_PER_SEC);
}

static void too_long(void)
{
  char s[PWHASH_MAX + 2];

  memset(s, 'x', sizeof s);
  memcpy(s, "{PLAIN}", 7);
  s[PWHASH_MAX + 1] = 0;
  CHECK(!pwhash_known(s));
  CHECK(pwhash_check(s, s + 7) == -1 && errno == EINVAL);
  s[PWHASH_MAX] = 0;
  CHECK(pwhash_known(s));
  CHECK(pwhash_check(s, s + 7) == 1);
}

static void locked(void)
{
  CHECK(pwhash_locked("!{SSHA}Fkb7V0D0aEErJAaxMW6Va0t1Ly4srXVw"));
  CHECK(pwhash_locked("{CRYPT}!"));
  CHECK(pwhash_locked("{CRYPT}*LK*"));
  CHECK(pwhash_locked("{CRYPT}"));
  CHECK(!pwhash_known("{CRYPT}*LK*"));
  CHECK(!pwhash_locked("{PLAIN}!pw"));
  CHECK(pwhash_shut("!"));
  CHECK(pwhash_shut("!$1$x"));
  CHECK(pwhash_shut("{CRYPT}!$1$x"));
  CHECK(pwhash_shut("{SSHA}!Fkb7V0D0aEErJAaxMW6Va0t1Ly4srXVw"));
  CHECK(!pwhash_shut("{PLAIN}!pw"));
  CHECK(!pwhash_shut("{CRYPT}*LK*"));
  CHECK(!pwhash_shut("*"));
  CHECK(!pwhash_shut(""));
  CHECK(!pwhash_shut("{"));
  CHECK(pwhash_check("{PLAIN}!pw", "!pw") == 1);
}

static void making(void)
{
  static const struct { const char *name, *prefix; unsigned long cost; } m[] = {
    { "argon2id", "$argon2id$v=19$m=65536,t=1,p=1$", 1 },
    { "argon2i", "$argon2i$v=19$m=65536,t=3,p=1$", 0 },
    { "ARGON2ID", "{ARGON2ID}$argon2id$", 1 },
    { "pbkdf2-sha1", "$pbkdf2$1000$", 1000 },
    { "pbkdf2-sha256", "$pbkdf2-sha256$1000$", 1000 },
    { "pbkdf2-sha512", "$pbkdf2-sha512$1000$", 1000 },
    { "PBKDF2", "{PBKDF2}$1$", 1000 },
    { "PBKDF2-SHA256", "{PBKDF2-SHA256}1000$", 1000 },
    { "SCRAM-SHA-1", "{SCRAM-SHA-1}4096,", 0 },
    { "SCRAM-SHA-256", "{SCRAM-SHA-256}10000,", 10000 },
    { "SSHA", "{SSHA}", 0 }, { "SSHA256", "{SSHA256}", 0 },
    { "SSHA512", "{SSHA512}", 0 }, { "SMD5", "{SMD5}", 0 },
    { "SSHA512.hex", "{SSHA512.HEX}", 0 }, { "MD5-CRYPT", "{MD5-CRYPT}$1$", 0 },
    { "SHA512-CRYPT", "{SHA512-CRYPT}$6$", 0 },
    { "BLF-CRYPT", "{BLF-CRYPT}$2b$04$", 4 }, { "CRYPT", "{CRYPT}$y$", 2 },
  };
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < sizeof m / sizeof m[0]; i++) {
    a.len = b.len = 0;
    CHECK(pwhash_make(&a, "s3cret", m[i].name, m[i].cost) == 0);
    CHECK(pwhash_make(&b, "s3cret", m[i].name, m[i].cost) == 0);
    stralloc_0(&a);
    stralloc_0(&b);
    CHECK(!strncmp(a.s, m[i].prefix, strlen(m[i].prefix)));
    CHECK(strcmp(a.s, b.s) != 0);               /* a salt of its own */
    CHECK(pwhash_known(a.s));
    CHECK(pwhash_check(a.s, "s3cret") == 1);
    CHECK(pwhash_check(a.s, "s3creT") == 0);
    CHECK(!pwhash_outdated(a.s, m[i].name, m[i].cost));
    CHECK(pwhash_outdated(a.s, "sha256", 77777));
  }
  CHECK(pwhash_make(&a, "x", "argon2id", 999999999) == -1 && errno == EINVAL);
  CHECK(pwhash_make(&a, "x", "PBKDF2", 99999999) == -1 && errno == EINVAL);
  CHECK(pwhash_make(&a, "x", "SSHA", 3) == -1 && errno == EINVAL);
  CHECK(pwhash_make(&a, "x", "ssha", 0) == -1 && errno == EINVAL);
  CHECK(pwhash_make(&a, "x", "bcrypt", 31) == -1 && errno == EINVAL);
  CHECK(pwhash_make(&a, "x", "plain", 0) == -1 && errno == EINVAL);
  CHECK(!pwhash_outdated("{NONE}x", 0, 0));
  pwhash_prefixed(&a, "SHA256.hex", "30c9");
  SAME(a.s, "{SHA256.hex}30c9");
  pwhash_prefixed(&a, "PLAIN", "!pw");
  SAME(a.s, "!pw");
  pwhash_prefixed(&a, "PLAIN", "{SSHA}x");
  SAME(a.s, "{SSHA}x");
  pwhash_prefixed(&a, "PLAIN", "$6$x");
  SAME(a.s, "$6$x");
  pwhash_prefixed(&a, "", "pw");
  SAME(a.s, "pw");
  stralloc_free(&a);
  stralloc_free(&b);
}

/* RFC 5802 section 5 and RFC 7677 section 3 */
static void scram_example(enum digest digest, const char *salt64,
                          const char *auth, const char *proof64,
                          const char *sign64)
{
  struct scram_keys k = SCRAM_KEYS_ZERO;
  struct hmac_key key;
  stralloc salt = STRALLOC_ZERO, proof = STRALLOC_ZERO, text = STRALLOC_ZERO;
  unsigned char sign[DIGEST_MAX], client[DIGEST_MAX];
  size_t n = digest_size(digest), i;

  CHECK(base64_take(&salt, salt64, strlen(salt64), BASE64) == 0);
  CHECK(base64_take(&proof, proof64, strlen(proof64), BASE64) == 0);
  scram_keys_make(&k, digest, "pencil", salt.s, salt.len, 4096);
  hmac_ready(&key, digest, k.server, n);
  hmac_of(&key, auth, strlen(auth), sign);
  base64_put(&text, sign, n, BASE64, 1);
  stralloc_0(&text);
  SAME(text.s, sign64);
  hmac_ready(&key, digest, k.stored, n);
  hmac_of(&key, auth, strlen(auth), sign);
  for (i = 0; i < n; i++)
    client[i] = (unsigned char)proof.s[i] ^ sign[i];
  digest_of(digest, client, n, client);
  CHECK(digest_same(client, k.stored, n));
  scram_keys_free(&k);
  stralloc_free(&salt);
  stralloc_free(&proof);
  stralloc_free(&text);
}

static void scram(void)
{
  struct scram_keys k = SCRAM_KEYS_ZERO;

  scram_example(DIGEST_SHA1, "QSXCR+Q6sek8bf92",
    "n=user,r=fyko+d2lbbFgONRv9qkxdawL,"
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096,"
    "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j",
    "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "rmF9pqV8S7suAoZWja4dJRkFsKQ=");
  scram_example(DIGEST_SHA256, "W22ZaJ0SNY7soEsUEjb6gQ==",
    "n=user,r=rOprNGfwEbeRWgbNEkqO,"
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
    "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  CHECK(pwhash_scram(&k, DIGEST_SHA1, good[GOOD - 2].hash) && k.rounds == 4096
        && k.salt.len == 16);
  CHECK(!pwhash_scram(&k, DIGEST_SHA256, good[GOOD - 2].hash));
  CHECK(pwhash_scram(&k, DIGEST_SHA256, good[GOOD - 1].hash));
  CHECK(!pwhash_scram(&k, DIGEST_SHA256, "{PLAIN}pw"));
  scram_keys_free(&k);
}

/* RFC 2195 section 2; RFC 1939 section 7 */
static void challenges(void)
{
  static const char challenge[] = "<1896.697170952@postoffice.reston.mci.net>";
  stralloc h = STRALLOC_ZERO;

  CHECK(pwhash_make(&h, "tanstaaftanstaaf", "CRAM-MD5", 0) == 0);
  stralloc_0(&h);
  CHECK(pwhash_cram_md5(h.s, challenge, strlen(challenge),
                        "b913a602c7eda7a495b4e6e7334d3890") == 1);
  CHECK(pwhash_cram_md5("{PLAIN}tanstaaftanstaaf", challenge,
                        strlen(challenge), "b913a602c7eda7a495b4e6e7334d3890")
        == 1);
  CHECK(pwhash_cram_md5(h.s, challenge, strlen(challenge),
                        "b913a602c7eda7a495b4e6e7334d3891") == 0);
  CHECK(pwhash_cram_md5(h.s, challenge, strlen(challenge), "") == 0);
  CHECK(pwhash_cram_md5("$1$.q6Vpox1$WS9gg2gaEQxPM1egfeiK2.", "x", 1, "")
        == -1);
  CHECK(pwhash_apop("{PLAIN}tanstaaf", challenge,
                    "c4c9334bac560ecc979e58001b3e22fb") == 0);
  CHECK(pwhash_apop("{PLAIN.b64}dGFuc3RhYWY=",
                    "<1896.697170952@dbc.mtview.ca.us>",
                    "c4c9334bac560ecc979e58001b3e22fb") == 1);
  CHECK(pwhash_apop(h.s, challenge, "") == -1);
  CHECK(!pwhash_plain(&h, "{SSHA}Fkb7V0D0aEErJAaxMW6Va0t1Ly4srXVw") && !h.len);
  CHECK(!pwhash_plain(&h, "!{PLAIN}x"));
  stralloc_free(&h);
}

int main(void)
{
  known_ones();
  cut_ones();
  hostile();
  too_long();
  locked();
  making();
  scram();
  challenges();
  return test_end(PROG);
}
