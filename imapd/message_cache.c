/* ISC licence; see LICENSE. */
#include "message_cache.h"

#include "base/alloc.h"
#include "message/header.h"
#include "message/preview.h"
#include "sort_keys.h"

/*
 * The fields that clients ask for in HEADER.FIELDS, as seen from Thunderbird,
 * Apple Mail, mutt, K-9, Roundcube, alpine and others, and those that SEARCH
 * asks for. Long ones that are asked for once a message at most (Received,
 * DKIM-Signature, ARC-*, Authentication-Results) are left to the file.
 * A change here needs another CACHE_VERSION.
 */
#define F(name) { name, sizeof name - 1 }
static const struct lstr fields[] = {
  F("Date"), F("From"), F("Sender"), F("Reply-To"), F("To"), F("Cc"),
  F("Bcc"), F("Subject"), F("Message-ID"), F("In-Reply-To"), F("References"),
  F("MIME-Version"), F("Content-Type"), F("Content-Transfer-Encoding"),
  F("Content-Disposition"), F("Content-Description"), F("Content-Language"),
  F("Content-Class"), F("List-Id"), F("List-Post"), F("List-Help"),
  F("List-Archive"), F("List-Owner"), F("List-Subscribe"),
  F("List-Unsubscribe"), F("List-Unsubscribe-Post"), F("Mailing-List"),
  F("X-Priority"), F("Priority"), F("Importance"), F("X-MSMail-Priority"),
  F("Precedence"), F("Auto-Submitted"), F("Mail-Followup-To"),
  F("Mail-Reply-To"), F("Followup-To"), F("Newsgroups"),
  F("Disposition-Notification-To"), F("Return-Receipt-To"), F("Errors-To"),
  F("Return-Path"), F("Delivered-To"), F("X-Original-To"), F("Resent-Date"),
  F("Resent-From"), F("Resent-To"), F("Resent-Cc"), F("Resent-Message-ID"),
  F("Lines"), F("X-Label"), F("X-Keywords"), F("Keywords"), F("X-Status"),
  F("Status"), F("X-Mailer"), F("User-Agent"), F("Organization"),
  F("X-Spam-Flag"), F("X-Spam-Score"), F("X-Spam-Level"),
  F("X-Uniform-Type-Identifier"), F("X-Universally-Unique-Identifier"),
  F("X-Mozilla-Draft-Info"), F("X-Draft-Info"),
};
#undef F
#define FIELDS (sizeof fields / sizeof *fields)

int message_cache_has_field(struct lstr name)
{
  size_t i;

  for (i = 0; i < FIELDS; i++)
    if (lstr_case_eq(name, fields[i])) return 1;
  return 0;
}

/* The index guards the octets; this guards against what another program or
 * another version of this one may have put there. */
static int shape_ok(enum cache_kind kind, const char *s, size_t len)
{
  switch (kind) {
    case CACHE_ENVELOPE: case CACHE_BODYSTRUCTURE: case CACHE_BODY:
      return len >= 2 && s[0] == '(' && s[len - 1] == ')';
    case CACHE_HEADERS:
      return !len || s[len - 1] == '\n';
    case CACHE_PARTS:
      return len > 0;           /* mime_unpack checks the rest */
    case CACHE_THREAD: return thread_keys_good(s, len);
    case CACHE_SUBJECT: return len <= SORT_STRING_MAX;
    case CACHE_ADDRESSES: return sort_strings_good(s, len);
    case CACHE_PREVIEW: return len <= 4 * PREVIEW_CHARACTERS;
  }
  return 0;
}

static int take(enum cache_kind kind, const char *s, size_t len,
                struct lstr *value)
{
  if (!len || s[0] != CACHE_VERSION || !shape_ok(kind, s + 1, len - 1))
    return 0;
  value->s = s + 1;
  value->len = len - 1;
  return 1;
}

int message_cache_get(struct folder *f, uint32_t uid, enum cache_kind kind,
                      struct lstr *value)
{
  const char *s;
  size_t len;

  if (folder_cache_get(f, uid, kind, &s, &len) != 1) return 0;
  return take(kind, s, len, value);
}

int message_cache_next(struct folder *f, enum cache_kind kind, uint32_t from,
                       uint32_t *uid, struct lstr *value)
{
  const char *s;
  size_t len;

  while (folder_cache_next(f, kind, from, uid, &s, &len) == 1) {
    if (take(kind, s, len, value)) return 1;
    if (*uid == UINT32_MAX) break;
    from = *uid + 1;
  }
  return 0;
}

void message_cache_put(struct folder *f, uint32_t uid, enum cache_kind kind,
                       const char *s, size_t len)
{
  if (len >= CACHE_VALUE_MAX || !shape_ok(kind, s, len)) return;
  folder_cache_put(f, uid, kind, CACHE_VERSION, s, len);
}

void message_cache_headers(const char *block, size_t len, stralloc *out)
{
  header_fields(block, len, fields, FIELDS, 0, out);
}
