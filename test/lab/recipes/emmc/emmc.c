// SPDX-License-Identifier: GPL-2.0
/*
 * An eMMC whose controller and card are this module: the kernel's own drivers (mmc_core, mmc_block) find a card by its commands, and
 * make the disk and its boot partitions of that. It answers as JESD84-A441 has it what those drivers ask, with 16 MiB for the user and
 * 24 MiB in each of two boot partitions, which forget all when it is unloaded.
 */
#include <linux/delay.h>
#include <linux/mmc/card.h>
#include <linux/mmc/core.h>
#include <linux/mmc/host.h>
#include <linux/mmc/mmc.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#define SECTOR 512
#define USER_BYTES (16 << 20)
#define BOOT_MULT 192 /* in units of 128 KiB */
#define BOOT_BYTES (BOOT_MULT << 17)
#define AREAS 3

#define READY (R1_READY_FOR_DATA | (4 << 9)) /* the state tran */

static struct platform_device *device;
static struct mmc_host *host;
static u8 *areas[AREAS];
static u8 ext_csd[SECTOR];
static struct mmc_request *request;
static struct work_struct work;
/* What a card tells once of a command that it did not take. */
static u32 complaint;

static const size_t sizes[AREAS] = {USER_BYTES, BOOT_BYTES, BOOT_BYTES};

static unsigned int area_now(void)
{
	const unsigned int access = ext_csd[EXT_CSD_PART_CONFIG] & EXT_CSD_PART_CONFIG_ACC_MASK;
	return access < AREAS ? access : 0;
}

static int is_locked(unsigned int area)
{
	return area > 0 && (ext_csd[EXT_CSD_BOOT_WP] & (EXT_CSD_BOOT_WP_B_PWR_WP_EN | EXT_CSD_BOOT_WP_B_PERM_WP_EN));
}

static void move(struct mmc_command *cmd, struct mmc_data *data)
{
	const unsigned int area = area_now();
	const size_t bytes = (size_t)data->blocks * data->blksz;
	u8 *at;

	if (cmd->opcode == MMC_SEND_EXT_CSD) {
		at = ext_csd;
	} else if (cmd->arg % SECTOR || bytes > sizes[area] || cmd->arg > sizes[area] - bytes) {
		cmd->resp[0] |= R1_OUT_OF_RANGE;
		data->error = -EINVAL;
		return;
	} else {
		at = areas[area] + cmd->arg;
	}
	if (data->flags & MMC_DATA_READ) {
		sg_copy_from_buffer(data->sg, data->sg_len, at, bytes);
	} else if (is_locked(area)) {
		/* The data is taken, and the card tells that nothing became of it. */
		complaint = R1_WP_VIOLATION;
	} else {
		sg_copy_to_buffer(data->sg, data->sg_len, at, bytes);
	}
	data->bytes_xfered = bytes;
}

static void switch_byte(u32 arg)
{
	const u8 index = arg >> 16, value = arg >> 8;

	switch (index) {
	case EXT_CSD_PART_CONFIG:
	case EXT_CSD_ERASE_GROUP_DEF:
	case EXT_CSD_HS_TIMING:
	case EXT_CSD_POWER_CLASS:
		ext_csd[index] = value;
		break;
	case EXT_CSD_BOOT_WP: /* what is set stays so until the power goes */
		ext_csd[index] |= value;
		break;
	default:
		complaint = R1_SWITCH_ERROR;
	}
}

static void answer(struct mmc_command *cmd, struct mmc_data *data)
{
	static const u32 cid[4] = {0x15010045, 0x4d4d4320, 0x01000000, 0x01007100};
	/* Version 4, blocks of 512 bytes, (63 + 1) << (7 + 2) of them; classes 0, 2 and 4. */
	static const u32 csd[4] = {0xd00f0032, 0x01590000 | (63 >> 10), (63u & 0x3ff) << 22 | 7 << 15, 9 << 22};

	cmd->error = 0;
	switch (cmd->opcode) {
	case MMC_GO_IDLE_STATE:
		break;
	case MMC_SEND_OP_COND:
		cmd->resp[0] = MMC_CARD_BUSY | 0x00ff8000;
		break;
	case MMC_ALL_SEND_CID:
	case MMC_SEND_CID:
		memcpy(cmd->resp, cid, sizeof cid);
		break;
	case MMC_SEND_CSD:
		memcpy(cmd->resp, csd, sizeof csd);
		break;
	case MMC_SWITCH:
		cmd->resp[0] = READY;
		switch_byte(cmd->arg);
		break;
	case MMC_SEND_EXT_CSD:
	case MMC_READ_SINGLE_BLOCK:
	case MMC_READ_MULTIPLE_BLOCK:
	case MMC_WRITE_BLOCK:
	case MMC_WRITE_MULTIPLE_BLOCK:
		cmd->resp[0] = READY;
		if (data)
			move(cmd, data);
		else
			cmd->error = -ETIMEDOUT; /* the command CMD8 of an SD card */
		break;
	case MMC_SET_RELATIVE_ADDR:
	case MMC_SELECT_CARD:
	case MMC_SET_BLOCKLEN:
	case MMC_STOP_TRANSMISSION:
	case MMC_SEND_STATUS:
		cmd->resp[0] = READY | complaint;
		complaint = 0;
		break;
	default:
		cmd->error = -ETIMEDOUT;
	}
}

