/* What glibc's soft-fp takes for granted of the library that it is part of. */
#define __LITTLE_ENDIAN __ORDER_LITTLE_ENDIAN__
#define __BIG_ENDIAN __ORDER_BIG_ENDIAN__
#define __BYTE_ORDER __BYTE_ORDER__
#define strong_alias(name, other) extern __typeof(name) other __attribute__((alias(#name)));
