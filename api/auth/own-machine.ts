import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/;
const OWN_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;
const FORWARDED = /^(?:x-)?forwarded(?:-|$)/;

/**
 * Whether a request comes from somebody at this machine, where no credentials say who. That the connection is one of the
 * machine's own is not enough: the browser on it makes requests for pages of anybody (which it names as their `Origin`),
 * or whose name leads here (`Host`), and a tunnel or proxy on it brings those of other machines.
 */
export function isOwnMachine({ headers, socket }: IncomingMessage): boolean {
  const { host = '', origin } = headers;
  return (
    LOOPBACK.test(socket.remoteAddress ?? '') &&
    OWN_HOST.test(host) &&
    (origin === undefined || origin === `http://${host}`) &&
    !Object.keys(headers).some((name) => FORWARDED.test(name))
  );
}
