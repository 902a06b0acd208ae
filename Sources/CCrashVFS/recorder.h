// What the VFS tells the recorder. Private to this target.
#pragma once
#include "CCrashVFS.h"

// The recorder that watches the file's folder, with one more reference; NULL when nobody does. `name` is set to the last part of the path.
hf_crash_recorder *hf_recorder_find(const char *path, const char **name);
void hf_recorder_unref(hf_crash_recorder *recorder);

// Adds an operation unless the recorder is dead; `bytes` are copied. Without memory it aborts: a log with a hole would prove nothing.
void hf_recorder_add(hf_crash_recorder *recorder, hf_crash_kind kind, const char *name, int64_t offset, const void *bytes, int64_t count);

// What to answer to a request before it is done: 0 to do it. `half` is set when a refused write is to leave its first half.
int hf_recorder_refusal(hf_crash_recorder *recorder, hf_crash_kind kind, const char *name, bool *half);
bool hf_recorder_is_lying(hf_crash_recorder *recorder);

// Whether any folder is watched.
bool hf_recorder_any(void);

// Above 0 while this thread is in a function of the VFS that calls the one behind it: what that does is recorded already.
extern _Thread_local int hf_inside_vfs;

// Whether the file at `path` was written again since a rewrite was expected; asked once, at its opening.
bool hf_recorder_was_rewritten(hf_crash_recorder *recorder, const char *path, const char *name);
