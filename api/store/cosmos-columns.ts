import type { Container } from '@azure/cosmos';
import { unavailable } from './cosmos-errors.ts';
import { columnsQuery } from './cosmos-query.ts';
import { repeating } from './cosmos-requests.ts';
import type { Columns, InstanceStore, Kind, Scalar } from './store.ts';

const PAGE = 5000;

type Wanted = Parameters<InstanceStore['columns']>[1];

/** Reads with one query of one partition, each page by itself so that it can be asked for again. */
export async function* readColumns(
  container: Container,
  instanceId: string,
  kind: Kind,
  wanted: Wanted,
): AsyncGenerator<Columns> {
  const spec = columnsQuery(kind, wanted);
  const { fields, terms: prefix } = wanted;
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
    yield {
      values: fields.map((_, at) => rows.map((row) => row[at] as Scalar)),
      terms: prefix === undefined ? [] : rows.map((row) => rests(row.at(-1) as string[], prefix)),
    };
    continuationToken = answer.continuationToken;
  } while (continuationToken);
}

const rests = (terms: string[], prefix: string): string[] =>
  terms.filter((term) => term.startsWith(prefix) && term !== prefix).map((term) => term.slice(prefix.length));
