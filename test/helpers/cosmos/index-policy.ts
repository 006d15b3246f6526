import { isObject, type Json, type JsonObject, member, type Value } from './json.ts';
import { badRequest } from './wire.ts';

/**
 * The indexing policy of a container: which paths are in the index.
 * "Indexing policies in Azure Cosmos DB", https://learn.microsoft.com/azure/cosmos-db/index-policy
 */

export interface CompositePath {
  path: string;
  order: 'ascending' | 'descending';
}

interface PathRule {
  /** Array elements are "[]". */
  segments: string[];
  /** "?" is the scalar at this path, "*" is it and everything below. */
  ending: '?' | '*';
  isIncluded: boolean;
}

export interface PathIndex {
  isIndexed: boolean;
  /** Named with "/?" in the policy: then an item without the path still has an index value, "undefined". */
  isExplicit: boolean;
}

const DEFAULT_POLICY = {
  indexingMode: 'consistent',
  automatic: true,
  includedPaths: [{ path: '/*' }],
  excludedPaths: [{ path: '/"_etag"/?' }],
};

export function splitPath(path: string): string[] {
  const segments = path.match(/"(?:[^"\\]|\\.)*"|[^/]+/g) ?? [];
  return segments.map((segment) => (segment.startsWith('"') ? (JSON.parse(segment) as string) : segment));
}

function rulesOf(list: Value, isIncluded: boolean): PathRule[] {
  if (!Array.isArray(list)) return [];
  return list.map((item) => {
    const path = String(member(item, 'path'));
    const segments = splitPath(path);
    const ending = segments.pop();
    if (ending !== '?' && ending !== '*') {
      throw badRequest(`The indexing path '${path}' could not be accepted, failed near position '${path.length}'.`);
    }
    return { segments, ending, isIncluded };
  });
}

/** Deeper is more precise, and "/?" is more precise than "/*". */
const precision = (rule: PathRule): number => rule.segments.length * 2 + (rule.ending === '?' ? 1 : 0);

function matches(rule: PathRule, segments: readonly string[]): boolean {
  if (rule.ending === '?' && rule.segments.length !== segments.length) return false;
  return rule.segments.every((segment, index) => segment === segments[index]);
}

export class IndexPolicy {
  readonly definition: JsonObject;
  readonly composites: CompositePath[][];
  private readonly rules: PathRule[];
  private readonly known = new Map<string, PathIndex>();
  private readonly isOff: boolean;

  constructor(given: Value) {
    const policy: JsonObject = isObject(given) ? given : {};
    this.definition = { ...DEFAULT_POLICY, ...policy };
    this.isOff = String(this.definition.indexingMode).toLowerCase() === 'none';
    this.rules = [
      ...rulesOf(this.definition.includedPaths, true),
      ...rulesOf(this.definition.excludedPaths, false),
    ].sort((left, right) => precision(right) - precision(left));
    // "Any indexing policy has to include the root path /* as either an included or an excluded path."
    if (!this.isOff && !this.rules.some((rule) => rule.segments.length === 0 && rule.ending === '*')) {
      throw badRequest(
        'The special mandatory indexing path "/" is not provided in any of the path type sets. ' +
          'Please provide this path in one of the sets.',
      );
    }
    this.composites = ((this.definition.compositeIndexes ?? []) as unknown as Partial<CompositePath>[][]).map(
      (paths) => {
        // "Maximum properties in a composite index: 8", https://learn.microsoft.com/azure/cosmos-db/concepts-limits
        if (paths.length < 2 || paths.length > 8) throw badRequest('A composite index has from 2 to 8 paths.');
        return paths.map(({ path, order }) => {
          if (typeof path !== 'string' || /\/[?*]$/.test(path)) {
            throw badRequest(`The composite index path '${path}' must lead to a property, without /? or /*.`);
          }
          return { path: `/${splitPath(path).join('/')}`, order: order ?? 'ascending' };
        });
      },
    );
  }

  /** "The system properties id and _ts will always be indexed when the indexing mode is Consistent." */
  indexOf(segments: readonly string[]): PathIndex {
    const key = segments.join('\u0000');
    const known = this.known.get(key);
    if (known) return known;
    const rule = this.rules.find((candidate) => matches(candidate, segments));
    const isSystem = segments.length === 1 && (segments[0] === 'id' || segments[0] === '_ts');
    const isIndexed = !this.isOff && (isSystem || (rule?.isIncluded ?? false));
    const result = { isIndexed, isExplicit: isIndexed && rule?.ending === '?' && rule.isIncluded };
    this.known.set(key, result);
    return result;
  }

  /**
   * The composite index that serves this order, if there is one: the same paths in the same sequence, and the same
   * directions or all of them the opposite ("ORDER BY queries on multiple properties" of the page above).
   */
  compositeFor(order: readonly CompositePath[]): CompositePath[] | undefined {
    if (this.isOff) return undefined;
    return this.composites.find((composite) => {
      if (composite.length !== order.length) return false;
      if (!composite.every((part, index) => part.path === order[index]?.path)) return false;
      const same = composite.filter((part, index) => part.order === order[index]?.order).length;
      return same === 0 || same === composite.length;
    });
  }

  /** How many index values a document makes: one for each indexed scalar, and one for each composite index. */
  countTerms(document: JsonObject): number {
    if (this.isOff) return 0;
    const terms = new Set<string>();
    const visit = (value: Json, segments: string[]): void => {
      if (Array.isArray(value)) for (const item of value) visit(item, [...segments, '[]']);
      else if (isObject(value)) for (const [name, item] of Object.entries(value)) visit(item, [...segments, name]);
      else if (this.indexOf(segments).isIndexed) terms.add(`${segments.join('/')}=${JSON.stringify(value)}`);
    };
    visit(document, []);
    return terms.size + this.composites.length;
  }
}
