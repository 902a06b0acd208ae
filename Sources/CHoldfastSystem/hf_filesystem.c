#include "hf_filesystem.h"

#include <linux/magic.h>
#include <sys/vfs.h>

int hf_is_memory_backed(const char *path) {
    struct statfs status;
    if (statfs(path, &status) != 0) return 0;
    return status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC;
}
