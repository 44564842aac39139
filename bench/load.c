/*
 * load - a client that is never the bottleneck: plays scripts of IMAP or POP3
 * commands on many connections and says how long they took. ISC licence; see
 * LICENSE.
 *
 *   load [-3] [-c CONNECTIONS] [-n RUNS] [-T full|resume] PORT SCRIPT...
 *
 * Each of the CONNECTIONS (1) is a process that connects to 127.0.0.1, plays
 * its script, and closes, until RUNS (1) are done by all together. Process i
 * plays SCRIPT i modulo their number. -3: POP3. -T: TLS from the start, each
 * with a full handshake, or resumed after the first of each process.
 *
 * A script is lines; what is sent goes with a tag, and the next line waits
 * for the tagged answer (POP3: the whole answer):
 *   @begin, @end    the time between is a section, printed in seconds
 *   @pipe, @wait    what stands between is sent at once, then all is awaited
 *   @reconnect      close, and connect anew
 *   @idle           send IDLE, wait for the go-ahead, end it with DONE
 *   %c %r           in a command: number of the process, number of the run
 *   {@PATH}         the file PATH as a literal ({N+} and its octets)
 * An answer that is not OK (+OK) ends the whole: a bench of refusals is none.
 *
 * Prints one line of JSON: elapsed and client's processor time in seconds,
 * runs, octets received, connections whose TLS session was resumed, the sections.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 10000
#define SECTIONS_MAX 200000
#define LINE_MAX_OCTETS (1 << 20)

struct shared {
  volatile int go;
  int next_run, sections, resumed;
  unsigned long long octets;
  double section[SECTIONS_MAX];
};

static struct shared *all;
static int port, pop3, runs = 1, tls;           /* tls: 1 full, 2 resumed */
static SSL_CTX *ctx;
static SSL_SESSION *ticket;

struct conn {
  int fd;
  SSL *ssl;
  char *buf;
  size_t at, len;
  unsigned long tag;
};
#define BUF (4 * 1024 * 1024)   /* a SORT of 100,000 messages is one line */

static void die(const char *what, const char *more)
{
  fprintf(stderr, "load: %s: %s\n", what, more ? more : strerror(errno));
  _exit(111);
}

