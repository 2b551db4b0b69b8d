/* meter.h - what the load generators count: CPU and memory of the program under test, and latencies. */
#ifndef METER_H
#define METER_H
#include "ws.h"
#include <dirent.h>
/* ---------- process accounting ---------- */
static int pids[4096], npids; static char *pidstr;
static void parse_pids(char *s) { pidstr = s; for (char *p = strtok(strdup(s), ","); p && npids < 64; p = strtok(0, ",")) pids[npids++] = atoi(p); }
static double cpu_of(int pid) { clockid_t c; struct timespec t; if (clock_getcpuclockid(pid, &c) || clock_gettime(c, &t)) return 0; return t.tv_sec + t.tv_nsec / 1e9; }
static void stat_of(int pid, double *ut, double *st) { char f[64], b[1024]; sprintf(f, "/proc/%d/stat", pid); *ut = *st = 0; int fd = open(f, O_RDONLY); if (fd < 0) return; int n = read(fd, b, 1023); close(fd); if (n <= 0) return; b[n] = 0; char *p = strrchr(b, ')'); unsigned long u, s; if (p && sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &u, &s) == 2) { *ut = u / 100.0; *st = s / 100.0; } }
static long rss_kb(int pid) { char f[64], b[4096]; sprintf(f, "/proc/%d/status", pid); int fd = open(f, O_RDONLY); if (fd < 0) return 0; int n = read(fd, b, 4095); close(fd); if (n <= 0) return 0; b[n] = 0; char *p = strstr(b, "VmRSS:"); return p ? atol(p + 6) : 0; }
typedef struct { double cpu, u, s; long rss; } use_t;
static int pgrp_of; /* -G: every process of this process group, scanned anew each time */
static void scan_group(void) { npids = 0; DIR *d = opendir("/proc"); struct dirent *e; if (!d) return; while ((e = readdir(d)) && npids < 4096) { int p = atoi(e->d_name); if (p > 0 && getpgid(p) == pgrp_of) pids[npids++] = p; } closedir(d); }
static use_t use_now(void) { use_t a = {0}; if (pgrp_of) scan_group(); for (int i = 0; i < npids; i++) { double u, s; a.cpu += cpu_of(pids[i]); stat_of(pids[i], &u, &s); a.u += u; a.s += s; a.rss += rss_kb(pids[i]); } return a; }
/* ---------- histogram (log-linear, 64 sub-buckets, ns) ---------- */
static uint64_t H[64*64]; static uint64_t Hn, Hmax; static double Hsum;
static inline void hrec(uint64_t v) { Hn++; Hsum += v; if (v > Hmax) Hmax = v; unsigned lz = v < 64 ? 0 : 58 - __builtin_clzll(v); H[lz * 64 + (v >> lz)]++; }
static double hq(double q) { uint64_t t = (uint64_t)(q * Hn), c = 0; for (int i = 0; i < 64*64; i++) { c += H[i]; if (c > t) { unsigned lz = i / 64; return ((double)(i % 64) + 0.5) * (double)(1ull << lz) / 1000.0; } } return Hmax / 1000.0; }
static void report_cpu(use_t a, use_t b, double secs, double work_msgs, double bytes) {
  double cpu = b.cpu - a.cpu; struct rusage ru; getrusage(RUSAGE_SELF, &ru);
  printf(",\"cpu_s\":%.3f,\"user_s\":%.2f,\"sys_s\":%.2f,\"cpu_pct\":%.0f,\"rss_kb\":%ld", cpu, b.u - a.u, b.s - a.s, 100 * cpu / secs, b.rss);
  if (work_msgs > 0) printf(",\"cpu_per_Mmsg\":%.3f", cpu / work_msgs * 1e6);
  if (bytes > 0) printf(",\"cpu_per_GB\":%.3f", cpu / bytes * 1e9);
}
#endif
