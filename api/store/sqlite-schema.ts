import type { DatabaseSync } from 'node:sqlite';
import { fold } from './kinds.ts';

/**
 * A ticket's row number is `instanceNo << 26 | ticketNo`, and a search row's is `row << 20 | part << 1 | isPrivate`
 * (part 0 is the ticket's own text, the others are its comments). So the index itself says whose a find is.
 */
export const TICKET_BITS = 26;
export const PART_BITS = 20;

/** One step a version, forward only, never edited once released. */
export const MIGRATIONS = [
  `
  CREATE TABLE instances (
    instanceNo INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    lastTicketNo INTEGER NOT NULL DEFAULT 0, json TEXT NOT NULL
  );
  CREATE TABLE keys (
    hash TEXT PRIMARY KEY, instanceId TEXT NOT NULL, slot TEXT NOT NULL, version INTEGER NOT NULL, json TEXT NOT NULL,
    UNIQUE (instanceId, slot)
  ) WITHOUT ROWID;

  CREATE TABLE tickets (
    row INTEGER PRIMARY KEY, instanceNo INTEGER NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
    parts INTEGER NOT NULL DEFAULT 0,
    ticketNo INTEGER NOT NULL, title TEXT NOT NULL, statusId TEXT NOT NULL, priority INTEGER NOT NULL,
    requestorId TEXT NOT NULL, requestorName TEXT NOT NULL, requestorEmail TEXT NOT NULL,
    assigneeId TEXT NOT NULL, assigneeName TEXT NOT NULL, assigneeEmail TEXT NOT NULL,
    expectedDate TEXT NOT NULL, createdOn TEXT NOT NULL, lastUpdatedOn TEXT NOT NULL, lastInteraction TEXT NOT NULL,
    json TEXT NOT NULL, hidden TEXT
  );
  CREATE UNIQUE INDEX tickets_id ON tickets (instanceNo, id);
  CREATE INDEX tickets_ticketNo ON tickets (instanceNo, ticketNo);
  CREATE INDEX tickets_statusId ON tickets (instanceNo, statusId, createdOn, ticketNo);
  CREATE INDEX tickets_status_ticketNo ON tickets (instanceNo, statusId, ticketNo);
  CREATE INDEX tickets_assigneeId ON tickets (instanceNo, assigneeId, createdOn, ticketNo);
  CREATE INDEX tickets_requestorId ON tickets (instanceNo, requestorId, createdOn, ticketNo);
  CREATE INDEX tickets_title ON tickets (instanceNo, title, ticketNo);
  CREATE INDEX tickets_priority ON tickets (instanceNo, priority, ticketNo);
  CREATE INDEX tickets_requestorName ON tickets (instanceNo, requestorName, ticketNo);
  CREATE INDEX tickets_requestorEmail ON tickets (instanceNo, requestorEmail, ticketNo);
  CREATE INDEX tickets_assigneeName ON tickets (instanceNo, assigneeName, ticketNo);
  CREATE INDEX tickets_assigneeEmail ON tickets (instanceNo, assigneeEmail, ticketNo);
  CREATE INDEX tickets_expectedDate ON tickets (instanceNo, expectedDate, ticketNo);
  CREATE INDEX tickets_createdOn ON tickets (instanceNo, createdOn, ticketNo);
  CREATE INDEX tickets_lastUpdatedOn ON tickets (instanceNo, lastUpdatedOn, ticketNo);
  CREATE INDEX tickets_lastInteraction ON tickets (instanceNo, lastInteraction, ticketNo);

  CREATE TABLE terms (
    instanceNo INTEGER NOT NULL, term TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (instanceNo, term, row)
  ) WITHOUT ROWID;

  CREATE TABLE tokens (id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE);
  CREATE VIRTUAL TABLE vocabulary USING fts5(token, content='', detail=none, tokenize='trigram case_sensitive 1');
  CREATE VIRTUAL TABLE search USING fts5(tokens, content='', contentless_delete=1, detail=none, tokenize='ascii');
  CREATE TABLE texts (doc INTEGER PRIMARY KEY, text TEXT NOT NULL);

  CREATE TABLE activities (
    instanceNo INTEGER NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
    ticketId TEXT NOT NULL, createdDateTime TEXT NOT NULL, attachmentCount INTEGER NOT NULL,
    json TEXT NOT NULL, hidden TEXT
  );
  CREATE UNIQUE INDEX activities_id ON activities (instanceNo, id);
  CREATE INDEX activities_ticketId ON activities (instanceNo, ticketId, id);

  CREATE TABLE documents (
    instanceNo INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
    expiresOn TEXT NOT NULL, json TEXT NOT NULL
  );
  CREATE UNIQUE INDEX documents_id ON documents (instanceNo, kind, id);
  CREATE INDEX documents_expiresOn ON documents (expiresOn) WHERE expiresOn <> '';

  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, instanceNo INTEGER NOT NULL, at TEXT NOT NULL, json TEXT NOT NULL
  );
  CREATE INDEX events_at ON events (at);
  `,
  `
  ALTER TABLE activities ADD COLUMN isPrivate INTEGER NOT NULL DEFAULT 0;
  UPDATE activities SET isPrivate = 1 WHERE json_extract(json, '$.isPrivate');
  DROP INDEX activities_ticketId;
  CREATE INDEX activities_ticketId ON activities (instanceNo, ticketId, id, isPrivate);

  INSERT INTO terms (instanceNo, term, row) SELECT instanceNo, 'requestor:' || requestorId, row FROM tickets;

  CREATE TABLE records (
    kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;

  -- A job can be taken from freeOn on, in milliseconds; once it is finished, never.
  CREATE TABLE jobs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, instanceId TEXT NOT NULL, dueOn TEXT NOT NULL, payload TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, lastError TEXT NOT NULL DEFAULT '', fence INTEGER NOT NULL DEFAULT 0,
    freeOn INTEGER, finishedOn INTEGER
  );
  CREATE INDEX jobs_freeOn ON jobs (kind, freeOn) WHERE freeOn IS NOT NULL;
  CREATE INDEX jobs_finishedOn ON jobs (finishedOn) WHERE finishedOn IS NOT NULL;
  `,
  // Reports read one index of tickets and never a ticket itself. It is the one that lists them by time, made wider, for
  // one more index would cost each new ticket more than a longer entry does.
  `
  ALTER TABLE tickets ADD COLUMN firstResponseOn TEXT NOT NULL DEFAULT '';
  ALTER TABLE tickets ADD COLUMN lastResolutionOn TEXT NOT NULL DEFAULT '';
  UPDATE tickets SET firstResponseOn = json_extract(json, '$.firstResponseOn'),
    lastResolutionOn = json_extract(json, '$.lastResolutionOn');
  DROP INDEX tickets_createdOn;
  CREATE INDEX tickets_createdOn ON tickets (
    instanceNo, createdOn, ticketNo, firstResponseOn, lastResolutionOn, statusId, priority, assigneeId, requestorId
  );

  ALTER TABLE activities ADD COLUMN action TEXT NOT NULL DEFAULT '';
  UPDATE activities SET action = json_extract(json, '$.action');
  CREATE INDEX activities_reopened ON activities (instanceNo, createdDateTime, ticketId) WHERE action = 'reopened';
  `,
  `
  CREATE TABLE rotas (
    instanceNo INTEGER NOT NULL, name TEXT NOT NULL, lastTurn INTEGER NOT NULL, PRIMARY KEY (instanceNo, name)
  ) WITHOUT ROWID;
  `,
  // What was written before this is taken as it is: which private notes moved a ticket up, nobody has kept.
  `
  ALTER TABLE tickets ADD COLUMN openInteraction TEXT NOT NULL DEFAULT '';
  UPDATE tickets SET openInteraction = lastInteraction;
  CREATE INDEX tickets_openInteraction ON tickets (instanceNo, openInteraction, ticketNo);
  `,
  // The ids of assignees and requestors are folded in their columns.
  `
  INSERT INTO terms (instanceNo, term, row) SELECT instanceNo, 'origin:' || json_extract(json, '$.origin'), row FROM tickets;
  INSERT INTO terms (instanceNo, term, row)
    SELECT instanceNo, 'resolution:' || fold(json_extract(json, '$.resolution')), row FROM tickets
    WHERE json_extract(json, '$.resolution') <> '';
  INSERT INTO terms (instanceNo, term, row) SELECT instanceNo, 'unseen:assignee:' || assigneeId, row FROM tickets
    WHERE json_extract(json, '$.assigneeUnseenEventCnt') > 0;
  INSERT INTO terms (instanceNo, term, row) SELECT instanceNo, 'unseen:requestor:' || requestorId, row FROM tickets
    WHERE json_extract(json, '$.requestorUnseenEventCnt') > 0;
  `,
];

/** Opens the settings of a connection and brings an older file to this version. */
export function prepareDatabase(db: DatabaseSync): void {
  db.exec(`
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -16000;
    PRAGMA temp_store = MEMORY;
    PRAGMA secure_delete = ON;
  `);
  // With anything less than FULL a power cut loses commits that were acknowledged.
  const { synchronous } = db.prepare('PRAGMA synchronous').get() as { synchronous: number };
  if (synchronous !== 2) throw new Error(`SQLite runs with synchronous=${synchronous} instead of FULL (2)`);
  migrate(db);
}

function migrate(db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version > MIGRATIONS.length) {
      throw new Error(
        `The data was written by a newer version of this product (schema ${version}; this one knows ${MIGRATIONS.length}). Update the product.`,
      );
    }
    db.function('fold', { deterministic: true }, (text) => fold(String(text)));
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
