/** One message of an event stream (HTML standard, section 9.2.6). */
interface Message {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

export interface EventStream {
  response: Response;
  /** The next message; undefined when the stream has ended. */
  next: () => Promise<Message | undefined>;
  /** The next messages that are changes, by their type and ticket number. */
  changes: (count: number) => Promise<(string | undefined)[]>;
  leave: () => Promise<void>;
}

/** Reads a stream; resolves once the server has begun to listen. */
export async function readEvents(answer: Promise<Response>): Promise<EventStream> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';

  /** The next block of lines; comments and the like are blocks too. */
  async function block(): Promise<string | undefined> {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const lines = text.slice(0, end);
        text = text.slice(end + 2);
        return lines;
      }
      const { value, done } = await reader.read();
      if (done) return undefined;
      text += value;
    }
  }

  async function next(): Promise<Message | undefined> {
    for (;;) {
      const lines = await block();
      if (lines === undefined) return undefined;
      const fields = Object.fromEntries(
        lines.split('\n').map((line) => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
        }),
      );
      if (fields.data !== undefined) {
        return { id: fields.id ?? '', event: fields.event ?? '', data: JSON.parse(fields.data) };
      }
    }
  }

  const first = await block();
  if (first !== 'retry: 1000') throw new Error(`The stream begins with ${first}`);
  return {
    response,
    next,
    async changes(count) {
      const found = [];
      for (let n = 0; n < count; n++) {
        const message = await next();
        found.push(message && `${message.data.type ?? message.event} ${message.data.ticketNo ?? ''}`.trim());
      }
      return found;
    },
    leave: () => reader.cancel(),
  };
}
