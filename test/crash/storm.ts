import { join } from 'node:path';
import { readConfig } from '../../api/config.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { createInstance } from '../../api/core/instances.ts';
import { openEnvironment } from '../../api/environment.ts';
import { randomNumbers } from '../bench/words.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** A request that a writer made until it was acknowledged, and the acknowledgement. */
interface Acknowledged {
  kind: 'ticket' | 'comment';
  /** A word that stands in this ticket or comment and in no other; also its Idempotency-Key. */
  word: string;
  body: object;
  /** Of the ticket or of the comment. */
  id: string;
  ticketId: string;
  /** Of a ticket. */
  ticketNo?: number;
}

export interface Storm {
  instanceId: string;
  acknowledged: Acknowledged[];
  /** Requests that were sent again because the server was killed before it answered. */
  retried: number;
  /** Of those, the ones that had been done before the kill. */
  replayed: number;
  /** Refusals, and answers other than what the same Idempotency-Key was answered before. */
  wrong: string[];
}

interface StormOptions {
  /** For the data. */
  folder: string;
  /** Of what is drawn: what each writer does next, and when the server is killed. */
  seed: number;
  writers: number;
  kills: number;
}

/** Between two kills, so many acknowledgements at most. */
const MOST_BETWEEN = 500;
const LONGEST_DELAY_MS = 12;
const ASKED_AGAIN = 200;
const LONGEST_ANSWER_MS = 10_000;

/**
 * Writers create tickets and comments through a real server that is killed again and again, each time started anew.
 * Each repeats what was not acknowledged with the same Idempotency-Key. Ends with one more kill.
 */
export async function storm({ folder, seed, writers, kills }: StormOptions): Promise<Storm> {
  const { instanceId, key } = await newInstance(folder);
  const random = randomNumbers(seed);
  const start = () => startServerProcess(folder, join(folder, 'server.log'), { settings: { LOG_LEVEL: 'warn' } });
  const result: Storm = { instanceId, acknowledged: [], retried: 0, replayed: 0, wrong: [] };
  let running: Promise<ServerProcess> = start();
  let isOver = false;
  let requests = 0;
  let onAcknowledged = () => {};

  async function ask(server: ServerProcess, path: string, word: string, body: object): Promise<Answer> {
    try {
      const response = await fetch(`${server.url}${BASE_PATH}${path}?key=${key}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': word },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
      });
      const text = await response.text();
      if (response.status !== 201) return { refused: `${response.status} for ${word}: ${text.slice(0, 200)}` };
      return { item: JSON.parse(text).item, isReplayed: response.headers.get('Idempotency-Replayed') === 'true' };
    } catch (error) {
      return (error as Error).name === 'TimeoutError' ? { refused: `no answer for ${word}` } : 'killed';
    }
  }

  /**
   * Asks until there is an answer; now and then twice at the same moment, as a caller does who lost patience.
   * Undefined when the request is refused, which none should be.
   */
  async function insist(path: string, word: string, body: object): Promise<Item | undefined> {
    const times = random() < 0.1 ? 2 : 1;
    for (let attempt = 0; attempt <= kills; attempt++) {
      const server = await running;
      const answers = await Promise.all(Array.from({ length: times }, () => ask(server, path, word, body)));
      const [first, second] = answers.filter((answer) => answer !== 'killed');
      if (!first) {
        result.retried++;
        continue;
      }
      for (const answer of [first, second]) if (answer && 'refused' in answer) result.wrong.push(answer.refused);
      if ('refused' in first) return undefined;
      if (second && 'item' in second && second.item.id !== first.item.id) result.wrong.push(`two answers for ${word}`);
      if (attempt > 0 && first.isReplayed && times === 1) result.replayed++;
      return first.item;
    }
    throw new Error('The server ended without being killed');
  }

  async function write(): Promise<void> {
    const word = `word${String(++requests).padStart(8, '0')}`;
    const tickets = result.acknowledged.slice(-100).filter(({ kind }) => kind === 'ticket');
    const ticket = tickets[Math.floor(random() * tickets.length)];
    if (!ticket || random() < 0.5) {
      const person = { id: word, name: word, email: `${word}@contoso.com` };
      const body = { ticket: { title: `About ${word}`, requestor: person } };
      const item = await insist('/tickets', word, body);
      if (item)
        result.acknowledged.push({
          kind: 'ticket',
          word,
          body,
          ticketId: item.id,
          id: item.id,
          ticketNo: item.ticketNo,
        });
    } else {
      const { ticketId } = ticket;
      const body = { comment: `Says ${word}` };
      const item = await insist(`/tickets/${ticketId}/comments`, word, body);
      if (item) result.acknowledged.push({ kind: 'comment', word, body, ticketId, id: item.id });
    }
    onAcknowledged();
  }

  async function killAgainAndAgain(): Promise<void> {
    for (let kill = 0; kill < kills && !isOver; kill++) {
      const server = await running;
      const last = result.acknowledged.length + 1 + Math.floor(random() * MOST_BETWEEN);
      await new Promise<void>((resolve) => {
        onAcknowledged = () => {
          if (isOver || result.acknowledged.length >= last) resolve();
        };
      });
      // Half of the times at the very moment of an acknowledgement, else a little later.
      if (kill % 2 === 1) await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_DELAY_MS));
      running = server.end('SIGKILL').then(start);
    }
  }

  async function writeUntilOver(): Promise<void> {
    try {
      while (!isOver) await write();
    } finally {
      // One that gives up ends it for all.
      isOver = true;
      onAcknowledged();
    }
  }

  async function askAgain(): Promise<void> {
    const server = await running;
    for (let repeat = 0; repeat < ASKED_AGAIN; repeat++) {
      const { kind, word, body, id, ticketId } =
        result.acknowledged[Math.floor(random() * result.acknowledged.length)]!;
      const path = kind === 'ticket' ? '/tickets' : `/tickets/${ticketId}/comments`;
      const answer = await ask(server, path, word, body);
      if (typeof answer === 'object' && 'item' in answer && answer.item.id === id && answer.isReplayed) continue;
      result.wrong.push(`asked again, ${word} is not answered as it was`);
    }
  }

  try {
    const writing = Promise.all(Array.from({ length: writers }, writeUntilOver));
    await Promise.all([
      writing,
      killAgainAndAgain().finally(() => {
        isOver = true;
      }),
    ]);
    await askAgain();
  } finally {
    await (await running).end('SIGKILL');
  }
  return result;
}

type Item = Pick<Acknowledged, 'id' | 'ticketNo'>;
type Answer = { item: Item; isReplayed: boolean } | { refused: string } | 'killed';

export async function newInstance(folder: string): Promise<{ instanceId: string; key: string }> {
  const environment = await openEnvironment(readConfig({ DATA_DIR: folder }));
  const { record, keys } = await createInstance(environment, { name: 'Storm' });
  await environment.store.close();
  return { instanceId: record.id, key: keys.find(({ slot }) => slot === 'primary')!.key };
}