static void serve(struct work_struct *unused)
{
	struct mmc_request *now = request;

	answer(now->cmd, now->data);
	if (now->stop && !now->cmd->error)
		answer(now->stop, NULL);
	request = NULL;
	mmc_request_done(host, now);
}

static void take(struct mmc_host *unused, struct mmc_request *new)
{
	request = new;
	schedule_work(&work);
}

static void set_ios(struct mmc_host *unused, struct mmc_ios *ios)
{
	/* A card whose power was off begins with the bytes that it starts with. */
	if (ios->power_mode != MMC_POWER_OFF)
		return;
	ext_csd[EXT_CSD_PART_CONFIG] &= ~EXT_CSD_PART_CONFIG_ACC_MASK;
	ext_csd[EXT_CSD_BOOT_WP] &= ~EXT_CSD_BOOT_WP_B_PWR_WP_EN;
}

static const struct mmc_host_ops ops = {.request = take, .set_ios = set_ios};

static void make_card(void)
{
	ext_csd[EXT_CSD_REV] = 5;
	ext_csd[EXT_CSD_STRUCTURE] = 2;
	ext_csd[EXT_CSD_CARD_TYPE] = EXT_CSD_CARD_TYPE_HS_26;
	ext_csd[EXT_CSD_SEC_CNT] = 0;
	ext_csd[EXT_CSD_SEC_CNT + 1] = (USER_BYTES / SECTOR) >> 8;
	ext_csd[EXT_CSD_BOOT_MULT] = BOOT_MULT;
	ext_csd[EXT_CSD_ERASED_MEM_CONT] = 0;
	ext_csd[EXT_CSD_HC_ERASE_GRP_SIZE] = 1;
	ext_csd[EXT_CSD_HC_WP_GRP_SIZE] = 1;
}

static void drop(void)
{
	for (int area = 0; area < AREAS; area++)
		vfree(areas[area]);
	if (device)
		platform_device_unregister(device);
}

static int __init begin(void)
{
	int status;

	for (int area = 0; area < AREAS; area++) {
		areas[area] = vzalloc(sizes[area]);
		if (!areas[area]) {
			drop();
			return -ENOMEM;
		}
	}
	device = platform_device_register_simple("lab-emmc", -1, NULL, 0);
	if (IS_ERR(device)) {
		status = PTR_ERR(device);
		device = NULL;
		drop();
		return status;
	}
	host = mmc_alloc_host(0, &device->dev);
	if (!host) {
		drop();
		return -ENOMEM;
	}
	make_card();
	INIT_WORK(&work, serve);
	host->ops = &ops;
	host->f_min = 400000;
	host->f_max = 52000000;
	host->ocr_avail = MMC_VDD_32_33 | MMC_VDD_33_34;
	host->caps = MMC_CAP_NONREMOVABLE;
	host->caps2 = MMC_CAP2_NO_SD | MMC_CAP2_NO_SDIO;
	host->max_blk_size = SECTOR;
	host->max_blk_count = 256;
	host->max_segs = 64;
	host->max_req_size = host->max_seg_size = 256 * SECTOR;
	status = mmc_add_host(host);
	if (status) {
		mmc_free_host(host);
		drop();
	}
	return status;
}

static void __exit end(void)
{
	mmc_remove_host(host);
	mmc_free_host(host);
	drop();
}

module_init(begin);
module_exit(end);
MODULE_DESCRIPTION("An eMMC without hardware");
MODULE_LICENSE("GPL");
