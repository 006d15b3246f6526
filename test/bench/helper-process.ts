import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of the bench's own that answers one question after the other. */
export interface Helper<Question, Answer> {
  ask(question: Question): Promise<Answer>;
  stop(): void;
}

type Reply<Answer> = { answer: Answer } | { error: string };

/** Starts a file that calls `answerQuestions`. */
export function startHelper<Question extends object, Answer>(file: URL): Helper<Question, Answer> {
  const child = fork(fileURLToPath(file));
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        const died = (code: number | null) => reject(new Error(`${file.pathname} ended with ${code}`));
        child.once('exit', died);
        child.once('message', (reply: Reply<Answer>) => {
          child.off('exit', died);
          if ('error' in reply) reject(new Error(reply.error));
          else resolve(reply.answer);
        });
        child.send(question);
      }),
    stop: () => child.disconnect(),
  };
}

/** The other side: answers until the process that asks goes away. */
export function answerQuestions<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  process.on('message', async (question: Question) => {
    try {
      process.send!({ answer: await answer(question) });
    } catch (error) {
      process.send!({ error: (error as Error).stack ?? String(error) });
    }
  });
  process.on('disconnect', () => process.exit());
}
