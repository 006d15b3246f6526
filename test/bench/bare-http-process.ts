import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RecordedAnswer } from './bare-http.ts';
import { answerQuestions } from './helper-process.ts';

let recorded: RecordedAnswer;

const server = createServer((_request, response) => {
  response.writeHead(recorded.status, recorded.headers);
  response.end(recorded.body);
});

answerQuestions(async (answer: RecordedAnswer) => {
  recorded = answer;
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
