/* What the parts of the helper share. */
#ifndef HELPER_H
#define HELPER_H
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/* How the helper ends; the flasher's shell tells why where the helper has not said it. */
enum {
	DONE = 0,
	FAILED = 1,      /* a line of type error has said why */
	MISUSE = 2,
	LEASE_LOST = 4,  /* another writer has come */
	WRITER_ENDED = 5 /* the program that takes the stream does not take it any more */
};

/* numbers.c */
int number(const char *text, uint64_t *value); /* whether the text is a number in decimal digits that begins with no zero, and below 2^63 */

/* say.c: the flasher's standard output, one JSON object a line (RFC 8259). */
void say_chunk(uint64_t index, const char *sha256, const uint64_t *next);
void say_header(uint64_t index, const uint8_t header[64]);
void say_written(uint64_t index, size_t bytes, int is_read_back);
int flush_said(void); /* whether somebody takes it */
int fail(const char *code, const char *format, ...) __attribute__((format(printf, 2, 3))); /* notes why; gives FAILED */
enum { MAIN, PUTS, TELLS };
void this_thread(int does); /* the main one need not say it */
void fail_in_words(void); /* from here on say_failure tells people on standard error, for a program that only a log listens to */
void tell_failure(void); /* the same on standard error, where standard output has bytes */
void say_failure(void); /* says the one failure that counts: that of this thread, or of the one that puts */

/* state.c: files of the flasher in LEVITATE_STATE. */
void contact(void);
int enter_lease(uint64_t lease); /* DONE or LEASE_LOST; see flasher/lease.sh */
void leave_lease(void);
int writer_file(const char *name, char *content, size_t room); /* whether the file is there; its first line */
int set_writer_next(uint64_t next);                           /* whether there was room */
int mark_half(void);
const char *state_path(const char *name);

/* spared.c */
int find_spared(void); /* DONE, or it says why not */
size_t alike_from(uint64_t place, size_t most, int *spared);
uint64_t first_spared(void);
int is_spared(uint64_t place);
void mask_spared(uint8_t *bytes, uint64_t place, size_t most);

/* nodes.c */
#define ALIGNED 4096 /* buffers, offsets and lengths of O_DIRECT are multiples of it: no logical sector is larger */
int open_direct(const char *node, int flags, int *direct);
void leave_direct(int file, int *direct);
uint8_t *buffer_of(size_t bytes); /* aligned as O_DIRECT wants it; it is never given back */
long read_whole(int file, uint8_t *into, size_t count, uint64_t from, int *direct);
int write_whole(int file, const uint8_t *bytes, size_t count, uint64_t to);
int write_stream(int file, const void *bytes, size_t count); /* whether all of it was taken */
int first_line(const char *path, char *line, size_t room);     /* whether the file is there; it is a short one */

/* bytes.c */
#define ERASED 0xff /* each byte of erased flash */
int are_same(const uint8_t *bytes, const uint8_t *others, size_t count);
int are_all(uint8_t value, const uint8_t *bytes, size_t count); /* whether each of them has this value, or there are none */

/*
 * ring.c: buffers that go from thread to thread, in their order: each of them is a stage, of which the first one fills a buffer and
 * the last one gives it back.
 */
#define RING 4
#define STAGES 3
#define NONE (-1)
struct ring {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	int stages;
	unsigned passed[STAGES]; /* slots that each stage is done with */
	unsigned drained;        /* slots after which the last stage has left nothing to do */
	int drains;              /* whether the stage before the last one waits for that */
};
void ring_begin(struct ring *ring, int stages);
int ring_take(struct ring *ring, int stage); /* waits for a slot */
/* Waits for a slot, or gives NONE where what was taken before is to be drained first: none comes, or somebody waits for that. */
int ring_take_or_drain(struct ring *ring, int stage, int may_drain);
void ring_pass(struct ring *ring, int stage);
void ring_drain(struct ring *ring);   /* waits until what was passed to the last stage is drained */
void ring_drained(struct ring *ring); /* by the last stage: of all that it passed nothing is left to do */

/* inflate.c */
struct packed {
	int (*next)(struct packed *packed); /* the next byte, or -1 at the end */
	size_t left;                        /* bytes that follow */
};
int inflate_whole(struct packed *packed, uint8_t *into, size_t count);

/* Where chunks go: one for each kind of write. */
struct medium {
	const char *name; /* for messages */
	size_t chunk;     /* in bytes */
	int batches;      /* whether several puts may share one settle */
	int hashed_after; /* whether all of it is read back and hashed when it is written: then nothing is hashed when it comes */
	int (*put)(struct medium *medium, uint64_t index, uint8_t *bytes, size_t count);
	/* Puts zeros there, or takes away the content in another way: nothing starts from this chunk then. */
	int (*invalidate)(struct medium *medium, uint64_t index, uint8_t *bytes, size_t count);
	int (*settle)(struct medium *medium); /* what was put is on the medium; a medium that has it at once needs none */
	/* Whether the medium gives back what was put there; absent where nothing is read back behind the write. */
	int (*gives_back)(struct medium *medium, uint64_t index, const uint8_t *bytes, size_t count);
	int file;
	int direct;
	size_t sector; /* bytes that a disk writes whole or not at all */
	size_t erase; /* bytes of an eraseblock */
	size_t page;  /* bytes that NAND writes at once */
	uint64_t length; /* of the image */
	int in_a_row; /* eraseblocks of NAND that have failed one after the other */
	uint8_t *seen; /* what was read back last */
	int back;      /* what a block device is read back by, or -1 */
	int back_direct;
};
int block_medium(struct medium *medium, const char *node);
int flash_medium(struct medium *medium, const char *node, size_t erase); /* what both media of flash begin with, their functions apart */
int mtd_medium(struct medium *medium, const char *node, size_t erase);
int nand_medium(struct medium *medium, const char *node, size_t erase, size_t page);
int stream_medium(struct medium *medium);
int feed(struct medium *medium, uint64_t length, uint64_t lease);

/* read-chunks.c */
int hash_chunks(const char *node, size_t chunk, uint64_t length, uint64_t first, size_t erase);
int hash_chosen(const char *node, size_t chunk, uint64_t length, size_t erase); /* those whose numbers come in lines */
int hash_good(const char *node, size_t chunk, uint64_t length, size_t erase);   /* the same, of NAND */

/* nand.c */
int is_bad(int file, uint64_t offset);
uint64_t blocks_of(int file, size_t erase);
uint64_t good_block(int file, size_t erase, uint64_t from, uint64_t skip); /* the next one from there on; the end where none is */
int read_good(int file, size_t erase, uint8_t *into, size_t count, uint64_t from); /* whether all of it could be read */

/* read-pebs.c */
int hash_pebs(const char *node, size_t peb, uint64_t pebs, uint64_t group, uint64_t per_group, uint64_t wanted, uint64_t at);
int headers(const char *node, size_t peb, uint64_t pebs, uint64_t from);

int check(void);                            /* check.c */
/* locks.c */
int tell_locked(const char *node);
int lock_again(const char *node, uint64_t from, uint64_t length);
int unmap(uint64_t major, uint64_t minor); /* unmap.c: says on standard error why it fails */
int restart_with(const char *argument);     /* restart.c */
int usage(void);                            /* usage.c: prints lines for holders.awk; FAILED where nothing is proven */
int nvme_smart(const char *node);           /* nvme.c: prints an object of JSON, or why there is none */
#endif
