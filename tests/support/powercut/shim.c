/* powercut shim: an LD_PRELOAD library that records what a program does to the files below POWERCUT_ROOT, in order, in
 * POWERCUT_TRACE: writes with their data, sizes, names, and when a sync had ended. LMDB goes through it too. The test
 * (powercut_test.cpp) makes from a trace the states that a power cut could have left at any point.
 *
 * One entry: kind 1, file number 8 (inode), offset 8, length 8, then `length` bytes. Kinds:
 *   W write  T truncate (offset: size)  A allocate (offset: size)  B sync begins  E sync ended  N name (path), told once
 *   per inode  R rename ("from\0to")  U unlink (path)  D folder synced (path)  M mark (text from powercut_mark)
 * A write on a descriptor with O_DSYNC is followed by B and E. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int trace_fd = -2;
static char root[4096];
static uint64_t known[65536];
static size_t known_count;

static void* next(const char* name) { return dlsym(RTLD_NEXT, name); }

static ssize_t real_write(int fd, const void* data, size_t length) {
    static ssize_t (*call)(int, const void*, size_t);
    if (!call) *(void**)&call = next("write");
    return call(fd, data, length);
}

static int tracing(void) {
    if (trace_fd == -2) {
        const char* path = getenv("POWERCUT_TRACE");
        const char* below = getenv("POWERCUT_ROOT");
        trace_fd = path && below ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
        if (below) snprintf(root, sizeof root, "%s/", below);
    }
    return trace_fd >= 0;
}

static void put(const void* data, size_t length) {
    const char* at = data;
    while (length > 0) {
        const ssize_t done = real_write(trace_fd, at, length);
        if (done <= 0) abort();
        at += done;
        length -= (size_t)done;
    }
}

static void head(char kind, uint64_t file, uint64_t offset, uint64_t length) {
    char bytes[25];
    bytes[0] = kind;
    memcpy(bytes + 1, &file, 8);
    memcpy(bytes + 9, &offset, 8);
    memcpy(bytes + 17, &length, 8);
    put(bytes, sizeof bytes);
}

static void entry(char kind, uint64_t file, uint64_t offset, const void* data, size_t length) {
    head(kind, file, offset, length);
    put(data, length);
}

/* The descriptor's file when it lies below the root: 1, with its number; its name is told when it is new. */
static int watched(int fd, uint64_t* number) {
    char link[64];
    char path[4096];
    struct stat state;
    if (!tracing() || fd == trace_fd) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    if (strncmp(path, root, strlen(root)) != 0 || fstat(fd, &state) != 0 || !S_ISREG(state.st_mode)) return 0;
    *number = state.st_ino;
    for (size_t i = 0; i < known_count; ++i)
        if (known[i] == *number) return 1;
    if (known_count == sizeof known / sizeof *known) abort();
    known[known_count++] = *number;
    entry('N', *number, 0, path, strlen(path));
    return 1;
}

static void forget(uint64_t number) {
    for (size_t i = 0; i < known_count; ++i)
        if (known[i] == number) known[i] = known[--known_count];
}

static int is_synchronous(int fd) {
    const int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && (flags & O_DSYNC) != 0;
}

__attribute__((visibility("default"))) void powercut_mark(const char* text, size_t length) {
    pthread_mutex_lock(&lock);
    if (tracing()) entry('M', 0, 0, text, length);
    pthread_mutex_unlock(&lock);
}

static void record_parts(int fd, const struct iovec* parts, int count, uint64_t offset) {
    uint64_t number = 0;
    size_t length = 0;
    pthread_mutex_lock(&lock);
    if (watched(fd, &number)) {
        for (int i = 0; i < count; ++i) length += parts[i].iov_len;
        head('W', number, offset, length);
        for (int i = 0; i < count; ++i) put(parts[i].iov_base, parts[i].iov_len);
    }
    pthread_mutex_unlock(&lock);
}

static void record_plain(char kind, int fd, uint64_t offset) {
    uint64_t number = 0;
    pthread_mutex_lock(&lock);
    if (watched(fd, &number)) head(kind, number, offset, 0);
    pthread_mutex_unlock(&lock);
}

static void record_synchronous(int fd) {
    if (!is_synchronous(fd)) return;
    record_plain('B', fd, 0);
    record_plain('E', fd, 0);
}

