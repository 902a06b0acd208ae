#pragma once

// statfs(2) is Linux's own, and Swift's Glibc does not show it; statvfs(3), which it shows, does not say what kind of file system it is.
// Returns 1 when the folder is in memory (tmpfs or ramfs), 0 when not or when it cannot be looked at.
int hf_is_memory_backed(const char *path);
