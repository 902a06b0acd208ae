#define _GNU_SOURCE
#include "hf_schedule.h"

#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int hf_set_time_slice(unsigned long long microseconds) {
    struct sched_attr attributes = {0};
    attributes.size = sizeof attributes;
    attributes.sched_policy = SCHED_NORMAL;
    attributes.sched_nice = getpriority(PRIO_PROCESS, 0);
    attributes.sched_runtime = microseconds * 1000;
    return (int)syscall(SYS_sched_setattr, 0, &attributes, 0);
}
