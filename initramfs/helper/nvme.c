/*
 * What an NVMe tells of its wear: the SMART / Health Information log (NVM Express Base Specification, log page 02h), asked for by
 * the ioctl of linux/nvme_ioctl.h. The names are those of nvme-cli.
 */
#include "helper.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GET_LOG_PAGE 0x02
#define SMART_LOG 0x02
#define LOG_BYTES 512
#define OF_ALL_NAMESPACES 0xffffffff

static uint64_t little_endian(const uint8_t *bytes, int count)
{
	uint64_t value = 0;
	while (count-- > 0)
		value = value << 8 | bytes[count];
	return value;
}

int nvme_smart(const char *node)
{
	static uint8_t log[LOG_BYTES] __attribute__((aligned(ALIGNED)));
	struct nvme_admin_cmd command = {
		.opcode = GET_LOG_PAGE,
		.nsid = OF_ALL_NAMESPACES,
		.addr = (uint64_t)(uintptr_t)log,
		.data_len = LOG_BYTES,
		/* The length is in words of four bytes, less one. */
		.cdw10 = (LOG_BYTES / 4 - 1) << 16 | SMART_LOG,
	};
	const int file = open(node, O_RDONLY | O_CLOEXEC);
	const int status = file < 0 ? -1 : ioctl(file, NVME_IOCTL_ADMIN_CMD, &command);
	const char *why = status < 0 ? strerror(errno) : "it refuses";
	if (file >= 0)
		close(file);
	if (status != 0) {
		printf("%s cannot be asked: %s\n", node, why);
		return FAILED;
	}
	printf("{\"critical_warning\":%u,\"avail_spare\":%u,\"spare_thresh\":%u,\"percent_used\":%u,\"media_errors\":%llu}\n", log[0],
		log[3], log[4], log[5], (unsigned long long)little_endian(log + 160, 8));
	return DONE;
}
