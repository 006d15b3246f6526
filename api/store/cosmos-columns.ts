import type { Container } from '@azure/cosmos';
import { unavailable } from './cosmos-errors.ts';
import { columnsQuery } from './cosmos-query.ts';
import { repeating } from './cosmos-requests.ts';
import type { InstanceStore, Kind, Scalar } from './store.ts';

const PAGE = 5000;

type Wanted = Parameters<InstanceStore['columns']>[1];

/** Reads with one query of one partition, each page by itself so that it can be asked for again. */
export async function* readColumns(
  container: Container,
  instanceId: string,
  kind: Kind,
  wanted: Wanted,
): AsyncGenerator<Scalar[][]> {
  const spec = columnsQuery(kind, wanted);
  const { terms } = wanted;
  let continuationToken: string | undefined;
  do {
    const answer = await repeating((options) =>
      container.items
        .query<(Scalar | string[])[]>(spec, {
          partitionKey: instanceId,
          maxItemCount: PAGE,
          ...(continuationToken && { continuationToken }),
          ...options,
        })
        .fetchNext(),
    ).catch((error) => Promise.reject(unavailable(error)));
    const rows = answer.resources ?? [];
    yield terms === undefined ? (rows as Scalar[][]) : rows.flatMap((row) => withTerms(row, terms));
    continuationToken = answer.continuationToken;
  } while (continuationToken);
}

/** A row for each of a document's terms that begins like this. */
function withTerms(row: (Scalar | string[])[], prefix: string): Scalar[][] {
  const values = row.slice(0, -1) as Scalar[];
  const found = (row.at(-1) as string[]).filter((term) => term.startsWith(prefix));
  return found.length > 0 ? found.map((term) => [...values, term.slice(prefix.length)]) : [[...values, '']];
}
