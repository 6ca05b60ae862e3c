/*
 * levitate's helper: it moves and hashes bytes on the device, where programs of the shell would be started for each chunk. The
 * flasher calls it, decides what is written and where, and does the same without it. Its output is lines of the flasher's
 * protocol; LEVITATE_STATE is the folder of the flasher's state.
 */
#include "helper.h"
#include "kept.h"
#include "sha256.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MOST 8

static int to_hash(char **words, const uint64_t *n)
{
	return hash_chunks(words[0], (size_t)n[1], n[2], n[3], (size_t)n[4]);
}

static int to_hash_chosen(char **words, const uint64_t *n)
{
	return hash_chosen(words[0], (size_t)n[1], n[2], (size_t)n[3]);
}

static int to_hash_good(char **words, const uint64_t *n)
{
	return n[3] > 0 ? hash_good(words[0], (size_t)n[1], n[2], (size_t)n[3]) : MISUSE;
}

static int to_hash_pebs(char **words, const uint64_t *n)
{
	return hash_pebs(words[0], (size_t)n[1], n[2], n[3], n[4], n[5], n[6]);
}

static int to_headers(char **words, const uint64_t *n)
{
	return headers(words[0], (size_t)n[1], n[2], n[3]);
}

static int to_feed_block(char **words, const uint64_t *n)
{
	struct medium medium = {.chunk = (size_t)n[3]};
	const int failed = block_medium(&medium, words[0]);
	return failed ? failed : feed(&medium, n[2], n[1]);
}

static int to_feed_mtd(char **words, const uint64_t *n)
{
	struct medium medium = {.chunk = (size_t)n[3]};
	const int failed = mtd_medium(&medium, words[0], (size_t)n[4]);
	return failed ? failed : feed(&medium, n[2], n[1]);
}

static int to_feed_nand(char **words, const uint64_t *n)
{
	struct medium medium = {.chunk = (size_t)n[3], .length = n[2]};
	const int failed = nand_medium(&medium, words[0], (size_t)n[4], (size_t)n[5]);
	return failed ? failed : feed(&medium, n[2], n[1]);
}

static int to_mtd_locked(char **words, const uint64_t *n)
{
	(void)n;
	return tell_locked(words[0]);
}

static int to_mtd_lock(char **words, const uint64_t *n)
{
	return lock_again(words[0], n[1], n[2]);
}

static int to_feed_stream(char **words, const uint64_t *n)
{
	struct medium medium = {.name = words[0], .chunk = (size_t)n[3]};
	const int failed = stream_medium(&medium);
	return failed ? failed : feed(&medium, n[2], n[1]);
}

static int to_unmap(char **words, const uint64_t *n)
{
	uint64_t major;
	return number(words[0], &major) ? unmap(major, n[1]) : MISUSE;
}

static int to_nvme_smart(char **words, const uint64_t *n)
{
	(void)n;
	return nvme_smart(words[0]);
}

static int to_usage(char **words, const uint64_t *n)
{
	(void)n;
	return strcmp(words[0], "-") == 0 ? usage() : MISUSE;
}

static int to_check(char **words, const uint64_t *n)
{
	(void)n;
	return strcmp(words[0], "-") == 0 ? check() : MISUSE;
}

static int to_restart(char **words, const uint64_t *n)
{
	(void)n;
	return restart_with(words[0]);
}

/* Prints the SHA-256 of standard input, computed by plain code, and by the processor's instructions where it has them. */
static int to_sum(char **words, const uint64_t *n)
{
	static uint8_t bytes[65536];
	struct sha256 sum;
	char hex[65];
	ssize_t count;
	(void)n;
	if (strcmp(words[0], "plain") == 0)
		sha256_use_plain_code();
	sha256_begin(&sum);
	while ((count = read(STDIN_FILENO, bytes, sizeof bytes)) > 0)
		sha256_add(&sum, bytes, (size_t)count);
	sha256_end(&sum, hex);
	printf("%s\n", hex);
	return DONE;
}

