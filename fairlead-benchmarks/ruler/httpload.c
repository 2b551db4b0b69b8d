/* httpload - epoll HTTP/1.1 load generator: keep-alive connections, one request under way on each. One thread.
   httpload -p PORT [-h 127.0.0.1] [-n NAME] [-k TOKEN] -m echo|download|upload|chunked -c CONNS -s SIZE -d SECS -w WARMUP [-T pid,pid | -G PGID] [-V]
   echo: POST of SIZE bytes, answered with the same (GET, answered with nothing, for 0). download: GET, answered with SIZE bytes.
   upload: POST of SIZE bytes, answered with their number; chunked: the same without Content-Length.
   With one connection the measured time begins and ends between two requests, so that its bytes are exact.
   Last line of output is one JSON object.  -V verifies every received byte (else the first response's), and has uploads verified. */
#include "http.h"
#include "meter.h"
#define RB (256*1024)
enum { ECHO, DOWNLOAD, UPLOAD, CHUNKED };
static const char *MODES[] = { "echo", "download", "upload", "chunked" };
static const char *host = "127.0.0.1", *name = "http", *tok; static int port = 9001, C = 1, mode, verify_all; static uint64_t S; static double D = 5, W = 1;
typedef struct { int fd; uint8_t open, wantw, dead, inbody, seen; uint64_t t0; sink_t out; buf_t head, text; body_t body; } conn;
static conn *cs; static int ep; static struct sockaddr_in to; static uint8_t rbuf[RB]; static buf_t request;
static uint64_t done, errs, lost, failed, tm, te; static int measuring, over; static use_t a0; static double self0;
static double self_cpu(void) { struct rusage ru; getrusage(RUSAGE_SELF, &ru); return ru.ru_utime.tv_sec + ru.ru_stime.tv_sec + (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6; }
static void build_request(void) {
  char h[2048], target[1600]; const char *verified = verify_all ? "/verify" : "";
  if (mode == ECHO) snprintf(target, sizeof target, "/%s/echo", name);
  else if (mode == DOWNLOAD) snprintf(target, sizeof target, "/%s/download/%llu", name, (unsigned long long)S);
  else snprintf(target, sizeof target, "/%s/upload%s", name, verified);
  int get = mode == DOWNLOAD || (mode == ECHO && !S), n = snprintf(h, sizeof h, "%s %s%s%s HTTP/1.1\r\nHost: %s:%d\r\nUser-Agent: httpload\r\nAccept: */*\r\n", get ? "GET" : "POST", target, tok ? "?sb-hc-token=" : "", tok ? tok : "", host, port);
  if (n >= (int)sizeof h - 200) die("token too long");
  if (!get) n += sprintf(h + n, "Content-Type: application/octet-stream\r\n");
  if (mode == CHUNKED) n += sprintf(h + n, "Transfer-Encoding: chunked\r\n"); else if (!get) n += sprintf(h + n, "Content-Length: %llu\r\n", (unsigned long long)S);
  n += sprintf(h + n, "\r\n"); put(&request, h, n);
  if (mode == ECHO) for (uint64_t at = 0; at < S; at += PERIOD) put(&request, pattern, S - at < PERIOD ? S - at : PERIOD);
}
static int push(conn *c) {
  int r = flush_sink(&c->out, c->fd); if (r < 0) return -1;
  if (c->wantw != !r) { c->wantw = !r; ep_set(ep, EPOLL_CTL_MOD, c->fd, r ? EPOLLIN : EPOLLIN | EPOLLOUT, c); }
  return 0;
}
static int ask(conn *c) {
  c->t0 = now_ns(); c->inbody = 0; c->head.off = c->head.n = 0; put(&c->out.buf, request.p, request.n);
  if (mode == UPLOAD || mode == CHUNKED) stream(&c->out, mode == UPLOAD ? RAW : CHUNKS, S);
  return push(c);
}
static void begin(void) { measuring = 1; tm = now_ns(); te = tm + (uint64_t)(D * 1e9); a0 = use_now(); self0 = self_cpu(); }
static int wrong(conn *c) {
  if (mode == ECHO || mode == DOWNLOAD) return c->body.got != S || c->body.wrong;
  char want[32]; int n = sprintf(want, "%llu", (unsigned long long)S); return c->text.n != (size_t)n || memcmp(c->text.p, want, n);
}
static int answered(conn *c) {
  uint64_t t = now_ns(); c->seen = 1;
  if (wrong(c) && errs++ < 3) fprintf(stderr, "wrong response: %llu bytes %.*s\n", (unsigned long long)c->body.got, c->text.n < 60 ? (int)c->text.n : 60, c->text.n ? (char *)c->text.p : "");
  if (c->out.buf.n != c->out.buf.off || c->out.streams) { if (errs++ < 3) fprintf(stderr, "answered before the request was sent\n"); return -1; }
  if (measuring) { hrec(t - c->t0); done++; }
  if (C == 1) { if (!measuring && t >= tm) begin(); else if (measuring && t >= te) { over = 1; return 0; } }
  return ask(c);
}
static int on_bytes(conn *c, uint8_t *p, size_t n) {
  while (n) {
    if (!c->inbody) {
      size_t before = c->head.n, k = n < 65536 - before ? n : 65536 - before; if (!k) return -1;
      put(&c->head, p, k); *room(&c->head, 1) = 0; char *e = strstr((char *)c->head.p, "\r\n\r\n"); if (!e) return 0;
      if (strncmp((char *)c->head.p, "HTTP/1.1 200", 12)) { if (errs++ < 3) fprintf(stderr, "answered: %.*s\n", (int)strcspn((char *)c->head.p, "\r\n"), c->head.p); return -1; }
      size_t used = e + 4 - (char *)c->head.p - before; e[2] = 0; c->text.off = c->text.n = 0;
      if (body_begin(&c->body, (char *)c->head.p, mode >= UPLOAD ? &c->text : 0, mode < UPLOAD && (verify_all || !c->seen))) return -1;
      c->inbody = 1; p += used; n -= used;
    }
    ssize_t k = body_run(&c->body, p, n); if (k < 0) { if (errs++ < 3) fprintf(stderr, "bad chunks\n"); return -1; }
    p += k; n -= k; if (c->body.done) { if (n) { if (errs++ < 3) fprintf(stderr, "bytes behind a response\n"); return -1; } return answered(c); }
  }
  return 0;
}
static int event(conn *c, uint32_t ev) {
  if (!c->open) { int er = 0; socklen_t l = sizeof er; getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &er, &l); if (er) { errno = er; if (failed++ < 3) perror("connect"); return -1; } c->open = 1; c->wantw = 1; return ask(c); }
  if (ev & EPOLLOUT && c->wantw && push(c)) return -1;
  if (ev & (EPOLLIN | EPOLLHUP | EPOLLERR)) { ssize_t r = read(c->fd, rbuf, RB); if (r <= 0) return r < 0 && errno == EAGAIN ? 0 : -1; return on_bytes(c, rbuf, r); }
  return 0;
}
int main(int ac, char **av) {
  int o; char *T = 0;
  while ((o = getopt(ac, av, "h:p:n:k:m:c:s:d:w:T:G:V")) > 0) switch (o) {
    case 'h': host = optarg; break; case 'p': port = atoi(optarg); break; case 'n': name = optarg; break; case 'k': tok = optarg; break; case 'c': C = atoi(optarg); break;
    case 's': S = strtoull(optarg, 0, 10); break; case 'd': D = atof(optarg); break; case 'w': W = atof(optarg); break; case 'T': T = optarg; break; case 'G': pgrp_of = atoi(optarg); break; case 'V': verify_all = 1; break;
    case 'm': for (mode = ECHO; mode <= CHUNKED && strcmp(MODES[mode], optarg); mode++); if (mode <= CHUNKED) break; /* fall through */
    default: fprintf(stderr, "usage: see the head of httpload.c\n"); return 2; }
  signal(SIGPIPE, SIG_IGN); if (T) parse_pids(T); to = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) }; if (inet_pton(AF_INET, host, &to.sin_addr) != 1) die("host");
  if ((ntohl(to.sin_addr.s_addr) >> 24) != 127) { fprintf(stderr, "loopback only\n"); return 2; }
  make_templates(); build_request(); ep = epoll_create1(0); cs = calloc(C, sizeof *cs); tm = now_ns() + (uint64_t)(W * 1e9); te = tm + (uint64_t)(D * 1e9);
  for (int i = 0; i < C; i++) { cs[i].fd = dial(&to); if (cs[i].fd < 0) die("dial"); ep_set(ep, EPOLL_CTL_ADD, cs[i].fd, EPOLLOUT, &cs[i]); }
  struct epoll_event ev[1024]; uint64_t t, give_up = te + 60000000000ull;
  while (!over && lost < (uint64_t)C && (t = now_ns()) < give_up) {
    if (C > 1) { if (!measuring && t >= tm) begin(); else if (measuring && t >= te) break; }
    int n = epoll_wait(ep, ev, 1024, 50);
    for (int i = 0; i < n && !over; i++) { conn *c = ev[i].data.ptr; if (!c->dead && event(c, ev[i].events)) { close(c->fd); c->dead = 1; lost++; } }
  }
  use_t a1 = use_now(); double secs = measuring ? (now_ns() - tm) / 1e9 : 0, bytes = (double)done * S * (mode == ECHO ? 2 : 1);
  printf("{\"mode\":\"http\",\"kind\":\"%s\",\"c\":%d,\"s\":%llu,\"secs\":%.3f,\"requests\":%llu,\"requests_s\":%.1f,\"bytes\":%.0f,\"MB_s\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.0f,\"lost\":%llu,\"err\":%llu,\"self_cpu_s\":%.2f",
    MODES[mode], C, (unsigned long long)S, secs, (unsigned long long)done, secs ? done / secs : 0, bytes, secs ? bytes / secs / 1e6 : 0, Hn ? hq(.5) : 0, Hn ? hq(.99) : 0, Hn ? hq(.999) : 0, Hmax / 1000.0, (unsigned long long)lost, (unsigned long long)errs, measuring ? self_cpu() - self0 : 0);
  if (!measuring) a0 = a1;
  report_cpu(a0, a1, secs ? secs : 1, done, bytes); printf("}\n"); return errs || lost ? 3 : 0;
}
