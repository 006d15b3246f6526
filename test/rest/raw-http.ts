import { connect, type Socket } from 'node:net';

/** A connection on which a test writes what no client would. */
export function openRaw(serverUrl: string): Socket {
  const { hostname, port } = new URL(serverUrl);
  return connect(Number(port), hostname);
}

/** Everything that comes until the server ends the connection. */
export function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    // A connection that is cut has said what it had to say.
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

/** Everything that comes back for these bytes; they must ask the server to close, or be such that it does. */
export function sendRaw(serverUrl: string, bytes: string | Uint8Array): Promise<string> {
  const socket = openRaw(serverUrl);
  socket.write(bytes);
  return readAll(socket);
}

/** The status of each response in what came back. */
export const statusesOf = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
