// A SQLite VFS between SQLite and the default one, and rename, unlink, fsync and fdatasync in place of the C library's. They write down what
// SQLite and the store itself ask of the disk, in order, so that Swift can work out what a power cut might have left, and let single requests
// fail. C because sqlite3_vfs and sqlite3_io_methods are tables of C functions whose objects SQLite allocates itself, and because only a C
// symbol takes the place of another.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    HF_CRASH_CREATE = 0,      // a file that was not there was made under `name`
    HF_CRASH_DELETE = 1,      // `name` was removed
    HF_CRASH_WRITE = 2,       // `bytes` were written at `offset`
    HF_CRASH_TRUNCATE = 3,    // the file was cut, or grown, to `offset` bytes
    HF_CRASH_SYNC = 4,        // all of the file's bytes and its size are on the disk
    HF_CRASH_SYNC_FAILED = 5, // fsync said no: what it should have written counts as clean from here on, and may not be there
    HF_CRASH_FOLDER_SYNC = 6, // the names in the folder are on the disk
    HF_CRASH_RENAME = 7,      // `name` was given the name in `bytes`, of the same folder, whatever had that before
} hf_crash_kind;

typedef struct {
    hf_crash_kind kind;
    const char *name; // without the folder; "" for HF_CRASH_FOLDER_SYNC
    int64_t offset;
    const uint8_t *bytes; // valid until the recorder is released
    int64_t count;
} hf_crash_operation;

// A request to be refused.
typedef struct {
    hf_crash_kind kind; // HF_CRASH_WRITE, _TRUNCATE, _SYNC, _DELETE or _RENAME
    char suffix[16];    // of the file's name: "-wal", ".db"; "" for any
    int64_t after;      // that many requests of the kind still succeed
    int64_t times;      // then that many fail
    int result;         // with this: SQLITE_IOERR_WRITE, SQLITE_FULL, …
    bool half;          // a failing write has written its first half
} hf_crash_fault;

typedef struct hf_crash_recorder hf_crash_recorder;

// Puts the VFS before the default one, once. Files that nobody watches are left to the VFS behind it entirely. Returns an SQLite code.
int hf_crash_register(void);

// Records what happens to the files directly in `folder`, an absolute path without a slash at its end, that are opened from now on.
// Returns NULL without memory.
hf_crash_recorder *hf_crash_watch(const char *folder);

// Ends the watching of new files and gives up the recorder, which goes when the last file it watches is closed.
void hf_crash_release(hf_crash_recorder *recorder);

// How many operations there are. Those before it are complete.
size_t hf_crash_position(hf_crash_recorder *recorder);

// The operation at a place before the position.
hf_crash_operation hf_crash_at(hf_crash_recorder *recorder, size_t index);

// Arms a fault, in place of the one before.
void hf_crash_arm(hf_crash_recorder *recorder, hf_crash_fault fault);

// How many requests the armed fault has refused.
int64_t hf_crash_refusals(hf_crash_recorder *recorder);

// While dead, every request that would change a file fails and leaves no trace: what is closed meanwhile was killed.
void hf_crash_set_dead(hf_crash_recorder *recorder, bool dead);

// A disk that lies: syncs are answered and not done.
void hf_crash_set_lying(hf_crash_recorder *recorder, bool lying);

// Expects someone else than SQLite to write a file again, in place, before SQLite opens it next: its time of change is set back to tell.
// When it is no longer that at the opening, the whole content counts as written, and as synced: what others sync is not seen here.
void hf_crash_expect_rewrite(hf_crash_recorder *recorder, const char *name);
