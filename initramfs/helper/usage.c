/*
 * What the processes of this device have in use: the lines X, S, R, K, A and M of a usage scan, which lib/holders.awk explains and
 * lib/usage-scan.sh prints without the helper, where several programs start for that. Everything comes from proc(5). A process that
 * ends meanwhile leaves no line and holds nothing.
 */
#include "helper.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define KERNEL_THREAD 0x200000 /* PF_KTHREAD of linux/sched.h */
#define WORDS 64

/* Whether something was not looked at although it may be there: then nothing is proven. */
static int missed;

static void note_miss(void)
{
	if (errno == ENOMEM || errno == EMFILE || errno == ENFILE)
		missed = 1;
}

/* Parts a line into words, as many as there is room for. */
static size_t split(char *line, char **word, size_t most)
{
	size_t count = 0;
	char *rest = line, *next;
	while (count < most && (next = strsep(&rest, " \n")))
		if (*next)
			word[count++] = next;
	return count;
}

/* Calls a function with the name of each entry of a folder that is a number. */
static void each_number(const char *folder, void (*call)(long number, long of), long of)
{
	DIR *entries = opendir(folder);
	struct dirent *entry;
	if (!entries) {
		note_miss();
		return;
	}
	while ((errno = 0, entry = readdir(entries)))
		if (isdigit((unsigned char)entry->d_name[0]))
			call(strtol(entry->d_name, NULL, 10), of);
	note_miss();
	closedir(entries);
}

/* Calls a function with each line of a file of a process. */
static void each_line(long pid, const char *name, void (*call)(long pid, char *line))
{
	char path[64], *line = NULL;
	size_t room = 0;
	snprintf(path, sizeof path, "/proc/%ld/%s", pid, name);
	FILE *file = fopen(path, "re");
	if (!file) {
		note_miss();
		return;
	}
	while ((errno = 0, getline(&line, &room, file)) >= 0)
		call(pid, line);
	note_miss();
	free(line);
	fclose(file);
}

/* The first letter of what stat(1) calls it. */
static char type_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return 'r';
	case S_IFDIR:
		return 'd';
	case S_IFBLK:
		return 'b';
	case S_IFCHR:
		return 'c';
	case S_IFIFO:
		return 'f';
	case S_IFSOCK:
		return 's';
	default:
		return 'w';
	}
}

static void refer(long pid, const char *how, const char *name)
{
	char path[64];
	struct stat file;
	snprintf(path, sizeof path, "/proc/%ld/%s", pid, name);
	if (stat(path, &file) == 0)
		printf("R\t%ld\t%s\t%llu\t%c\t%x\t%x\n", pid, how, (unsigned long long)file.st_dev, type_of(file.st_mode), major(file.st_rdev),
			minor(file.st_rdev));
	else
		note_miss();
}

static void open_file(long number, long pid)
{
	char name[32];
	snprintf(name, sizeof name, "fd/%ld", number);
	refer(pid, "fd", name);
}

/* Most files of a process are open in one of a few mounts, each of which is told once as long as this has room for them. */
static void told_mount(long pid, char *line)
{
	static long of, mounts[16];
	static int count;
	if (strncmp(line, "mnt_id:", 7) != 0)
		return;
	const long mount = strtol(line + 7, NULL, 10);
	if (pid != of)
		count = 0;
	of = pid;
	for (int at = 0; at < count; at++)
		if (mounts[at] == mount)
			return;
	if (count < 16)
		mounts[count++] = mount;
	printf("K\t%ld\t%ld\n", pid, mount);
}

static void open_mount(long number, long pid)
{
	char name[32];
	snprintf(name, sizeof name, "fdinfo/%ld", number);
	each_line(pid, name, told_mount);
}

