/* Files in which the flasher notes what it does; its shell has the rules: lib/common.sh, flasher/lease.sh, flasher/writer.sh. */
#include "helper.h"
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The descriptor by which the flasher knows a process that changes the flash. */
#define WRITING 8

const char *state_path(const char *name)
{
	static char path[PATH_MAX];
	const char *state = getenv("LEVITATE_STATE");
	snprintf(path, sizeof path, "%s/%s", state ? state : "/run/levitate", name);
	return path;
}

void contact(void)
{
	struct timespec now;
	char text[24];
	const int file = open(state_path("contact"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0)
		return;
	clock_gettime(CLOCK_BOOTTIME, &now);
	const int count = snprintf(text, sizeof text, "%lld\n", (long long)now.tv_sec);
	/* The time is written over the one before, which needs no room; without any the earlier one stays. */
	if (write(file, text, (size_t)count) < 0)
		(void)0;
	close(file);
}

int enter_lease(uint64_t lease)
{
	char next[48];
	const int file = open(state_path("lease/writing"), O_WRONLY | O_APPEND | O_CREAT, 0600);
	if (file < 0)
		return LEASE_LOST;
	if (file != WRITING) {
		dup2(file, WRITING);
		close(file);
	}
	snprintf(next, sizeof next, "lease/%llu", (unsigned long long)lease + 1);
	if (access(state_path(next), F_OK) != 0)
		return DONE;
	leave_lease();
	return LEASE_LOST;
}

void leave_lease(void)
{
	close(WRITING);
}

int writer_file(const char *name, char *content, size_t room)
{
	char path[48];
	snprintf(path, sizeof path, "writer/%s", name);
	return first_line(state_path(path), content, room);
}

int set_writer_next(uint64_t next)
{
	char text[24], made[PATH_MAX];
	const int count = snprintf(text, sizeof text, "%llu\n", (unsigned long long)next);
	snprintf(made, sizeof made, "%s", state_path("writer/next.new"));
	const int file = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		return 0;
	const int written = write(file, text, (size_t)count) == count;
	close(file);
	return written && rename(made, state_path("writer/next")) == 0 && unlink(state_path("writer/half")) == 0;
}

int mark_half(void)
{
	const int file = open(state_path("writer/half"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (file >= 0)
		close(file);
	return file >= 0;
}
