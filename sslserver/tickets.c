/* ISC licence; see LICENSE. */
#include "tickets.h"

#include <string.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

struct ticket_key {
  unsigned char name[16], aes[32], hmac[32];
  long since;                   /* seconds; meaningless while not used */
  int used;
};

static struct ticket_key keys[2];       /* the present and the last one */

static int turn(long now)
{
  struct ticket_key k;

  if (RAND_bytes(k.name, sizeof k.name) != 1
      || RAND_priv_bytes(k.aes, sizeof k.aes) != 1
      || RAND_priv_bytes(k.hmac, sizeof k.hmac) != 1)
    return -1;
  k.since = now;
  k.used = 1;
  keys[1] = keys[0];
  keys[0] = k;
  OPENSSL_cleanse(&k, sizeof k);
  return 0;
}

int tickets_turn(long now)
{
  int late = keys[0].used && now - keys[0].since >= 2 * TICKETS_PERIOD;

  if (keys[0].used && now - keys[0].since < TICKETS_PERIOD) return 0;
  if (late) OPENSSL_cleanse(keys, sizeof keys);
  return turn(now);
}

static struct ticket_key *key_named(const unsigned char *name)
{
  int i;

  for (i = 0; i < 2; i++)
    if (keys[i].used && !CRYPTO_memcmp(keys[i].name, name, sizeof keys->name))
      return &keys[i];
  return 0;
}

static int set_mac(EVP_MAC_CTX *mac, struct ticket_key *k)
{
  OSSL_PARAM p[3];

  p[0] = OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, k->hmac,
    sizeof k->hmac);
  p[1] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
    (char *)"SHA256", 0);
  p[2] = OSSL_PARAM_construct_end();
  return EVP_MAC_CTX_set_params(mac, p);
}

/* 1 done, 2 done and a new ticket is due, 0 no such key, -1 failed */
static int on_ticket(SSL *ssl, unsigned char *name, unsigned char *iv,
  EVP_CIPHER_CTX *ctx, EVP_MAC_CTX *mac, int make)
{
  struct ticket_key *k = &keys[0];

  if (make) {
    if (!k->used) return 0;
    if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1)
      return -1;
    memcpy(name, k->name, sizeof k->name);
    return EVP_EncryptInit_ex(ctx, EVP_aes_256_cbc(), 0, k->aes, iv) == 1
      && set_mac(mac, k) ? 1 : -1;
  }
  k = key_named(name);
  if (!k) return 0;
  if (!set_mac(mac, k)
      || EVP_DecryptInit_ex(ctx, EVP_aes_256_cbc(), 0, k->aes, iv) != 1)
    return -1;
  /* in TLS 1.3 a ticket is used once (RFC 8446 appendix C.4) */
  return k == &keys[0] && SSL_version(ssl) != TLS1_3_VERSION ? 1 : 2;
}

void tickets_on(SSL_CTX *ctx)
{
  SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, on_ticket);
  SSL_CTX_set_timeout(ctx, TICKETS_PERIOD);
}

void tickets_wipe(void)
{
  OPENSSL_cleanse(keys, sizeof keys);
}
