#define _GNU_SOURCE
#include "recorder.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// The store's own requests to the disk, beside SQLite's: what it renames, removes and syncs in a watched folder. A program that links this
// target gets these four functions in place of the C library's, whose own are called for the work.

_Thread_local int hf_inside_vfs;

typedef int (*path_call)(const char *);
typedef int (*rename_call)(const char *, const char *);
typedef int (*file_call)(int);

// The recorder of the file, and one reference to it; NULL where nobody watches, or where the VFS is at work and records for itself.
static hf_crash_recorder *watcher(const char *path, const char **name) {
    return hf_inside_vfs > 0 ? NULL : hf_recorder_find(path, name);
}

static bool refuses(hf_crash_recorder *recorder, hf_crash_kind kind, const char *name) {
    bool half;
    if (hf_recorder_refusal(recorder, kind, name, &half) == 0) return false;
    errno = EIO;
    return true;
}

int rename(const char *from, const char *to) {
    rename_call real = (rename_call)dlsym(RTLD_NEXT, "rename");
    const char *name;
    hf_crash_recorder *recorder = watcher(from, &name);
    if (recorder == NULL) return real(from, to);
    int result = -1;
    if (!refuses(recorder, HF_CRASH_RENAME, name) && (result = real(from, to)) == 0) {
        const char *slash = strrchr(to, '/');
        const char *target = slash == NULL ? to : slash + 1;
        hf_recorder_add(recorder, HF_CRASH_RENAME, name, 0, target, (int64_t)strlen(target));
    }
    hf_recorder_unref(recorder);
    return result;
}

int unlink(const char *path) {
    path_call real = (path_call)dlsym(RTLD_NEXT, "unlink");
    const char *name;
    hf_crash_recorder *recorder = watcher(path, &name);
    if (recorder == NULL) return real(path);
    int result = -1;
    if (!refuses(recorder, HF_CRASH_DELETE, name) && (result = real(path)) == 0) {
        hf_recorder_add(recorder, HF_CRASH_DELETE, name, 0, NULL, 0);
    }
    hf_recorder_unref(recorder);
    return result;
}

static int sync_file(int descriptor, const char *function) {
    file_call real = (file_call)dlsym(RTLD_NEXT, function);
    if (hf_inside_vfs > 0 || !hf_recorder_any()) return real(descriptor);
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 2);
    if (length <= 0) return real(descriptor);
    path[length] = 0;
    const char *name;
    hf_crash_recorder *recorder = watcher(path, &name);
    hf_crash_kind done = HF_CRASH_SYNC;
    if (recorder == NULL) {
        // The watched folder itself.
        strcpy(path + length, "/");
        recorder = watcher(path, &name);
        done = HF_CRASH_FOLDER_SYNC;
    }
    if (recorder == NULL) return real(descriptor);
    int result = -1;
    if (refuses(recorder, HF_CRASH_SYNC, name)) {
        // Of a folder nothing is lost by that: the names stay as uncertain as they were.
        if (done == HF_CRASH_SYNC) hf_recorder_add(recorder, HF_CRASH_SYNC_FAILED, name, 0, NULL, 0);
    } else if (hf_recorder_is_lying(recorder)) {
        result = 0;
    } else if ((result = real(descriptor)) == 0) {
        hf_recorder_add(recorder, done, name, 0, NULL, 0);
    }
    hf_recorder_unref(recorder);
    return result;
}

int fsync(int descriptor) { return sync_file(descriptor, "fsync"); }
int fdatasync(int descriptor) { return sync_file(descriptor, "fdatasync"); }
