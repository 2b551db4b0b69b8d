/* gwbackend [-p PORT]: the backend that all gateways are measured with, single-threaded epoll, kept connections. What is posted to a path that
   ends with /inline or /callback is a message as SocketDock tells it: /inline answers 200 with the message's text, /callback answers 200 with
   nothing, and posts the text to the address that stands under meta.send. Everything else is answered with what was posted, as httpecho does.     */
#include "ws.h"
#define RB (256*1024)
#define MOST_LINES 64 /* connections to one gateway */
typedef struct { uint8_t *b; size_t off, n, cap; } buf;
typedef struct line line; typedef struct job job; typedef struct gateway gateway;
typedef struct { int kind, fd, wantw; buf in, out; gateway *g; } peer; /* kind 1: posts to us, 2: is posted to */
struct line { peer p; line *next; };
struct job { job *next; size_t n; uint8_t b[]; };
struct gateway { int port, lines; line *idle; job *first, **last; gateway *next; };
static uint8_t rbuf[RB + 1]; static int ep; static gateway *gateways; static uint8_t *text; static size_t text_cap;

static void room(buf *b, size_t more) {
  if (b->off && b->n + more > b->cap) { memmove(b->b, b->b + b->off, b->n - b->off); b->n -= b->off; b->off = 0; }
  if (b->n + more > b->cap) { b->cap = (b->n + more) * 2; b->b = realloc(b->b, b->cap); }
}
static void put(buf *b, const void *p, size_t n) { room(b, n); memcpy(b->b + b->n, p, n); b->n += n; }
static int flush(peer *p) {
  while (p->out.off < p->out.n) {
    ssize_t r = write(p->fd, p->out.b + p->out.off, p->out.n - p->out.off);
    if (r < 0) { if (errno != EAGAIN) return -1; if (!p->wantw) { p->wantw = 1; ep_set(ep, EPOLL_CTL_MOD, p->fd, EPOLLIN | EPOLLOUT, p); } return 0; }
    p->out.off += r;
  }
  p->out.off = p->out.n = 0;
  if (p->wantw) { p->wantw = 0; ep_set(ep, EPOLL_CTL_MOD, p->fd, EPOLLIN, p); }
  return 0;
}
static void let_go(peer *p) { close(p->fd); free(p->in.b); free(p->out.b); free(p); }

/* ---- what is posted to gateways: one request at a time on each line; what finds none free waits ---- */
static gateway *gateway_of(int port) {
  for (gateway *g = gateways; g; g = g->next) if (g->port == port) return g;
  gateway *g = calloc(1, sizeof *g); g->port = port; g->last = &g->first; g->next = gateways; return gateways = g;
}
/* a line that fails is heard of by its own event */
static void send_on(line *l, const uint8_t *head, size_t hn, const uint8_t *body, size_t n) { put(&l->p.out, head, hn); put(&l->p.out, body, n); (void)!flush(&l->p); }
static void post(gateway *g, const uint8_t *head, size_t hn, const uint8_t *body, size_t n) {
  line *l = g->idle;
  if (l) g->idle = l->next;
  else if (g->lines < MOST_LINES) {
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(g->port), .sin_addr.s_addr = htonl(0x7f000001) };
    l = calloc(1, sizeof *l); l->p.kind = 2; l->p.g = g; l->p.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(l->p.fd, (void *)&to, sizeof to)) { close(l->p.fd); free(l); return; }
    fcntl(l->p.fd, F_SETFL, O_NONBLOCK); nodelay(l->p.fd); g->lines++; ep_set(ep, EPOLL_CTL_ADD, l->p.fd, EPOLLIN, l);
  }
  if (l) { send_on(l, head, hn, body, n); return; }
  job *j = malloc(sizeof *j + hn + n); j->next = 0; j->n = hn + n; memcpy(j->b, head, hn); memcpy(j->b + hn, body, n); *g->last = j; g->last = &j->next;
}
static void line_free(line *l) {
  gateway *g = l->p.g; job *j = g->first;
  if (!j) { l->next = g->idle; g->idle = l; return; }
  g->first = j->next; if (!g->first) g->last = &g->first;
  send_on(l, j->b, j->n, j->b, 0); free(j);
}

