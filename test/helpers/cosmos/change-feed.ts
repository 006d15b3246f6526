import type { QueryEffort } from './account.ts';
import type { Container } from './container.ts';
import type { Json } from './json.ts';
import { badRequest } from './wire.ts';

/**
 * The change feed in latest version mode, of the container or of one partition key.
 * "Change feed modes in Azure Cosmos DB", https://learn.microsoft.com/azure/cosmos-db/nosql/change-feed-modes: each
 * document once, in its last version, ordered by the time of its modification within a partition key; no deletes.
 * "List documents" (https://learn.microsoft.com/rest/api/cosmos-db/list-documents): A-IM "Incremental Feed",
 * If-None-Match with the etag of the last answer, "*" for what comes from now on, If-Modified-Since for a start time;
 * 304 when there is nothing new.
 */

export interface FeedPage {
  status: 200 | 304;
  etag: string;
  documents: Json[];
  effort: QueryEffort;
}

const STANDARD_PAGE_ITEMS = 100;

/** Where the feed goes on: after this number. */
function startOf(container: Container, headers: Record<string, string>): { sequence: number; since: number } {
  const token = headers['if-none-match'];
  if (token === '*') return { sequence: container.sequence, since: 0 };
  if (token !== undefined) {
    const sequence = Number(token.replaceAll('"', ''));
    if (!Number.isInteger(sequence)) throw badRequest('Invalid Continuation Token');
    return { sequence, since: 0 };
  }
  // "If-Modified-Since: ignored when If-None-Match is specified"; modified after that second, not in it.
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return { sequence: 0, since: Number.isNaN(since) ? 0 : since / 1000 };
}

export class ChangeFeed {
  /** Where each page began, by the etag under which it ended: to deliver it once more. */
  private readonly beginnings = new Map<string, number>();

  read(
    container: Container,
    headers: Record<string, string>,
    partition: string | undefined,
    isRepeated: boolean,
  ): FeedPage {
    if (headers['a-im'] !== 'Incremental Feed')
      throw badRequest('Only the latest version change feed is supported here.');
    if (headers['x-ms-start-epk'] !== undefined) throw badRequest('A part of the range of keys is not supported here.');
    const scope = `${container.resourceId} ${partition ?? ''}`;
    const given = startOf(container, headers);
    const begin = isRepeated ? (this.beginnings.get(`${scope} ${given.sequence}`) ?? 0) : given.sequence;
    const changed = container
      .documents(partition)
      .filter(({ sequence, modified }) => sequence > begin && (given.since === 0 || modified > given.since))
      .sort((left, right) => left.sequence - right.sequence || left.place - right.place);
    const most = Number(headers['x-ms-max-item-count'] ?? STANDARD_PAGE_ITEMS);
    let length = Math.min(changed.length, most < 1 ? STANDARD_PAGE_ITEMS : most);
    // "Items written in one transaction are delivered together", even above the number asked for ("Change feed pull
    // model", https://learn.microsoft.com/azure/cosmos-db/nosql/change-feed-pull-model).
    while (length > 0 && changed[length]?.sequence === changed[length - 1]?.sequence) length += 1;
    const page = changed.slice(0, length);
    const end = length < changed.length ? page.at(-1)!.sequence : Math.max(container.sequence, begin);
    if (page.length > 0) this.beginnings.set(`${scope} ${end}`, begin);
    return {
      status: page.length === 0 ? 304 : 200,
      etag: `"${end}"`,
      documents: page.map(({ resource, sequence }) => ({ ...resource, _lsn: sequence })),
      effort: { examined: page.length, loadedBytes: page.reduce((sum, { bytes }) => sum + bytes, 0) },
    };
  }
}
