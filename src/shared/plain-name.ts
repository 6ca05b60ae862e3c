/**
 * A name as people write it: `my disk` for `my\x20disk`, as udev and the device mapper write it, and for `my\040disk`, as the
 * kernel writes it in /proc/mounts and /proc/swaps. What is no text, or would hold a control character, stays as it is.
 * Only for people: commands and comparisons need the name as the system has it. Pure.
 */
export const plainName = (name: string): string =>
  name.replace(/(?:\\x[0-9a-f]{2}|\\[0-3][0-7]{2})+/gi, (escaped) => {
    const bytes = [...escaped.matchAll(/\\x(..)|\\(\d{3})/gi)].map(([, hex, octal = '']) =>
      hex === undefined ? parseInt(octal, 8) : parseInt(hex, 16),
    );
    const text = Buffer.from(bytes).toString();
    return /[\p{Cc}\ufffd]/u.test(text) ? escaped : text;
  });
