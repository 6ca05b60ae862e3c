#include "helper.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char said[8192];
static size_t length;
static int taken = 1;

int flush_said(void)
{
	taken = taken && write_stream(STDOUT_FILENO, said, length);
	length = 0;
	return taken;
}

/* Lines are short; a message is cut to fit. */
static void add(const char *format, ...)
{
	va_list values;
	if (sizeof said - length < 1024)
		flush_said();
	va_start(values, format);
	const int added = vsnprintf(said + length, sizeof said - length, format, values);
	va_end(values);
	if (added > 0)
		length += (size_t)added;
}

void say_chunk(uint64_t index, const char *sha256, const uint64_t *next)
{
	add("{\"type\":\"chunk\",\"index\":%llu,\"sha256\":\"%s\"", (unsigned long long)index, sha256);
	if (next)
		add(",\"next\":%llu", (unsigned long long)*next);
	add("}\n");
}

void say_header(uint64_t index, const uint8_t header[64])
{
	char hex[129];
	for (int i = 0; i < 64; i++)
		snprintf(hex + 2 * i, 3, "%02x", header[i]);
	add("{\"type\":\"peb\",\"index\":%llu,\"header\":\"%s\"}\n", (unsigned long long)index, hex);
}

void say_written(uint64_t index, size_t bytes, int is_read_back)
{
	add("{\"type\":\"written\",\"index\":%llu,\"bytes\":%zu%s}\n", (unsigned long long)index, bytes,
		is_read_back ? ",\"read_back\":true" : "");
}

/* Why each thread has failed. */
static struct {
	const char *code;
	char message[512];
} failures[TELLS + 1];
static _Thread_local int thread = MAIN;
static int in_words;

void fail_in_words(void)
{
	in_words = 1;
}

void this_thread(int does)
{
	thread = does;
}

int fail(const char *code, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	vsnprintf(failures[thread].message, sizeof failures[thread].message, format, values);
	va_end(values);
	failures[thread].code = code;
	return FAILED;
}

void say_failure(void)
{
	const int which = failures[thread].code ? thread : PUTS;
	char *message = failures[which].message;
	if (failures[which].code == NULL)
		return;
	/* What a string of JSON cannot hold as it is becomes a question mark: bytes that somebody else chose may be in here. */
	for (size_t at = 0; message[at] != 0; at++)
		if (message[at] < ' ' || message[at] > '~' || strchr("\"\\", message[at]))
			message[at] = '?';
	if (in_words) {
		fprintf(stderr, "%s\n", message);
		return;
	}
	add("{\"type\":\"error\",\"code\":\"%s\",\"message\":\"%s\"}\n", failures[which].code, message);
	flush_said();
}

void tell_failure(void)
{
	if (failures[0].code)
		fprintf(stderr, "levitate-keep failed %s\n", failures[0].message);
}
