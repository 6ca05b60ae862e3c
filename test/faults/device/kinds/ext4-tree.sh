# shellcheck shell=sh
# The true kind, on the disk of the device, which stands for a partition.

part ext4-tree-in-place

describe() {
	say target kind ext4-tree name "$name" node "$node" size# "$size" partition# true
}
