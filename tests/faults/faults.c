/* A bad day, between a process and the kernel. Loaded with LD_PRELOAD; harmless until faults_arm is called.

   FAULTS_DIR      calls that change files below this folder are counted, and calls that send on sockets
   FAULTS_DATA     files below this folder have shadows: what a disk holds when the power goes
   FAULTS_SHADOW   where the shadows are kept: FAULTS_SHADOW/late and FAULTS_SHADOW/early

   The shadow of a file is its content at its last successful fsync. A name that was taken away or changed
   counts for "late" only once its folder was synced, for "early" at once: a real disk may do either. The
   caller mixes both with the files as they are, because a kernel may also write before anybody asks it to. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define PENDING 4096

static long calls, kill_at, torn, syncs, fail_from, fail_until, room = -1;
static int control = -1, armed;
static struct { char from[PATH_MAX], to[PATH_MAX]; } *pending;
static int waiting;

/* kill_n: die at the n-th call, 0 never; half: let half of a write through first; from, until: which syncs
   return EIO; bytes: how much files may still grow, -1 without end; line: socket that is not counted. */
void faults_arm(long kill_n, long half, long from, long until, long bytes, int line) {
  kill_at = kill_n; torn = half; fail_from = from; fail_until = until; room = bytes; control = line;
  calls = syncs = 0; armed = 1;
}
long faults_calls(void) { return calls; }
long faults_syncs(void) { return syncs; }

static int below(const char *name, const char *path) {
  const char *folder = getenv(name);
  size_t length = folder ? strlen(folder) : 0;
  return length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

static int path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return 1;
}

static int absolute(const char *path, char *full) {
  char folder[PATH_MAX], copy[PATH_MAX];
  snprintf(copy, sizeof copy, "%s", path);
  char *slash = strrchr(copy, '/');
  if (slash) *slash = 0;
  if (!realpath(slash ? (slash == copy ? "/" : copy) : ".", folder)) return 0;
  return snprintf(full, PATH_MAX, "%s/%s", folder, slash ? slash + 1 : copy) < PATH_MAX;
}

static int counted(int fd) {
  struct stat facts;
  char path[PATH_MAX];
  if (!armed || fd == control || fstat(fd, &facts)) return 0;
  if (S_ISSOCK(facts.st_mode)) return 1;
  return path_of(fd, path) && below("FAULTS_DIR", path);
}

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }
static int is_last(void) { return kill_at && ++calls == kill_at; }
static void step(void) { if (kill_at == 0) ++calls; else if (is_last()) die(); }

static void shadow_name(const char *which, const char *path, char *name) {
  snprintf(name, PATH_MAX * 2, "%s/%s%s", getenv("FAULTS_SHADOW"), which, path + strlen(getenv("FAULTS_DATA")));
}

static void make_folders(char *path) {
  for (char *c = path + 1; *c; c++) if (*c == '/') { *c = 0; mkdir(path, 0700); *c = '/'; }
}

static void copy_to(const char *path, const char *which) {
  char name[PATH_MAX * 2], part[PATH_MAX * 2 + 8], bytes[1 << 16];
  ssize_t got;
  static ssize_t (*put)(int, const void *, size_t);
  if (!put) put = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  shadow_name(which, path, name);
  make_folders(name);
  snprintf(part, sizeof part, "%s.part", name);
  int in = open(path, O_RDONLY | O_CLOEXEC), out = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (in >= 0 && out >= 0) while ((got = read(in, bytes, sizeof bytes)) > 0) if (put(out, bytes, got) != got) break;
  close(in); close(out);
  static int (*move)(const char *, const char *);
  if (!move) move = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  move(part, name);
}

