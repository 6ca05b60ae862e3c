/** What `levitate` alone prints: the first commands of somebody new, in their order. */
export const firstPage = `levitate probe HOST --profile-out x.yaml    look at a device, and write a profile that fits it
levitate enter HOST x.yaml --dry-run        see what entering would do; nothing changes
levitate deploy HOST x.yaml TARGET=IMAGE    enter, write, read back, boot the new system
levitate deploy HOST IMAGE                  the same without a profile: it finds the place, and asks
levitate status HOST                        tell where a device is
levitate leave HOST                         go back out of maintenance

HOST is what you write after ssh: root@192.168.1.1, pi@raspberrypi.local, or an alias.
The login is root or has sudo, and opens with a key or a password.
levitate --help lists every command; levitate help first-device is the tutorial.`;
