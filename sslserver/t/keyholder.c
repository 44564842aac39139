/* ISC licence; see LICENSE. */
#include "sslserver/keyholder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "login/t/test.h"
#include "sslserver/keyproto.h"

/*
 * What a TLS half that has been taken over can get from the key-holder:
 * the messages are written here, not by the client's code.
 */
char const *PROG = "keyholder";

static char dir[] = "/tmp/roost-key.XXXXXX", path[64];
static EVP_PKEY *key;
static int control = -1;
static pid_t pid;

static void make_files(void)
{
  X509 *x = X509_new();
  X509_NAME *n = X509_get_subject_name(x);
  FILE *f;

  key = EVP_RSA_gen(2048);
  X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_ASC,
    (const unsigned char *)"localhost", -1, -1, 0);
  X509_set_issuer_name(x, n);
  X509_gmtime_adj(X509_getm_notBefore(x), 0);
  X509_gmtime_adj(X509_getm_notAfter(x), 86400);
  X509_set_pubkey(x, key);
  X509_sign(x, key, EVP_sha256());
  snprintf(path, sizeof path, "%s/cert.pem", dir);
  f = fopen(path, "w");
  if (!f || !PEM_write_X509(f, x)
      || !PEM_write_PrivateKey(f, key, 0, 0, 0, 0, 0) || fclose(f))
    exit(111);
  X509_free(x);
}

/* a socket as a TLS half has it */
static int half(void)
{
  int fd[2];

  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) == -1
      || keyholder_socket(control, fd[1]) == -1)
    exit(111);
  close(fd[1]);
  return fd[0];
}

static unsigned char reply[KEY_REPLY_MAX];

/* the type of the answer, 0 if the key-holder hangs up; its length in *len */
static int ask(int fd, const void *req, size_t n, size_t *len)
{
  ssize_t r;

  if (send(fd, req, n, MSG_NOSIGNAL) == -1) return 0;
  r = recv(fd, reply, sizeof reply, 0);
  if (len) *len = r > 0 ? (size_t)r : 0;
  return r > 0 ? reply[0] : 0;
}

static int ask_name(int fd, uint64_t known, const char *name, size_t *len)
{
  unsigned char req[300];
  size_t n = strlen(name);

  req[0] = KEY_NAME;
  key_pack64(req + 1, known);
  key_pack64(req + 9, 0);
  memcpy(req + KEY_NAME_HEAD, name, n);
  return ask(fd, req, KEY_NAME_HEAD + n, len);
}

static size_t content_13(unsigned char *s)
{
  memset(s, ' ', 64);
  memcpy(s + 64, "TLS 1.3, server CertificateVerify", 34);
  memset(s + 98, 1, 32);
  return 98 + 32;
}

static int ask_sign(int fd, uint64_t number, int hash, int pad,
  const unsigned char *tbs, size_t n, size_t *len)
{
  unsigned char req[KEY_REQUEST_MAX + 64];

  req[0] = KEY_SIGN;
  key_pack64(req + 1, number);
  req[9] = (unsigned char)hash;
  req[10] = (unsigned char)pad;
  memcpy(req + 11, tbs, n);
  return ask(fd, req, 11 + n, len);
}

static int verifies(const unsigned char *tbs, size_t n,
  const unsigned char *sig, size_t siglen)
{
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  EVP_PKEY_CTX *p;
  int ok = EVP_DigestVerifyInit(ctx, &p, EVP_sha256(), 0, key) == 1
    && EVP_PKEY_CTX_set_rsa_padding(p, RSA_PKCS1_PSS_PADDING) == 1
    && EVP_PKEY_CTX_set_rsa_pss_saltlen(p, RSA_PSS_SALTLEN_DIGEST) == 1
    && EVP_DigestVerify(ctx, sig, siglen, tbs, n) == 1;

  EVP_MD_CTX_free(ctx);
  return ok;
}

