import type { IncomingHttpHeaders } from 'node:http';

/**
 * What every answer says. No part of the page comes from anywhere else, nobody else may show or read it, and nothing of it is kept: a browser
 * that obeys this runs no script that is not a file of the package.
 */
export const guardHeaders: Record<string, string> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** This machine, as a browser on it names it; the port may be that of a tunnel. */
const ownHost = /^(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?$/i;

/**
 * Says why a request is not answered. A page of somebody else can have a name that leads here (DNS rebinding), and can have its visitor's
 * browser ask here: both are told by what the browser says of the request. Pure.
 * @returns undefined where it is answered
 */
export function refusal(headers: IncomingHttpHeaders): string | undefined {
  const { host = '', origin } = headers;
  if (!ownHost.test(host)) return 'this is served to this machine alone, by the name localhost';
  if (origin !== undefined && origin !== `http://${host}`) return 'another page asks for this';
  const site = headers['sec-fetch-site'];
  const isLink = headers['sec-fetch-mode'] === 'navigate';
  if (!isLink && (site === 'cross-site' || site === 'same-site'))
    return 'another page asks for this';
  return undefined;
}
