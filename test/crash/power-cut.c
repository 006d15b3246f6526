/*
 * Preloaded into the server, this notes in the file POWER_CUT_TRACE, in the order in which they happen: every write to
 * the database's files, every sync of one once it is done, and every answer just before it is sent. So a test knows
 * what a disk is sure to hold at any moment, which is less than what the kernel shows.
 *
 * A note: kind (W write, T truncate, S sync, A answer), length of the name, length of the data, offset, name, data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int trace = -1;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("POWER_CUT_TRACE");
  if (path) trace = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The name behind a file descriptor when it is of interest: a file of the database, or "socket"; else NULL. */
static const char *name_of(int fd, char *path) {
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = trace < 0 ? -1 : readlink(link, path, PATH_MAX - 1);
  if (length < 0) return NULL;
  path[length] = 0;
  if (strncmp(path, "socket:", 7) == 0) return "socket";
  const char *slash = strrchr(path, '/');
  return slash && strncmp(slash + 1, "tickets.db", 10) == 0 ? slash + 1 : NULL;
}

static void put(const void *data, size_t length) {
  while (length > 0) {
    ssize_t written = syscall(SYS_write, trace, data, length);
    if (written <= 0) abort();
    data = (const char *)data + written;
    length -= written;
  }
}

static void note(char kind, const char *name, const void *data, uint32_t length, uint64_t offset) {
  unsigned char head[14] = {kind, strlen(name)};
  memcpy(head + 2, &length, 4);
  memcpy(head + 6, &offset, 8);
  pthread_mutex_lock(&order);
  put(head, sizeof head);
  put(name, head[1]);
  put(data, length);
  pthread_mutex_unlock(&order);
}

static void note_answer(int fd, const struct iovec *parts, int count) {
  char path[PATH_MAX];
  const char *name = name_of(fd, path);
  if (!name || strcmp(name, "socket") != 0) return;
  for (int i = 0; i < count; i++) note('A', name, parts[i].iov_base, parts[i].iov_len, 0);
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  REAL(pwrite64);
  char path[PATH_MAX];
  ssize_t written = real(fd, data, length, offset);
  const char *name = name_of(fd, path);
  if (written > 0 && name) note('W', name, data, written, offset);
  return written;
}

int ftruncate64(int fd, off64_t length) {
  REAL(ftruncate64);
  char path[PATH_MAX];
  int result = real(fd, length);
  const char *name = name_of(fd, path);
  if (result == 0 && name) note('T', name, "", 0, length);
  return result;
}

static int noted_sync(int fd, int result) {
  char path[PATH_MAX];
  const char *name = name_of(fd, path);
  if (result == 0 && name) note('S', name, "", 0, 0);
  return result;
}

int fsync(int fd) {
  REAL(fsync);
  return noted_sync(fd, real(fd));
}

int fdatasync(int fd) {
  REAL(fdatasync);
  return noted_sync(fd, real(fd));
}

ssize_t write(int fd, const void *data, size_t length) {
  REAL(write);
  struct iovec part = {(void *)data, length};
  note_answer(fd, &part, 1);
  return real(fd, data, length);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  note_answer(fd, parts, count);
  return real(fd, parts, count);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  REAL(sendmsg);
  note_answer(fd, message->msg_iov, message->msg_iovlen);
  return real(fd, message, flags);
}