static uint64_t test_name(void)
{
  size_t len;
  uint64_t number;
  int fd = half();

  CHECK(ask_name(fd, 0, "any.example", &len) == KEY_CERT && len > 400);
  number = key_unpack64(reply + 1);
  CHECK(number != 0);
  CHECK(ask_name(fd, number, "", &len) == KEY_CERT && len == 25);
  CHECK(ask_name(fd, number, "../../etc/passwd", &len) == KEY_CERT
    && len == 25);
  /* a fourth time is no handshake */
  CHECK(ask_name(fd, number, "", &len) == 0);
  close(fd);
  return number;
}

static void test_sign(uint64_t number)
{
  unsigned char tbs[KEY_REQUEST_MAX + 32];
  size_t n = content_13(tbs), len;
  int fd = half();

  CHECK(ask_sign(fd, number, KEY_SHA256, KEY_PSS, tbs, n, &len) == KEY_SIGN);
  CHECK(len == 1 + 256 && verifies(tbs, n, reply + 1, len - 1));
  CHECK(ask_sign(fd, number, KEY_SHA256, KEY_PSS, tbs, n, &len) == KEY_SIGN);
  CHECK(ask_sign(fd, number, KEY_SHA256, KEY_PSS, tbs, n, &len) == 0);
  close(fd);
}

static int refused(uint64_t number, int hash, int pad,
  const unsigned char *tbs, size_t n)
{
  int fd = half(), r = ask_sign(fd, number, hash, pad, tbs, n, 0);

  close(fd);
  return r == KEY_ERROR || r == 0;
}

static void test_refused(uint64_t number)
{
  unsigned char tbs[KEY_REQUEST_MAX + 32], other[256];
  size_t n = content_13(tbs);

  CHECK(refused(number + 1, KEY_SHA256, KEY_PSS, tbs, n));
  CHECK(refused(0, KEY_SHA256, KEY_PSS, tbs, n));
  CHECK(refused(number, KEY_SHA256, KEY_PKCS1, tbs, n));
  CHECK(refused(number, KEY_SHA256, KEY_NOPAD, tbs, n));
  CHECK(refused(number, KEY_NOHASH, KEY_PSS, tbs, n));
  CHECK(refused(number, 77, KEY_PSS, tbs, n));
  CHECK(refused(number, KEY_SHA256, 77, tbs, n));
  CHECK(refused(number, KEY_SHA256, KEY_PSS, tbs, 0));
  CHECK(refused(number, KEY_SHA256, KEY_PSS, tbs, n - 1));
  CHECK(refused(number, KEY_SHA256, KEY_PSS, tbs, sizeof tbs));
  memset(other, 'x', sizeof other);     /* a digest, a letter, a certificate */
  CHECK(refused(number, KEY_SHA256, KEY_PKCS1, other, 32));
  CHECK(refused(number, KEY_SHA256, KEY_PKCS1, other, sizeof other));
}

static int hangs_up(const char *req, size_t n)
{
  int fd = half(), r = ask(fd, req, n, 0);

  close(fd);
  return r == 0;
}

static void test_nonsense(uint64_t number)
{
  int fd = half();

  CHECK(hangs_up("X", 1));
  CHECK(hangs_up("", 0));
  CHECK(ask(fd, "N", 1, 0) == KEY_ERROR);
  CHECK(ask(fd, "S1234567", 8, 0) == KEY_ERROR);
  /* and it lives on */
  CHECK(ask_name(fd, number, "", 0) == KEY_CERT);
  close(fd);
}

int main(void)
{
  int listener, status;

  if (!mkdtemp(dir)) exit(111);
  make_files();
  setenv("CERTFILE", path, 1);
  unsetenv("CERTCHAINFILE");
  unsetenv("KEYFILE");
  unsetenv("CERTDIR");
  unsetenv("OCSPFILE");
  control = keyholder_start(0, &listener, &pid);
  CHECK(control != -1);
  if (control != -1) {
    uint64_t number = test_name();

    test_sign(number);
    test_refused(number);
    test_nonsense(number);
    CHECK(keyholder_news(control) == 0);
    /* without the listener it ends: nobody is left who could ask */
    close(control);
    close(listener);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
  }
  unlink(path);
  rmdir(dir);
  EVP_PKEY_free(key);
  return test_end("keyholder");
}
