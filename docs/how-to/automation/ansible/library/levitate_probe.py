#!/usr/bin/python3
"""Looks at a device by `levitate probe`."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: levitate_probe
short_description: Look at a device with levitate
description:
  - Tells what a device is, judges whether levitate could take it into maintenance, and gives a profile that fits it.
  - Changes nothing, neither on the device nor on the control node.
  - Runs on the control node, where C(levitate) is. The device needs no Python. Give the task
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
    description:
      - The path of a profile on the control node, by which the device is judged.
      - Without it the device is judged by the profile that fits.
    type: path
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
    description: Does the same in check mode.
  diff_mode:
    support: none
    description: Changes nothing, and has no difference to show.
notes:
  - No option holds a secret. ssh_config, the agent and LEVITATE_SUDO_PASSWORD_FILE lead into the device.
seealso:
  - module: levitate_deploy
"""

EXAMPLES = r"""
- name: Look at the device
  levitate_probe:
    host: root@192.168.1.1
    profile: ap.yaml
  delegate_to: localhost
  register: seen

- name: Keep the profile that fits
  ansible.builtin.copy:
    content: "{{ seen.result.profile }}"
    dest: ap.yaml
  delegate_to: localhost
"""

RETURN = r"""
result:
  description: The fields of the event C(result), such as C(facts), C(checks) and C(profile). Missing without a result.
  returned: where the device was seen
  type: dict
refused:
  description: The rows of the preflight that refuse the device, each with C(name), C(found) and C(advice).
  returned: where the device was seen
  type: list
  elements: dict
code:
  description: The code of the error. Empty where none was told, as for a device that a check refuses.
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
  description: The exit status. 3 where a check refuses the device. Empty where levitate could not be started.
  returned: always
  type: int
left:
  description: What the exit status says of the device.
  returned: on failure
  type: str
data:
  description: Facts about the error, for programs.
  returned: on failure, if there are any
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.levitate_command import (
    SHARED_OPTIONS,
    fail,
    run_levitate,
    shared_words,
)


def main():
    module = AnsibleModule(argument_spec=SHARED_OPTIONS, supports_check_mode=True)
    params = module.params
    arguments = [word for word in (params["host"], params["profile"]) if word is not None]
    result, status = run_levitate(module, "probe", shared_words(params), arguments)
    refused = [row for row in result["checks"] if row["verdict"] == "refusal"]
    seen = dict(result=result, refused=refused)
    if refused:
        reasons = "; ".join("%s: %s" % (row["name"], row["found"]) for row in refused)
        fail(module, None, "the device is refused: %s" % reasons, None, status, **seen)
    module.exit_json(changed=False, code=None, exit=status, **seen)


if __name__ == "__main__":
    main()
