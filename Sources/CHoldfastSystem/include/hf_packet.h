// Packets of a SOCK_SEQPACKET socket, with a descriptor in them. C because the macros that walk control messages (CMSG_DATA) are none that
// Swift sees.
#pragma once
#include <sys/types.h>

/// sendmsg(2), whole or not at all, and no SIGPIPE. `file`, when not -1, goes along (SCM_RIGHTS). Returns 0, or -1 and errno.
int hf_send_packet(int socket, const void *bytes, size_t count, int file);

/// recvmsg(2) of one packet. Returns its length; 0 when the other end is gone; or -1 and errno, EMSGSIZE for a packet of more than `capacity`
/// bytes or with more than one descriptor. `file` becomes the descriptor that came with it, close-on-exec, or -1.
ssize_t hf_receive_packet(int socket, void *bytes, size_t capacity, int *file);
