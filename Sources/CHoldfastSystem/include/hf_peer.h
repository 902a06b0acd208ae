// Who is at the other end of a connected Unix socket. C because `struct ucred` needs _GNU_SOURCE, which Swift's importer does not define.
#pragma once
#include <sys/types.h>

/// SO_PEERCRED: the identity the peer had when it called connect(2), listen(2) or socketpair(2).
/// Returns 0, or the errno value. `pid` is 0 when the peer is in a pid namespace this process cannot see.
int hf_peer_credentials(int fd, uid_t *uid, gid_t *gid, pid_t *pid);

/// SO_PEERGROUPS: the peer's supplementary groups, fixed at the same moment.
/// Fills at most `capacity` entries and returns how many there are, or -1 and errno. When `capacity` is too small it returns -1 with
/// errno ERANGE and writes the needed count to `needed`, so that the caller can come again.
/// C because SO_PEERGROUPS (Linux 4.13) is not in the importer's view of <sys/socket.h> on every libc.
int hf_peer_groups(int fd, gid_t *groups, int capacity, int *needed);
