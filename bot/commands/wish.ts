import type { Json } from '../cards/card.ts';
import type { FormValues } from '../cards/form.ts';

/** What somebody asked for, in words or by a button. */
export interface Wish {
  /** A command, or what only a button says. */
  verb: string;
  /** The ticket's number; '' for that of the thread. */
  no: string;
  text: string;
  /** All that stood in the card's inputs and in its button. */
  values: FormValues;
  isDialog?: boolean;
}

/** What the data of a button and the inputs beside it ask for; every value as text, whatever it was. */
export function wishOf(data: Json): Wish {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(data).slice(0, 300)) {
    if (typeof value === 'string') values[name] = value.slice(0, 100_000);
    else if (typeof value === 'number' || typeof value === 'boolean') values[name] = String(value);
    else if (Array.isArray(value)) values[name] = value.filter((one) => typeof one === 'string').join(',');
  }
  return {
    verb: values.verb ?? '',
    no: values.no ?? '',
    text: values.text ?? '',
    values,
    ...(data.isDialog === true && { isDialog: true }),
  };
}