/* ---- messages: the values of "send" and "message" ---- */
static const uint8_t *value(const uint8_t *p, size_t n, const char *name, const uint8_t *e) {
  p = memmem(p, n, name, strlen(name)); if (!p) return 0;
  for (p += strlen(name); p < e && (*p == ' ' || *p == ':'); ) p++;
  return p < e && *p == '"' ? p + 1 : 0;
}
static unsigned hex4(const uint8_t *p) { unsigned v = 0; for (int i = 0; i < 4; i++) v = v << 4 | (p[i] <= '9' ? p[i] - '0' : (p[i] | 32) - 'a' + 10); return v; }
static ssize_t unescape(const uint8_t *p, const uint8_t *e) {
  if ((size_t)(e - p) > text_cap) { text_cap = (e - p) * 2; text = realloc(text, text_cap); }
  uint8_t *o = text;
  while (p < e && *p != '"') {
    const uint8_t *q = p; while (q < e && *q != '"' && *q != '\\') q++;
    memcpy(o, p, q - p); o += q - p; p = q;
    if (p + 1 >= e || *p != '\\') continue;
    uint8_t c = p[1]; p += 2;
    switch (c) { case 'b': *o++ = '\b'; break; case 'f': *o++ = '\f'; break; case 'n': *o++ = '\n'; break; case 'r': *o++ = '\r'; break; case 't': *o++ = '\t'; break;
      case 'u': { if (e - p < 4) return -1; unsigned v = hex4(p); p += 4;
        if (v >= 0xd800 && v < 0xdc00 && e - p >= 6) { v = 0x10000 + ((v - 0xd800) << 10) + (hex4(p + 2) - 0xdc00); p += 6; }
        if (v < 0x80) *o++ = v; else if (v < 0x800) { *o++ = 0xc0 | v >> 6; *o++ = 0x80 | (v & 63); }
        else if (v < 0x10000) { *o++ = 0xe0 | v >> 12; *o++ = 0x80 | (v >> 6 & 63); *o++ = 0x80 | (v & 63); }
        else { *o++ = 0xf0 | v >> 18; *o++ = 0x80 | (v >> 12 & 63); *o++ = 0x80 | (v >> 6 & 63); *o++ = 0x80 | (v & 63); } break; }
      default: *o++ = c; }
  }
  return p < e ? o - text : -1;
}
static void answer(peer *c, const char *type, int tl, const uint8_t *body, size_t n) {
  char h[512]; int k = snprintf(h, sizeof h, "HTTP/1.1 200 OK\r\nContent-Type: %.*s\r\nContent-Length: %zu\r\n\r\n", tl, type, n);
  put(&c->out, h, k); put(&c->out, body, n);
}
static int call_back(const uint8_t *b, size_t n, const uint8_t *body, size_t len) {
  const uint8_t *u = value(b, n, "\"send\"", b + n); if (!u || (size_t)(b + n - u) < 12) return -1;
  const uint8_t *end = memchr(u, '"', b + n - u), *host = memmem(u, 12, "://", 3); if (!end || !host) return -1;
  host += 3; const uint8_t *path = memchr(host, '/', end - host), *colon = path ? memchr(host, ':', path - host) : 0; if (!colon) return -1;
  char h[1024]; int k = snprintf(h, sizeof h, "POST %.*s HTTP/1.1\r\nHost: %.*s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", (int)(end - path), path, (int)(path - host), host, len);
  if (k >= (int)sizeof h) return -1;
  post(gateway_of(atoi((char *)colon + 1)), (uint8_t *)h, k, body, len); return 0;
}

