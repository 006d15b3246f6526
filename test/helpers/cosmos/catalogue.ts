import { Container } from './container.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { badRequest, CosmosFailure, documentNotFound } from './wire.ts';

/**
 * Databases and containers. "Databases" (https://learn.microsoft.com/rest/api/cosmos-db/databases) and "Collections"
 * (https://learn.microsoft.com/rest/api/cosmos-db/collections) of the REST reference.
 */

interface Database {
  definition: JsonObject;
  containers: Map<string, Container>;
}

const conflict = (): CosmosFailure =>
  new CosmosFailure(409, 'Resource with specified id, name, or unique index already exists.');

/** "Maximum length of database or container name: 255", Azure Cosmos DB service quotas. */
function checkName(body: Json): JsonObject & { id: string } {
  if (!isObject(body) || typeof body.id !== 'string' || body.id === '') throw badRequest('The id is missing.');
  if (/[/\\?#]/.test(body.id) || body.id.length > 255) throw badRequest('The input name is invalid.');
  return body as JsonObject & { id: string };
}

export class Catalogue {
  private readonly databases = new Map<string, Database>();
  private readonly now: () => number;
  private number = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Identifiers of databases have 4 bytes, those of containers 4 more. */
  private resourceId(parent: string): string {
    this.number += 1;
    const own = Buffer.alloc(4);
    own.writeUInt32BE(this.number);
    return Buffer.concat([Buffer.from(parent, 'base64'), own]).toString('base64');
  }

  private system(resourceId: string, self: string): JsonObject {
    return { _rid: resourceId, _self: self, _etag: `"${resourceId}"`, _ts: Math.floor(this.now() / 1000) };
  }

  createDatabase(body: Json): JsonObject {
    const { id } = checkName(body);
    if (this.databases.has(id)) throw conflict();
    const resourceId = this.resourceId('');
    const links = { _colls: 'colls/', _users: 'users/' };
    const definition = { id, ...this.system(resourceId, `dbs/${resourceId}/`), ...links };
    this.databases.set(id, { definition, containers: new Map() });
    return definition;
  }

  private find(id: string): Database {
    const database = this.databases.get(id);
    if (!database) throw documentNotFound();
    return database;
  }

  database(id: string): JsonObject {
    return this.find(id).definition;
  }

  removeDatabase(id: string): void {
    this.find(id);
    this.databases.delete(id);
  }

  createContainer(databaseId: string, body: Json): Container {
    const { definition, containers } = this.find(databaseId);
    const given = checkName(body);
    if (containers.has(given.id)) throw conflict();
    const resourceId = this.resourceId(String(definition._rid));
    const links = {
      _docs: 'docs/',
      _sprocs: 'sprocs/',
      _triggers: 'triggers/',
      _udfs: 'udfs/',
      _conflicts: 'conflicts/',
    };
    const system = { ...this.system(resourceId, `${definition._self}colls/${resourceId}/`), ...links };
    const container = new Container(given, system, this.now);
    containers.set(given.id, container);
    return container;
  }

  container(databaseId: string, id: string): Container {
    const container = this.find(databaseId).containers.get(id);
    if (!container) throw documentNotFound();
    return container;
  }

  removeContainer(databaseId: string, id: string): void {
    this.container(databaseId, id);
    this.find(databaseId).containers.delete(id);
  }
}
