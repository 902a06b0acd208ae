#define _GNU_SOURCE
#include "recorder.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct hf_crash_recorder {
    char *folder;
    int references;
    bool watching;
    bool dead;
    bool lying;
    char rewritten[64]; // the file whose rewriting is expected; "" for none
    hf_crash_fault fault;
    int64_t refusals;
    hf_crash_operation *operations;
    size_t count;
    size_t capacity;
    hf_crash_recorder *next;
};

// One lock for everything: SQLite calls from any thread, and a request is long compared with it.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static hf_crash_recorder *recorders;

static void *required(void *memory) {
    if (memory == NULL) abort();
    return memory;
}

hf_crash_recorder *hf_crash_watch(const char *folder) {
    hf_crash_recorder *recorder = calloc(1, sizeof *recorder);
    if (recorder == NULL) return NULL;
    recorder->folder = required(strdup(folder));
    recorder->references = 1;
    recorder->watching = true;
    pthread_mutex_lock(&lock);
    recorder->next = recorders;
    recorders = recorder;
    pthread_mutex_unlock(&lock);
    return recorder;
}

// Files may be closed after the test has lost interest, so the last of both frees.
void hf_recorder_unref(hf_crash_recorder *recorder) {
    pthread_mutex_lock(&lock);
    bool last = --recorder->references == 0;
    if (last) {
        hf_crash_recorder **place = &recorders;
        while (*place != recorder) place = &(*place)->next;
        *place = recorder->next;
    }
    pthread_mutex_unlock(&lock);
    if (!last) return;
    for (size_t index = 0; index < recorder->count; index++) {
        free((void *)recorder->operations[index].name);
        free((void *)recorder->operations[index].bytes);
    }
    free(recorder->operations);
    free(recorder->folder);
    free(recorder);
}

void hf_crash_release(hf_crash_recorder *recorder) {
    pthread_mutex_lock(&lock);
    recorder->watching = false;
    pthread_mutex_unlock(&lock);
    hf_recorder_unref(recorder);
}

hf_crash_recorder *hf_recorder_find(const char *path, const char **name) {
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    if (slash == NULL) return NULL;
    size_t length = (size_t)(slash - path);
    pthread_mutex_lock(&lock);
    hf_crash_recorder *found = recorders;
    while (found != NULL && !(found->watching && strlen(found->folder) == length && memcmp(found->folder, path, length) == 0)) {
        found = found->next;
    }
    if (found != NULL) found->references++;
    pthread_mutex_unlock(&lock);
    *name = slash + 1;
    return found;
}

void hf_recorder_add(hf_crash_recorder *recorder, hf_crash_kind kind, const char *name, int64_t offset, const void *bytes, int64_t count) {
    hf_crash_operation operation = {.kind = kind, .name = required(strdup(name)), .offset = offset, .count = count};
    if (count > 0) {
        uint8_t *copy = required(malloc((size_t)count));
        memcpy(copy, bytes, (size_t)count);
        operation.bytes = copy;
    }
    pthread_mutex_lock(&lock);
    if (recorder->dead) {
        pthread_mutex_unlock(&lock);
        free((void *)operation.name);
        free((void *)operation.bytes);
        return;
    }
    if (recorder->count == recorder->capacity) {
        recorder->capacity = recorder->capacity == 0 ? 1024 : recorder->capacity * 2;
        recorder->operations = required(realloc(recorder->operations, recorder->capacity * sizeof operation));
    }
    recorder->operations[recorder->count++] = operation;
    pthread_mutex_unlock(&lock);
}

// The codes are those of a disk that is gone.
static int dead_answer(hf_crash_kind kind) {
    switch (kind) {
    case HF_CRASH_SYNC: return SQLITE_IOERR_FSYNC;
    case HF_CRASH_TRUNCATE: return SQLITE_IOERR_TRUNCATE;
    case HF_CRASH_DELETE:
    case HF_CRASH_RENAME: return SQLITE_IOERR_DELETE;
    case HF_CRASH_CREATE: return SQLITE_CANTOPEN;
    default: return SQLITE_IOERR_WRITE;
    }
}