#define PWRITE(name)                                                            \
    ssize_t name(int fd, const void* data, size_t length, off_t offset) {       \
        static ssize_t (*call)(int, const void*, size_t, off_t);                \
        if (!call) *(void**)&call = next(#name);                                \
        const struct iovec part = {(void*)(uintptr_t)data, length};             \
        record_parts(fd, &part, 1, (uint64_t)offset);                           \
        const ssize_t done = call(fd, data, length, offset);                    \
        record_synchronous(fd);                                                 \
        return done;                                                            \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define PWRITEV(name)                                                           \
    ssize_t name(int fd, const struct iovec* parts, int count, off_t offset) {  \
        static ssize_t (*call)(int, const struct iovec*, int, off_t);           \
        if (!call) *(void**)&call = next(#name);                                \
        record_parts(fd, parts, count, (uint64_t)offset);                       \
        const ssize_t done = call(fd, parts, count, offset);                    \
        record_synchronous(fd);                                                 \
        return done;                                                            \
    }
PWRITEV(pwritev)
PWRITEV(pwritev64)

/* Sequential writes: LMDB uses them for runs of pages. */
ssize_t write(int fd, const void* data, size_t length) {
    const off_t offset = tracing() && fd != trace_fd ? lseek(fd, 0, SEEK_CUR) : -1;
    const struct iovec part = {(void*)(uintptr_t)data, length};
    if (offset >= 0) record_parts(fd, &part, 1, (uint64_t)offset);
    const ssize_t done = real_write(fd, data, length);
    if (offset >= 0) record_synchronous(fd);
    return done;
}

ssize_t writev(int fd, const struct iovec* parts, int count) {
    static ssize_t (*call)(int, const struct iovec*, int);
    if (!call) *(void**)&call = next("writev");
    const off_t offset = tracing() && fd != trace_fd ? lseek(fd, 0, SEEK_CUR) : -1;
    if (offset >= 0) record_parts(fd, parts, count, (uint64_t)offset);
    const ssize_t done = call(fd, parts, count);
    if (offset >= 0) record_synchronous(fd);
    return done;
}

#define TRUNCATE(name)                                       \
    int name(int fd, off_t size) {                           \
        static int (*call)(int, off_t);                      \
        if (!call) *(void**)&call = next(#name);             \
        record_plain('T', fd, (uint64_t)size);               \
        return call(fd, size);                               \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define ALLOCATE(name)                                       \
    int name(int fd, int mode, off_t from, off_t length) {   \
        static int (*call)(int, int, off_t, off_t);          \
        if (!call) *(void**)&call = next(#name);             \
        record_plain('A', fd, (uint64_t)(from + length));    \
        return call(fd, mode, from, length);                 \
    }
ALLOCATE(fallocate)
ALLOCATE(fallocate64)

static void record_folder(int fd) {
    char link[64];
    char path[4096];
    struct stat state;
    pthread_mutex_lock(&lock);
    if (tracing() && fstat(fd, &state) == 0 && S_ISDIR(state.st_mode)) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        const ssize_t length = readlink(link, path, sizeof path - 1);
        if (length > 0) entry('D', 0, 0, path, (size_t)length);
    }
    pthread_mutex_unlock(&lock);
}

#define SYNC(name)                                           \
    int name(int fd) {                                       \
        static int (*call)(int);                             \
        if (!call) *(void**)&call = next(#name);             \
        record_plain('B', fd, 0);                            \
        const int result = call(fd);                         \
        if (result == 0) {                                   \
            record_plain('E', fd, 0);                        \
            record_folder(fd);                               \
        }                                                    \
        return result;                                       \
    }
SYNC(fdatasync)
SYNC(fsync)

int rename(const char* from, const char* to) {
    static int (*call)(const char*, const char*);
    if (!call) *(void**)&call = next("rename");
    pthread_mutex_lock(&lock);
    if (tracing() && strncmp(from, root, strlen(root)) == 0) {
        head('R', 0, 0, strlen(from) + 1 + strlen(to));
        put(from, strlen(from) + 1);
        put(to, strlen(to));
    }
    const int result = call(from, to);
    pthread_mutex_unlock(&lock);
    return result;
}

int unlink(const char* path) {
    static int (*call)(const char*);
    struct stat state;
    if (!call) *(void**)&call = next("unlink");
    pthread_mutex_lock(&lock);
    if (tracing() && strncmp(path, root, strlen(root)) == 0 && stat(path, &state) == 0) {
        entry('U', state.st_ino, 0, path, strlen(path));
        forget(state.st_ino);
    }
    const int result = call(path);
    pthread_mutex_unlock(&lock);
    return result;
}
