#include "file.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static sqlite3_vfs *behind;
static sqlite3_vfs vfs;
static int registered = SQLITE_ERROR;

// Puts a file's whole content down as written and synced.
static int record_content(hf_crash_file *file) {
    sqlite3_int64 size = 0;
    int code = file->real->pMethods->xFileSize(file->real, &size);
    if (code != SQLITE_OK || size == 0) return code;
    void *bytes = malloc((size_t)size);
    if (bytes == NULL) return SQLITE_NOMEM;
    code = file->real->pMethods->xRead(file->real, bytes, (int)size, 0);
    if (code == SQLITE_OK) {
        hf_recorder_add(file->recorder, HF_CRASH_WRITE, file->name, 0, bytes, size);
        hf_recorder_add(file->recorder, HF_CRASH_SYNC, file->name, 0, NULL, 0);
    }
    free(bytes);
    return code;
}

// Watched files get our methods; of any other this VFS keeps nothing, not even a pointer.
static int do_open(sqlite3_vfs *self, sqlite3_filename path, sqlite3_file *file, int flags, int *granted) {
    (void)self;
    const char *name;
    hf_crash_recorder *recorder = hf_recorder_find(path, &name);
    if (recorder == NULL) return behind->xOpen(behind, path, file, flags, granted);
    hf_crash_file *ours = (hf_crash_file *)file;
    memset(ours, 0, sizeof *ours);
    // Not xAccess: for the unix VFS an empty file is none.
    struct stat status;
    bool exists = stat(path, &status) == 0;
    int code = SQLITE_OK;
    bool half;
    if (!exists) code = hf_recorder_refusal(recorder, HF_CRASH_CREATE, name, &half);
    if (code == SQLITE_OK && (ours->name = strdup(name)) == NULL) code = SQLITE_NOMEM;
    if (code == SQLITE_OK) {
        ours->real = (sqlite3_file *)(ours + 1);
        code = behind->xOpen(behind, path, ours->real, flags, granted);
        // As sqlite3_vfs demands, a file whose opening failed may still want to be closed.
        if (code != SQLITE_OK && ours->real->pMethods != NULL) ours->real->pMethods->xClose(ours->real);
    }
    if (code != SQLITE_OK) {
        free(ours->name);
        hf_recorder_unref(recorder);
        return code;
    }
    int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    ours->recorder = recorder;
    ours->syncs_folder = (flags & SQLITE_OPEN_CREATE) && (flags & journals);
    ours->base.pMethods = &hf_crash_methods;
    if (!exists) hf_recorder_add(recorder, HF_CRASH_CREATE, name, 0, NULL, 0);
    return hf_recorder_was_rewritten(recorder, path, name) ? record_content(ours) : SQLITE_OK;
}

static int do_delete(sqlite3_vfs *self, const char *path, int sync_folder) {
    (void)self;
    const char *name;
    hf_crash_recorder *recorder = hf_recorder_find(path, &name);
    if (recorder == NULL) return behind->xDelete(behind, path, sync_folder);
    bool half;
    int code = hf_recorder_refusal(recorder, HF_CRASH_DELETE, name, &half);
    bool lying = hf_recorder_is_lying(recorder);
    hf_inside_vfs++;
    if (code == SQLITE_OK) code = behind->xDelete(behind, path, lying ? 0 : sync_folder);
    hf_inside_vfs--;
    if (code == SQLITE_OK) {
        hf_recorder_add(recorder, HF_CRASH_DELETE, name, 0, NULL, 0);
        if ((sync_folder & 1) && !lying) hf_recorder_add(recorder, HF_CRASH_FOLDER_SYNC, "", 0, NULL, 0);
    }
    hf_recorder_unref(recorder);
    return code;
}

// All other functions are those of the VFS behind, which finds its own data in the copied pAppData.
static void set_up(void) {
    behind = sqlite3_vfs_find(NULL);
    if (behind == NULL) return;
    vfs = *behind;
    vfs.zName = "holdfast-crash";
    vfs.pNext = NULL;
    vfs.szOsFile = behind->szOsFile + (int)sizeof(hf_crash_file);
    vfs.xOpen = do_open;
    vfs.xDelete = do_delete;
    registered = sqlite3_vfs_register(&vfs, 1);
}

int hf_crash_register(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_up);
    return registered;
}
