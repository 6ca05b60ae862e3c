# Puts a maintenance root into an image of Yocto. In the recipe of the image:
#   inherit levitate
#   LEVITATE_PROFILE = "${THISDIR}/maintenance/levitate.yaml"
# With `root: { from: sysroot }` in the profile it is made of what is in the image, and nothing is fetched.

# A built checkout of levitate (npm ci && npm run build): tasks have no network for npm.
LEVITATE_DIR ?= "${COREBASE}/../levitate"
LEVITATE_PROFILE ?= "${THISDIR}/maintenance/levitate.yaml"
LEVITATE_LOCK = "${@os.path.splitext(d.getVar('LEVITATE_PROFILE'))[0]}.lock"
# Debian packages, where the profile names debian as well: filled before by a build without --locked.
LEVITATE_CACHE ?= "${DL_DIR}/levitate"

# nodejs-native is of meta-oe. What the profile names lies in its folder.
do_rootfs[depends] += "nodejs-native:do_populate_sysroot"
do_rootfs[file-checksums] += "${@os.path.dirname(d.getVar('LEVITATE_PROFILE'))}:True ${LEVITATE_DIR}/dist:True ${LEVITATE_DIR}/initramfs:True"
ROOTFS_POSTPROCESS_COMMAND += "levitate_install; "

levitate_install () {
	export LEVITATE_CACHE="${LEVITATE_CACHE}"
	locked=
	if [ -e "${LEVITATE_LOCK}" ]; then
		locked=--locked
	fi
	node "${LEVITATE_DIR}/dist/cli/main.js" install "${LEVITATE_PROFILE}" \
		--root "${IMAGE_ROOTFS}" --sysroot "${IMAGE_ROOTFS}" --quiet $locked
}