static void take(const char *which, const char *from, const char *to) {
  char name[PATH_MAX * 2], other[PATH_MAX * 2];
  static int (*drop)(const char *), (*move)(const char *, const char *);
  if (!drop) { drop = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
               move = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename"); }
  shadow_name(which, from, name);
  if (!*to) { drop(name); return; }
  shadow_name(which, to, other);
  make_folders(other);
  move(name, other);
}

static void changed_name(const char *from, const char *to) {
  if (!armed || !getenv("FAULTS_SHADOW") || !below("FAULTS_DATA", from)) return;
  take("early", from, to);
  if (!pending) pending = calloc(PENDING, sizeof *pending);
  if (waiting < PENDING) {
    snprintf(pending[waiting].from, PATH_MAX, "%s", from);
    snprintf(pending[waiting++].to, PATH_MAX, "%s", to);
  }
}

static void folder_synced(const char *folder) {
  int kept = 0;
  size_t length = strlen(folder);
  for (int n = 0; n < waiting; n++) {
    const char *rest = pending[n].from + length;
    if (!strncmp(pending[n].from, folder, length) && *rest == '/' && !strchr(rest + 1, '/'))
      take("late", pending[n].from, pending[n].to);
    else if (kept != n) pending[kept++] = pending[n];
    else kept++;
  }
  waiting = kept;
}

static void file_synced(const char *path) {
  int kept = 0;
  for (int n = 0; n < waiting; n++) {
    /* The same name with new content stands for the old one, which need not go any more. */
    if (!strcmp(pending[n].from, path) && !*pending[n].to) continue;
    if (kept != n) pending[kept] = pending[n];
    kept++;
  }
  waiting = kept;
  copy_to(path, "late");
  copy_to(path, "early");
}

static int sync_as(int fd, int (*real)(int)) {
  struct stat facts;
  char path[PATH_MAX];
  if (!counted(fd)) return real(fd);
  step();
  if (!path_of(fd, path) || !below("FAULTS_DATA", path) || fstat(fd, &facts)) return real(fd);
  ++syncs;
  if (fail_from && syncs >= fail_from && syncs <= fail_until) { errno = EIO; return -1; }
  int result = real(fd);
  if (!result && getenv("FAULTS_SHADOW")) {
    if (S_ISDIR(facts.st_mode)) folder_synced(path);
    else if (S_ISREG(facts.st_mode)) file_synced(path);
  }
  return result;
}

int fsync(int fd) { REAL(fsync); return sync_as(fd, real); }
int fdatasync(int fd) { REAL(fdatasync); return sync_as(fd, real); }

/* How many of the bytes may be written: all, as many as there is room for, or -1. */
static ssize_t allowed(int fd, size_t size, off_t place) {
  struct stat facts;
  char path[PATH_MAX];
  if (room < 0 || fstat(fd, &facts) || !S_ISREG(facts.st_mode)) return size;
  if (!path_of(fd, path) || !below("FAULTS_DATA", path)) return size;
  if (place < 0) place = fcntl(fd, F_GETFL) & O_APPEND ? facts.st_size : lseek(fd, 0, SEEK_CUR);
  off_t grows = place + (off_t)size - facts.st_size;
  if (grows <= 0) return size;
  if (grows <= room) { room -= grows; return size; }
  ssize_t fits = (ssize_t)size - (grows - room);
  room = 0;
  if (fits > 0) return fits;
  errno = ENOSPC;
  return -1;
}

ssize_t write(int fd, const void *bytes, size_t size) {
  REAL(write);
  if (!counted(fd)) return real(fd, bytes, size);
  if (!kill_at) ++calls;
  else if (is_last()) { if (torn && size > 1) real(fd, bytes, size / 2); die(); }
  ssize_t fits = allowed(fd, size, -1);
  return fits < 0 ? -1 : real(fd, bytes, fits);
}

#define PWRITE(name, type) \
  ssize_t name(int fd, const void *bytes, size_t size, type place) { \
    REAL(name); \
    if (!counted(fd)) return real(fd, bytes, size, place); \
    if (!kill_at) ++calls; \
    else if (is_last()) { if (torn && size > 1) real(fd, bytes, size / 2, place); die(); } \
    ssize_t fits = allowed(fd, size, place); \
    return fits < 0 ? -1 : real(fd, bytes, fits, place); }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

int ftruncate(int fd, off_t size) { REAL(ftruncate); if (counted(fd)) step(); return real(fd, size); }
int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); if (counted(fd)) step(); return real(fd, size); }

ssize_t send(int fd, const void *bytes, size_t size, int flags) {
  REAL(send); if (counted(fd)) step(); return real(fd, bytes, size, flags); }
ssize_t sendto(int fd, const void *bytes, size_t size, int flags, const struct sockaddr *to, socklen_t length) {
  REAL(sendto); if (counted(fd)) step(); return real(fd, bytes, size, flags, to, length); }

int unlink(const char *path) {
  REAL(unlink);
  char full[PATH_MAX];
  int ours = armed && absolute(path, full) && below("FAULTS_DIR", full);
  if (ours) step();
  int result = real(path);
  if (ours && !result) changed_name(full, "");
  return result;
}

int rename(const char *from, const char *to) {
  REAL(rename);
  char full[PATH_MAX], other[PATH_MAX];
  int ours = armed && absolute(from, full) && absolute(to, other) && below("FAULTS_DIR", full);
  if (ours) step();
  int result = real(from, to);
  if (ours && !result) changed_name(full, other);
  return result;
}

int link(const char *from, const char *to) {
  REAL(link);
  char full[PATH_MAX], other[PATH_MAX];
  int ours = armed && absolute(from, full) && absolute(to, other) && below("FAULTS_DIR", full);
  if (ours) step();
  int result = real(from, to);
  /* Both names stand from now on; the older one is taken away by the program itself. */
  if (ours && !result) changed_name(full, other);
  return result;
}