/* handles one request at p; returns bytes used, 0 if incomplete, -1 bad */
static ssize_t one(peer *c, uint8_t *p, size_t n) {
  uint8_t *h = memmem(p, n, "\r\n\r\n", 4); if (!h) return n > 16384 ? -1 : 0;
  size_t hl = h + 4 - p; if (hl > 16384) return -1;
  char head[16385]; memcpy(head, p, hl); head[hl] = 0;
  int l; const char *cl = hdr_get(head, "Content-Length", &l); size_t len = cl ? strtoul(cl, 0, 10) : 0; if (n < hl + len) return 0;
  uint8_t *b = p + hl; char *sp = strchr(head, ' '), *se = sp ? strchr(sp + 1, ' ') : 0; if (!se) return -1;
  int inline_ = se - sp > 7 && !memcmp(se - 7, "/inline", 7), callback = se - sp > 9 && !memcmp(se - 9, "/callback", 9);
  if (inline_ || callback) {
    const uint8_t *m = value(b, len, "\"message\"", b + len); ssize_t k = m ? unescape(m, b + len) : -1; if (k < 0) return -1;
    answer(c, "text/plain", 10, text, inline_ ? k : 0);
    if (callback && (flush(c) || call_back(b, len, text, k))) return -1;
  } else {
    int tl = 24; const char *ct = hdr_get(head, "Content-Type", &tl); if (!ct) { ct = "application/octet-stream"; tl = 24; }
    answer(c, ct, tl, b, len);
  }
  return hl + len;
}
static int on_requests(peer *c, uint8_t *p, size_t n) { size_t used = 0; while (used < n) { ssize_t k = one(c, p + used, n - used); if (k < 0) return -1; if (!k) break; used += k; } return flush(c) ? -1 : (int)used; }
static int on_answer(peer *c, uint8_t *p, size_t n) {
  uint8_t *h = memmem(p, n, "\r\n\r\n", 4); if (!h) return n > 16384 ? -1 : 0;
  size_t hl = h + 4 - p; char head[16385]; if (hl > 16384) return -1; memcpy(head, p, hl); head[hl] = 0;
  int l; const char *cl = hdr_get(head, "Content-Length", &l); size_t len = cl ? strtoul(cl, 0, 10) : 0; if (n < hl + len) return 0;
  line_free((line *)c); return hl + len;
}
static int on_read(peer *c) {
  ssize_t r = read(c->fd, rbuf, RB); if (r <= 0) return r < 0 && errno == EAGAIN ? 0 : -1;
  uint8_t *p = rbuf; size_t n = r;
  if (c->in.n) { put(&c->in, rbuf, r); p = c->in.b; n = c->in.n; }
  int used = c->kind == 1 ? on_requests(c, p, n) : on_answer(c, p, n); if (used < 0) return -1;
  size_t rest = n - used;
  if (p == rbuf) { c->in.n = 0; if (rest) put(&c->in, rbuf + used, rest); } else { memmove(c->in.b, c->in.b + used, rest); c->in.n = rest; }
  return 0;
}
int main(int ac, char **av) {
  int port = 9300, o; while ((o = getopt(ac, av, "p:")) > 0) if (o == 'p') port = atoi(optarg);
  signal(SIGPIPE, SIG_IGN); int ls = listen_on("127.0.0.1", port); ep = epoll_create1(0); ep_set(ep, EPOLL_CTL_ADD, ls, EPOLLIN, 0);
  struct epoll_event ev[512];
  for (;;) { int n = epoll_wait(ep, ev, 512, -1); for (int i = 0; i < n; i++) { peer *c = ev[i].data.ptr;
      if (!c) { int fd; while ((fd = accept4(ls, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) { nodelay(fd); peer *d = calloc(1, sizeof *d); d->kind = 1; d->fd = fd; ep_set(ep, EPOLL_CTL_ADD, fd, EPOLLIN, d); } continue; }
      int bad = ev[i].events & EPOLLOUT && flush(c);
      if (!bad && ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) bad = on_read(c);
      if (!bad) continue;
      if (c->kind == 2) { gateway *g = c->g; g->lines--; for (line **at = &g->idle; *at; at = &(*at)->next) if (&(*at)->p == c) { *at = (*at)->next; break; } }
      let_go(c); } }
}
