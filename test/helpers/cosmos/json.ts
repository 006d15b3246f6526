/** JSON values as the service sees them, with "undefined" for what is not there. */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}
export type Value = Json | undefined;

export const isObject = (value: Value): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const byteLength = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

/** The value of a member, own members only: a document may well have one named "constructor" or "__proto__". */
export function member(value: Value, name: string | number): Value {
  if (Array.isArray(value)) return typeof name === 'number' ? value[name] : undefined;
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Builds an object without a member for what is undefined, as a query result has none. */
export const objectOf = (entries: Iterable<[string, Value]>): JsonObject =>
  Object.fromEntries([...entries].filter((entry): entry is [string, Json] => entry[1] !== undefined));

/**
 * Undefined, null, boolean, number, string, array, object: the order in which ORDER BY sorts mixed types.
 * ("ORDER BY (NoSQL query)", https://learn.microsoft.com/azure/cosmos-db/nosql/query/order-by: null values are the
 * lowest; the client library's own orderByComparator has the same ranks.)
 */
export function typeRank(value: Value): number {
  if (value === undefined) return 0;
  if (value === null) return 1;
  if (typeof value === 'boolean') return 2;
  if (typeof value === 'number') return 3;
  if (typeof value === 'string') return 4;
  return Array.isArray(value) ? 5 : 6;
}

/** By code points, as the bytes of UTF-8 sort: an index term is bytes. (JavaScript itself sorts by UTF-16 units.) */
function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const one = left.charCodeAt(index);
    const other = right.charCodeAt(index);
    if (one === other) continue;
    const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;
    if (isSurrogate(one) !== isSurrogate(other) && one >= 0xd800 && other >= 0xd800) return isSurrogate(one) ? 1 : -1;
    return one - other;
  }
  return left.length - right.length;
}

/** A total order over everything, for ORDER BY, MIN and MAX. */
export function compareValues(left: Value, right: Value): number {
  const rank = typeRank(left) - typeRank(right);
  if (rank !== 0) return rank;
  if (typeof left === 'string') return compareText(left, right as string);
  if (typeof left === 'number' || typeof left === 'boolean') return Number(left) - Number(right);
  if (left === undefined || left === null) return 0;
  return compareText(JSON.stringify(left), JSON.stringify(right));
}

/** Deep equality; the order of an object's members does not matter. */
export function sameValue(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => sameValue(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && sameValue(left[name], right[name]))
  );
}
