/*
 * Mounts a file system where nobody else sees it, and lets a process work in it as its root: a link of the new system leads nowhere
 * else. However the helper ends, the mount ends with it.
 */
#include "helper.h"
#include "kept.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Tries each type of a list with commas between; the kernel tells only that one is not the right one. */
static int mount_as(const char *node, const char *types, const char *folder, unsigned long flags)
{
	struct stat about;
	char type[32];
	if (stat(node, &about) == 0 && S_ISDIR(about.st_mode))
		return mount(node, folder, NULL, MS_BIND, NULL) == 0;
	for (const char *at = types; *at; at += at[strcspn(at, ",")] ? strcspn(at, ",") + 1 : strcspn(at, ",")) {
		const size_t length = strcspn(at, ",");
		if (length >= sizeof type)
			return 0;
		memcpy(type, at, length);
		type[length] = 0;
		if (mount(node, folder, type, flags, NULL) == 0)
			return 1;
	}
	return 0;
}

/* Only the process that works can tell why it fails. */
static int work_inside(const char *folder, int (*work)(const char *), const char *sha256)
{
	int status;
	const pid_t child = fork();
	if (child < 0)
		return fail("FLASHER_FAILED", "there is no room in RAM for another process");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		status = chdir(folder) == 0 && chroot(".") == 0 && chdir("/") == 0
			? work(sha256)
			: fail("FLASHER_FAILED", "the new file system cannot be entered: %s", strerror(errno));
		if (status == FAILED)
			say_failure();
		_exit(status);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return fail("FLASHER_FAILED", "what works in the new file system was killed");
}

static int sync_all(const char *folder)
{
	const int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file < 0)
		return -1;
	const int status = syncfs(file);
	close(file);
	return status;
}

int in_place(const char *node, const char *types, const char *folder, int changes, int (*work)(const char *), const char *sha256)
{
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return fail("FLASHER_FAILED", "the kernel gives no mounts of one's own: %s", strerror(errno));
	if (!mount_as(node, types, folder, MS_NOATIME | MS_NODEV | MS_NOSUID | MS_NOEXEC | (changes ? 0 : MS_RDONLY)))
		return fail(changes ? "WRITE_FAILED" : "VERIFY_FAILED", "%s cannot be mounted as %s: %s", node, types, strerror(errno));
	int status = work_inside(folder, work, sha256);
	/* The end of the mount makes all of it reach the medium; a file system that met an error has become read-only and says so. */
	if (changes && status == DONE && sync_all(folder) != 0)
		status = fail("WRITE_FAILED", "what was written did not reach %s: %s", node, strerror(errno));
	if (umount(folder) != 0 && status == DONE)
		return fail("WRITE_FAILED", "%s cannot be unmounted: %s", node, strerror(errno));
	return status;
}
