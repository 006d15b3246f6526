import type { Person } from '../contract/wire.ts';

/** A small picture of somebody's face. */
export interface Photo {
  contentType: string;
  bytes: Uint8Array;
}

/**
 * The directory of people outside the product, asked in the name of somebody who signed in, by their access token.
 * Everything works without it.
 */
export interface Directory {
  /** People by name or mail, a few. */
  findPeople(token: string, search: string): Promise<Person[]>;
  /** What somebody is in a team themselves; null when they do not belong to it. */
  teamRole(token: string, teamId: string): Promise<'owner' | 'member' | null>;
  /** The photo of somebody by their object id; null when they have none. */
  photo(token: string, personId: string): Promise<Photo | null>;
}

/** Why the directory cannot be asked now: somebody has to allow it first, or it does not answer. */
export class DirectoryError extends Error {
  readonly reason: 'consent_required' | 'unavailable';

  constructor(reason: DirectoryError['reason'], cause: unknown) {
    super(reason, { cause });
    this.name = 'DirectoryError';
    this.reason = reason;
  }
}
