import { exitStatus, type ExitStatus } from './exit-status.js';

const { internal, badInput, refused, oldSystem, maintenance, unknownState } = exitStatus;

/** What is known about every error of one code. */
export type ErrorAbout = {
  /** The exit status, where an occurrence does not know better where the device was left. */
  exit: ExitStatus;
  /** What has happened: a sentence. */
  meaning: string;
} & (
  | {
      /** What to do. It is the hint of each occurrence that has none of its own. */
      hint: string;
    }
  | {
      /** What to do, in general: each occurrence has a hint of its own, which knows more. */
      remedy: string;
    }
);

/** Every way in which levitate can fail. `levitate help CODE` and docs/reference/errors.md print this table. */
export const errorCodes = {
  USAGE: {
    exit: badInput,
    meaning: 'The command line is wrong. Nothing was begun.',
    hint: 'levitate --help shows every command.',
  },
  DECLINED: {
    exit: refused,
    meaning:
      'The question whether to overwrite, or to reboot what is half written, was not answered with the name of the host.',
    remedy: 'Run the command again, and type the name. --yes answers in a script.',
  },
  PROFILE_UNREADABLE: {
    exit: badInput,
    meaning: 'The profile, or a file that it names, cannot be read.',
    remedy: 'Check the path. Paths in a profile are relative to the profile.',
  },
  PROFILE_SYNTAX: {
    exit: badInput,
    meaning: 'The profile is not valid YAML 1.2.',
    remedy: 'Look at the line and column that the message names.',
  },
  PROFILE_INVALID: {
    exit: badInput,
    meaning: 'The profile has unknown keys, wrong values, or parts that do not go together.',
    remedy:
      'Look at the lines that the message names; `levitate help profile` describes every key.',
  },
  PACKAGE_MISSING: {
    exit: badInput,
    meaning: "apt's sources have no such package for this architecture.",
    remedy: 'Check the name of the package under root.tools, and the release under root.from.',
  },
  TOOL_UNKNOWN: {
    exit: badInput,
    meaning: 'levitate does not know which package a program under root.tools comes from.',
    remedy: 'Name its package: { package: PACKAGE, programs: [PROGRAM] }.',
  },
  TOOL_MISSING: {
    exit: badInput,
    meaning:
      'No source of the profile has a program that the maintenance system needs, or your machine lacks one that levitate runs.',
    remedy: 'Add a source that has it under root.from, or install it on your machine.',
  },
  LIBRARY_MISSING: {
    exit: badInput,
    meaning: 'A program needs a shared library that its source does not have.',
    remedy: 'Add the library under root.files, or take the program from a source that has it.',
  },
  LIBRARY_CONFLICT: {
    exit: badInput,
    meaning: 'Two sources bring different C libraries, or one library in two versions.',
    remedy: 'Take all dynamic programs from one source, or static ones from the other.',
  },
  KERNEL_UNKNOWN: {
    exit: badInput,
    meaning: 'It is not clear which kernel the modules of the archive are for.',
    remedy: 'Name it under root.modules.kernel, as `uname -r` prints it on the device.',
  },
  MODULE_UNKNOWN: {
    exit: badInput,
    meaning: 'The kernel of the source has no such module, or several that answer to the name.',
    remedy: 'Check the name under root.modules against `modinfo` on the device.',
  },
  MODULE_INVALID: {
    exit: badInput,
    meaning: 'A kernel module is damaged, or was built for another kernel.',
    remedy: 'Install the kernel package or the sysroot anew.',
  },
  WRONG_ARCHITECTURE: {
    exit: badInput,
    meaning: 'A program, a module or a kernel is for another processor than the profile names.',
    remedy: 'Correct `arch` in the profile, or take the file from a source for that processor.',
  },
  SOURCE_FAILED: {
    exit: badInput,
    meaning: 'A source of programs cannot be used: apt fails, a folder is no root file system.',
    remedy: 'The message quotes the program that failed.',
  },
  LOCK_MISSING: {
    exit: badInput,
    meaning: '--locked was given, and there is no lock beside the profile.',
    remedy: 'Write one: levitate build PROFILE -o FILE --lock.',
  },
  LOCK_INVALID: {
    exit: badInput,
    meaning: 'The lock beside the profile cannot be read, or is no lock.',
    remedy: 'Take it from version control again, or write it anew with --lock.',
  },
  LOCK_DIFFERS: {
    exit: badInput,
    meaning: 'The lock does not hold what the profile asks for now.',
    remedy: 'Write the lock anew: levitate build PROFILE -o FILE --lock.',
  },
  LOCK_UNAVAILABLE: {
    exit: badInput,
    meaning: 'Pinned packages are not in the cache, and cannot be fetched any more.',
    remedy: 'Build once without --locked where they can be fetched, or copy the cache folder.',
  },
  ARCHIVE_INVALID: {
    exit: badInput,
    meaning: 'A file is not an archive of levitate.',
    remedy: 'Build it anew: levitate build PROFILE -o FILE.',
  },
  RESCUE_SERVER_FAILED: {
    exit: badInput,
    meaning:
      'dnsmasq, which serves what devices boot over the network, could not begin, or has ended.',
    remedy: 'Look at what it says. It needs root, and its UDP ports for itself.',
  },
  UPDATE_SERVER_FAILED: {
    exit: badInput,
    meaning:
      'The update server does not answer, refuses the token, or gives an answer that no such server gives.',
    hint: 'Check the URL, the tenant and the token. What was to be deployed stays to be deployed.',
  },
  UPDATE_UNUSABLE: {
    exit: badInput,
    meaning: 'The deployment of an update server is none that the bridge can write to a device.',
    hint: 'A deployment has one artifact, with a size and a SHA-256: make a distribution set with one software module.',
  },
  UPDATE_CANCELLED: {
    exit: oldSystem,
    meaning: 'The update server took the deployment back before anything was written.',
    hint: 'Nothing is to be done: the server was told that it is cancelled.',
  },
  OUTPUT_FAILED: {
    exit: badInput,
    meaning: 'A file cannot be written on your machine.',
    remedy: 'Name a file in a folder that exists, that you may write to, and that has room.',
  },
  FOLDER_UNUSABLE: {
    exit: badInput,
    meaning: 'A folder that levitate keeps files in is missing, full, or can be written by others.',
    remedy: 'Set the variable that the hint names to a folder of your own.',
  },
  IMAGE_UNREADABLE: {
    exit: badInput,
    meaning: 'The image cannot be read.',
    remedy: 'Check the path, and that you may read the file.',
  },
  IMAGE_TRUNCATED: {
    exit: badInput,
    meaning: 'The image ends before its content does.',
    remedy: 'Download or copy it again.',
  },
  IMAGE_CORRUPT: {
    exit: badInput,
    meaning: 'The image is damaged: a checksum, a table or its compression is wrong.',
    remedy: 'Download or build it again.',
  },
  IMAGE_EXTENSION_MISMATCH: {
    exit: badInput,
    meaning: "The name of the image promises something else than the file's content.",
    remedy: 'Find out what the file is; if it is the right one, give it a name that fits.',
  },
  IMAGE_FORMAT: {
    exit: badInput,
    meaning: 'The format of the image does not fit the target.',
    remedy: '`levitate help targets` tells which image goes to which kind of target.',
  },
  IMAGE_CHANGED: {
    exit: badInput,
    meaning: 'The image has changed since it was checked. What has changed was not written.',
    remedy: 'Wait until whatever writes the image has finished, then give the same command again.',
  },
  IMAGE_DIGEST: {
    exit: badInput,
    meaning: 'The SHA-256 of the image is not the one given, or not that of the list beside it.',
    remedy: 'Download the image again, with its list.',
  },
  IMAGE_UNSIGNED: {
    exit: badInput,
    meaning: 'The profile takes signed images only, and nothing beside this one signs it.',
    remedy: 'Put the signature beside the image: FILE.minisig, FILE.sig or FILE.asc.',
  },
  IMAGE_SIGNATURE: {
    exit: badInput,
    meaning: 'The signature of the image is wrong, or is by no key that the profile trusts.',
    remedy: 'Get image and signature again; the keys stand under flash.trust of the profile.',
  },
  TARGET_UNKNOWN: {
    exit: badInput,
    meaning: 'The profile has no target of that name.',
    remedy: 'Use one of the names under flash.targets, which the hint lists.',
  },

  NOT_ROOT: {
    exit: refused,
    meaning: 'The login on the device is not root, and none of sudo, doas and su gives it root.',
    remedy:
      'Log in as root (HOST is then root@ADDRESS), or as a user to whom sudo, doas or su gives root.',
  },
  AUTH_FAILED: {
    exit: refused,
    meaning: 'The device does not accept your key or your password, or not the key of this entry.',
    hint: 'levitate enter HOST lets this machine in anew, if the device accepts your own key or password.',
  },
  LOGIN_RESTRICTED: {
    exit: refused,
    meaning: 'The device lets the login in, and does not run the commands that levitate gives it.',
    remedy:
      'The message quotes what it prints. A login with a shell is needed: no ForceCommand, no nologin, no ChrootDirectory.',
  },
  HOST_KEY_CHANGED: {
    exit: refused,
    meaning: 'The device presents another host key than the one that is known.',
    remedy: 'Make sure that it is your device before you remove the old key from known_hosts.',
  },
  HOST_KEY_UNKNOWN: {
    exit: refused,
    meaning: 'No host key of the device is known, and nobody is there to be asked about it.',
    remedy: 'Run `ssh HOST` once by hand, and compare the fingerprint.',
  },
  SSH_ALGORITHMS: {
    exit: refused,
    meaning: 'Your SSH client and the device have no algorithm in common.',
    remedy: 'The message names what the device offers; ssh_config(5) tells how to allow it.',
  },
  NOT_INSTALLED: {
    exit: refused,
    meaning: 'No profile was given, and the device has no usable archive installed.',
    remedy: 'Give a profile: levitate enter HOST PROFILE.',
  },
  NOT_IN_MAINTENANCE: {
    exit: refused,
    meaning: 'The device is not in maintenance, or was not entered from your machine.',
    remedy: 'levitate status HOST tells where it is; levitate enter HOST PROFILE enters it.',
  },
  COMMAND_FAILED: {
    exit: refused,
    meaning:
      'A command of the profile (`before-enter`, `after-flash`) failed, or took longer than it may.',
    hint: 'The message has its last lines. The same command of levitate runs it again.',
  },
  KEEP_REFUSED: {
    exit: refused,
    meaning:
      'What the profile keeps of the old system (`flash.keep`, or `keep` of a UBI layout) cannot be saved, or could not be put into the new system.',
    hint: 'The message names the reason; `levitate help keep-files` tells what can be kept, and where.',
  },
  PREFLIGHT_REFUSED: {
    exit: refused,
    meaning: 'A check of the preflight refuses the device as it is.',
    remedy: 'Each row marked REFUSED has its advice; `levitate help preflight` lists all checks.',
  },
  IMAGE_TOO_LARGE: {
    exit: refused,
    meaning: 'The image does not fit into the target.',
    hint: 'Make the image smaller, or name a target with room for it in the profile.',
  },
  IMAGE_BOARD: {
    exit: refused,
    meaning: 'The image says that it is for another board.',
    remedy: 'Find the image for this board. raw:FILE ignores what the image says.',
  },
  TARGET_MISSING: {
    exit: refused,
    meaning: 'The device has no such target.',
    hint: 'levitate probe HOST shows what the device has; flash.targets of the profile says where a target is.',
  },
  TARGET_READ_ONLY: {
    exit: refused,
    meaning: 'The kernel of the device lets nobody write to the target.',
    hint: 'Look for a write protection of the device, or for a read-only mark in its device tree or partition table.',
  },
  TARGET_UNSUPPORTED: {
    exit: refused,
    meaning:
      'The target is there, and levitate does not write to such a place in the way that the profile asks for.',
    hint: 'The message names the reason; flash.targets of the profile may name another kind of target for the same place.',
  },
  TARGET_AMBIGUOUS: {
    exit: refused,
    meaning:
      "Several places answer to a target's name, the image may be meant for several, or two targets of one call share flash.",
    hint: 'Say which one in flash.targets of the profile.',
  },
  TARGET_IN_USE: {
    exit: refused,
    meaning: 'Something still stands on the target: a mount, a process, swap, a mapped device.',
    hint: 'levitate status HOST tells what stands on which target; levitate leave HOST goes back.',
  },
  RESCUE_IMPOSSIBLE: {
    exit: refused,
    meaning:
      'The disk is to be written only with a rescue, to which a power cut leads, and none can be made.',
    remedy: 'Do what the message names, or set safety.power-cut to accept in the profile.',
  },
  COUNTERS_AT_RISK: {
    exit: refused,
    meaning: 'So few UBI erase counters can be read that the others would be lost.',
    remedy: 'If that is right for this flash, consent with --accept-counter-loss.',
  },
  VOLUMES_AT_RISK: {
    exit: refused,
    meaning: 'UBI volumes of the device are not in the image, and would be gone.',
    remedy:
      'Make an image that holds them, list them under `keep` of the target, or consent with --drop-volumes.',
  },
  LEASE_HELD: {
    exit: refused,
    meaning: 'Somebody else is writing to the device.',
    hint: 'levitate status HOST tells who is writing; wait until that has ended.',
  },
  FLASHER_INCOMPATIBLE: {
    exit: unknownState,
    meaning:
      'The maintenance system, or the archive on the device, is of a levitate with another protocol.',
    hint: 'Use the levitate that made it; or leave (levitate leave HOST, which every version can) and enter again.',
  },
  FLASHER_FAILED: {
    exit: maintenance,
    meaning:
      'The flasher on the device broke down, or gave an answer that this levitate does not understand.',
    hint: 'levitate status HOST tells what was written; the same command again carries on.',
  },
  LEAVE_REFUSED: {
    exit: maintenance,
    meaning: 'Something was written that was not read back whole, so the device stays.',
    hint: 'Flash again what was not read back whole: rebooted as it is, the device will probably not boot. levitate leave HOST --force reboots all the same, and asks before.',
  },

  REMOTE_FAILED: {
    exit: oldSystem,
    meaning: 'A command on the device failed, or answered what levitate cannot use.',
    hint: 'levitate status HOST tells where the device is; the same command may be given again.',
  },
  STAGE_FAILED: {
    exit: oldSystem,
    meaning: 'The maintenance system could not be put into the RAM of the device.',
    hint: 'Nothing is armed; levitate enter HOST PROFILE --dry-run shows what the device lacks.',
  },
  REHEARSAL_FAILED: {
    exit: oldSystem,
    meaning: 'The maintenance system does not work on this device. It was taken away again.',
    remedy: 'The message names the program, module or login that fails.',
  },
  ENTER_FAILED: {
    exit: oldSystem,
    meaning: 'The device did not get into maintenance, and is back in its old system.',
    remedy: 'levitate status HOST tells what levitate said last on the device.',
  },
  ENTRY_REPLACED: {
    exit: unknownState,
    meaning:
      'Another levitate began to enter the device while this one did, and goes on in its place.',
    hint: 'levitate status HOST tells where that one has led the device. Enter it from one place at a time.',
  },
  INTERRUPTED: {
    exit: oldSystem,
    meaning: 'You stopped the command before the device had left its old system.',
    hint: 'levitate status HOST tells where the device is; the same command starts anew.',
  },

  CONNECTION_LOST: {
    exit: maintenance,
    meaning: 'The device in maintenance does not answer any more.',
    hint: 'Look at its power and network; levitate status HOST tells where the device is.',
  },
  LEASE_LOST: {
    exit: unknownState,
    meaning: 'Somebody else wrote to the device while this command was cut off or asleep.',
    remedy:
      'levitate status HOST tells what is on the device; the same command again writes over it.',
  },
  WRITE_FAILED: {
    exit: maintenance,
    meaning: 'Writing to the flash failed.',
    hint: 'levitate status HOST tells what was written; the same command again carries on.',
  },
  VERIFY_FAILED: {
    exit: maintenance,
    meaning: 'What was read back from the flash is not what was written.',
    hint: 'The device stays in maintenance; the same command again writes what differs.',
  },
  INTERRUPTED_IN_MAINTENANCE: {
    exit: maintenance,
    meaning: 'You stopped the command while the device was in maintenance.',
    remedy: 'The same command again carries on; levitate leave HOST goes back.',
  },

  BOOT_LOADER_UNKNOWN: {
    exit: refused,
    meaning: 'What decides which slot the device starts is not what the profile says.',
    remedy:
      'Check `boot` of the profile; `levitate help slots` tells how a device is set up for it.',
  },
  SLOT_REFUSED: {
    exit: refused,
    meaning: 'The slots of the device are not in a state in which this can be done.',
    remedy: 'levitate slots HOST PROFILE shows them, and what the boot loader would do.',
  },
  SLOT_CHANGED: {
    exit: unknownState,
    meaning:
      'What the boot loader chooses by was changed by somebody else, or could not be written.',
    remedy: 'levitate slots HOST PROFILE shows what it holds now.',
  },
  SLOT_FELL_BACK: {
    exit: oldSystem,
    meaning:
      'The new slot did not come up, or not as the build that was expected: the device runs its old slot.',
    remedy: "The new slot's console tells why. The same command again writes and tries it anew.",
  },
  MIGRATE_REFUSED: {
    exit: refused,
    meaning:
      'The profile does not say how the operating system is changed, or the device is not in a state in which that can be done or undone.',
    remedy: '`levitate help migrate` tells what is needed.',
  },

  HOST_UNREACHABLE: {
    exit: unknownState,
    meaning: 'The device cannot be reached over SSH.',
    hint: 'Does the device have power and network? `ssh HOST` by hand shows how far one gets.',
  },
  RECONNECT_TIMEOUT: {
    exit: unknownState,
    meaning: 'The device was told to reboot or to enter maintenance, and has not come back.',
    remedy: 'levitate status HOST tells where it is; its serial console tells more.',
  },
  NOT_CONFIRMED: {
    exit: unknownState,
    meaning: 'The device answers, and not as the system that was expected.',
    remedy:
      'Is the image the right one, did the boot loader choose it, and does the new system accept the login that HOST names?',
  },
  INTERNAL: {
    exit: internal,
    meaning: 'levitate has a bug.',
    hint: 'Please report this, with what was printed.',
  },
} as const satisfies Record<string, ErrorAbout>;

/** The machine-readable name of a failure. */
export type ErrorCode = keyof typeof errorCodes;

/** What is known about one code. */
export const aboutCode = (code: ErrorCode): ErrorAbout => errorCodes[code];
