#include "helper.h"

int number(const char *text, uint64_t *value)
{
	*value = 0;
	if (*text == 0 || (text[0] == '0' && text[1] != 0))
		return 0;
	for (; *text != 0; text++) {
		if (*text < '0' || *text > '9' || *value > (uint64_t)INT64_MAX / 10 - 1)
			return 0;
		*value = *value * 10 + (uint64_t)(*text - '0');
	}
	return 1;
}