static bool ends_with(const char *name, const char *suffix) {
    size_t length = strlen(name), wanted = strlen(suffix);
    return length >= wanted && strcmp(name + length - wanted, suffix) == 0;
}

int hf_recorder_refusal(hf_crash_recorder *recorder, hf_crash_kind kind, const char *name, bool *half) {
    int answer = 0;
    *half = false;
    pthread_mutex_lock(&lock);
    hf_crash_fault *fault = &recorder->fault;
    if (recorder->dead) {
        answer = dead_answer(kind);
    } else if (fault->times > 0 && fault->kind == kind && ends_with(name, fault->suffix)) {
        if (fault->after > 0) {
            fault->after--;
        } else {
            fault->times--;
            recorder->refusals++;
            answer = fault->result;
            *half = fault->half;
        }
    }
    pthread_mutex_unlock(&lock);
    return answer;
}

size_t hf_crash_position(hf_crash_recorder *recorder) {
    pthread_mutex_lock(&lock);
    size_t count = recorder->count;
    pthread_mutex_unlock(&lock);
    return count;
}

hf_crash_operation hf_crash_at(hf_crash_recorder *recorder, size_t index) {
    pthread_mutex_lock(&lock);
    if (index >= recorder->count) abort();
    hf_crash_operation operation = recorder->operations[index];
    pthread_mutex_unlock(&lock);
    return operation;
}

void hf_crash_arm(hf_crash_recorder *recorder, hf_crash_fault fault) {
    pthread_mutex_lock(&lock);
    recorder->fault = fault;
    recorder->fault.suffix[sizeof recorder->fault.suffix - 1] = 0;
    recorder->refusals = 0;
    pthread_mutex_unlock(&lock);
}

int64_t hf_crash_refusals(hf_crash_recorder *recorder) {
    pthread_mutex_lock(&lock);
    int64_t refusals = recorder->refusals;
    pthread_mutex_unlock(&lock);
    return refusals;
}

void hf_crash_set_dead(hf_crash_recorder *recorder, bool dead) {
    pthread_mutex_lock(&lock);
    recorder->dead = dead;
    pthread_mutex_unlock(&lock);
}

void hf_crash_set_lying(hf_crash_recorder *recorder, bool lying) {
    pthread_mutex_lock(&lock);
    recorder->lying = lying;
    pthread_mutex_unlock(&lock);
}

bool hf_recorder_is_lying(hf_crash_recorder *recorder) {
    pthread_mutex_lock(&lock);
    bool lying = recorder->lying;
    pthread_mutex_unlock(&lock);
    return lying;
}

bool hf_recorder_any(void) {
    pthread_mutex_lock(&lock);
    bool any = recorders != NULL;
    pthread_mutex_unlock(&lock);
    return any;
}

// No file is really that old.
static const struct timespec long_ago = {.tv_sec = 1};

void hf_crash_expect_rewrite(hf_crash_recorder *recorder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", recorder->folder, name);
    struct timespec times[2] = {long_ago, long_ago};
    pthread_mutex_lock(&lock);
    recorder->rewritten[0] = 0;
    if (utimensat(AT_FDCWD, path, times, 0) == 0) snprintf(recorder->rewritten, sizeof recorder->rewritten, "%s", name);
    pthread_mutex_unlock(&lock);
}

bool hf_recorder_was_rewritten(hf_crash_recorder *recorder, const char *path, const char *name) {
    pthread_mutex_lock(&lock);
    bool asked = strcmp(recorder->rewritten, name) == 0;
    if (asked) recorder->rewritten[0] = 0;
    pthread_mutex_unlock(&lock);
    struct stat status;
    return asked && stat(path, &status) == 0 && status.st_mtim.tv_sec != long_ago.tv_sec;
}
