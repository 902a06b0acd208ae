// A watched file: SQLite allocates `sizeof` this and as much as the VFS behind needs. Private to this target.
#pragma once
#include "recorder.h"

#include <sqlite3.h>

typedef struct {
    sqlite3_file base;
    hf_crash_recorder *recorder;
    char *name;
    // The first sync of a journal or write-ahead log also syncs the folder: the unix VFS does so for those it may have created.
    bool syncs_folder;
    sqlite3_file *real; // right behind this
} hf_crash_file;

extern const sqlite3_io_methods hf_crash_methods;
