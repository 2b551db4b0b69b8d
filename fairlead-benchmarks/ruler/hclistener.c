/* hclistener - a listener for relayed HTTP, the same behind every relay, and without a relay a server that answers as it does.
   hclistener -p PORT -n NAME [-k TOKEN]   listens at the relay on that port (a Hybrid Connections control channel)
   hclistener -l PORT                      is a plain HTTP/1.1 server
   /…/download/N is answered with N bytes, /…/upload with how many came (with …/upload/verify they are compared, too), all else with the
   body of the request. A response of at most 64 KiB goes over the control channel unless its request came over a rendezvous; frames of a
   stream have 64 KiB. One thread, epoll. */
#include "http.h"
#define RB (256*1024)
#define CONTROL_BODY 65536
enum { CONTROL, RENDEZVOUS, SERVED };
enum { ECHO, DOWNLOAD, UPLOAD };
typedef struct { char id[128]; int kind, verify; uint64_t size; } task_t;
typedef struct conn { int fd; uint8_t kind, open, upgraded, wantw, dead, hasbody, inbody, fin, msgop; task_t task; char *path; buf_t head, text, keep; sink_t out;
  uint8_t hdr[14], ctl[128]; unsigned hl, ctln; uint8_t op; uint64_t remain, got; uint8_t wrong; body_t body; struct conn *next; } conn;
