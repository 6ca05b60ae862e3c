"""Runs `levitate` with --json and reads its lines, for the modules levitate_probe and levitate_deploy."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json

# docs/reference/exit-status.md: where a command that has failed leaves the device.
LEFT = {
    2: "nothing was begun: the input is wrong",
    3: "nothing was touched",
    4: "the device is in its old system",
    5: "the device is in maintenance: the same task again carries on",
    6: "a person has to look at the device",
    130: "it is not known where the device is",
}
UNTOUCHED = (2, 3, 4)

SHARED_OPTIONS = dict(
    host=dict(type="str", required=True),
    profile=dict(type="path"),
    ssh_config=dict(type="path"),
    executable=dict(type="list", elements="str", default=["levitate"]),
)


def shared_words(params):
    """The options that both commands take, as words of a command line."""
    config = params["ssh_config"]
    return ["--json", "--quiet"] + (["--ssh-config", config] if config else [])


def run_levitate(module, command, options, arguments):
    """
    Runs one command to its end, and gives the fields of its result and its exit status.

    Whatever has no result ends the task here, with code, message, hint and exit of the error.
    The arguments stand behind `--`: a host that begins with a dash is never an option.
    """
    words = module.params["executable"]
    program = module.get_bin_path(words[0]) if words else None
    if program is None:
        fail(
            module,
            None,
            "there is no program %s on the control node" % (words[0] if words else "''"),
            hint="Install levitate there, or name it by executable.",
        )
    line = [program] + words[1:] + [command] + options + ["--"] + arguments
    status, out, err = module.run_command(line)
    events, strange = read_lines(out)
    for event in events:
        if event["type"] == "note" and event.get("level") == "warning":
            module.warn(str(event.get("message")))
    last = events[-1] if events else {}
    if last.get("type") == "error":
        fail(module, **error_of(last, status))
    if strange is None and last.get("type") == "result" and last.get("command") == command:
        return last, status
    if status == 2 and not events and strange is None and err:
        # A wrong command line is told on standard error alone: `CODE: message`, and the hint below it.
        code, message, hint = read_usage(err)
        fail(module, code, message, hint, status)
    if strange is None:
        message = "%s has ended with status %s and without a result" % (command, status)
    else:
        message = "%s has printed a line that is no event: %s" % (command, strange[:200])
    fail(module, None, message, err.strip()[-1000:] or None, status)


def read_lines(text):
    """The events of the output, and the first line that is none, if any."""
    events = []
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            return events, line
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            return events, line
        events.append(event)
    return events, None


def error_of(event, status):
    """What fail() takes, of an event of the type error. Its exit says where the device is."""
    return dict(
        code=event.get("code"),
        message=event.get("message"),
        hint=event.get("hint"),
        status=event.get("exit", status),
        data=event.get("data"),
    )


def read_usage(text):
    """Code, message and hint of what stands on standard error."""
    first, _line_end, rest = text.strip().partition("\n")
    code, colon, message = first.partition(": ")
    if colon and code.replace("_", "").isupper():
        return code, message, rest or None
    return None, first, rest or None


def fail(module, code, message, hint=None, status=None, **more):
    """Ends the task as failed; `changed` unless the device is known to be as it was."""
    left = LEFT.get(status)
    sentence = "%s: %s" % (code, message) if code else message
    module.fail_json(
        msg=". ".join(part for part in (sentence, left) if part),
        code=code,
        message=message,
        hint=hint,
        exit=status,
        left=left,
        changed=may_have_changed(module, status),
        **more
    )


def may_have_changed(module, status):
    """Whether a failure with this status may have left the device other than it was."""
    return not module.check_mode and status is not None and status not in UNTOUCHED
