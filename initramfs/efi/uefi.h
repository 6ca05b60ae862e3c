/* What the loader uses of UEFI 2.10, by its own names. Each table of functions stands in the order of the specification. */
#include <stdint.h>

typedef __CHAR16_TYPE__ char16_t; /* the C library has it, which there is none of */

#ifdef __x86_64__
#define EFIAPI __attribute__((ms_abi)) /* §2.3.4.2 */
#else
#define EFIAPI
#endif

typedef uintptr_t status; /* appendix D */
typedef void *handle;

#define ERROR_BIT ((status)1 << (sizeof(status) * 8 - 1))
#define SUCCESS ((status)0)
#define LOAD_ERROR (ERROR_BIT | 1)
#define INVALID_PARAMETER (ERROR_BIT | 2)
#define UNSUPPORTED (ERROR_BIT | 3)
#define BUFFER_TOO_SMALL (ERROR_BIT | 5)

#define LOADER_DATA 2 /* a type of memory, §7.2.1 */
#define OPEN_READ 1 /* a mode of opening a file, §13.5.2 */
#define END_OF_FILE UINT64_MAX /* §13.5.8 */
#define RESET_COLD 0 /* §8.5.1 */

struct guid {
	uint32_t first;
	uint16_t second, third;
	uint8_t rest[8];
};

/* §4.2 */
struct table_header {
	uint64_t signature;
	uint32_t revision, size, crc, reserved;
};

/* §12.4 */
struct text_output {
	void *reset;
	status(EFIAPI *output_string)(struct text_output *, const char16_t *);
};

/* §13.5 */
struct file {
	uint64_t revision;
	status(EFIAPI *open)(struct file *, struct file **, const char16_t *, uint64_t mode, uint64_t attributes);
	void *close, *remove;
	status(EFIAPI *read)(struct file *, uintptr_t *, void *);
	void *write;
	status(EFIAPI *get_position)(struct file *, uint64_t *);
	status(EFIAPI *set_position)(struct file *, uint64_t);
};

/* §13.4 */
struct file_system {
	uint64_t revision;
	status(EFIAPI *open_volume)(struct file_system *, struct file **);
};

/* §13.2 */
struct load_file_2 {
	status(EFIAPI *load_file)(struct load_file_2 *, void *path, uint8_t boot_policy, uintptr_t *, void *);
};

/* §9.1 */
struct loaded_image {
	uint32_t revision;
	handle parent;
	struct system_table *system;
	handle device;
	void *path, *reserved;
	uint32_t options_bytes;
	void *options;
};

/* §4.4 */
struct boot_services {
	struct table_header header;
	void *priority[2], *pages[3];
	status(EFIAPI *allocate_pool)(uint32_t type, uintptr_t, void **);
	void *free_pool, *events[6];
	status(EFIAPI *install_protocol)(handle *, const struct guid *, uint32_t native, void *);
	void *reinstall_protocol, *uninstall_protocol;
	status(EFIAPI *handle_protocol)(handle, const struct guid *, void **);
	void *reserved, *register_notify, *locate_handle, *locate_path, *install_table;
	status(EFIAPI *load_image)(uint8_t boot_policy, handle, void *path, void *source, uintptr_t, handle *);
	status(EFIAPI *start_image)(handle, uintptr_t *, char16_t **);
	void *exit, *unload_image, *exit_boot_services, *get_count;
	status(EFIAPI *stall)(uintptr_t microseconds);
};

/* §4.5 */
struct runtime_services {
	struct table_header header;
	void *time[4], *virtual[2], *variables[3], *get_count;
	void(EFIAPI *reset_system)(uint32_t type, status, uintptr_t, void *);
};

/* §4.3 */
struct system_table {
	struct table_header header;
	char16_t *vendor;
	uint32_t revision;
	handle in_handle;
	void *in;
	handle out_handle;
	struct text_output *out;
	handle error_handle;
	void *error;
	struct runtime_services *runtime;
	struct boot_services *boot;
};
