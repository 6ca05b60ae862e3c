#!/usr/bin/python3
"""Writes images to a device by `levitate deploy`."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: levitate_deploy
short_description: Overwrite a device with levitate
description:
  - Takes a device into maintenance, writes the images, reads them back, reboots, and confirms the system that comes up.
  - B(Overwrites without a question.) The task itself is the consent that C(--yes) is on a command line.
  - What fails before the first write ends with the device in its old system. What fails after it leaves the device in
    maintenance, with C(exit) 5, and the same task again carries on.
  - Runs on the control node, where C(levitate) and the images are. The device needs no Python. Give the task
    C(delegate_to=localhost), or the play C(connection=local).
author: levitate
requirements:
  - levitate on the control node
options:
  host:
    description: The device, as you would write it after C(ssh).
    type: str
    required: true
  profile:
    description: The path of the profile, on the control node. Goes with C(images).
    type: path
  images:
    description:
      - The name of each target in the profile, and the image for it. C(FILE), or C(raw:FILE) for its bytes as they are.
      - C(FILE#sha256=HEX) says what the file must be.
    type: dict
  image:
    description: The one image, without a profile. levitate then finds its place and a profile.
    type: str
  expect_build:
    description:
      - What C(confirm.build.read) of the profile must print in the new system.
      - Of a device with two slots, one whose running slot has this build already is left as it is.
    type: str
  locked:
    description: Build the maintenance system from the lock beside the profile and the cache alone.
    type: bool
    default: false
  from:
    description: For an image of a slot, the system that writes it.
    type: str
    choices: [running, maintenance]
  kernel:
    description: The kernel that runs on the device, for a rescue, where the device does not have the file.
    type: path
  full:
    description: Send all of each image, and compare nothing before.
    type: bool
    default: false
  delta:
    description: Compare all of each target, and send only what differs.
    type: bool
    default: false
  accept_counter_loss:
    description: Write although UBI erase counters would be averaged, or begin at zero.
    type: bool
    default: false
  drop_volumes:
    description: Let UBI volumes go that the image of a layout does not hold.
    type: bool
    default: false
  drop_kept:
    description: Write although what the profile keeps was not saved, or is to be gone.
    type: bool
    default: false
  accept_board:
    description: Write an image that says that it is for another board.
    type: bool
    default: false
  ssh_config:
    description: An ssh_config on the control node to use in place of your own.
    type: path
  executable:
    description: The program and the words in front of the command.
    type: list
    elements: str
    default: [levitate]
attributes:
  check_mode:
    support: full
    description:
      - Runs with C(--dry-run), which reads the images and shows the preflight. A device in maintenance is compared with
        the images, too. One in its own system is not, and counts as changed.
  diff_mode:
    support: full
    description: Shows what goes where, what is lost and what stays.
notes:
  - No option holds a secret. ssh_config, the agent and LEVITATE_SUDO_PASSWORD_FILE lead into the device.
  - Give the task no C(timeout). One that ends levitate in the middle of a write leaves the device in maintenance.
  - Without slots, also a device that has all of the images is taken into maintenance, compared and rebooted. It is then
    not C(changed).
seealso:
  - module: levitate_probe
"""

EXAMPLES = r"""
- name: Write the image, and carry on where a link that broke has left the device in maintenance
  levitate_deploy:
    host: root@192.168.1.1
    profile: ap.yaml
    images:
      disk: new.img.zst
    expect_build: v2
    locked: true
  delegate_to: localhost
  register: deployed
  until: deployed.exit | default(0) != 5
  retries: 3
  delay: 30

- name: Let levitate find the place for the image
  levitate_deploy:
    host: root@192.168.1.1
    image: new.img.zst
  delegate_to: localhost
"""

