/* ISC licence; see LICENSE. */
#include "oauth_http.h"

#include <string.h>
#include <curl/curl.h>

#include "base/alloc.h"

static int begins(const char *s, const char *with)
{
  return !strncmp(s, with, strlen(with));
}

int oauth_http_url(const char *url)
{
  static const char *const near[] = {
    "http://127.0.0.1", "http://[::1]", "http://localhost", 0
  };
  int i;

  if (begins(url, "https://")) return 1;
  for (i = 0; near[i]; i++)
    if (begins(url, near[i]) && (url[strlen(near[i])] == ':'
        || url[strlen(near[i])] == '/'))
      return 1;
  return 0;
}

/* the part up to OAUTH_HTTP_MAX; more ends the transfer */
static size_t take(char *data, size_t one, size_t n, void *to)
{
  stralloc *out = to;

  n *= one;
  if (out->len + n > OAUTH_HTTP_MAX) return 0;
  stralloc_catb(out, data, n);
  return n;
}

/* octets that need no %, RFC 3986 section 2.3 */
static void escape(stralloc *out, const char *s, size_t len)
{
  static const char plain[] = "-._~0123456789abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  static const char hex[] = "0123456789ABCDEF";

  for (; len; s++, len--) {
    if (*s && strchr(plain, *s)) {
      stralloc_append(out, *s);
      continue;
    }
    stralloc_append(out, '%');
    stralloc_append(out, hex[(unsigned char)*s >> 4]);
    stralloc_append(out, hex[*s & 15]);
  }
}

/* RFC 6749 section 2.3.1: both in the form of form fields */
static void credentials(stralloc *out, const char *client)
{
  size_t n = strcspn(client, ":");

  escape(out, client, n);
  stralloc_append(out, ':');
  if (client[n]) escape(out, client + n + 1, strlen(client + n + 1));
  stralloc_0(out);
}

static void set_up(CURL *c, const struct oauth_http *h, stralloc *out)
{
  curl_easy_setopt(c, CURLOPT_URL, h->url);
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR,
    begins(h->url, "https://") ? "https" : "http");
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_TIMEOUT, h->timeout);
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, h->timeout);
  curl_easy_setopt(c, CURLOPT_MAXFILESIZE, (long)OAUTH_HTTP_MAX);
  curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(c, CURLOPT_USERAGENT, "roost");
  if (h->cafile) curl_easy_setopt(c, CURLOPT_CAINFO, h->cafile);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, out);
}

static int perform(CURL *c, stralloc *out, const char **why)
{
  CURLcode r = curl_easy_perform(c);
  long status = 0;

  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  if (r == CURLE_OK && status == 200) return 0;
  if (r != CURLE_OK) *why = curl_easy_strerror(r);
  else if (status == 401 || status == 403) *why = "we are not authorized";
  else *why = "the answer is not 200";
  out->len = 0;
  return -1;
}

static int ask(const struct oauth_http *h, const stralloc *body,
               stralloc *out, const char **why)
{
  struct curl_slist *list = curl_slist_append(0, "Accept: application/json");
  stralloc login = STRALLOC_ZERO;
  CURL *c = curl_easy_init();
  int r = -1;

  *why = "out of memory";
  if (c && list) {
    set_up(c, h, out);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
    if (h->client) {
      credentials(&login, h->client);
      curl_easy_setopt(c, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
      curl_easy_setopt(c, CURLOPT_USERPWD, login.s);
    }
    if (body) {
      curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)body->len);
      curl_easy_setopt(c, CURLOPT_POSTFIELDS, body->s);
    }
    r = perform(c, out, why);
  }
  curl_easy_cleanup(c);
  curl_slist_free_all(list);
  if (login.s) explicit_bzero(login.s, login.a);
  stralloc_free(&login);
  return r;
}

int oauth_http_get(const struct oauth_http *h, stralloc *out,
                   const char **why)
{
  return ask(h, 0, out, why);
}

int oauth_http_token(const struct oauth_http *h, const char *token,
                     stralloc *out, const char **why)
{
  stralloc body = STRALLOC_ZERO;
  int r;

  stralloc_cats(&body, "token_type_hint=access_token&token=");
  escape(&body, token, strlen(token));
  r = ask(h, &body, out, why);
  explicit_bzero(body.s, body.a);
  stralloc_free(&body);
  return r;
}