static const char *name, *tok; static int port, ep; static struct sockaddr_in to; static uint8_t rbuf[RB]; static conn *graves;
static void bury(conn *c) {
  if (c->dead) return; c->dead = 1; close(c->fd); if (c->kind == CONTROL) { fprintf(stderr, "control channel lost\n"); exit(1); }
  c->next = graves; graves = c;
}
static int push(conn *c) {
  int r = flush_sink(&c->out, c->fd); if (r < 0) return -1;
  if (c->wantw != !r) { c->wantw = !r; ep_set(ep, EPOLL_CTL_MOD, c->fd, r ? EPOLLIN : EPOLLIN | EPOLLOUT, c); }
  return 0;
}
static conn *call(int kind, const char *path) {
  conn *c = calloc(1, sizeof *c); c->kind = kind; c->path = strdup(path); c->fd = dial(&to); if (c->fd < 0) die("dial");
  ep_set(ep, EPOLL_CTL_ADD, c->fd, EPOLLOUT, c); return c;
}
static void task_of(task_t *t, const char *target) {
  const char *d = strstr(target, "/download/"); t->size = 0; t->verify = 0;
  if (d) { t->kind = DOWNLOAD; t->size = strtoull(d + 10, 0, 10); } else if (strstr(target, "/upload")) { t->kind = UPLOAD; t->verify = strstr(target, "/upload/verify") != 0; } else t->kind = ECHO;
}
/* ---------- as a listener ---------- */
static void put_response(conn *c, uint64_t size) {
  char j[512]; int n = snprintf(j, sizeof j, "{\"response\":{\"requestId\":\"%s\",\"statusCode\":200,\"statusDescription\":\"OK\",\"responseHeaders\":{\"Content-Type\":\"application/octet-stream\"},\"body\":%s}}", c->task.id, size ? "true" : "false");
  put_frame(&c->out.buf, 0x81, j, n);
}
static void respond(conn *c) {
  task_t *t = &c->task; char count[64];
  switch (t->kind) {
    case ECHO: put_response(c, c->keep.n); if (c->keep.n) put_frame(&c->out.buf, 0x82, c->keep.p, c->keep.n); break;
    case UPLOAD: { int n = sprintf(count, "%llu%s", (unsigned long long)c->got, c->wrong ? " wrong" : ""); put_response(c, n); put_frame(&c->out.buf, 0x82, count, n); break; }
    default: put_response(c, t->size); if (t->size && t->size <= CONTROL_BODY) put_frame(&c->out.buf, 0x82, pattern, t->size); else if (t->size) stream(&c->out, FRAMES, t->size);
  }
}
/* the value of a member in JSON as relays write it; escapes of / and & undone */
static int member(const char *json, const char *key, char *into, size_t cap) {
  const char *v = strstr(json, key); if (!v) return 0;
  for (v += strlen(key); *v == ' '; v++);
  if (*v++ != '"') return 0;
  size_t o = 0; for (; *v && *v != '"' && o < cap - 1; v++) { if (!strncmp(v, "\\u0026", 6)) { into[o++] = '&'; v += 5; } else if (*v != '\\') into[o++] = *v; }
  into[o] = 0; return *v == '"';
}
static int command(conn *c, const char *json) {
  char address[2048], target[4096]; if (!strstr(json, "\"request\"")) return 0;
  const char *path = "/"; if (member(json, "\"address\":", address, sizeof address)) { const char *p = strstr(address, "://"); p = p ? strchr(p + 3, '/') : 0; if (p) path = p; } else address[0] = 0;
  if (!strstr(json, "\"method\":")) { call(RENDEZVOUS, path); return 0; }
  if (!member(json, "\"id\":", c->task.id, sizeof c->task.id) || !member(json, "\"requestTarget\":", target, sizeof target)) return -1;
  task_of(&c->task, target); c->keep.off = c->keep.n = 0; c->got = c->wrong = 0;
  const char *b = strstr(json, "\"body\":"); if (b) for (b += 7; *b == ' '; b++);
  if (b && !strncmp(b, "true", 4)) { c->hasbody = 1; return 0; }
  if (c->kind == CONTROL && c->task.kind == DOWNLOAD && c->task.size > CONTROL_BODY) call(RENDEZVOUS, path)->task = c->task; else respond(c);
  return 0;
}
static int payload(conn *c, const uint8_t *p, size_t n) {
  if (c->op >= 8) { if (c->ctln + n > 125) return -1; memcpy(c->ctl + c->ctln, p, n); c->ctln += n; return 0; }
  if (c->msgop == 1) { put(&c->text, p, n); return 0; }
  if (!c->hasbody) return 0;
  if (c->task.kind == UPLOAD && c->task.verify && !is_pattern(p, n, c->got)) c->wrong = 1;
  if (c->task.kind == ECHO) put(&c->keep, p, n);
  c->got += n; return 0;
}
static int frame_ends(conn *c) {
  if (c->op == 9) put_frame(&c->out.buf, 0x8a, c->ctl, c->ctln);
  if (c->op == 8) { put_frame(&c->out.buf, 0x88, "\x03\xe8", 2); push(c); return -1; }
  if (c->op >= 8 || !c->fin) return 0;
  if (c->msgop == 1) { put(&c->text, "", 1); int r = command(c, (char *)c->text.p); c->text.off = c->text.n = 0; return r; }
  if (c->hasbody) { c->hasbody = 0; respond(c); }
  return 0;
}
static int frames(conn *c, const uint8_t *p, size_t n) {
  const uint8_t *e = p + n;
  while (p < e) {
    if (c->remain) { size_t k = (size_t)(e - p) < c->remain ? (size_t)(e - p) : c->remain; if (payload(c, p, k)) return -1; p += k; c->remain -= k; if (!c->remain && frame_ends(c)) return -1; continue; }
    c->hdr[c->hl++] = *p++; if (c->hl < 2) continue;
    unsigned l = c->hdr[1] & 127, need = 2 + (l == 126 ? 2 : l == 127 ? 8 : 0); if (c->hdr[1] & 128) return -1; if (c->hl < need) continue;
    uint64_t len = l; if (l == 126) len = c->hdr[2] << 8 | c->hdr[3]; else if (l == 127) { len = 0; for (int i = 0; i < 8; i++) len = len << 8 | c->hdr[2+i]; }
    c->hl = 0; c->op = c->hdr[0] & 15; c->remain = len; if (c->op >= 8) c->ctln = 0; else { c->fin = c->hdr[0] >> 7; if (c->op) c->msgop = c->op; }
    if (!len && frame_ends(c)) return -1;
  }
  return 0;
}
static int upgrade(conn *c) {
  char b[4096]; int n = snprintf(b, sizeof b, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", c->path, port);
  if (n >= (int)sizeof b) die("address too long"); c->open = 1; put(&c->out.buf, b, n); c->wantw = 1; return push(c);
}
static int listened(conn *c, uint8_t *p, size_t n) {
  if (!c->upgraded) {
    size_t before = c->head.n; put(&c->head, p, n); *room(&c->head, 1) = 0; char *e = strstr((char *)c->head.p, "\r\n\r\n"); if (!e) return c->head.n > 16384 ? -1 : 0;
    if (strncmp((char *)c->head.p, "HTTP/1.1 101", 12)) { fprintf(stderr, "not upgraded: %.80s\n", c->head.p); return -1; }
    size_t used = e + 4 - (char *)c->head.p - before; p += used; n -= used; c->upgraded = 1; if (c->task.id[0]) respond(c);
  }
  return frames(c, p, n);
}
/* ---------- as a server ---------- */
static void reply(conn *c) {
  char h[256], count[64]; uint64_t n = c->task.kind == ECHO ? c->keep.n : c->task.kind == UPLOAD ? (uint64_t)sprintf(count, "%llu%s", (unsigned long long)c->body.got, c->body.wrong ? " wrong" : "") : c->task.size;
  put(&c->out.buf, h, sprintf(h, "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"));
  if (c->task.kind == DOWNLOAD && n > CONTROL_BODY) { put_text(&c->out.buf, "Transfer-Encoding: chunked\r\n\r\n"); stream(&c->out, CHUNKS, n); return; }
  put(&c->out.buf, h, sprintf(h, "Content-Length: %llu\r\n\r\n", (unsigned long long)n)); put(&c->out.buf, c->task.kind == ECHO ? c->keep.p : c->task.kind == UPLOAD ? (uint8_t *)count : pattern, n);
}
static int served(conn *c, uint8_t *p, size_t n) {
  while (n) {
    if (!c->inbody) {
      size_t before = c->head.n, k = n < 65536 - before ? n : 65536 - before; if (!k) return -1;
      put(&c->head, p, k); *room(&c->head, 1) = 0; char *s = (char *)c->head.p, *e = strstr(s, "\r\n\r\n"); if (!e) return 0;
      size_t used = e + 4 - s - before; e[2] = 0; c->keep.off = c->keep.n = 0; char *t = strchr(s, ' '), *z = t ? strchr(t + 1, ' ') : 0; if (!z || t > strstr(s, "\r\n")) return -1;
      *z = 0; task_of(&c->task, t + 1); *z = ' '; if (body_begin(&c->body, s, c->task.kind == ECHO ? &c->keep : 0, c->task.verify)) return -1;
      c->inbody = 1; c->head.off = c->head.n = 0; p += used; n -= used;
    }
    ssize_t r = body_run(&c->body, p, n); if (r < 0) return -1;
    p += r; n -= r; if (c->body.done) { reply(c); c->inbody = 0; }
  }
  return 0;
}
static int event(conn *c, uint32_t ev) {
  if (!c->open) { int er = 0; socklen_t l = sizeof er; getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &er, &l); return er ? -1 : upgrade(c); }
  if (ev & EPOLLOUT && c->wantw && push(c)) return -1;
  if (!(ev & (EPOLLIN | EPOLLHUP | EPOLLERR))) return 0;
  ssize_t r = read(c->fd, rbuf, RB); if (r <= 0) return r < 0 && errno == EAGAIN ? 0 : -1;
  if (c->kind == SERVED ? served(c, rbuf, r) : listened(c, rbuf, r)) return -1;
  return c->wantw || (c->out.buf.n == c->out.buf.off && !c->out.streams) ? 0 : push(c);
}
int main(int ac, char **av) {
  int o, serve = 0; while ((o = getopt(ac, av, "p:n:k:l:")) > 0) switch (o) { case 'p': port = atoi(optarg); break; case 'n': name = optarg; break; case 'k': tok = optarg; break; case 'l': serve = atoi(optarg); break; default: return 2; }
  if (!serve && !(port && name)) { fprintf(stderr, "usage: hclistener -p PORT -n NAME [-k TOKEN] | -l PORT\n"); return 2; }
  signal(SIGPIPE, SIG_IGN); make_templates(); ep = epoll_create1(0); static conn door; to = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  if (serve) { door.fd = listen_on("127.0.0.1", serve); ep_set(ep, EPOLL_CTL_ADD, door.fd, EPOLLIN, &door); }
  else { char path[3072]; snprintf(path, sizeof path, "/$hc/%s?sb-hc-action=listen&sb-hc-id=l0%s%s", name, tok ? "&sb-hc-token=" : "", tok ? tok : ""); call(CONTROL, path); }
  struct epoll_event ev[512];
  for (;;) { int n = epoll_wait(ep, ev, 512, -1);
    for (int i = 0; i < n; i++) { conn *c = ev[i].data.ptr; int fd;
      if (c == &door) { while ((fd = accept4(door.fd, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) { nodelay(fd); conn *d = calloc(1, sizeof *d); d->fd = fd; d->kind = SERVED; d->open = 1; ep_set(ep, EPOLL_CTL_ADD, fd, EPOLLIN, d); } continue; }
      if (!c->dead && event(c, ev[i].events)) bury(c); }
    while (graves) { conn *c = graves; graves = c->next; free(c->path); drop(&c->head); drop(&c->text); drop(&c->keep); drop(&c->out.buf); free(c); } }
}
