/*
 * The boot loader of a rescue on a machine with UEFI: the firmware starts it from the rescue's own partition, and it starts the kernel
 * that lies beside it, with the words of its command line and the archive. It calls the firmware alone, and has no memory of its own but
 * the stack. UEFI 2.10: §4 the system table, §7 boot services, §9 the loaded image, §10 device paths, §13 files.
 */
#include "uefi.h"

/* Linux asks for its archive by this name (Documentation/admin-guide/efi-stub.rst; include/linux/efi.h, LINUX_EFI_INITRD_MEDIA_GUID). */
#define INITRD_MEDIA {0x5568e427, 0x68fc, 0x4f3d, {0xac, 0x74, 0xca, 0x55, 0x52, 0x31, 0xcc, 0x68}}
static const struct guid loaded_image = {0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct guid device_path = {0x09576e91, 0x6d3f, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct guid file_system = {0x964e5b22, 0x6459, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct guid load_file_2 = {0x4006c0c1, 0xfcb3, 0x403e, {0x99, 0x6d, 0x4a, 0x6c, 0x87, 0x24, 0xe0, 0x6d}};

/* src/flash/rescue/uefi.ts puts the files there. */
#define KERNEL u"\\LEVITATE\\KERNEL"
#define ARCHIVE u"\\LEVITATE\\ARCHIVE"
#define WORDS u"\\LEVITATE\\WORDS"

#define LONGEST 2048 /* bytes of the command line */

/* What the kernel gets its archive from. */
struct archive {
	struct load_file_2 protocol; /* first, because the kernel gives this address back */
	struct file *file;
	uint64_t size;
};

/* A device path of one vendor's node, which only its name tells from others (§10.3.5.3). */
static const struct {
	uint8_t type, subtype, length[2];
	struct guid name;
	uint8_t end[4];
} archive_path = {4, 3, {20, 0}, INITRD_MEDIA, {0x7f, 0xff, 4, 0}};

/* The node of a file in a device path, and the end of that (§10.3.5.4). */
static const struct {
	uint8_t type, subtype, length[2];
	char16_t name[sizeof(KERNEL) / sizeof(char16_t)];
	uint8_t end[4];
} __attribute__((packed)) kernel_node = {4, 4, {4 + sizeof(KERNEL), 0}, KERNEL, {0x7f, 0xff, 4, 0}};

static status EFIAPI give_archive(struct load_file_2 *self, void *path, uint8_t boot_policy, uintptr_t *size, void *buffer)
{
	struct archive *archive = (struct archive *)self;
	(void)path;
	if (boot_policy)
		return UNSUPPORTED;
	if (!size)
		return INVALID_PARAMETER;
	const int fits = buffer && *size >= archive->size;
	*size = archive->size;
	if (!fits)
		return BUFFER_TOO_SMALL;
	status failed = archive->file->set_position(archive->file, 0);
	return failed ? failed : archive->file->read(archive->file, size, buffer);
}

static status open_file(struct file *root, const char16_t *name, struct file **file, uint64_t *size)
{
	status failed = root->open(root, file, name, OPEN_READ, 0);
	failed = failed ? failed : (*file)->set_position(*file, END_OF_FILE);
	failed = failed ? failed : (*file)->get_position(*file, size);
	return failed ? failed : (*file)->set_position(*file, 0);
}

/* Reads the command line, of ASCII, in the form that the kernel takes it. */
static status read_words(struct file *root, char16_t *words, uint32_t *bytes)
{
	struct file *file;
	uint64_t size;
	uint8_t text[LONGEST];
	status failed = open_file(root, WORDS, &file, &size);
	if (failed)
		return failed;
	uintptr_t count = sizeof text - 1;
	failed = file->read(file, &count, text);
	if (failed)
		return failed;
	uintptr_t nth = 0;
	for (; nth < count && text[nth] >= ' '; nth++)
		words[nth] = text[nth];
	words[nth] = 0;
	*bytes = (uint32_t)((nth + 1) * sizeof *words);
	return SUCCESS;
}

/* Bytes of a device path without its end. */
static uintptr_t path_bytes(const uint8_t *path)
{
	uintptr_t at = 0;
	while (path[at] != 0x7f)
		at += path[at + 2] + path[at + 3] * 256u;
	return at;
}

static void copy(void *to, const void *from, uintptr_t count)
{
	for (uintptr_t nth = 0; nth < count; nth++)
		((volatile uint8_t *)to)[nth] = ((const uint8_t *)from)[nth];
}

/* Loads the kernel as the firmware loads a program from a file of this device, so that it knows where it came from. */
static status load_kernel(struct boot_services *boot, handle self, handle device, handle *kernel)
{
	uint8_t *path, *whole;
	status failed = boot->handle_protocol(device, &device_path, (void **)&path);
	if (failed)
		return failed;
	const uintptr_t before = path_bytes(path);
	failed = boot->allocate_pool(LOADER_DATA, before + sizeof kernel_node, (void **)&whole);
	if (failed)
		return failed;
	copy(whole, path, before);
	copy(whole + before, &kernel_node, sizeof kernel_node);
	return boot->load_image(0, self, whole, 0, 0, kernel);
}

static status start(handle self, struct system_table *system)
{
	struct boot_services *boot = system->boot;
	struct loaded_image *own, *kernel_image;
	struct file_system *files;
	struct file *root;
	handle kernel, initrd = 0;
	char16_t words[LONGEST];
	uint32_t bytes;
	struct archive archive = {{give_archive}, 0, 0};
	status failed = boot->handle_protocol(self, &loaded_image, (void **)&own);
	failed = failed ? failed : boot->handle_protocol(own->device, &file_system, (void **)&files);
	failed = failed ? failed : files->open_volume(files, &root);
	failed = failed ? failed : read_words(root, words, &bytes);
	failed = failed ? failed : open_file(root, ARCHIVE, &archive.file, &archive.size);
	failed = failed ? failed : load_kernel(boot, self, own->device, &kernel);
	failed = failed ? failed : boot->handle_protocol(kernel, &loaded_image, (void **)&kernel_image);
	failed = failed ? failed : boot->install_protocol(&initrd, &device_path, 0, (void *)&archive_path);
	failed = failed ? failed : boot->install_protocol(&initrd, &load_file_2, 0, &archive.protocol);
	if (failed)
		return failed;
	kernel_image->options = words;
	kernel_image->options_bytes = bytes;
	return boot->start_image(kernel, 0, 0);
}

/* A rescue that does not start is tried again. */
status EFIAPI efi_main(handle self, struct system_table *system)
{
	system->out->output_string(system->out, u"levitate: starting the rescue of this disk\r\n");
	start(self, system);
	system->out->output_string(system->out, u"levitate: it does not start, and is tried again\r\n");
	system->boot->stall(5000000);
	system->runtime->reset_system(RESET_COLD, SUCCESS, 0, 0);
	return LOAD_ERROR;
}