RETURN = r"""
result:
  description: The fields of the event C(result) of C(levitate deploy).
  returned: success
  type: dict
changed:
  description:
    - Whether something was written to the device, or it was brought back from an earlier maintenance. In check mode,
      whether something would be, as far as it is known.
    - On failure, whether the device may be other than it was, as C(exit) tells.
  returned: always
  type: bool
code:
  description: The code of the error. Empty where none was told.
  returned: always
  type: str
message:
  description: What has happened, for people.
  returned: on failure
  type: str
hint:
  description: What to do about it, if anything is known.
  returned: on failure
  type: str
exit:
  description:
    - The exit status, which tells where the device was left. 0 is done, 3 nothing touched, 4 in the old system,
      5 in maintenance, 6 a person has to look. Empty where levitate could not be started.
  returned: always
  type: int
left:
  description: The same in words.
  returned: on failure
  type: str
data:
  description: Facts about the error, for programs.
  returned: on failure, if there are any
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.levitate_command import SHARED_OPTIONS, run_levitate, shared_words

SWITCHES = (
    "locked",
    "full",
    "delta",
    "accept_counter_loss",
    "drop_volumes",
    "drop_kept",
    "accept_board",
)
VALUES = ("expect_build", "kernel", "from")


def main():
    module = AnsibleModule(
        argument_spec=dict(
            SHARED_OPTIONS,
            images=dict(type="dict"),
            image=dict(type="str"),
            expect_build=dict(type="str"),
            kernel=dict(type="path"),
            **dict(
                {name: dict(type="bool", default=False) for name in SWITCHES},
                **{"from": dict(type="str", choices=["running", "maintenance"])}
            )
        ),
        mutually_exclusive=[("image", "images"), ("image", "profile"), ("full", "delta")],
        required_together=[("profile", "images")],
        required_one_of=[("image", "images")],
        supports_check_mode=True,
    )
    consent = "--dry-run" if module.check_mode else "--yes"
    options = shared_words(module.params) + [consent] + deploy_words(module.params)
    result, status = run_levitate(module, "deploy", options, deploy_arguments(module.params))
    changed = has_changed(result, module.check_mode)
    ended = dict(changed=changed, code=None, exit=status, result=result)
    if module._diff:
        ended["diff"] = dict(prepared="".join("%s\n" % line for line in plan_of(result)))
    module.exit_json(**ended)


def deploy_words(params):
    """The options of `levitate deploy`, as words of a command line."""
    words = ["--" + name.replace("_", "-") for name in SWITCHES if params[name]]
    for name in VALUES:
        if params[name] is not None:
            words += ["--" + name.replace("_", "-"), params[name]]
    return words


def deploy_arguments(params):
    """HOST IMAGE, or HOST PROFILE TARGET=IMAGE..."""
    if params["image"] is not None:
        return [params["host"], params["image"]]
    pairs = ["%s=%s" % pair for pair in sorted(params["images"].items())]
    return [params["host"], params["profile"]] + pairs


def has_changed(result, is_dry_run):
    """Whether the device was changed; after a dry run, whether it would be."""
    if not result.get("slot", {}).get("needed", True):
        return False
    if not is_dry_run:
        return bool(result["enter"]["already"] or result.get("leave", {}).get("isNew"))
    # Without plans, the medium was not looked at.
    plans = result.get("flash", {}).get("plans")
    return plans is None or any(plan["sendBytes"] > 0 for plan in plans)


def plan_of(result):
    """What goes where, in lines for people."""
    flash = result.get("flash", {})
    plan = result.get("overwrite") or flash.get("overwrite")
    if plan is None:
        for write in flash.get("plans", []):
            yield "%(image)s -> %(target)s (%(node)s), %(sendBytes)s of %(length)s bytes" % write
        return
    for write in plan["writes"]:
        place = write.get("place", write["target"])
        yield "%s -> %s (%s bytes)" % (write["image"], place, write["imageBytes"])
        for name in ("lost", "kept"):
            for what in write[name]:
                yield "  %s: %s" % (name, what)
        yield "  power cut: %s" % write["cut"]


if __name__ == "__main__":
    main()
