/*
 * The head of a PE32+ program with one section (Microsoft, PE Format; UEFI 2.10, §2.1.1), because linkers of some architectures make
 * none. All is addressed from where it lies, so that nothing is to be relocated, and nothing of it is written to.
 */
	.section .head, "a"
	.globl head
head:
	.ascii "MZ"
	.skip 58
	.long pe - head
pe:
	.ascii "PE\0\0"
#ifdef __x86_64__
	.short 0x8664
#else
	.short 0xaa64
#endif
	.short 1			/* sections */
	.long 0, 0, 0
	.short sections - optional
	.short 0x0206			/* executable, without line numbers and what a debugger wants */
optional:
	.short 0x20b			/* PE32+ */
	.byte 0, 0
	.long code_bytes
	.long 0, 0
	.long entry_offset
	.long code_offset
	.quad 0				/* it runs anywhere */
	.long 4096			/* in memory sections begin at whole pages */
	.long 512			/* in the file at whole sectors */
	.short 0, 0, 0, 0, 0, 0
	.long 0
	.long image_bytes
	.long code_offset
	.long 0
	.short 10			/* a program of EFI */
	.short 0
	.quad 0, 0, 0, 0
	.long 0
	.long 6				/* directories, of which it has none */
	.quad 0, 0, 0, 0, 0, 0
sections:
	.ascii ".text\0\0\0"
	.long code_bytes
	.long code_offset
	.long code_bytes
	.long code_offset
	.long 0, 0
	.short 0, 0
	.long 0x60000020		/* code, executable, readable */
