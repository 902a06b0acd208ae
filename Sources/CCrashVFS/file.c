#include "file.h"

#include <stdlib.h>

static hf_crash_file *own(sqlite3_file *file) { return (hf_crash_file *)file; }
static sqlite3_file *real(sqlite3_file *file) { return own(file)->real; }

// What changes the disk: asked for, done, written down.

static int do_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    hf_crash_file *self = own(file);
    bool half;
    int refusal = hf_recorder_refusal(self->recorder, HF_CRASH_WRITE, self->name, &half);
    int part = refusal == 0 ? count : half ? count / 2 : 0;
    if (part > 0) {
        int code = self->real->pMethods->xWrite(self->real, bytes, part, offset);
        if (code != SQLITE_OK) return code;
        hf_recorder_add(self->recorder, HF_CRASH_WRITE, self->name, offset, bytes, part);
    }
    return refusal;
}

static int do_truncate(sqlite3_file *file, sqlite3_int64 size) {
    hf_crash_file *self = own(file);
    bool half;
    int refusal = hf_recorder_refusal(self->recorder, HF_CRASH_TRUNCATE, self->name, &half);
    if (refusal != 0) return refusal;
    int code = self->real->pMethods->xTruncate(self->real, size);
    if (code == SQLITE_OK) hf_recorder_add(self->recorder, HF_CRASH_TRUNCATE, self->name, size, NULL, 0);
    return code;
}

static int do_sync(sqlite3_file *file, int flags) {
    hf_crash_file *self = own(file);
    bool half;
    int refusal = hf_recorder_refusal(self->recorder, HF_CRASH_SYNC, self->name, &half);
    if (refusal != 0) {
        hf_recorder_add(self->recorder, HF_CRASH_SYNC_FAILED, self->name, 0, NULL, 0);
        return refusal;
    }
    if (hf_recorder_is_lying(self->recorder)) return SQLITE_OK;
    hf_inside_vfs++;
    int code = self->real->pMethods->xSync(self->real, flags);
    hf_inside_vfs--;
    if (code != SQLITE_OK) return code;
    hf_recorder_add(self->recorder, HF_CRASH_SYNC, self->name, 0, NULL, 0);
    if (self->syncs_folder) hf_recorder_add(self->recorder, HF_CRASH_FOLDER_SYNC, "", 0, NULL, 0);
    self->syncs_folder = false;
    return SQLITE_OK;
}

static int do_close(sqlite3_file *file) {
    hf_crash_file *self = own(file);
    int code = self->real->pMethods->xClose(self->real);
    hf_recorder_unref(self->recorder);
    free(self->name);
    file->pMethods = NULL;
    return code;
}

// A file system that writes several blocks atomically would hide what is to be tried.
static int do_characteristics(sqlite3_file *file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file)) & ~SQLITE_IOCAP_BATCH_ATOMIC;
}

// What does not: handed on. The shared memory of the write-ahead log is lost with the power anyway.

static int do_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    return real(file)->pMethods->xRead(real(file), bytes, count, offset);
}
static int do_size(sqlite3_file *file, sqlite3_int64 *size) { return real(file)->pMethods->xFileSize(real(file), size); }
static int do_lock(sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); }
static int do_unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
static int do_check(sqlite3_file *file, int *held) { return real(file)->pMethods->xCheckReservedLock(real(file), held); }
static int do_control(sqlite3_file *file, int what, void *value) { return real(file)->pMethods->xFileControl(real(file), what, value); }
static int do_sector(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }
static int do_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory) {
    return real(file)->pMethods->xShmMap(real(file), region, size, extend, memory);
}
static int do_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
static void do_barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }
static int do_unmap(sqlite3_file *file, int remove) {
    hf_inside_vfs++;
    int code = real(file)->pMethods->xShmUnmap(real(file), remove);
    hf_inside_vfs--;
    return code;
}

// Version 2, without xFetch: no part of the database is ever mapped, so that every change of it passes through here.
const sqlite3_io_methods hf_crash_methods = {
    .iVersion = 2,
    .xClose = do_close,
    .xRead = do_read,
    .xWrite = do_write,
    .xTruncate = do_truncate,
    .xSync = do_sync,
    .xFileSize = do_size,
    .xLock = do_lock,
    .xUnlock = do_unlock,
    .xCheckReservedLock = do_check,
    .xFileControl = do_control,
    .xSectorSize = do_sector,
    .xDeviceCharacteristics = do_characteristics,
    .xShmMap = do_map,
    .xShmLock = do_shm_lock,
    .xShmBarrier = do_barrier,
    .xShmUnmap = do_unmap,
};
