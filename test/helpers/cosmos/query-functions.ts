import { isObject, sameValue, type Value } from './json.ts';
import { badQuery } from './wire.ts';

/**
 * "System functions", https://learn.microsoft.com/azure/cosmos-db/nosql/query/system-functions. A function is undefined
 * where an argument is undefined or of the wrong type.
 */

interface BuiltIn {
  operands: [least: number, most: number];
  evaluate: (operands: Value[]) => Value;
}

function ofTexts(test: (whole: string, part: string) => boolean): BuiltIn {
  return {
    operands: [2, 3],
    evaluate: ([whole, part, ignoresCase]) => {
      if (typeof whole !== 'string' || typeof part !== 'string') return undefined;
      if (ignoresCase === undefined || ignoresCase === false) return test(whole, part);
      return ignoresCase === true ? test(whole.toLowerCase(), part.toLowerCase()) : undefined;
    },
  };
}

const ofText = (change: (text: string) => Value): BuiltIn => ({
  operands: [1, 1],
  evaluate: ([text]) => (typeof text === 'string' ? change(text) : undefined),
});

const check = (test: (value: Value) => boolean): BuiltIn => ({ operands: [1, 1], evaluate: ([value]) => test(value) });

/** With the third argument true, an object needs only the members that are asked for. */
function contains(items: Value, wanted: Value, isPartial: Value): Value {
  if (!Array.isArray(items) || wanted === undefined) return undefined;
  return items.some((item) => {
    if (isPartial !== true || !isObject(item) || !isObject(wanted)) return sameValue(item, wanted);
    return Object.entries(wanted).every(([name, value]) => Object.hasOwn(item, name) && sameValue(item[name], value));
  });
}

const BUILT_INS: Record<string, BuiltIn> = {
  ARRAY_CONTAINS: { operands: [2, 3], evaluate: ([items, wanted, partial]) => contains(items, wanted, partial) },
  ARRAY_LENGTH: { operands: [1, 1], evaluate: ([items]) => (Array.isArray(items) ? items.length : undefined) },
  CONTAINS: ofTexts((whole, part) => whole.includes(part)),
  ENDSWITH: ofTexts((whole, part) => whole.endsWith(part)),
  STARTSWITH: ofTexts((whole, part) => whole.startsWith(part)),
  LOWER: ofText((text) => text.toLowerCase()),
  UPPER: ofText((text) => text.toUpperCase()),
  IS_DEFINED: check((value) => value !== undefined),
  IS_NULL: check((value) => value === null),
  IS_BOOL: check((value) => typeof value === 'boolean'),
  IS_NUMBER: check((value) => typeof value === 'number'),
  IS_STRING: check((value) => typeof value === 'string'),
  IS_ARRAY: check((value) => Array.isArray(value)),
  IS_OBJECT: check((value) => isObject(value)),
};

export const isFunction = (name: string): boolean => Object.hasOwn(BUILT_INS, name);

export function callFunction(name: string, operands: Value[]): Value {
  const { operands: bounds, evaluate } = BUILT_INS[name]!;
  if (operands.length < bounds[0] || operands.length > bounds[1]) {
    throw badQuery(`The ${name} function requires ${bounds[0]} to ${bounds[1]} argument(s).`);
  }
  return evaluate(operands);
}
