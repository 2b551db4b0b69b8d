/* http.h - what httpload and hclistener share: bytes to send and to compare, bodies read from a connection and streamed to one. */
#ifndef HTTP_H
#define HTTP_H
#include "ws.h"
#define UNIT 65536u          /* bytes of payload in a chunk or a frame of a stream */
#define PERIOD (16 * UNIT)   /* after so many bytes a body repeats itself */
#define MASK 0x5a17c3e9u

/* ---- bytes that wait, from off to n ---- */
typedef struct { uint8_t *p; size_t off, n, cap; } buf_t;
static inline uint8_t *room(buf_t *b, size_t k) {
  if (b->off == b->n) b->off = b->n = 0;
  if (b->n + k > b->cap) { b->cap = (b->n + k) * 2; b->p = realloc(b->p, b->cap); if (!b->p) die("memory"); }
  return b->p + b->n;
}
static inline void put(buf_t *b, const void *from, size_t k) { memcpy(room(b, k), from, k); b->n += k; }
static inline void put_text(buf_t *b, const char *s) { put(b, s, strlen(s)); }
static inline void drop(buf_t *b) { free(b->p); memset(b, 0, sizeof *b); }

/* ---- what all bodies consist of ---- */
static uint8_t pattern[PERIOD];
static void make_pattern(void) { uint32_t x = 2463534242u; for (size_t i = 0; i < PERIOD; i++) { x ^= x << 13; x ^= x >> 17; x ^= x << 5; pattern[i] = x >> 8; } }
static int is_pattern(const uint8_t *p, size_t n, uint64_t at) {
  while (n) { size_t o = at % PERIOD, k = PERIOD - o < n ? PERIOD - o : n; if (memcmp(p, pattern + o, k)) return 0; p += k; n -= k; at += k; }
  return 1;
}

/* ---- a body that comes in, by Content-Length or in chunks ---- */
enum { SIZE, SIZE_END, DATA, DATA_END, LAST };
typedef struct { uint64_t left, got; buf_t *keep; uint8_t chunked, st, line, verify, wrong, done; } body_t;
static int body_begin(body_t *b, const char *head, buf_t *keep, int verify) {
  int l; const char *v; memset(b, 0, sizeof *b); b->keep = keep; b->verify = verify;
  if ((v = hdr_get(head, "Transfer-Encoding", &l))) { if (l != 7 || strncasecmp(v, "chunked", 7)) return -1; b->chunked = 1; return 0; }
  if ((v = hdr_get(head, "Content-Length", &l))) b->left = strtoull(v, 0, 10);
  b->st = DATA; b->done = !b->left; return 0;
}
/* returns how many of the n bytes belong to the body, -1 if they are none */
static ssize_t body_run(body_t *b, const uint8_t *p, size_t n) {
  const uint8_t *s = p, *e = p + n;
  while (p < e && !b->done) {
    if (b->st == DATA) {
      size_t k = (size_t)(e - p) < b->left ? (size_t)(e - p) : b->left;
      if (b->verify && !is_pattern(p, k, b->got)) b->wrong = 1;
      if (b->keep) put(b->keep, p, k);
      b->got += k; b->left -= k; p += k;
      if (!b->left) { if (b->chunked) b->st = DATA_END; else b->done = 1; }
      continue;
    }
    uint8_t c = *p++;
    switch (b->st) {
      case SIZE: { int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (d >= 0) b->left = b->left << 4 | d; else if (c == '\r' || c == ';') b->st = SIZE_END; else return -1; break; }
      case SIZE_END: if (c == '\n') { b->st = b->left ? DATA : LAST; b->line = 0; } break;
      case DATA_END: if (c == '\n') b->st = SIZE; else if (c != '\r') return -1; break;
      default: if (c == '\n') { if (!b->line) b->done = 1; b->line = 0; } else if (c != '\r') b->line = 1;
    }
  }
  return p - s;
}

