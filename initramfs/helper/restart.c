/* The restart of a machine with a word for its firmware, which no program of a small system passes on. */
#include "helper.h"
#include <linux/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Restarts the machine at once (reboot(2), LINUX_REBOOT_CMD_RESTART2): what is cached must have been written before. */
int restart_with(const char *argument)
{
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART2, argument);
	return FAILED;
}
