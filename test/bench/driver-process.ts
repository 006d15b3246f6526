import autocannon from 'autocannon';
import type { DriverRun, Rates } from './driver.ts';
import { answerQuestions } from './helper-process.ts';

/** Drives a server with autocannon. Each connection has its share of the calls and repeats it. */
function drive({ url, calls, connections, seconds }: DriverRun): Promise<Rates> {
  if (calls.length < connections) throw new Error(`${calls.length} calls are too few for ${connections} connections`);
  let clients = 0;
  const times: number[] = [];
  let [first, last] = [0, 0];
  let problem = '';
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections,
        duration: seconds,
        bailout: 1,
        setupClient(client) {
          const share = clients++;
          client.setRequests(calls.filter((_, index) => index % connections === share));
        },
      },
      (error, result) => {
        if (error) reject(error);
        else if (result.errors + result.non2xx > 0) {
          const statuses = JSON.stringify((result as { statusCodeStats?: object }).statusCodeStats);
          reject(new Error(`${url}${calls[0]!.path}: answers by status ${statuses}; ${problem || 'no other error'}`));
        } else {
          times.sort((left, right) => left - right);
          const share = (part: number) => times[Math.floor(times.length * part)]!;
          resolve({
            perSecond: ((times.length - 1) / (last - first)) * 1000,
            p50Ms: share(0.5),
            p99Ms: share(0.99),
          });
        }
      },
    );
    instance.on('reqError', (error: Error) => {
      problem ||= error.message;
    });
    // Its own figures are in whole milliseconds.
    instance.on('response', (_client, _status, _bytes, milliseconds) => {
      last = performance.now();
      if (times.length === 0) first = last;
      times.push(milliseconds);
    });
  });
}

answerQuestions(drive);
