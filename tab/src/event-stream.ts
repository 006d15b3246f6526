/** Server-sent events as a request reads them, for a browser's own `EventSource` sends no token. */

interface Message {
  id: string;
  event: string;
  data: string;
}

/** Server-sent events of a response, as the HTML standard reads them. */
export async function* messagesOf(response: Response, onHeard: () => void): AsyncGenerator<Message> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    onHeard();
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop()!;
    for (const block of blocks) {
      const message: Message = { id: '', event: 'message', data: '' };
      for (const line of block.split(/\r?\n/)) {
        const at = line.indexOf(':');
        const name = line.slice(0, at);
        const text = line.slice(at + 1).replace(/^ /, '');
        if (name === 'data') message.data += text;
        else if (name === 'id' || name === 'event') message[name] = text;
      }
      if (message.data) yield message;
    }
  }
}
