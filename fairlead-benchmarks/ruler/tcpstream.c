/* tcpstream - one long TCP stream through a forwarder.
   tcpstream sink -p PORT                                  takes streams, one after the other, and answers each at its end with its length
   tcpstream send -p PORT [-s BYTES] [-T pid,pid]          sends so many bytes, half-closes, and waits for the answer; connects again for 5 s
   -T: CPU seconds (user+sys, ns clock) of these processes are printed. Last line of output is one JSON object.                    */
#include "ws.h"
#include "meter.h"
#define B (256*1024)
static uint8_t buf[B];
static void sink(int port) {
  int ls = listen_on("127.0.0.1", port); fcntl(ls, F_SETFL, 0);
  for (;;) { int fd = accept(ls, 0, 0); if (fd < 0) continue; uint64_t n = 0; ssize_t r; while ((r = read(fd, buf, B)) > 0) n += r;
    if (!r) { char s[32]; int k = sprintf(s, "%llu\n", (unsigned long long)n); (void)!write(fd, s, k); } close(fd); }
}
static int reach(int port) {
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(0x7f000001) }; uint64_t end = now_ns() + 5000000000ull;
  for (;;) { int fd = socket(AF_INET, SOCK_STREAM, 0); if (!connect(fd, (void *)&to, sizeof to)) return fd; close(fd); if (now_ns() > end) die("connect"); usleep(20000); }
}
int main(int ac, char **av) {
  if (ac < 2) { fprintf(stderr, "usage: tcpstream sink|send ... (see the head of tcpstream.c)\n"); return 2; }
  int port = 9020, o; uint64_t size = 1 << 30; optind = 2;
  while ((o = getopt(ac, av, "p:s:T:")) > 0) switch (o) { case 'p': port = atoi(optarg); break; case 's': size = strtoull(optarg, 0, 10); break; case 'T': parse_pids(optarg); break; default: return 2; }
  signal(SIGPIPE, SIG_IGN); if (!strcmp(av[1], "sink")) sink(port);
  for (int i = 0; i < B; i++) buf[i] = i * 31;
  int fd = reach(port); use_t a0 = use_now(); uint64_t t0 = now_ns(), left = size;
  while (left) { ssize_t w = write(fd, buf, left < B ? left : B); if (w <= 0) die("write"); left -= w; }
  shutdown(fd, SHUT_WR); char s[64]; size_t n = 0; ssize_t r; while (n < sizeof s - 1 && (r = read(fd, s + n, sizeof s - 1 - n)) > 0) n += r;
  s[n] = 0; double secs = (now_ns() - t0) / 1e9; use_t a1 = use_now(); uint64_t came = strtoull(s, 0, 10);
  printf("{\"mode\":\"stream\",\"bytes\":%llu,\"came\":%llu,\"secs\":%.3f,\"GB_s\":%.4f", (unsigned long long)size, (unsigned long long)came, secs, size / secs / 1e9);
  report_cpu(a0, a1, secs, 0, size); printf("}\n"); return came == size ? 0 : 3;
}