/* A mapped file keeps a file system busy without a descriptor; 00:00 is memory of no file. One file is often mapped in several parts. */
static void told_map(long pid, char *line)
{
	static long last_pid;
	static char last[32];
	char *word[4];
	if (split(line, word, 4) < 4 || strlen(word[3]) >= sizeof last || strcmp(word[3], "00:00") == 0 ||
	    (pid == last_pid && strcmp(word[3], last) == 0))
		return;
	last_pid = pid;
	strcpy(last, word[3]);
	char *const second = strchr(word[3], ':');
	if (second) {
		*second = 0;
		printf("A\t%ld\t%s\t%s\n", pid, word[3], second + 1);
	}
}

/* Prints the mounts of the namespace of a process that no other one has told. */
static void told_mounts(long pid, char *line)
{
	static struct {
		long *ids;
		size_t count, room;
	} seen;
	char *word[WORDS];
	const size_t count = split(line, word, WORDS);
	size_t dash = 6;
	while (dash < count && strcmp(word[dash], "-") != 0)
		dash++;
	if (dash + 1 >= count) {
		missed = 1;
		return;
	}
	const long id = strtol(word[0], NULL, 10);
	for (size_t at = 0; at < seen.count; at++)
		if (seen.ids[at] == id)
			return;
	if (seen.count == seen.room) {
		long *const more = realloc(seen.ids, (seen.room + 64) * sizeof *more);
		if (!more) {
			missed = 1;
			return;
		}
		seen.ids = more;
		seen.room += 64;
	}
	seen.ids[seen.count++] = id;
	printf("M\t%ld\t%s\t%s\t%s\t%s\t%s\t%ld\n", pid, word[2], word[4], word[dash + 1], dash + 2 < count ? word[dash + 2] : "", word[3], id);
}

/* Says of a process what its line of stat has, and tells whether it may have anything in use. */
static int introduce(long pid)
{
	char path[64], stat[1024];
	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	FILE *file = fopen(path, "re");
	if (!file) {
		note_miss();
		return 0;
	}
	errno = 0;
	const size_t length = fread(stat, 1, sizeof stat - 1, file);
	note_miss();
	fclose(file);
	stat[length] = 0;
	/* A name may have blanks, parentheses and line ends; what follows has none. */
	char *name = strchr(stat, '('), *end = strrchr(stat, ')');
	if (!name || !end || end < name)
		return 0;
	*end = 0;
	for (char *at = ++name; *at; at++)
		if (iscntrl((unsigned char)*at))
			*at = ' ';
	char *word[7];
	const size_t count = split(end + 1, word, 7);
	const long parent = count > 1 ? strtol(word[1], NULL, 10) : 0;
	const unsigned long flags = count > 6 ? strtoul(word[6], NULL, 10) : 0;
	printf("S\t%ld\t%ld\t%s\n", pid, parent, name);
	/* For the kernel's own threads process 2 stands, from which they come: they open and map no files, and have its root and mounts. */
	return pid == 2 || !(flags & KERNEL_THREAD);
}

static void process(long pid, long of)
{
	char folder[64];
	(void)of;
	if (!introduce(pid))
		return;
	refer(pid, "exe", "exe");
	refer(pid, "cwd", "cwd");
	refer(pid, "root", "root");
	snprintf(folder, sizeof folder, "/proc/%ld/fd", pid);
	each_number(folder, open_file, pid);
	snprintf(folder, sizeof folder, "/proc/%ld/fdinfo", pid);
	each_number(folder, open_mount, pid);
	each_line(pid, "maps", told_map);
	each_line(pid, "mountinfo", told_mounts);
}

int usage(void)
{
	struct stat own;
	if (stat("/usr/bin/busybox", &own) != 0)
		return FAILED;
	printf("X\t%llu\n", (unsigned long long)own.st_dev);
	/* The mounts of PID 1 come first, because they can be unmounted here. */
	each_line(1, "mountinfo", told_mounts);
	each_number("/proc", process, 0);
	return !missed && fflush(stdout) == 0 ? DONE : FAILED;
}
