package early

import "syscall"

const sysStatus = syscall.SYS_NEWFSTATAT