/* ---- a body that goes out, made from a template of 16 units ---- */
typedef enum { RAW, CHUNKS, FRAMES } framing_t;
static struct { uint8_t *p; size_t unit; } templates[3];
static size_t frame_head(uint8_t *h, int op, uint64_t len) {
  int p = 2; h[0] = op;
  if (len < 126) h[1] = 128 | len; else if (len < 65536) { h[1] = 128 | 126; h[2] = len >> 8; h[3] = len; p = 4; } else { h[1] = 128 | 127; for (int i = 0; i < 8; i++) h[2+i] = len >> (56 - 8*i); p = 10; }
  uint32_t m = MASK; memcpy(h + p, &m, 4); return p + 4;
}
static void put_frame(buf_t *b, int op, const void *payload, size_t n) {
  uint8_t *h = room(b, n + 14); size_t k = frame_head(h, op, n); xor_copy(h + k, payload, n, MASK, 0); b->n += k + n;
}
static void put_unit(buf_t *b, framing_t f, const uint8_t *payload, size_t n) {
  if (f == RAW) put(b, payload, n);
  else if (f == FRAMES) put_frame(b, 0, payload, n);
  else { char h[24]; put(b, h, sprintf(h, "%zx\r\n", n)); put(b, payload, n); put_text(b, "\r\n"); }
}
static void make_templates(void) {
  make_pattern();
  for (framing_t f = RAW; f <= FRAMES; f++) { buf_t b = {0}; for (int i = 0; i < 16; i++) put_unit(&b, f, pattern + i * UNIT, UNIT); templates[f].p = b.p; templates[f].unit = b.n / 16; }
}
/* what one connection has to write: bytes, and after them a stream */
typedef struct { buf_t buf; framing_t f; uint8_t streams; size_t pos; uint64_t left, rest; } sink_t;
static void stream(sink_t *s, framing_t f, uint64_t total) {
  s->f = f; s->pos = 0; s->streams = 1;
  if (f == FRAMES) { size_t k = total < UNIT ? total : UNIT; put_frame(&s->buf, 2, pattern, k); total -= k; s->pos = templates[f].unit; }
  s->left = total / UNIT * templates[f].unit; s->rest = total % UNIT;
}
static void end_stream(sink_t *s) {
  s->streams = 0;
  if (s->rest) put_unit(&s->buf, s->f, pattern + s->pos / templates[s->f].unit % 16 * UNIT, s->rest);
  if (s->f == CHUNKS) put_text(&s->buf, "0\r\n\r\n");
  if (s->f == FRAMES) put_frame(&s->buf, 0x80, "", 0);
}
/* writes what the socket takes: 1 if nothing is left, 0 if something is, -1 if the connection is lost */
static int flush_sink(sink_t *s, int fd) {
  for (;;) {
    buf_t *b = &s->buf; struct iovec v[3]; int nv = 0; size_t whole = 16 * templates[s->f].unit, waiting = b->n - b->off;
    if (waiting) { v[nv].iov_base = b->p + b->off; v[nv++].iov_len = waiting; }
    if (s->streams && s->left) {
      size_t k = s->left < PERIOD ? s->left : PERIOD, one = whole - s->pos < k ? whole - s->pos : k;
      v[nv].iov_base = templates[s->f].p + s->pos; v[nv++].iov_len = one;
      if (k > one) { v[nv].iov_base = templates[s->f].p; v[nv++].iov_len = k - one; }
    }
    if (!nv) { if (!s->streams) return 1; end_stream(s); continue; }
    ssize_t r = writev(fd, v, nv);
    if (r < 0) { if (errno == EINTR) continue; return errno == EAGAIN ? 0 : -1; }
    size_t k = (size_t)r < waiting ? (size_t)r : waiting; b->off += k; r -= k;
    if (r) { s->left -= r; s->pos = (s->pos + r) % whole; }
  }
}
#endif
