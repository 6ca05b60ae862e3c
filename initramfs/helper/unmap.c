/* Removes a device of the device mapper, for which busybox has no applet (linux/dm-ioctl.h, DM_DEV_REMOVE). */
#include "helper.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* udev, which makes the node in the old system, has ended: it is made where there is none. */
#define CONTROL "/dev/mapper/control"

static int open_control(void)
{
	char known[16] = "";
	uint64_t minor;
	if (access(CONTROL, F_OK) != 0 && first_line("/sys/class/misc/device-mapper/dev", known, sizeof known) &&
		strncmp(known, "10:", 3) == 0 && number(known + 3, &minor)) {
		mkdir("/dev/mapper", 0755);
		mknod(CONTROL, S_IFCHR | 0600, makedev(10, (unsigned)minor));
	}
	return open(CONTROL, O_RDWR | O_CLOEXEC);
}

int unmap(uint64_t major, uint64_t minor)
{
	struct dm_ioctl command = {
		/* The oldest version of this interface that there is; the kernel takes any that is not newer than its own. */
		.version = {4, 0, 0},
		.data_size = sizeof command,
		.data_start = sizeof command,
		/* As the kernel packs numbers for programs (linux/kdev_t.h, huge_encode_dev). */
		.dev = (minor & 0xff) | major << 8 | (minor & ~0xffULL) << 12,
	};
	const int control = open_control();
	if (control >= 0 && ioctl(control, DM_DEV_REMOVE, &command) == 0)
		return DONE;
	fprintf(stderr, "%llu:%llu cannot be unmapped: %s\n", (unsigned long long)major, (unsigned long long)minor, strerror(errno));
	return 1;
}
