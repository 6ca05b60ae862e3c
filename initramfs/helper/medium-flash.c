/* What both media have in common that are written by whole eraseblocks: NOR and the like, and raw NAND. */
#include "helper.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>

int flash_medium(struct medium *medium, const char *node, size_t erase)
{
	medium->name = node;
	medium->batches = 1;
	medium->erase = erase;
	medium->file = open(node, O_RDWR | O_CLOEXEC);
	if (medium->file < 0)
		return fail("WRITE_FAILED", "%s cannot be written: %s", node, strerror(errno));
	if (erase == 0 || medium->chunk % erase != 0)
		return fail("WRITE_FAILED", "%s has eraseblocks of %zu bytes, which a chunk of %zu bytes is no multiple of", node, erase, medium->chunk);
	medium->seen = buffer_of(erase);
	return medium->seen ? DONE : fail("WRITE_FAILED", "there is no room in RAM for an eraseblock of %s", node);
}