/* The verbs for files, whose words are names and paths; -1 for any other verb. */
static int keep(char **words, int count)
{
	uint64_t most;
	if (count > 3 && strcmp(words[0], "keep-save") == 0 && number(words[1], &most)) {
		const int status = keep_save(most, words[2], words + 3, count - 3);
		if (status == FAILED)
			tell_failure();
		return status;
	}
	if (count == 5 && strcmp(words[0], "keep-put") == 0)
		return in_place(words[1], words[2], words[3], 1, keep_put, words[4]);
	if (count == 5 && strcmp(words[0], "keep-compare") == 0)
		return in_place(words[1], words[2], words[3], 0, keep_compare, words[4]);
	if (count == 4 && strcmp(words[0], "tree-put") == 0) {
		fail_in_words();
		return in_place(words[1], words[2], words[3], 1, tree_put, NULL);
	}
	if (count == 4 && strcmp(words[0], "tree-list") == 0)
		return in_place(words[1], words[2], words[3], 0, tree_list, NULL);
	return -1;
}

/* The first word of each is a name; the others are numbers. */
static const struct verb {
	const char *name, *words;
	int count;
	int (*run)(char **words, const uint64_t *numbers);
} verbs[] = {
	{"hash", "NODE CHUNK LENGTH FIRST ERASE", 5, to_hash},
	{"hash-chosen", "NODE CHUNK LENGTH ERASE", 4, to_hash_chosen},
	{"hash-good", "NODE CHUNK LENGTH ERASE", 4, to_hash_good},
	{"hash-pebs", "NODE PEB PEBS GROUP PER-GROUP WANTED AT", 7, to_hash_pebs},
	{"headers", "NODE PEB PEBS FROM", 4, to_headers},
	{"feed-block", "NODE LEASE LENGTH CHUNK", 4, to_feed_block},
	{"feed-mtd", "NODE LEASE LENGTH CHUNK ERASE", 5, to_feed_mtd},
	{"feed-nand", "NODE LEASE LENGTH CHUNK ERASE PAGE", 6, to_feed_nand},
	{"feed-stream", "NAME LEASE LENGTH CHUNK", 4, to_feed_stream},
	{"mtd-locked", "NODE", 1, to_mtd_locked},
	{"mtd-lock", "NODE FROM LENGTH", 3, to_mtd_lock},
	{"unmap", "MAJOR MINOR", 2, to_unmap},
	{"nvme-smart", "NODE", 1, to_nvme_smart},
	{"usage", "- (what processes have in use)", 1, to_usage},
	{"check", "- (a list of sha256sum)", 1, to_check},
	{"restart", "ARGUMENT", 1, to_restart},
	{"sum", "plain|fast", 1, to_sum},
};

/*
 * Ends with the shell that called it, however that ends: nobody else says what was written, and a host that comes anew must not find
 * its target in use. A chunk that this leaves in part is one that a power cut can leave. A caller that has ended
 * already has left it to PID 1, by which the flasher itself is never run.
 */
static int end_with_caller(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return getppid() != 1 || !getenv("LEVITATE_STATE");
}

int main(int count, char **words)
{
	if (!end_with_caller())
		return FAILED;
	const int kept = count > 1 ? keep(words + 1, count - 1) : -1;
	if (kept != -1) {
		if (kept == FAILED && strcmp(words[1], "keep-save") != 0)
			say_failure();
		return kept;
	}
	for (size_t i = 0; count > 1 && i < sizeof verbs / sizeof *verbs; i++) {
		const struct verb *verb = &verbs[i];
		uint64_t numbers[MOST] = {0};
		int fit = strcmp(verb->name, words[1]) == 0 && count == verb->count + 2;
		for (int at = 1; fit && at < verb->count; at++)
			fit = number(words[at + 2], &numbers[at]);
		if (fit) {
			int status = find_spared();
			status = status ? status : verb->run(words + 2, numbers);
			if (status == FAILED)
				say_failure();
			return status;
		}
	}
	/* levitate looks for this line in a compiled helper: one of other sources speaks another language than the scripts. */
	fputs("helper of sources " SOURCES "\n", stderr);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		fprintf(stderr, "helper %s %s\n", verbs[i].name, verbs[i].words);
	fputs("helper keep-save BYTES ROOT PATH...\nhelper keep-put NODE TYPES FOLDER SHA256\nhelper keep-compare NODE TYPES FOLDER SHA256\n"
		"helper tree-put NODE TYPES FOLDER\nhelper tree-list NODE TYPES FOLDER\n", stderr);
	return MISUSE;
}
