import { isObject, type Json, type JsonObject, member, type Value } from './json.ts';
import { holds } from './query-evaluator.ts';
import { parseCondition } from './query-parser.ts';
import { badRequest, preconditionFailed } from './wire.ts';

/**
 * "Partial document update in Azure Cosmos DB", https://learn.microsoft.com/azure/cosmos-db/partial-document-update,
 * and its FAQ: at most 10 operations, none on system properties.
 */

const MAXIMUM_OPERATIONS = 10;
const SYSTEM_PROPERTIES = ['_rid', '_self', '_etag', '_attachments', '_ts'];

/** "Property names in paths need to escape the ~ and / characters as ~0 and ~1" (JSON Pointer). */
function pointer(path: Value): string[] {
  if (typeof path !== 'string' || !path.startsWith('/') || path === '/') {
    throw badRequest('The patch path must start with "/" and name a property.');
  }
  return path
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

interface Target {
  parent: JsonObject | Json[];
  name: string;
}

function locate(document: JsonObject, path: string[]): Target {
  const name = path.at(-1)!;
  let parent: Value = document;
  for (const step of path.slice(0, -1)) parent = member(parent, Array.isArray(parent) ? Number(step) : step);
  if (Array.isArray(parent) || isObject(parent)) return { parent, name };
  throw badRequest(
    'Add Operation can only create a child object of an existing node(array or object) and cannot create path ' +
      `recursively, no path found beyond: '${path.slice(0, -1).join('/')}'.`,
  );
}

/** An index of the array, or "-" for its end, where that is allowed. */
function indexIn(items: Json[], name: string, last: number): number {
  const index = name === '-' ? items.length : Number(name);
  if (!/^(-|\d+)$/.test(name) || index > last) throw badRequest(`The patch path has no array index '${name}'.`);
  return index;
}

const valueAt = ({ parent, name }: Target): Value => member(parent, Array.isArray(parent) ? Number(name) : name);

function assign(parent: JsonObject, name: string, value: Json): void {
  Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
}

function put({ parent, name }: Target, value: Json, isInsertion: boolean): void {
  if (!Array.isArray(parent)) assign(parent, name, value);
  else if (isInsertion) parent.splice(indexIn(parent, name, parent.length), 0, value);
  else parent[indexIn(parent, name, parent.length)] = value;
}

function take(target: Target): Json {
  const value = valueAt(target);
  if (value === undefined) throw badRequest(`The patch path '${target.name}' does not exist.`);
  if (Array.isArray(target.parent)) target.parent.splice(Number(target.name), 1);
  else delete target.parent[target.name];
  return value;
}

function given(operation: JsonObject): Json {
  if (!Object.hasOwn(operation, 'value')) throw badRequest('The patch operation has no value.');
  return operation.value as Json;
}

function increment(target: Target, by: Json): void {
  const current = valueAt(target);
  if (typeof by !== 'number' || (current !== undefined && typeof current !== 'number')) {
    throw badRequest('Increment takes a number, and the property has to be one.');
  }
  put(target, (current ?? 0) + by, false);
}

function move(document: JsonObject, operation: JsonObject): void {
  const from = pointer(operation.from);
  const path = pointer(operation.path);
  // "Path" attribute cannot be a JSON child of the "from" JSON location.
  if (from.every((name, index) => name === path[index])) throw badRequest('A value cannot move into itself.');
  const value = take(locate(document, from));
  put(locate(document, path), value, true);
}

const targetOf = (document: JsonObject, operation: JsonObject): Target => locate(document, pointer(operation.path));

type Operation = (document: JsonObject, operation: JsonObject) => void;

const OPERATIONS: Record<string, Operation> = {
  add: (document, operation) => put(targetOf(document, operation), given(operation), true),
  set: (document, operation) => put(targetOf(document, operation), given(operation), false),
  replace(document, operation) {
    const target = targetOf(document, operation);
    if (valueAt(target) === undefined) throw badRequest(`The patch path '${operation.path}' does not exist.`);
    put(target, given(operation), false);
  },
  remove(document, operation) {
    take(targetOf(document, operation));
  },
  incr: (document, operation) => increment(targetOf(document, operation), given(operation)),
  move,
};

function applyOperation(document: JsonObject, operation: JsonObject): void {
  const name = String(operation.op);
  if (!Object.hasOwn(OPERATIONS, name)) throw badRequest(`The patch operation '${name}' is not supported.`);
  OPERATIONS[name]!(document, operation);
}

function checkPaths(operation: JsonObject, keyPaths: readonly string[][]): void {
  for (const path of [operation.path, operation.from]) {
    if (path === undefined) continue;
    const names = pointer(path);
    const isSystem = names[0] === 'id' || SYSTEM_PROPERTIES.includes(names[0]!);
    const isKey = keyPaths.some((key) => names.every((name, index) => name === key[index]));
    if (isSystem || isKey) {
      throw badRequest(`Cannot update '${path}': the id, the partition key and system properties cannot be patched.`);
    }
  }
}

/** The document after the patch; the one before is left as it is. */
export function applyPatch(resource: JsonObject, body: Json, keyPaths: readonly string[][]): JsonObject {
  const specification = Array.isArray(body) ? { operations: body } : body;
  const operations = member(specification, 'operations');
  if (!Array.isArray(operations) || operations.length === 0) throw badRequest('A patch needs at least one operation.');
  if (operations.length > MAXIMUM_OPERATIONS) {
    throw badRequest(`The number of patch operations can't exceed '${MAXIMUM_OPERATIONS}'.`);
  }
  const condition = member(specification, 'condition');
  if (condition !== undefined) {
    const { alias, filter } = parseCondition(String(condition));
    if (filter && !holds(filter, { alias, document: resource, parameters: new Map() })) throw preconditionFailed();
  }
  const patched = structuredClone(resource);
  for (const operation of operations) {
    if (!isObject(operation)) throw badRequest('A patch operation is a JSON object.');
    checkPaths(operation, keyPaths);
    applyOperation(patched, operation);
  }
  return Object.fromEntries(Object.entries(patched).filter(([name]) => !SYSTEM_PROPERTIES.includes(name)));
}