static double now(void)
{
  struct timespec t;

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int new_ticket(SSL *ssl, SSL_SESSION *s)
{
  (void)ssl;
  if (ticket) SSL_SESSION_free(ticket);
  ticket = s;
  return 1;
}

static void fill(struct conn *c)
{
  ssize_t r;

  if (c->at) memmove(c->buf, c->buf + c->at, c->len - c->at);
  c->len -= c->at;
  c->at = 0;
  if (c->len == BUF) die("a line is too long", "");
  r = c->ssl ? SSL_read(c->ssl, c->buf + c->len, (int)(BUF - c->len))
             : read(c->fd, c->buf + c->len, BUF - c->len);
  if (r <= 0) die("connection lost", r ? 0 : "end of file");
  c->len += (size_t)r;
  __atomic_add_fetch(&all->octets, (unsigned long long)r, __ATOMIC_RELAXED);
}

static void put(struct conn *c, const char *s, size_t len)
{
  while (len) {
    ssize_t w = c->ssl ? SSL_write(c->ssl, s, (int)len)
                       : write(c->fd, s, len);
    if (w <= 0) die("cannot write", 0);
    s += w;
    len -= (size_t)w;
  }
}

/* line - the next line; valid until the next call; its LF included in *len */
static char *line(struct conn *c, size_t *len)
{
  size_t seen = 0;
  char *s, *lf;

  for (;;) {
    s = c->buf + c->at;
    lf = memchr(s + seen, '\n', c->len - c->at - seen);
    if (lf) break;
    seen = c->len - c->at;
    fill(c);
  }
  *len = (size_t)(lf - s) + 1;
  c->at += *len;
  return s;
}

static void skip(struct conn *c, size_t n)
{
  while (n) {
    size_t have = c->len - c->at;

    if (!have) {
      fill(c);
      continue;
    }
    if (have > n) have = n;
    c->at += have;
    n -= have;
  }
}

/* literal_at_end - octets of the literal that the line announces, else 0 */
static size_t literal_at_end(const char *s, size_t len)
{
  size_t i = len - 3, n = 0, unit = 1;

  if (len < 5 || s[len - 2] != '\r' || s[i] != '}') return 0;
  while (i > 0 && s[i - 1] >= '0' && s[i - 1] <= '9') {
    n += (size_t)(s[--i] - '0') * unit;
    unit *= 10;
  }
  return i > 0 && s[i - 1] == '{' ? n : 0;
}

static void refused(const char *s, size_t len)
{
  fprintf(stderr, "load: refused: %.*s", (int)(len > 300 ? 300 : len), s);
  _exit(1);
}

/* imap_answer - read up to the tagged answer */
static void imap_answer(struct conn *c, unsigned long tag)
{
  char want[32];
  size_t n = (size_t)snprintf(want, sizeof want, "a%lu ", tag), len;

  for (;;) {
    char *s = line(c, &len);
    size_t literal = literal_at_end(s, len);

    if (len > n + 2 && !memcmp(s, want, n)) {
      if (memcmp(s + n, "OK", 2)) refused(s, len);
      return;
    }
    if (len > 5 && !memcmp(s, "* BYE", 5) && tag != c->tag) refused(s, len);
    skip(c, literal);
  }
}

/* pop3_answer - one answer to the command: a line, or lines up to the dot */
static void pop3_answer(struct conn *c, const char *command)
{
  size_t len;
  char *s = line(c, &len);
  int many = !strncmp(command, "RETR", 4) || !strncmp(command, "TOP", 3) ||
    !strcmp(command, "UIDL") || !strcmp(command, "LIST") ||
    !strcmp(command, "CAPA");

  if (s[0] != '+') refused(s, len);
  while (many) {
    s = line(c, &len);
    if (len == 3 && s[0] == '.') return;
  }
}

static void nodelay(int fd)
{
  int one = 1;

  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void open_conn(struct conn *c)
{
  struct sockaddr_in a = {0};
  size_t len;
  char *s;

  a.sin_family = AF_INET;
  a.sin_port = htons((unsigned short)port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (c->fd == -1) die("no socket", 0);
  while (connect(c->fd, (struct sockaddr *)&a, sizeof a) == -1)
    if (errno != EINTR) die("cannot connect", 0);
  nodelay(c->fd);
  c->at = c->len = 0;
  c->ssl = 0;
  if (tls) {
    c->ssl = SSL_new(ctx);
    SSL_set_fd(c->ssl, c->fd);
    if (tls == 2 && ticket) SSL_set_session(c->ssl, ticket);
    if (SSL_connect(c->ssl) != 1) die("no TLS handshake", "");
    if (SSL_session_reused(c->ssl))
      __atomic_add_fetch(&all->resumed, 1, __ATOMIC_RELAXED);
  }
  s = line(c, &len);
  if (pop3 ? s[0] != '+' : strncmp(s, "* OK", 4) != 0) refused(s, len);
}

static void close_conn(struct conn *c)
{
  if (c->ssl) {
    SSL_shutdown(c->ssl);
    SSL_free(c->ssl);
    c->ssl = 0;
  }
  close(c->fd);
}

/* expand - a line of the script as it is sent; literals of files included */
static void expand(FILE *out, const char *s, int process, int run)
{
  for (; *s; s++) {
    if (s[0] == '%' && (s[1] == 'c' || s[1] == 'r')) {
      fprintf(out, "%d", s[1] == 'c' ? process : run);
      s++;
    } else if (s[0] == '{' && s[1] == '@') {
      char path[4096], *end = strchr(s, '}');
      struct stat st;
      FILE *f;
      int ch;

      snprintf(path, sizeof path, "%.*s", (int)(end - s - 2), s + 2);
      f = fopen(path, "r");
      if (!f || fstat(fileno(f), &st) == -1) die(path, 0);
      fprintf(out, "{%lld+}\r\n", (long long)st.st_size);
      while ((ch = getc(f)) != EOF) putc(ch, out);
      fclose(f);
      s = end;
    } else {
      putc(*s, out);
    }
  }
}

static void idle(struct conn *c)
{
  static const char ask[] = "aI IDLE\r\n", done[] = "DONE\r\n";
  size_t len;

  put(c, ask, sizeof ask - 1);
  while (line(c, &len)[0] != '+') ;
  put(c, done, sizeof done - 1);
  while (strncmp(line(c, &len), "aI OK", 5)) ;
}

/* command - send a line of the script, tagged; the answer is not read here */
static void command(struct conn *c, const char *s, int process, int run)
{
  char *text = 0;
  size_t len = 0;
  FILE *out = open_memstream(&text, &len);

  if (!out) die("out of memory", 0);
  if (!pop3) fprintf(out, "a%lu ", ++c->tag);
  expand(out, s, process, run);
  fputs("\r\n", out);
  fclose(out);
  put(c, text, len);
  free(text);
}

#define PIPE_MAX 100000

/* play - one run of a script on its own connection */
static void play(struct conn *c, char **script, int process, int run)
{
  static const char *piped[PIPE_MAX];
  int piping = 0, waiting = 0, i;
  double began = 0;

  open_conn(c);
  for (; *script; script++) {
    const char *s = *script;

    if (!strcmp(s, "@begin")) began = now();
    else if (!strcmp(s, "@end")) {
      i = __atomic_fetch_add(&all->sections, 1, __ATOMIC_RELAXED);
      if (i < SECTIONS_MAX) all->section[i] = now() - began;
    } else if (!strcmp(s, "@pipe")) piping = 1;
    else if (!strcmp(s, "@idle")) idle(c);
    else if (!strcmp(s, "@reconnect")) {
      close_conn(c);
      open_conn(c);
    } else if (!strcmp(s, "@wait")) {
      for (i = 0; i < waiting; i++)
        if (pop3) pop3_answer(c, piped[i]);
        else imap_answer(c, c->tag - (unsigned long)(waiting - 1 - i));
      piping = waiting = 0;
    } else {
      command(c, s, process, run);
      if (piping && waiting < PIPE_MAX) piped[waiting++] = s;
      else if (pop3) pop3_answer(c, s);
      else imap_answer(c, c->tag);
    }
  }
  close_conn(c);
}

static char **read_script(const char *path)
{
  FILE *f = fopen(path, "r");
  char *s = 0, **lines = 0;
  size_t size = 0, n = 0;
  ssize_t len;

  if (!f) die(path, 0);
  while ((len = getline(&s, &size, f)) > 0) {
    if (s[len - 1] == '\n') s[--len] = 0;
    if (!len || s[0] == '#') continue;
    if (len > LINE_MAX_OCTETS) die(path, "a line is too long");
    lines = realloc(lines, (n + 2) * sizeof *lines);
    if (!lines) die("out of memory", "");
    lines[n++] = strdup(s);
    lines[n] = 0;
  }
  free(s);
  fclose(f);
  if (!lines) die(path, "an empty script");
  return lines;
}

static void child(char **script, int process)
{
  struct conn c = {0};
  int run;

  c.buf = malloc(BUF);
  if (!c.buf) die("out of memory", "");
  while (!all->go) usleep(500);
  while ((run = __atomic_fetch_add(&all->next_run, 1, __ATOMIC_RELAXED)) <
      runs) {
    c.tag = 0;
    play(&c, script, process, run);
  }
  _exit(0);
}

static void setup_tls(void)
{
  ctx = SSL_CTX_new(TLS_client_method());
  if (!ctx) die("no TLS", "");
  if (tls == 2) {
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT |
      SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(ctx, new_ticket);
  }
}

int main(int argc, char **argv)
{
  int connections = 1, opt, i, status, bad = 0, n;
  double began, took;
  struct rusage ru;

  while ((opt = getopt(argc, argv, "3c:n:T:")) != -1)
    if (opt == '3') pop3 = 1;
    else if (opt == 'c') connections = atoi(optarg);
    else if (opt == 'n') runs = atoi(optarg);
    else if (opt == 'T') tls = strcmp(optarg, "resume") ? 1 : 2;
    else return 100;
  if (argc - optind < 2 || connections < 1 || connections > CONNECTIONS_MAX) {
    fprintf(stderr, "usage: load [-3] [-c CONNECTIONS] [-n RUNS] "
      "[-T full|resume] PORT SCRIPT...\n");
    return 100;
  }
  port = atoi(argv[optind++]);
  all = mmap(0, sizeof *all, PROT_READ | PROT_WRITE,
    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) die("out of memory", 0);
  if (tls) setup_tls();
  for (i = 0; i < connections; i++) {
    char **script = read_script(argv[optind + i % (argc - optind)]);
    pid_t pid = fork();

    if (pid == -1) die("cannot fork", 0);
    if (!pid) child(script, i);
  }
  usleep(100000);                       /* all have begun to wait */
  began = now();
  all->go = 1;
  while (wait(&status) > 0)
    if (status) bad = 1;
  took = now() - began;
  if (bad) return 1;
  getrusage(RUSAGE_CHILDREN, &ru);
  n = all->sections < SECTIONS_MAX ? all->sections : SECTIONS_MAX;
  printf("{\"elapsed\": %.6f, \"cpu\": %.6f, \"runs\": %d, \"octets\": %llu, "
    "\"resumed\": %d, \"sections\": [", took,
    (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
    (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6, runs,
    all->octets, all->resumed);
  for (i = 0; i < n; i++) printf("%s%.7f", i ? ", " : "", all->section[i]);
  printf("]}\n");
  return 0;
}
