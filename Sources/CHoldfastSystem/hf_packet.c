#define _GNU_SOURCE
#include "hf_packet.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int hf_send_packet(int socket, const void *bytes, size_t count, int file) {
    struct iovec part = {(void *)bytes, count};
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (file >= 0) {
        message.msg_control = control.space;
        message.msg_controllen = sizeof control.space;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &file, sizeof(int));
    }
    ssize_t sent;
    do sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_EOR);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)count ? 0 : -1;
}

ssize_t hf_receive_packet(int socket, void *bytes, size_t capacity, int *file) {
    struct iovec part = {bytes, capacity};
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space};
    // Not CMSG_SPACE: in its padding there is room for a second descriptor.
    message.msg_controllen = CMSG_LEN(sizeof(int));
    *file = -1;
    ssize_t count;
    do count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    if (count < 0) return -1;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        // There is room for one: the kernel has closed any further.
        if (header->cmsg_len >= CMSG_LEN(sizeof(int))) memcpy(file, CMSG_DATA(header), sizeof(int));
    }
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        if (*file >= 0) close(*file);
        *file = -1;
        errno = EMSGSIZE;
        return -1;
    }
    return count;
}
